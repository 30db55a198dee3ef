"""Who came in, who was kept out: for administrators to read, and not for members."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from rowmill.accounts import auditing
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import User
from rowmill.settings import Settings
from tests.factories.accounts import PASSWORD, Account, make_key, register


@pytest.fixture
def admin(client: TestClient) -> Account:
    account = register(client, "admin@example.com")
    client.cookies.clear()
    return account


@pytest.fixture
def ada(client: TestClient, admin: Account) -> Account:
    assert admin.email != "ada@example.com"
    account = register(client, "ada@example.com")
    client.cookies.clear()
    return account


def audit(client: TestClient, admin: Account, **query: str) -> list[dict[str, Any]]:
    """Events about signing in as others than the administrator, oldest first."""
    wanted = {"kind": "sign_in", "limit": "1000", **query}
    answer = client.get("/api/admin/audit", params=wanted, headers=admin.bearer)
    items = answer.raise_for_status().json()["items"]
    return [e for e in reversed(items) if e["payload"]["username"] != admin.email]


def log_in(client: TestClient, password: str = PASSWORD, **headers: str) -> Any:
    body = {"email": "ada@example.com", "password": password}
    answer = client.post("/api/login", json=body, headers=headers)
    client.cookies.clear()
    return answer


def test_coming_in_and_going_are_logged_with_place_and_program(
    client: TestClient, admin: Account, ada: Account
) -> None:
    token = log_in(client, **{"User-Agent": "spider/1"}).json()["access_token"]
    client.post("/api/logout", headers={"Authorization": f"Bearer {token}"}).raise_for_status()
    client.get("/api/me", headers=ada.basic).raise_for_status()

    events = audit(client, admin)

    assert [(e["kind"], e["payload"]["via"], e["actor"]) for e in events] == [
        ("sign_in.succeeded", "registration", ada.email),
        ("sign_in.succeeded", "password", ada.email),
        ("sign_in.ended", "sign-out", ada.email),
        ("sign_in.succeeded", "basic", ada.email),
    ]
    assert events[1]["payload"]["user_agent"] == "spider/1"
    assert events[1]["payload"]["ip_address"] == "testclient"
    assert events[1]["subject_id"] == str(ada.id)


def test_failures_are_logged_and_a_throttled_account_once(
    settings: Settings, client: TestClient, admin: Account, ada: Account
) -> None:
    limit = settings.login_attempts
    statuses = [log_in(client, "wrong").status_code for _ in range(limit + 3)]
    assert statuses == [401] * limit + [429] * 3

    events = audit(client, admin)[1:]

    kinds = [event["kind"] for event in events]
    assert kinds == ["sign_in.failed"] * limit + ["sign_in.throttled"]
    assert {event["actor"] for event in events} == {None}
    assert {event["payload"]["username"] for event in events} == {ada.email}
    assert "wrong" not in str(events)


def test_a_program_that_signs_in_all_the_time_does_not_flood_the_log(
    context: Context, client: TestClient, admin: Account, ada: Account
) -> None:
    with transaction(context.engine) as session:
        user = session.get_one(User, ada.id)
    for _ in range(auditing.MOST_IN_AN_HOUR * 2):
        auditing.note(context, user, "succeeded", auditing.Client("10.0.0.1", "cron"))

    events = audit(client, admin)

    assert len(events) == auditing.MOST_IN_AN_HOUR
    assert [("more_may_follow" in event["payload"]) for event in events[-2:]] == [False, True]


def test_the_first_use_of_a_key_is_logged_and_no_other(
    client: TestClient, admin: Account, ada: Account
) -> None:
    made = make_key(client, ada, name="nightly")
    assert len(audit(client, admin)) == 1
    for _ in range(3):
        bearer = {"Authorization": f"Bearer {made['key']}"}
        client.get("/api/datasets", headers=bearer).raise_for_status()

    (event,) = audit(client, admin)[1:]

    assert event["kind"] == "sign_in.succeeded"
    assert event["payload"]["via"] == "key"
    assert event["payload"]["key"] == "nightly"
    assert made["key"] not in str(event)


def test_a_refresh_token_that_is_used_twice_is_logged(
    client: TestClient, admin: Account, ada: Account
) -> None:
    body = {"refresh_token": ada.refresh_token}
    assert client.post("/api/token/refresh", json=body).status_code == 200
    assert client.post("/api/token/refresh", json=body).status_code == 401

    assert audit(client, admin)[-1]["kind"] == "sign_in.token_reused"


def test_names_that_are_no_accounts_leave_nothing(
    client: TestClient, admin: Account, ada: Account
) -> None:
    client.post("/api/login", json={"email": "nobody@example.com", "password": "wrong"})

    assert [event["payload"]["username"] for event in audit(client, admin)] == [ada.email]


def test_members_do_not_see_from_where_others_sign_in(client: TestClient, ada: Account) -> None:
    log_in(client)

    seen = client.get("/api/activity", headers=ada.bearer).json()["items"]

    assert seen == []


def test_a_user_s_sign_ins_can_be_asked_for(
    client: TestClient, admin: Account, ada: Account
) -> None:
    log_in(client)
    register(client, "grace@example.com")
    client.cookies.clear()

    events = audit(client, admin, user=str(ada.id), kind="sign_in.succeeded")

    assert [event["payload"]["via"] for event in events] == ["registration", "password"]
