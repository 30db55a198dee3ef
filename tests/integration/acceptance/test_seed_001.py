"""The processing API's document, from top to bottom, by its documented calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.programs import Program, until

PASSWORD = "a long enough password"
PEOPLE = """id,name,city,age,joined
1,Ada,London,36,2024-01-31
2,Bob,Paris,,2024-02-29
1,Ada,London,36,2024-01-31
3,Cyd,london,52,2024-03-15
4,Dee,Oslo,9,2024-04-01
2,Bob,Paris,,2024-02-29
"""


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    with Program(tmp_path_factory.mktemp("seed-001") / "data") as program:
        yield program


def signed_up(program: Program, email: str) -> tuple[httpx.Client, dict[str, Any]]:
    """A client that holds the tokens of a new account, and the login's answer."""
    client = program.client()
    body = {"email": email, "password": PASSWORD, "confirm_password": PASSWORD}
    assert client.post("/api/register/", json=body).status_code == 201
    client.cookies.clear()
    tokens = client.post("/api/login/", json={"email": email, "password": PASSWORD}).json()
    client.cookies.clear()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    return client, tokens


@pytest.fixture(scope="module")
def client(program: Program) -> httpx.Client:
    return signed_up(program, "ada@example.com")[0]


def upload(client: httpx.Client, content: str, name: str = "people.csv") -> str:
    answer = client.post("/api/upload-csv/", files={"file": (name, content.encode(), "text/csv")})
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert body["message"]
    file_id: str = body["file_id"]
    return file_id


def perform(client: httpx.Client, **body: Any) -> str:
    answer = client.post("/api/perform-operation/", json=body)
    assert answer.status_code == 201, answer.text
    started = answer.json()
    assert started["message"]
    task_id: str = started["task_id"]
    return task_id


def outcome(client: httpx.Client, task_id: str, **parameters: Any) -> Any:
    """The task's status once it has ended."""

    def ended() -> Any:
        wanted = {"task_id": task_id, **parameters}
        task = client.get("/api/task-status/", params=wanted).raise_for_status().json()
        assert task["status"] in {
            "PENDING", "STARTED", "PROGRESS", "SUCCESS", "FAILURE", "REVOKED",
        }  # fmt: skip
        return task if task["status"] in {"SUCCESS", "FAILURE", "REVOKED"} else None

    return until(ended, seconds=60, what="the task's end")


def data(client: httpx.Client, **body: Any) -> list[dict[str, Any]]:
    """The rows that an operation leaves, sent without waiting for the file's import."""
    task = outcome(client, perform(client, **body))
    assert task["status"] == "SUCCESS", task
    rows: list[dict[str, Any]] = task["result"]["data"]
    return rows


@pytest.mark.parametrize("as_form", [False, True], ids=["json", "form"])
def test_registration_takes_json_or_a_form(program: Program, *, as_form: bool) -> None:
    client = program.client()
    body = {
        "email": f"form-{as_form}@example.com",
        "password": PASSWORD,
        "confirm_password": PASSWORD,
    }
    sent = {"data": body} if as_form else {"json": body}
    answer = client.send(client.build_request("POST", "/api/register/", **sent))  # type: ignore[arg-type]
    assert answer.status_code == 201
    assert {"message", "user_id"} <= set(answer.json())
    assert client.post("/api/register/", json=body).status_code == 409
    wrong = {**body, "email": "x@example.com", "confirm_password": "something else"}
    assert client.post("/api/register/", json=wrong).status_code == 422


@pytest.mark.parametrize("field", ["refresh_token", "refresh"])
def test_login_answers_tokens_and_refreshing_rotates_them(program: Program, field: str) -> None:
    _, tokens = signed_up(program, f"{field}@example.com")
    assert {"message", "access_token", "refresh_token", "token_type", "expires_in"} <= set(tokens)
    client = program.client()

    def refresh(token: str) -> httpx.Response:
        return client.post("/api/token/refresh/", json={field: token})

    renewed = refresh(tokens["refresh_token"])
    assert renewed.status_code == 200
    fresh = renewed.json()
    me = client.get("/api/me", headers={"Authorization": f"Bearer {fresh['access_token']}"})
    assert me.status_code == 200
    assert refresh(tokens["refresh_token"]).status_code == 401, "an old token was reused"
    assert refresh(fresh["refresh_token"]).status_code == 401, "its family is revoked"


def test_dedup_and_its_result(client: httpx.Client, program: Program) -> None:
    task_id = perform(client, file_id=upload(client, PEOPLE), operation="dedup")

    task = outcome(client, task_id)

    assert task["task_id"] == task_id
    assert [row["id"] for row in task["result"]["data"]] == [1, 2, 3, 4]
    assert task["result"]["data"][1]["age"] is None
    assert len(outcome(client, task_id, n=2)["result"]["data"]) == 2
    with httpx.Client() as plain:
        file = plain.get(task["result"]["file_link"])
    assert file.text.splitlines()[:2] == PEOPLE.splitlines()[:2]
    assert len(file.text.splitlines()) == 5
    assert program.client().get(f"/api/operations/{task_id}/result").status_code == 401


def test_unique_values(client: httpx.Client) -> None:
    rows = data(client, file_id=upload(client, PEOPLE), operation="unique", column="city")
    assert [row["city"] for row in rows] == ["London", "Paris", "london", "Oslo"]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ({"column": "age", "operator": ">", "value": 10}, [1, 1, 3]),
        ({"column": "age", "operator": "lte", "value": "36"}, [1, 1, 4]),
        ({"column": "joined", "operator": ">=", "value": "2024-03-01"}, [3, 4]),
        ({"field": "city", "operator": "contains", "value": "LOND"}, [1, 1, 3]),
        ({"column": "city", "operator": "not_contains", "value": "o"}, [2, 2]),
        ({"column": "name", "operator": "==", "value": "Dee"}, [4]),
        ({"column": "name", "operator": "neq", "value": "Ada"}, [2, 3, 4, 2]),
    ],
    ids=lambda value: value["operator"] if isinstance(value, dict) else "",
)
def test_filtering(client: httpx.Client, test: dict[str, Any], expected: list[int]) -> None:
    rows = data(client, file_id=upload(client, PEOPLE), operation="filter", filters=[test])
    assert [row["id"] for row in rows] == expected


def test_what_is_wrong_is_said(client: httpx.Client, program: Program) -> None:
    file_id = upload(client, PEOPLE)
    age = {"column": "age", "operator": ">", "value": 1}
    for body, named in (
        ({"operation": "shuffle"}, "shuffle"),
        ({"operation": "unique", "column": "town"}, "town"),
        ({"operation": "filter", "filters": [{**age, "operator": "=~"}]}, "=~"),
        ({"operation": "filter", "filters": [{**age, "column": "years"}]}, "years"),
    ):
        answer = client.post("/api/perform-operation/", json={"file_id": file_id, **body})
        assert answer.status_code == 422
        assert named in answer.json()["detail"]

    task_id = perform(client, file_id=file_id, operation="dedup")
    outcome(client, task_id)
    status = "/api/task-status/"
    for n in ("0", "-1", "many"):
        assert client.get(status, params={"task_id": task_id, "n": n}).status_code == 422
    assert client.get(status).status_code == 400

    eve, _ = signed_up(program, "eve@example.com")
    unknown = "01890000-0000-7000-8000-000000000000"
    for somebody, file, task in ((client, unknown, unknown), (eve, file_id, task_id)):
        body = {"file_id": file, "operation": "dedup"}
        assert somebody.post("/api/perform-operation/", json=body).status_code == 404
        assert somebody.get(status, params={"task_id": task}).status_code == 404
    assert program.client().get(status, params={"task_id": task_id}).status_code == 401


def test_a_file_that_is_no_table_fails_with_a_reason(client: httpx.Client) -> None:
    file_id = upload(client, "\x00\x01\x02\x03" * 500)
    task = outcome(client, perform(client, file_id=file_id, operation="dedup"))
    assert task["status"] == "FAILURE"
    assert "people.csv" in task["error"]
    assert "result" not in task


def test_its_calls_are_described(program: Program) -> None:
    paths = program.client().get("/openapi.json").json()["paths"]
    for path in ("register", "login", "token/refresh", "upload-csv", "perform-operation"):
        assert "post" in paths[f"/api/{path}"]
    assert "get" in paths["/api/task-status"]


def test_the_makefile_has_the_documents_targets() -> None:
    makefile = (Path(__file__).parents[3] / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    assert targets >= {
        "help", "build", "up", "down", "restart", "logs", "status", "shell", "clean", "backup",
        "health",
    }  # fmt: skip
