"""One walk over all routes: a new one is covered the moment it exists."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from rowmill.app import create_app
from rowmill.settings import Settings
from tests.factories.feeds import add_feed_file
from tests.integration.access_table import TABLE
from tests.programs import PASSWORD

PROBLEM = "application/problem+json"
UNKNOWN = "01890000-0000-7000-8000-000000000000"

PUBLIC = {
    "/api/register",
    "/api/login",
    "/api/token/refresh",
    "/api/results/{token}/{file_name}",
    "/api/instance",
    "/api/users",
    "/users",
    "/api/auth",
    "/auth",
    "/api/password-reset",
    "/healthz",
    "/readyz",
}
"""Routes that answer without credentials."""

STREAMS = {"/api/events"}
"""Routes whose answer does not end by itself."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    spec: dict[str, Any]

    def address(self, value: str) -> str:
        """The path with every parameter filled in."""
        return re.sub(r"{[^}]+}", value, self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def all_routes() -> list[Route]:
    app = create_app(
        Settings(data_dir=Path("/nonexistent"), secret_key="x" * 32, _env_file=None),
        "postgresql://localhost/none",
    )
    paths = app.openapi()["paths"]
    return [
        Route(method.upper(), path, spec)
        for path, operations in paths.items()
        for method, spec in operations.items()
    ]


ROUTES = all_routes()
GUARDED = [route for route in ROUTES if route.path not in PUBLIC]
ADDRESSED = [
    route
    for route in GUARDED
    if "{" in route.path and not route.path.startswith("/api/admin/")  # nothing is foreign there
]


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory, module_database_url: str) -> FastAPI:
    settings = Settings(
        data_dir=tmp_path_factory.mktemp("walk"),
        min_free_bytes=0,
        _env_file=None,
    )
    return create_app(settings, module_database_url)


@pytest.fixture(scope="module")
def anonymous(own_app: FastAPI) -> Iterator[TestClient]:
    with TestClient(own_app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def foreign(anonymous: TestClient) -> dict[str, str]:
    """Ids of things that belong to somebody else."""
    owner = {"email": "owner@example.com", "password": PASSWORD}
    assert anonymous.post("/api/register", json=owner).status_code == 201
    answer = anonymous.put(
        "/api/datasets/secret/data", content=b"a\n1\n", auth=(owner["email"], PASSWORD)
    ).json()
    operation = anonymous.post(
        "/api/operations",
        json={"file_id": answer["file_id"], "operation": "dedup"},
        auth=(owner["email"], PASSWORD),
    ).json()
    auth = (owner["email"], PASSWORD)
    template = {"name": "theirs", "label": "x", "columns": [{"name": "x", "label": "X"}]}
    anonymous.post("/api/templates", json=template, auth=auth).raise_for_status()
    invoice = anonymous.post(
        "/api/invoices",
        json={
            "number": "1",
            "date": "2026-01-31",
            "lines": [{"item_number": "1", "quantity": "1", "unit_price": "2"}],
        },
        auth=auth,
    )
    assert invoice.status_code == 201, invoice.text
    key = anonymous.post("/api/keys", json={"name": "x"}, auth=auth).json()
    hook = {"name": "x", "url": "https://hooks.invalid/x", "events": ["*"]}
    webhook = anonymous.post("/api/webhooks", json=hook, auth=auth).json()
    delivery = anonymous.post(f"/api/webhooks/{webhook['id']}/test", auth=auth).json()
    feed = new_feed(anonymous, auth)
    target = {"kind": "http", "url": "http://127.0.0.1:9"}
    sync = {"name": "x", "dataset": answer["dataset_id"], "destination": target}
    sync = anonymous.post("/api/syncs", json=sync, auth=auth).json()
    me = anonymous.get("/api/me", auth=auth).json()
    (session,) = anonymous.get("/api/sessions", auth=(owner["email"], PASSWORD)).json()["items"]
    anonymous.cookies.clear()
    return {
        "{dataset}": answer["dataset_id"],
        "{import_id}": answer["import_id"],
        "{file_id}": answer["file_id"],
        "{job_id}": answer["job_id"],
        "{session_id}": session["id"],
        "{operation_id}": operation["id"],
        "{name}": "theirs",
        "{invoice_id}": invoice.json()["invoice_id"],
        "{key_id}": key["id"],
        **feed,
        "{sync_id}": sync["id"],
        "{reject_id}": UNKNOWN,
        "{webhook_id}": webhook["id"],
        "{delivery_id}": delivery["id"],
        "{user_id}": me["id"],
        "{workspace_id}": me["workspace"]["id"],
    }


def new_feed(client: TestClient, auth: tuple[str, str]) -> dict[str, str]:
    """A feed, a run of it, and a remote file."""
    source = {"kind": "sftp", "host": "127.0.0.1", "port": 9, "username": "x"}
    made = client.post("/api/feeds", json={"name": "x", "source": source}, auth=auth).json()
    run = client.post(f"/api/feeds/{made['id']}/run", auth=auth).json()["run"]["id"]
    file_id = add_feed_file(cast("FastAPI", client.app).state.context, UUID(made["id"]))
    return {"{feed_id}": made["id"], "{run_id}": run, "{feed_file_id}": str(file_id)}


@pytest.fixture(scope="module")
def stranger(anonymous: TestClient, foreign: dict[str, str]) -> tuple[str, str]:
    assert foreign
    body = {"email": "stranger@example.com", "password": PASSWORD}
    assert anonymous.post("/api/register", json=body).status_code == 201
    anonymous.cookies.clear()
    return body["email"], PASSWORD


def assert_problem(answer: Any, status: int) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem = answer.json()
    assert problem["status"] == status
    assert {"type", "title", "detail", "code", "request_id"} <= set(problem)
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert not re.search(r"Traceback|SELECT |/site-packages/", answer.text)


@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_nothing_is_told_to_the_anonymous(anonymous: TestClient, route: Route) -> None:
    answer = anonymous.request(route.method, route.address(UNKNOWN))
    assert_problem(answer, 401)
    assert "www-authenticate" in answer.headers


@pytest.mark.parametrize("route", GUARDED, ids=str)
def test_a_final_slash_changes_nothing(anonymous: TestClient, route: Route) -> None:
    assert_problem(anonymous.request(route.method, route.address(UNKNOWN) + "/"), 401)


@pytest.mark.parametrize("route", ADDRESSED, ids=str)
def test_what_does_not_exist_and_what_is_foreign_look_the_same(
    anonymous: TestClient, foreign: dict[str, str], stranger: tuple[str, str], route: Route
) -> None:
    if route.method == "PUT" and route.path.startswith("/api/datasets/{dataset}/data"):
        return  # makes a dataset of that name in the sender's own workspace
    unknown = route.address(UNKNOWN)
    address = route.path
    for name, value in foreign.items():
        address = address.replace(name, value)
    assert "{" not in re.sub(r"{filename}", "", address), "a kind of id this test does not know"

    answers = [
        anonymous.request(
            route.method,
            path,
            auth=stranger,
            json=TABLE[str(route)].json or {},
            params=needed(route),
        )
        for path in (unknown, address)
    ]

    first, second = (
        {k: v for k, v in answer.json().items() if k != "request_id"} for answer in answers
    )
    assert_problem(answers[0], 404)
    assert first == second


def needed(route: Route) -> dict[str, str]:
    """Values for the parameters a route insists on."""
    return {
        parameter["name"]: "x"
        for parameter in route.spec.get("parameters", [])
        if parameter["in"] == "query" and parameter["required"]
    }


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_the_description_says_what_a_client_needs(route: Route) -> None:
    assert route.spec.get("summary")
    assert route.spec.get("description"), "a docstring on the endpoint"
    assert route.spec.get("tags")
    answers = route.spec["responses"]
    assert any(status.startswith("2") for status in answers)
    if route.path not in PUBLIC:
        assert "401" in answers
        assert route.spec.get("security")
    if "{" in route.path and not route.path.startswith("/api/datasets/{dataset}/data"):
        assert "404" in answers
    for status, answer in answers.items():
        if int(status) >= 400:
            assert PROBLEM in answer["content"], status


def test_names_of_operations_are_unique() -> None:
    names = [route.spec["operationId"] for route in ROUTES]
    assert sorted(names) == sorted(set(names))


def test_every_route_is_described(own_app: FastAPI) -> None:
    described = {route.path for route in ROUTES}
    hidden = {"/docs", "/swagger"}
    served = {route.path for route in own_app.routes if isinstance(route, APIRoute)}
    assert served - described == hidden


@pytest.mark.parametrize("path", ["/api/nothing", "/api/datasets/x/nothing/y"])
def test_an_unknown_address_is_a_problem(anonymous: TestClient, path: str) -> None:
    assert_problem(anonymous.get(path), 404)


def test_a_wrong_method_is_a_problem(anonymous: TestClient) -> None:
    assert_problem(anonymous.delete("/api/instance"), 405)


def test_a_body_that_is_not_json_is_a_problem(anonymous: TestClient) -> None:
    answer = anonymous.post(
        "/api/token/refresh", content=b"{", headers={"content-type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == PROBLEM


def test_the_committed_description_is_the_one_that_is_served(anonymous: TestClient) -> None:
    committed = Path(__file__).parents[2] / "web" / "openapi.json"
    assert json.loads(committed.read_text()) == anonymous.get("/openapi.json").json()
