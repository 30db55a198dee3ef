from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Member, User, Workspace
from tests.factories.accounts import PASSWORD, register
from tests.integration.accounts.conftest import Serve


def fields(body: dict[str, list[dict[str, str]]]) -> dict[str, str]:
    return {error["field"]: error["message"] for error in body["errors"]}


def test_registering_by_json_signs_in_by_cookie_and_by_token(client: TestClient) -> None:
    answer = client.post("/api/register", json={"email": "ada@example.com", "password": PASSWORD})

    assert answer.status_code == 201
    body = answer.json()
    assert body["message"]
    assert body["user_id"] == body["user"]["id"]
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 15 * 60
    assert client.get("/api/me").json() == body["user"]
    client.cookies.clear()
    by_token = client.get("/api/me", headers={"Authorization": f"Bearer {body['access_token']}"})
    assert by_token.json() == body["user"]


@pytest.mark.parametrize("multipart", [False, True], ids=["urlencoded", "multipart"])
def test_registering_by_form_is_the_same(client: TestClient, *, multipart: bool) -> None:
    form = {"email": "ada@example.com", "password": PASSWORD, "confirm_password": PASSWORD}
    if multipart:
        answer = client.post("/api/register", files={k: (None, v) for k, v in form.items()})
    else:
        answer = client.post("/api/register", data=form)

    assert answer.status_code == 201, answer.text
    assert client.get("/api/me").json()["email"] == "ada@example.com"


def test_a_user_has_an_own_workspace_and_the_names_are_lower_case(
    client: TestClient, context: Context
) -> None:
    account = register(client, " Ada.Lovelace@Example.COM ")

    me = client.get("/api/me").json()
    assert me["email"] == me["username"] == "ada.lovelace@example.com"
    assert me["workspace"] == {
        "id": str(account.workspace_id),
        "name": "ada.lovelace@example.com",
        "role": "owner",
    }
    with transaction(context.engine) as session:
        assert session.get_one(Workspace, account.workspace_id).name == "ada.lovelace@example.com"
        member = session.scalars(select(Member)).one()
    assert (member.workspace_id, member.user_id) == (account.workspace_id, account.id)


def test_a_password_is_kept_only_as_argon2id_with_owasp_parameters(
    client: TestClient, context: Context
) -> None:
    register(client)

    with transaction(context.engine) as session:
        kept = session.scalars(select(User.password_hash)).one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("again", ["ada@example.com", "ADA@EXAMPLE.COM", " Ada@Example.com"])
def test_a_second_account_for_an_address_is_a_conflict(client: TestClient, again: str) -> None:
    register(client, "ada@example.com")

    answer = client.post("/api/register", json={"email": again, "password": PASSWORD})

    assert answer.status_code == 409
    assert answer.json()["code"] == "account_exists"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"email": "no-at-sign", "password": PASSWORD}, "email"),
        ({"email": "two@@example.com", "password": PASSWORD}, "email"),
        ({"email": "ada@nodot", "password": PASSWORD}, "email"),
        ({"email": "ada\0@example.com", "password": PASSWORD}, "email"),
        ({"email": "a" * 400 + "@example.com", "password": PASSWORD}, "email"),
        ({"email": "ada@example.com", "password": "7 chars"}, "password"),
        ({"email": "ada@example.com", "password": "x" * 1025}, "password"),
        ({"email": "ada@example.com"}, "password"),
        ({"password": PASSWORD}, "email"),
        ({"email": 7, "password": PASSWORD}, "email"),
        ({"email": "a@b.cd", "password": PASSWORD, "confirm_password": "x"}, "confirm_password"),
    ],
)
def test_bad_input_is_named_field_by_field(
    client: TestClient, body: dict[str, object], refused: str
) -> None:
    answer = client.post("/api/register", json=body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(fields(answer.json())) == {refused}
    assert PASSWORD not in answer.text


def test_every_bad_field_is_named_at_once(client: TestClient) -> None:
    answer = client.post("/api/register", data={"email": "nonsense", "password": "short"})

    assert set(fields(answer.json())) == {"email", "password"}


@pytest.mark.parametrize(
    "password", ["x" * 8, "x" * 1024, "        ", "pässwörd", "密码密码密码密码"]
)
def test_any_characters_make_a_password(client: TestClient, password: str) -> None:
    account = register(client, password=password)

    answer = client.post("/api/login", json={"email": account.email, "password": password})

    assert answer.status_code == 200


def test_a_private_domain_is_an_address_too(client: TestClient) -> None:
    assert register(client, "ada@intranet.local").email == "ada@intranet.local"


@pytest.mark.parametrize("content", [b"", b"{", b'{"email": "a@b.cd"', b"\xff\xfe"])
def test_a_body_that_is_no_json_is_a_bad_request(client: TestClient, content: bytes) -> None:
    answer = client.post(
        "/api/register", content=content, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400


def test_a_broken_multipart_form_is_a_bad_request(client: TestClient) -> None:
    answer = client.post(
        "/api/login", content=b"x", headers={"Content-Type": "multipart/form-data"}
    )

    assert answer.status_code == 400


@pytest.mark.parametrize("body", ["[]", '"text"', "null", "7"])
def test_a_body_that_is_no_object_is_refused(client: TestClient, body: str) -> None:
    answer = client.post(
        "/api/register", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422


def test_a_huge_body_is_not_read(client: TestClient) -> None:
    body = {"email": "ada@example.com", "password": "x" * 100_000}

    assert client.post("/api/login", json=body).status_code == 413


def test_only_the_first_user_is_admin(client: TestClient) -> None:
    first = client.post("/api/register", json={"email": "a@example.com", "password": PASSWORD})
    second = client.post("/api/register", json={"email": "b@example.com", "password": PASSWORD})

    assert first.json()["user"]["is_admin"] is True
    assert second.json()["user"]["is_admin"] is False


def test_of_many_first_users_at_once_exactly_one_is_admin(serve: Serve, context: Context) -> None:
    servers = [serve(), serve()]
    start = Barrier(8)

    def one(number: int) -> bool:
        start.wait()
        answer = servers[number % 2].post(
            "/api/register", json={"email": f"u{number}@example.com", "password": PASSWORD}
        )
        assert answer.status_code == 201
        return bool(answer.json()["user"]["is_admin"])

    with ThreadPoolExecutor(8) as threads:
        admins = list(threads.map(one, range(8)))

    assert admins.count(True) == 1
    with transaction(context.engine) as session:
        assert session.scalar(select(func.count()).where(User.is_admin)) == 1


def test_of_equal_registrations_at_once_one_wins(serve: Serve, context: Context) -> None:
    servers = [serve(), serve()]
    start = Barrier(6)

    def one(number: int) -> int:
        start.wait()
        return (
            servers[number % 2]
            .post("/api/register", json={"email": "ada@example.com", "password": PASSWORD})
            .status_code
        )

    with ThreadPoolExecutor(6) as threads:
        statuses = sorted(threads.map(one, range(6)))

    assert statuses == [201, 409, 409, 409, 409, 409]
    with transaction(context.engine) as session:
        assert session.scalar(select(func.count()).select_from(Workspace)) == 1


def test_closed_registration_lets_in_only_the_first_user(serve: Serve) -> None:
    closed = serve(registration_open=False)
    assert closed.get("/api/instance").json()["registration_open"] is True
    register(closed, "admin@example.com")

    answer = closed.post("/api/register", json={"email": "b@example.com", "password": PASSWORD})

    assert answer.status_code == 403
    assert answer.json()["code"] == "registration_closed"
    assert closed.get("/api/instance").json()["registration_open"] is False


def test_the_instance_says_whether_anyone_registered(client: TestClient) -> None:
    fresh = client.get("/api/instance").json()
    register(client)
    client.cookies.clear()

    assert fresh["name"] == "Rowmill"
    assert fresh["version"]
    assert fresh["max_upload_bytes"] > 0
    assert (fresh["has_users"], fresh["registration_open"]) == (False, True)
    assert client.get("/api/instance").json()["has_users"] is True


def test_workspaces_are_those_of_the_user(client: TestClient) -> None:
    register(client)
    mine = register(client)

    listed = client.get("/api/workspaces").json()

    assert [UUID(item["id"]) for item in listed["items"]] == [mine.workspace_id]
    assert listed["items"][0]["role"] == "owner"
    assert listed["next_cursor"] is None
