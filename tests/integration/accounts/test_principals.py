from __future__ import annotations

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, event, update

from rowmill.accounts import authentication
from rowmill.accounts.passwords import hash_password, verify_password
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Member, User, Workspace
from tests.factories.accounts import register
from tests.integration.accounts.conftest import Serve

BEARER = 'Bearer realm="rowmill"'
BASIC = 'Basic realm="rowmill", charset="UTF-8"'


def engine_of(client: TestClient) -> Engine:
    assert isinstance(client.app, FastAPI)
    context = client.app.state.context
    assert isinstance(context, Context)
    return context.engine


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """The SQL statements that run meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def counted_checks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The passwords that argon2 checks meanwhile."""
    checked: list[str] = []

    def check(password_hash: str | None, password: str) -> bool:
        checked.append(password)
        return verify_password(password_hash, password)

    with monkeypatch.context() as patch:
        patch.setattr(authentication, "verify_password", check)
        yield checked


def test_without_credentials_the_answer_is_a_problem(client: TestClient) -> None:
    answer = client.get("/api/me")

    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer",
        "Bearer nonsense",
        "Bearer a.b.c",
        "Bearer eyJhbGciOiJub25lIn0.e30.",
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + base64.b64encode(b"\0:\0").decode(),
        "Digest username=x",
        "nonsense",
    ],
)
def test_invalid_credentials_are_refused_although_the_cookie_is_good(
    client: TestClient, authorization: str
) -> None:
    register(client)

    answer = client.get("/api/me", headers={"Authorization": authorization})

    assert answer.status_code == 401


def test_credentials_in_the_header_count_before_the_cookie(client: TestClient) -> None:
    ada = register(client)
    bob = register(client)

    assert client.get("/api/me").json()["id"] == str(bob.id)
    assert client.get("/api/me", headers=ada.bearer).json()["id"] == str(ada.id)
    assert client.get("/api/me", headers=ada.basic).json()["id"] == str(ada.id)


def test_a_made_up_cookie_is_refused(client: TestClient) -> None:
    answer = client.get("/api/me", headers={"Cookie": "rowmill_session=nonsense"})

    assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")


def test_a_token_signed_with_another_key_is_refused(serve: Serve) -> None:
    who = register(serve(secret_key=SecretStr("one key")))
    other = serve(secret_key=SecretStr("another key"))

    assert other.get("/api/me", headers=who.bearer).status_code == 401


def test_the_scheme_may_be_written_in_any_case(client: TestClient) -> None:
    who = register(client)
    client.cookies.clear()

    for scheme in ("bearer", "BEARER", "Bearer  "):
        headers = {"Authorization": f"{scheme} {who.access_token}"}
        assert client.get("/api/me", headers=headers).status_code == 200


def test_a_password_may_have_colons_and_any_letters(client: TestClient) -> None:
    who = register(client, password="pä:ss:wörd 密码")
    client.cookies.clear()

    assert client.get("/api/me", headers=who.basic).status_code == 200


@pytest.mark.parametrize(
    ("headers", "challenges"),
    [
        ({}, [BEARER, BASIC]),
        ({"Authorization": "Basic eDp5"}, [BEARER, BASIC]),
        ({"Authorization": "Bearer x"}, [BEARER + ', error="invalid_token"', BASIC]),
        ({"Sec-Fetch-Mode": "cors"}, [BEARER]),
        ({"X-Requested-With": "XMLHttpRequest"}, [BEARER]),
        ({"Sec-Fetch-Mode": "cors", "Authorization": "Basic eDp5"}, [BEARER, BASIC]),
        ({"Cookie": "rowmill_session=old", "Sec-Fetch-Mode": "navigate"}, [BEARER]),
    ],
)
def test_only_programs_are_asked_for_a_password(
    client: TestClient, headers: dict[str, str], challenges: list[str]
) -> None:
    answer = client.get("/api/me", headers=headers)

    assert answer.status_code == 401
    assert answer.headers.get_list("www-authenticate") == challenges


def test_a_password_is_checked_once_and_then_remembered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = register(client)
    client.cookies.clear()

    with counted_checks(monkeypatch) as checked:
        statuses = [client.get("/api/me", headers=who.basic).status_code for _ in range(3)]

    assert statuses == [200, 200, 200]
    assert checked == [who.password]


def test_a_wrong_password_is_never_remembered(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = register(client)
    client.cookies.clear()

    with counted_checks(monkeypatch) as checked:
        statuses = [client.get("/api/me", auth=(who.email, "x")).status_code for _ in range(2)]

    assert statuses == [401, 401]
    assert checked == ["x", "x"]


def test_requests_at_once_check_the_password_once(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = serve(login_attempts=3)
    who = register(client)
    client.cookies.clear()
    start = Barrier(10)

    def ask(_: int) -> int:
        start.wait()
        return client.get("/api/me", headers=who.basic).status_code

    with counted_checks(monkeypatch) as checked, ThreadPoolExecutor(10) as threads:
        statuses = set(threads.map(ask, range(10)))

    assert statuses == {200}
    assert checked == [who.password]


def test_a_remembered_password_is_forgotten_when_it_changes(
    client: TestClient, context: Context
) -> None:
    who = register(client)
    client.cookies.clear()
    assert client.get("/api/me", headers=who.basic).status_code == 200
    with transaction(context.engine) as session:
        session.execute(update(User).values(password_hash=hash_password("another password")))

    assert client.get("/api/me", headers=who.basic).status_code == 401
    assert client.get("/api/me", auth=(who.email, "another password")).status_code == 200


@pytest.mark.parametrize("way", ["cookie", "bearer", "basic"])
def test_telling_who_asks_costs_one_query(client: TestClient, way: str) -> None:
    who = register(client)
    if way != "cookie":
        client.cookies.clear()
    headers = {"cookie": {}, "bearer": who.bearer, "basic": who.basic}[way]
    client.get("/api/me", headers=headers)

    with statements(engine_of(client)) as seen:
        assert client.get("/api/me", headers=headers).status_code == 200

    about_the_principal = [statement for statement in seen if "FROM workspaces" not in statement]
    assert len(about_the_principal) == 1, seen


def test_the_header_chooses_the_workspace(client: TestClient, context: Context) -> None:
    ada = register(client)
    bob = register(client)
    with transaction(context.engine) as session:
        session.add(Member(workspace_id=ada.workspace_id, user_id=bob.id, role="viewer"))
        session.execute(update(Workspace).values(name="shared"))

    own = client.get("/api/me").json()["workspace"]
    chosen = client.get("/api/me", headers={"Rowmill-Workspace": str(ada.workspace_id)}).json()[
        "workspace"
    ]

    assert (UUID(own["id"]), own["role"]) == (bob.workspace_id, "owner")
    assert (UUID(chosen["id"]), chosen["role"]) == (ada.workspace_id, "viewer")
    listed = client.get("/api/workspaces").json()["items"]
    assert [UUID(item["id"]) for item in listed] == [bob.workspace_id, ada.workspace_id]
    assert [item["role"] for item in listed] == ["owner", "viewer"]


@pytest.mark.parametrize("way", ["cookie", "bearer", "basic"])
def test_a_workspace_of_others_is_not_there(client: TestClient, way: str) -> None:
    ada = register(client)
    bob = register(client)
    headers = {"cookie": {}, "bearer": bob.bearer, "basic": bob.basic}[way]
    if way != "cookie":
        client.cookies.clear()

    for asked in (str(ada.workspace_id), str(uuid4()), "nonsense", ""):
        answer = client.get("/api/me", headers={**headers, "Rowmill-Workspace": asked})
        assert answer.status_code == 404
        assert str(ada.email) not in answer.text
