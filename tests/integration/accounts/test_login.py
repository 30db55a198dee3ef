from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from rowmill.accounts import authentication
from rowmill.accounts.passwords import HASHER
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Throttle, User, now
from tests.factories.accounts import PASSWORD, register
from tests.integration.accounts.conftest import Serve


def log_in(client: TestClient, email: str, password: str = PASSWORD) -> int:
    return client.post("/api/login", json={"email": email, "password": password}).status_code


@pytest.mark.parametrize("field", ["email", "username"])
@pytest.mark.parametrize("typed", ["ada@example.com", " ADA@Example.COM "])
@pytest.mark.parametrize("kind", ["json", "data"])
def test_login_takes_name_and_password_in_any_form(
    client: TestClient, field: str, typed: str, kind: str
) -> None:
    account = register(client, "ada@example.com")
    client.cookies.clear()

    body = {field: typed, "password": PASSWORD}
    answer = client.post("/api/login", json=body) if kind == "json" else None
    answer = answer or client.post("/api/login", data=body)

    assert answer.status_code == 200
    assert answer.json()["user_id"] == str(account.id)
    assert client.get("/api/me").json()["id"] == str(account.id)


def test_a_username_that_is_no_address_signs_in(client: TestClient, context: Context) -> None:
    account = register(client)
    with transaction(context.engine) as session:
        session.execute(update(User).values(username="warehouse"))

    assert log_in(client, "Warehouse") == 200
    assert log_in(client, account.email) == 200


def test_every_login_is_a_session_of_its_own(client: TestClient) -> None:
    account = register(client)
    first = client.post("/api/login", json={"email": account.email, "password": PASSWORD}).json()
    second = client.post("/api/login", json={"email": account.email, "password": PASSWORD}).json()

    tokens = {account.access_token, first["access_token"], second["access_token"]}
    assert len(tokens) == 3
    for token in tokens:
        by_token = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/me", headers=by_token).status_code == 200


def test_a_refusal_does_not_tell_whether_the_account_exists(
    client: TestClient, context: Context
) -> None:
    known = register(client, "known@example.com")
    disabled = register(client, "disabled@example.com")
    with transaction(context.engine) as session:
        session.execute(update(User).where(User.id == disabled.id).values(disabled_at=now()))

    def refusal(email: str, password: str) -> dict[str, object]:
        answer = client.post("/api/login", json={"email": email, "password": password})
        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers
        body: dict[str, object] = answer.json()
        del body["request_id"]
        return body

    wrong = refusal(known.email, "wrong password")
    assert wrong["code"] == "wrong_credentials"
    assert refusal("unknown@example.com", "wrong password") == wrong
    assert refusal(disabled.email, PASSWORD) == wrong
    assert refusal("no address\0", "wrong password") == wrong


def test_a_refusal_takes_as_long_for_an_unknown_account(client: TestClient) -> None:
    account = register(client)

    def seconds(email: str) -> float:
        started = time.perf_counter()
        assert log_in(client, email, "wrong password") == 401
        return time.perf_counter() - started

    seconds("warm-up@example.com")
    known = median(seconds(account.email) for _ in range(4))
    unknown = median(seconds(f"unknown{number}@example.com") for number in range(4))

    # argon2 is most of the time; without it an answer would take a small part of this.
    assert unknown > known / 2


def test_a_hash_with_old_parameters_is_renewed_at_login(
    client: TestClient, context: Context
) -> None:
    account = register(client)
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    with transaction(context.engine) as session:
        session.execute(update(User).values(password_hash=old))

    assert log_in(client, account.email) == 200

    with transaction(context.engine) as session:
        renewed = session.scalars(select(User.password_hash)).one()
    assert renewed != old
    assert not HASHER.check_needs_rehash(renewed)
    assert log_in(client, account.email) == 200


def test_after_too_many_failures_even_the_right_password_has_to_wait(serve: Serve) -> None:
    client = serve(login_attempts=3)
    account = register(client)
    assert [log_in(client, account.email, "wrong") for _ in range(3)] == [401, 401, 401]

    answer = client.post("/api/login", json={"email": account.email, "password": PASSWORD})

    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many_requests"
    assert 290 <= int(answer.headers["Retry-After"]) <= 300


def test_unknown_names_are_throttled_like_known_ones(serve: Serve) -> None:
    servers = [serve(login_attempts=3, address=f"10.0.0.{number}") for number in range(4)]

    statuses = [log_in(client, "unknown@example.com", "wrong") for client in servers]

    assert statuses == [401, 401, 401, 429]


def test_failures_are_counted_across_server_processes(serve: Serve) -> None:
    one = serve(login_attempts=4)
    other = serve(login_attempts=4)
    account = register(one)

    statuses = [log_in(server, account.email, "wrong") for server in (one, other) * 3]

    assert statuses == [401, 401, 401, 401, 429, 429]


def test_an_address_that_tries_many_accounts_is_throttled(serve: Serve) -> None:
    attacker = serve(login_attempts=3, address="203.0.113.7")
    elsewhere = serve(login_attempts=3, address="203.0.113.8")
    account = register(elsewhere)

    statuses = [log_in(attacker, f"victim{number}@example.com") for number in range(4)]

    assert statuses == [401, 401, 401, 429]
    assert log_in(attacker, account.email) == 429
    assert log_in(elsewhere, account.email) == 200


def test_all_addresses_of_one_ipv6_network_count_together(serve: Serve) -> None:
    servers = [serve(login_attempts=2, address=f"2001:db8:0:7::{part}") for part in "abc"]

    statuses = [log_in(server, f"{n}@example.com", "x") for n, server in enumerate(servers)]

    assert statuses == [401, 401, 429]


def test_an_account_is_throttled_under_all_its_names(serve: Serve, context: Context) -> None:
    servers = [serve(login_attempts=2, address=f"10.0.0.{number}") for number in range(3)]
    account = register(servers[0])
    with transaction(context.engine) as session:
        session.execute(update(User).values(username="warehouse"))

    names = [account.email, "warehouse", account.email.upper()]
    statuses = [log_in(server, name, "wrong") for server, name in zip(servers, names, strict=True)]

    assert statuses == [401, 401, 429]


def test_success_gives_the_account_its_attempts_back(serve: Serve) -> None:
    servers = [serve(login_attempts=3, address=f"10.0.0.{number}") for number in range(2)]
    account = register(servers[0])
    failures = [log_in(servers[0], account.email, "wrong") for _ in range(2)]

    assert log_in(servers[1], account.email) == 200
    assert failures == [401, 401]
    assert [log_in(servers[1], account.email, "wrong") for _ in range(3)] == [401, 401, 401]
    assert log_in(servers[1], account.email) == 429


def test_success_does_not_give_the_address_its_attempts_back(serve: Serve) -> None:
    client = serve(login_attempts=3)
    account = register(client)
    assert log_in(client, "a@example.com", "wrong") == 401
    assert log_in(client, account.email) == 200
    assert log_in(client, "b@example.com", "wrong") == 401
    assert log_in(client, account.email) == 200
    assert log_in(client, "c@example.com", "wrong") == 401

    assert log_in(client, account.email) == 429


def test_attempts_come_back_when_the_window_ends(serve: Serve, context: Context) -> None:
    client = serve(login_attempts=1)
    account = register(client)
    assert log_in(client, account.email, "wrong") == 401
    assert log_in(client, account.email) == 429
    with transaction(context.engine) as session:
        session.execute(update(Throttle).values(expires_at=func.now()))

    assert log_in(client, account.email) == 200


def test_guesses_at_once_get_no_more_attempts(serve: Serve) -> None:
    client = serve(login_attempts=3)
    account = register(client)
    start = Barrier(12)

    def guess(number: int) -> int:
        start.wait()
        return log_in(client, account.email, f"guess {number}")

    with ThreadPoolExecutor(12) as threads:
        statuses = sorted(threads.map(guess, range(12)))

    assert statuses == [401] * 3 + [429] * 9


def test_many_right_logins_at_once_are_all_let_in(serve: Serve) -> None:
    client = serve(login_attempts=3)
    account = register(client)
    start = Barrier(12)

    def enter(_: int) -> int:
        start.wait()
        return log_in(client, account.email)

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(enter, range(12))) == {200}


def test_basic_guesses_are_throttled_too(serve: Serve) -> None:
    client = serve(login_attempts=3)
    account = register(client)
    client.cookies.clear()

    statuses = [
        client.get("/api/me", auth=(account.email, f"guess {number}")).status_code
        for number in range(4)
    ]

    assert statuses == [401, 401, 401, 429]
    assert log_in(client, account.email) == 429


def test_counting_holds_no_names(client: TestClient, context: Context) -> None:
    log_in(client, "secret-name@example.com", "wrong")

    with transaction(context.engine) as session:
        keys = session.scalars(select(Throttle.key)).all()
    assert len([key for key in keys if key.startswith("login/")]) == 2
    assert not [key for key in keys if "secret-name" in key]


def test_no_connection_is_held_while_passwords_are_checked(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = register(client)
    held: list[int] = []

    def watched(password_hash: str | None, password: str) -> bool:
        held.append(client.app.state.context.engine.pool.checkedout())  # type: ignore[attr-defined]
        return password_hash is not None and password == PASSWORD

    monkeypatch.setattr(authentication, "verify_password", watched)

    assert log_in(client, account.email) == 200
    assert held == [0]
