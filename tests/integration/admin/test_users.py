"""What an administrator does with users takes effect at once, is logged, and locks nobody out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from tests.factories.accounts import PASSWORD, Account, make_key, register
from tests.integration.admin.panel import Panel


def test_only_administrators_get_in(client: TestClient, panel: Panel, ada: Account) -> None:
    refused = client.get("/api/admin/users", headers=ada.bearer)

    assert (refused.status_code, refused.json()["code"]) == (403, "admins_only")
    assert client.get("/api/admin/users").status_code == 401
    assert panel.call("GET", "/users").status_code == 200


def test_users_are_found_by_name_and_state(client: TestClient, panel: Panel, ada: Account) -> None:
    client.post("/users", json={"username": "grace", "password": PASSWORD})

    def names(**query: object) -> list[str]:
        return [user["username"] for user in panel.get("/users", **query)["items"]]

    assert names() == ["grace", "ada@example.com", "admin@example.com"]
    assert names(search="ADA@") == ["ada@example.com"]
    assert names(search="%") == []
    assert names(admin=True) == ["admin@example.com"]
    panel.change(ada, is_disabled=True)
    assert names(disabled=True) == ["ada@example.com"]
    assert names(disabled=False) == ["grace", "admin@example.com"]


def test_the_list_of_users_is_paged(panel: Panel, ada: Account) -> None:
    first = panel.get("/users", limit=1)
    second = panel.get("/users", limit=1, cursor=first["next_cursor"])

    assert first["items"][0]["id"] == str(ada.id)
    assert second["items"][0]["id"] == str(panel.admin.id)
    assert second["next_cursor"] is None


def test_a_disabled_user_is_out_at_once_by_every_way(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    key = {"Authorization": f"Bearer {make_key(client, ada)['key']}"}
    ways = (ada.bearer, ada.basic, key)
    assert {client.get("/api/me", headers=way).status_code for way in ways} == {200}

    changed = panel.change(ada, is_disabled=True)

    assert changed.json()["is_disabled"] is True
    assert {client.get("/api/me", headers=way).status_code for way in ways} == {401}
    login = {"email": ada.email, "password": PASSWORD}
    assert client.post("/api/login", json=login).status_code == 401
    refreshed = client.post("/api/token/refresh", json={"refresh_token": ada.refresh_token})
    assert refreshed.status_code == 401


def test_an_enabled_user_signs_in_anew_and_old_sessions_stay_ended(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    panel.change(ada, is_disabled=True)
    panel.change(ada, is_disabled=False)

    assert client.get("/api/me", headers=ada.bearer).status_code == 401
    login = {"email": ada.email, "password": PASSWORD}
    assert client.post("/api/login", json=login).status_code == 200


@pytest.mark.parametrize("change", [{"is_disabled": True}, {"is_admin": False}])
def test_the_last_administrator_stays_one(
    panel: Panel, ada: Account, change: dict[str, bool]
) -> None:
    refused = panel.change(panel.admin, **change)

    assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
    panel.change(ada, is_admin=True)
    assert panel.change(panel.admin, **change).status_code == 200
    assert panel.call("GET", "/users").status_code in {401, 403}


def test_a_disabled_administrator_does_not_count_as_another(panel: Panel, ada: Account) -> None:
    panel.change(ada, is_admin=True)
    panel.change(ada, is_disabled=True)

    assert panel.change(panel.admin, is_admin=False).status_code == 409


def test_two_administrators_cannot_unmake_each_other_at_once(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    panel.change(ada, is_admin=True)

    def unmake(pair: tuple[Account, Account]) -> int:
        actor, other = pair
        return client.patch(
            f"/api/admin/users/{other.id}", json={"is_admin": False}, headers=actor.bearer
        ).status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(unmake, [(ada, panel.admin), (panel.admin, ada)]))

    assert statuses.count(200) == 1


def test_a_user_made_without_a_password_chooses_one_by_the_link(
    client: TestClient, panel: Panel
) -> None:
    made = panel.call("POST", "/users", {"username": "grace"})

    assert made.status_code == 201
    link = made.json()["password_link"]
    assert link["link"].endswith(f"/reset-password#token={link['token']}")
    body = {"token": link["token"], "password": "chosen by grace"}
    assert client.post("/api/password-reset", json=body).status_code == 200
    login = {"username": "grace", "password": "chosen by grace"}
    assert client.post("/api/login", json=login).status_code == 200


def test_a_user_made_with_a_password_signs_in_with_it(client: TestClient, panel: Panel) -> None:
    body = {"email": "Grace@Example.com", "password": PASSWORD, "is_admin": True}

    made = panel.call("POST", "/users", body).json()

    assert made["password_link"] is None
    assert made["user"]["is_admin"] is True
    login = {"email": "grace@example.com", "password": PASSWORD}
    assert client.post("/api/login", json=login).json()["user"]["is_admin"] is True


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"username": "x", "email": "x@example.com"}, 422),
        ({"username": "x", "password": "short"}, 422),
        ({"email": "admin@example.com"}, 409),
    ],
)
def test_a_user_needs_one_free_name(panel: Panel, body: dict[str, str], status: int) -> None:
    assert panel.call("POST", "/users", body).status_code == status


def test_a_password_link_replaces_the_password_only_when_it_is_used(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    link = panel.call("POST", f"/users/{ada.id}/password-link").json()
    assert client.get("/api/me", headers=ada.bearer).status_code == 200

    client.post("/api/password-reset", json={"token": link["token"], "password": "another one"})

    assert client.get("/api/me", headers=ada.bearer).status_code == 401
    login = {"email": ada.email, "password": "another one"}
    assert client.post("/api/login", json=login).status_code == 200


def test_a_link_does_not_let_a_disabled_user_in(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    link = panel.call("POST", f"/users/{ada.id}/password-link").json()
    panel.change(ada, is_disabled=True)
    body = {"token": link["token"], "password": "another one"}

    assert client.post("/api/password-reset", json=body).status_code == 400


def test_whatever_an_administrator_does_is_logged_with_who_did_it(
    client: TestClient, panel: Panel, ada: Account
) -> None:
    panel.change(ada, is_admin=True)
    panel.change(ada, is_admin=False)
    panel.change(ada, is_disabled=True)
    panel.change(ada, is_disabled=False)
    token = panel.call("POST", f"/users/{ada.id}/password-link").json()["token"]
    panel.call("POST", "/users", {"username": "grace"})

    events = panel.get("/audit", kind="user")["items"]

    assert [event["kind"] for event in events] == [
        "user.password_reset_requested",
        "user.created",
        "user.password_reset_requested",
        "user.enabled",
        "user.disabled",
        "user.admin_revoked",
        "user.admin_granted",
    ]
    assert {event["actor"] for event in events} == {"admin@example.com"}
    assert token not in str(events)
    login = {"email": ada.email, "password": PASSWORD}
    own = client.post("/api/login", json=login).json()["access_token"]
    seen = client.get("/api/activity", headers={"Authorization": f"Bearer {own}"}).json()
    assert "user.disabled" in [event["kind"] for event in seen["items"]]


def test_doing_what_is_so_already_is_not_logged(panel: Panel, ada: Account) -> None:
    panel.change(ada, is_admin=False, is_disabled=False)

    assert panel.kinds(kind="user") == []


def test_when_a_user_was_last_seen_is_shown(client: TestClient, panel: Panel) -> None:
    made = panel.call("POST", "/users", {"username": "grace", "password": PASSWORD}).json()
    assert made["user"]["last_seen_at"] is None

    register(client, "late@example.com")

    (late, grace) = panel.get("/users", admin=False)["items"]
    assert late["last_seen_at"] is not None
    assert grace["last_seen_at"] is None
