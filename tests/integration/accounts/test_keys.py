"""API keys: what they open, what they do not, and when they stop."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import ApiKey, User, now
from tests.factories.accounts import Account, make_key, register


@pytest.fixture
def ada(client: TestClient) -> Account:
    return register(client, "ada@example.com")


def as_basic(name: str, key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{key}".encode()).decode()}


def as_bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_a_key_is_shown_once_and_kept_as_its_hash(
    client: TestClient, ada: Account, context: Context
) -> None:
    made = client.post("/api/keys", json={"name": "export", "scope": "write"}, headers=ada.bearer)

    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    key = made.json()["key"]
    assert key.startswith(made.json()["prefix"])
    assert key not in client.get("/api/keys", headers=ada.bearer).text
    with transaction(context.engine) as session:
        stored = session.scalars(select(ApiKey)).one()
    assert key.encode() not in stored.token_hash
    assert stored.prefix != key


@pytest.mark.parametrize("name", ["ada@example.com", "anything", ""])
def test_a_key_is_good_as_bearer_and_as_the_password_of_any_name(
    client: TestClient, ada: Account, name: str
) -> None:
    key = make_key(client, ada)["key"]
    client.cookies.clear()

    for headers in (as_bearer(key), as_basic(name, key)):
        me = client.get("/api/me", headers=headers)
        assert me.status_code == 200
        assert me.json()["id"] == str(ada.id)


def test_a_read_key_reads_and_changes_nothing(client: TestClient, ada: Account) -> None:
    key = make_key(client, ada, scope="read")["key"]
    client.cookies.clear()

    assert client.get("/api/datasets", headers=as_bearer(key)).status_code == 200
    refused = client.put("/api/datasets/x/data", content=b"a\n1\n", headers=as_bearer(key))

    assert (refused.status_code, refused.json()["code"]) == (403, "read_only_key")
    assert client.get("/api/datasets", headers=ada.bearer).json()["items"] == []


def test_a_write_key_sends_files(client: TestClient, ada: Account) -> None:
    key = make_key(client, ada, scope="write")["key"]
    client.cookies.clear()

    sent = client.put("/api/datasets/x/data", content=b"a\n1\n", headers=as_bearer(key))

    assert sent.status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/api/keys", None),
        ("POST", "/api/keys", {"name": "another"}),
        ("GET", "/api/sessions", None),
        ("POST", "/api/logout", None),
        ("POST", "/api/me/password", {"current_password": "x", "new_password": "long enough"}),
        ("GET", "/api/admin/users", None),
    ],
)
def test_no_key_reaches_the_account_or_the_administration(
    client: TestClient, ada: Account, method: str, path: str, body: Any
) -> None:
    key = make_key(client, ada, scope="write")["key"]
    client.cookies.clear()

    answer = client.request(method, path, json=body, headers=as_bearer(key))

    assert (answer.status_code, answer.json()["code"]) == (403, "key_not_allowed")


def test_a_key_opens_only_the_workspace_it_was_made_for(client: TestClient, ada: Account) -> None:
    bob = register(client)
    key = make_key(client, ada)["key"]
    client.cookies.clear()

    for workspace, status in ((ada.workspace_id, 200), (bob.workspace_id, 404)):
        headers = {**as_bearer(key), "Rowmill-Workspace": str(workspace)}
        assert client.get("/api/datasets", headers=headers).status_code == status


def test_an_expired_key_is_refused_and_listed_as_such(
    client: TestClient, ada: Account, context: Context
) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    key = make_key(client, ada, expires_at=soon)["key"]
    client.cookies.clear()
    assert client.get("/api/me", headers=as_bearer(key)).status_code == 200
    with transaction(context.engine) as session:
        session.execute(update(ApiKey).values(expires_at=now()))

    refused = client.get("/api/me", headers=as_bearer(key))

    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_key")
    (listed,) = client.get("/api/keys", headers=ada.bearer).json()["items"]
    assert listed["is_expired"] is True


@pytest.mark.parametrize("expires_at", ["2001-01-01T00:00:00Z", "2999-01-01T00:00:00", "soon"])
def test_a_key_needs_an_end_in_the_future_with_a_time_zone(
    client: TestClient, ada: Account, expires_at: str
) -> None:
    body = {"name": "x", "expires_at": expires_at}

    refused = client.post("/api/keys", json=body, headers=ada.bearer)

    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "expires_at"


def test_a_deleted_key_stops_at_once(client: TestClient, ada: Account) -> None:
    key = make_key(client, ada)
    assert client.delete(f"/api/keys/{key['id']}", headers=ada.bearer).status_code == 204
    client.cookies.clear()

    assert client.get("/api/me", headers=as_bearer(key["key"])).status_code == 401
    again = client.delete(f"/api/keys/{key['id']}", headers=ada.bearer)
    assert again.status_code == 404


def test_the_key_of_a_disabled_user_stops_at_once(
    client: TestClient, ada: Account, context: Context
) -> None:
    key = make_key(client, ada)["key"]
    client.cookies.clear()
    with transaction(context.engine) as session:
        session.execute(update(User).where(User.id == ada.id).values(disabled_at=now()))

    assert client.get("/api/me", headers=as_bearer(key)).status_code == 401
    assert client.get("/api/me", headers=as_basic("x", key)).status_code == 401


def test_the_last_use_of_a_key_is_noted(client: TestClient, ada: Account) -> None:
    made = make_key(client, ada)
    assert made["last_used_at"] is None

    client.get("/api/me", headers=as_bearer(made["key"]))

    (listed,) = client.get("/api/keys", headers=ada.bearer).json()["items"]
    used = datetime.fromisoformat(listed["last_used_at"])
    assert abs(datetime.now(UTC) - used) < timedelta(minutes=1)


def test_making_and_deleting_a_key_is_in_the_log(client: TestClient, ada: Account) -> None:
    key = make_key(client, ada, name="nightly")
    client.delete(f"/api/keys/{key['id']}", headers=ada.bearer)

    events = client.get("/api/activity", headers=ada.bearer).json()["items"]

    assert [event["kind"] for event in events] == ["key.deleted", "key.created"]
    assert {event["actor"] for event in events} == {"ada@example.com"}
    assert all(event["payload"]["name"] == "nightly" for event in events)
    assert key["key"] not in str(events)
