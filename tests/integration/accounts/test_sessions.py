from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.cookies import Morsel, SimpleCookie
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from rowmill import models
from rowmill.accounts import tokens
from rowmill.accounts.tokens import AccessClaims, digest, new_access_token
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import RefreshToken, User, now
from tests.factories.accounts import PASSWORD, Account, account, register
from tests.integration.accounts.conftest import Serve

COOKIE = "rowmill_session"


def cookie_of(header: str) -> Morsel[str]:
    return SimpleCookie(header)[COOKIE]


def refresh(client: TestClient, token: str) -> tuple[int, dict[str, Any]]:
    answer = client.post("/api/token/refresh", json={"refresh_token": token})
    return answer.status_code, answer.json()


def change_sessions(context: Context, **values: object) -> None:
    with transaction(context.engine) as session:
        session.execute(update(models.Session).values(**values))


def is_signed_in(client: TestClient, access_token: str) -> bool:
    headers = {"Authorization": f"Bearer {access_token}"}
    return client.get("/api/me", headers=headers).status_code == 200


def again(client: TestClient, who: Account) -> Account:
    answer = client.post("/api/login", json={"email": who.email, "password": who.password})
    return account(answer.json())


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(client: TestClient) -> None:
    answer = client.post("/api/register", json={"email": "a@example.com", "password": PASSWORD})

    cookie = cookie_of(answer.headers["set-cookie"])
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == str(30 * 24 * 3600)
    assert not cookie["secure"]
    assert len(cookie.value) == 43  # 256 bits in base64


@pytest.mark.parametrize(
    ("base_url", "public_url"),
    [
        ("https://testserver", None),
        ("http://testserver", "https://data.example.com"),
    ],
)
def test_under_https_the_cookie_is_secure(
    serve: Serve, base_url: str, public_url: str | None
) -> None:
    client = serve(base_url=base_url, public_url=public_url)

    answer = client.post("/api/register", json={"email": "a@example.com", "password": PASSWORD})

    assert cookie_of(answer.headers["set-cookie"])["secure"]


def test_secrets_are_kept_as_digests_only(client: TestClient, context: Context) -> None:
    who = register(client)

    with transaction(context.engine) as session:
        login = session.scalars(select(models.Session)).one()
        token = session.scalars(select(RefreshToken)).one()
    assert login.token_hash == digest(client.cookies[COOKIE])
    assert token.token_hash == digest(who.refresh_token)


def test_answers_that_hold_tokens_are_never_cached(client: TestClient) -> None:
    who = register(client)
    login = client.post("/api/login", json={"email": who.email, "password": PASSWORD})
    renewed = client.post("/api/token/refresh", json={"refresh_token": who.refresh_token})

    assert login.headers["cache-control"] == renewed.headers["cache-control"] == "no-store"


def test_logout_ends_cookie_access_token_and_refresh_token_at_once(client: TestClient) -> None:
    who = register(client)
    cookie = client.cookies[COOKIE]

    answer = client.post("/api/logout")

    assert answer.status_code == 200
    assert answer.json()["message"]
    assert COOKIE not in client.cookies
    assert client.get("/api/me", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401
    assert not is_signed_in(client, who.access_token)
    assert refresh(client, who.refresh_token)[0] == 401


@pytest.mark.parametrize("by", ["cookie", "bearer"])
def test_a_second_logout_is_unauthenticated(client: TestClient, by: str) -> None:
    who = register(client)
    cookie = client.cookies[COOKIE]
    client.cookies.clear()
    headers = who.bearer if by == "bearer" else {"Cookie": f"{COOKIE}={cookie}"}

    statuses = [client.post("/api/logout", headers=headers).status_code for _ in range(2)]

    assert statuses == [200, 401]


def test_logout_leaves_other_sessions_alone(client: TestClient) -> None:
    who = register(client)
    other = again(client, who)

    assert client.post("/api/logout", headers=who.bearer).status_code == 200

    assert not is_signed_in(client, who.access_token)
    assert is_signed_in(client, other.access_token)


def test_logout_by_password_says_that_there_is_no_session(client: TestClient) -> None:
    who = register(client)
    client.cookies.clear()

    answer = client.post("/api/logout", headers=who.basic)

    assert (answer.status_code, answer.json()["code"]) == (400, "no_session")


def test_a_refresh_token_gives_new_tokens_once(client: TestClient) -> None:
    who = register(client)

    status, fresh = refresh(client, who.refresh_token)

    assert status == 200
    assert fresh["token_type"] == "bearer"
    assert fresh["expires_in"] == 900
    assert fresh["refresh_token"] != who.refresh_token
    assert is_signed_in(client, fresh["access_token"])
    assert refresh(client, fresh["refresh_token"])[0] == 200


@pytest.mark.parametrize("body", [{"refresh": "{}"}, {"refresh_token": "{}"}])
@pytest.mark.parametrize("kind", ["json", "data"])
def test_the_refresh_token_is_taken_under_both_names_and_forms(
    client: TestClient, body: dict[str, str], kind: str
) -> None:
    who = register(client)
    filled = {name: value.format(who.refresh_token) for name, value in body.items()}

    if kind == "json":
        answer = client.post("/api/token/refresh", json=filled)
    else:
        answer = client.post("/api/token/refresh", data=filled)

    assert answer.status_code == 200


def test_reuse_of_a_refresh_token_ends_the_whole_session_for_good(client: TestClient) -> None:
    who = register(client)
    other = again(client, who)
    client.cookies.clear()
    _, fresh = refresh(client, who.refresh_token)

    status, problem = refresh(client, who.refresh_token)

    assert (status, problem["code"]) == (401, "token_reused")
    assert not is_signed_in(client, fresh["access_token"])
    assert not is_signed_in(client, who.access_token)
    assert refresh(client, fresh["refresh_token"])[0] == 401
    assert is_signed_in(client, other.access_token)
    assert refresh(client, other.refresh_token)[0] == 200


def test_reuse_ends_the_cookie_too(client: TestClient) -> None:
    who = register(client)
    assert client.get("/api/me").status_code == 200
    refresh(client, who.refresh_token)
    refresh(client, who.refresh_token)

    assert client.get("/api/me").status_code == 401


def test_of_equal_refreshes_at_once_one_wins_and_the_session_ends(serve: Serve) -> None:
    servers = [serve(), serve()]
    who = register(servers[0])
    start = Barrier(4)

    def one(number: int) -> tuple[int, dict[str, Any]]:
        start.wait()
        return refresh(servers[number % 2], who.refresh_token)

    with ThreadPoolExecutor(4) as threads:
        answers = sorted(threads.map(one, range(4)), key=lambda answer: answer[0])

    assert [status for status, _ in answers] == [200, 401, 401, 401]
    assert not is_signed_in(servers[0], answers[0][1]["access_token"])


@pytest.mark.parametrize("token", ["", "nonsense", "\0", "ü"])
def test_an_unknown_refresh_token_is_refused(client: TestClient, token: str) -> None:
    status, problem = refresh(client, token)

    assert (status, problem["code"]) == (401, "invalid_refresh_token")


def test_a_refresh_token_ends_with_its_session(client: TestClient, context: Context) -> None:
    who = register(client)
    change_sessions(context, expires_at=now())

    assert refresh(client, who.refresh_token)[0] == 401


def test_an_access_token_expires(
    client: TestClient, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = register(client)
    with transaction(context.engine) as session:
        session_id = session.scalars(select(models.Session.id)).one()
    claims = AccessClaims(who.id, session_id)
    assert is_signed_in(client, new_access_token(context.settings, claims))

    monkeypatch.setattr(tokens, "now", lambda: now() - timedelta(minutes=16))

    expired = new_access_token(context.settings, claims)
    answer = client.get("/api/me", headers={"Authorization": f"Bearer {expired}"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_token"


def test_an_access_token_is_good_only_for_the_session_of_its_user(
    client: TestClient, context: Context
) -> None:
    ada, bob = register(client), register(client)
    with transaction(context.engine) as session:
        of_ada = select(models.Session.id).where(models.Session.user_id == ada.id)
        session_id = session.scalars(of_ada).one()

    assert not is_signed_in(
        client, new_access_token(context.settings, AccessClaims(bob.id, session_id))
    )
    assert not is_signed_in(
        client, new_access_token(context.settings, AccessClaims(ada.id, uuid4()))
    )


def test_a_session_expires_when_it_is_not_used(client: TestClient, context: Context) -> None:
    who = register(client)
    change_sessions(context, expires_at=now())

    assert client.get("/api/me").status_code == 401
    assert not is_signed_in(client, who.access_token)


def test_use_moves_the_end_of_a_session_on(client: TestClient, context: Context) -> None:
    register(client)
    two_days_ago = now() - timedelta(days=2)
    change_sessions(context, last_seen_at=two_days_ago, expires_at=now() + timedelta(days=28))

    answer = client.get("/api/workspaces")

    with transaction(context.engine) as session:
        login = session.scalars(select(models.Session)).one()
    assert now() - login.last_seen_at < timedelta(minutes=1)
    assert login.expires_at - now() > timedelta(days=29, hours=23)
    renewed = cookie_of(answer.headers["set-cookie"])
    assert renewed.value == client.cookies[COOKIE]
    assert renewed["max-age"] == str(30 * 24 * 3600)


def test_use_is_noted_at_most_once_a_minute(client: TestClient, context: Context) -> None:
    register(client)
    half_a_minute_ago = now() - timedelta(seconds=30)
    change_sessions(context, last_seen_at=half_a_minute_ago)

    answer = client.get("/api/workspaces")

    with transaction(context.engine) as session:
        assert session.scalars(select(models.Session.last_seen_at)).one() == half_a_minute_ago
    assert "set-cookie" not in answer.headers


def test_use_by_token_moves_the_end_on_without_a_cookie(
    client: TestClient, context: Context
) -> None:
    who = register(client)
    client.cookies.clear()
    change_sessions(context, last_seen_at=now() - timedelta(hours=1))

    answer = client.get("/api/me", headers=who.bearer)

    with transaction(context.engine) as session:
        seen = session.scalars(select(models.Session.last_seen_at)).one()
    assert now() - seen < timedelta(minutes=1)
    assert "set-cookie" not in answer.headers


def test_refreshing_moves_the_end_on(client: TestClient, context: Context) -> None:
    who = register(client)
    change_sessions(context, expires_at=now() + timedelta(hours=1))

    assert refresh(client, who.refresh_token)[0] == 200

    with transaction(context.engine) as session:
        expires = session.scalars(select(models.Session.expires_at)).one()
    assert expires - now() > timedelta(days=29)


def test_the_list_shows_where_one_is_signed_in(client: TestClient) -> None:
    who = register(client)
    agent = {"User-Agent": "curl/8.0"}
    body = {"email": who.email, "password": PASSWORD}
    client.post("/api/login", json=body, headers=agent)
    register(client)
    client.cookies.clear()

    listed = client.get("/api/sessions", headers=who.bearer).json()

    newest, oldest = listed["items"]
    assert (newest["is_current"], oldest["is_current"]) == (False, True)
    assert newest["user_agent"] == "curl/8.0"
    assert newest["ip_address"] == "testclient"
    assert datetime.fromisoformat(newest["expires_at"]) > datetime.now(UTC) + timedelta(days=29)
    assert newest["created_at"].endswith("Z")
    assert set(newest) == {
        "id", "created_at", "last_seen_at", "expires_at", "ip_address", "user_agent", "is_current",
    }  # fmt: skip


def test_the_list_is_paged_while_sessions_come_and_go(client: TestClient) -> None:
    who = register(client)
    for _ in range(4):
        again(client, who)
    expected = [item["id"] for item in client.get("/api/sessions").json()["items"]]

    first = client.get("/api/sessions", params={"limit": 2})
    again(client, who)
    second = client.get(first.links["next"]["url"]).json()
    third = client.get("/api/sessions", params={"limit": 2, "cursor": second["next_cursor"]}).json()

    paged = [*first.json()["items"], *second["items"], *third["items"]]
    assert [item["id"] for item in paged] == expected
    assert third["next_cursor"] is None


def test_an_exactly_full_last_page_has_no_next(client: TestClient) -> None:
    again(client, register(client))

    answer = client.get("/api/sessions", params={"limit": 2})

    assert len(answer.json()["items"]) == 2
    assert answer.json()["next_cursor"] is None
    assert "link" not in answer.headers


@pytest.mark.parametrize("cursor", ["", "nonsense", "ü", "AAAA", "=" * 20])
def test_a_made_up_cursor_is_a_bad_request(client: TestClient, cursor: str) -> None:
    register(client)

    answer = client.get("/api/sessions", params={"cursor": cursor})

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("limit", ["0", "-1", "1001", "ten"])
def test_a_bad_limit_is_refused(client: TestClient, limit: str) -> None:
    register(client)

    answer = client.get("/api/sessions", params={"limit": limit})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


def test_a_session_can_be_ended_from_another(client: TestClient) -> None:
    who = register(client)
    lost = again(client, who)
    client.cookies.clear()
    newest = client.get("/api/sessions", headers=who.bearer).json()["items"][0]["id"]

    answer = client.delete(f"/api/sessions/{newest}", headers=who.bearer)

    assert (answer.status_code, answer.content) == (204, b"")
    assert not is_signed_in(client, lost.access_token)
    assert refresh(client, lost.refresh_token)[0] == 401
    assert is_signed_in(client, who.access_token)
    assert len(client.get("/api/sessions", headers=who.bearer).json()["items"]) == 1
    assert client.delete(f"/api/sessions/{newest}", headers=who.bearer).status_code == 404


def test_ending_the_current_session_clears_the_cookie(client: TestClient) -> None:
    register(client)
    current = client.get("/api/sessions").json()["items"][0]["id"]

    assert client.delete(f"/api/sessions/{current}").status_code == 204

    assert COOKIE not in client.cookies
    assert client.get("/api/me").status_code == 401


def test_sessions_of_others_are_not_there(client: TestClient) -> None:
    ada = register(client)
    of_ada = client.get("/api/sessions").json()["items"][0]["id"]
    register(client)

    assert client.delete(f"/api/sessions/{of_ada}").status_code == 404
    assert client.delete(f"/api/sessions/{uuid4()}").status_code == 404
    assert is_signed_in(client, ada.access_token)


def test_ended_sessions_are_forgotten_at_the_next_login(
    client: TestClient, context: Context
) -> None:
    who = register(client)
    client.post("/api/logout")
    again(client, who)

    with transaction(context.engine) as session:
        assert session.scalar(select(func.count()).select_from(models.Session)) == 1


def test_long_used_refresh_tokens_are_forgotten(client: TestClient, context: Context) -> None:
    who = register(client)
    _, fresh = refresh(client, who.refresh_token)
    with transaction(context.engine) as session:
        used = update(RefreshToken).where(RefreshToken.used_at.is_not(None))
        session.execute(used.values(used_at=now() - timedelta(days=31)))

    assert refresh(client, fresh["refresh_token"])[0] == 200

    with transaction(context.engine) as session:
        assert session.scalar(select(func.count()).select_from(RefreshToken)) == 2


def test_a_disabled_user_is_refused_everywhere(client: TestClient, context: Context) -> None:
    who = register(client)
    cookie = client.cookies[COOKIE]
    assert client.get("/api/me", headers=who.basic).status_code == 200
    with transaction(context.engine) as session:
        session.execute(update(User).values(disabled_at=now()))
    client.cookies.clear()

    assert client.get("/api/me", headers={"Cookie": f"{COOKIE}={cookie}"}).status_code == 401
    assert client.get("/api/me", headers=who.bearer).status_code == 401
    assert client.get("/api/me", headers=who.basic).status_code == 401
    assert refresh(client, who.refresh_token)[0] == 401
    body = {"email": who.email, "password": PASSWORD}
    assert client.post("/api/login", json=body).status_code == 401
