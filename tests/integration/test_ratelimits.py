"""Limits on requests: exact where they are small, shared by all processes, told to the client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from rowmill.app import create_app
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Throttle
from rowmill.settings import Settings
from rowmill.throttling import Policy, RateLimiter
from tests.factories.accounts import make_key, register
from tests.integration.accounts.conftest import Serve

HELD = re.compile(r'"(\w+)";r=(\d+);t=(\d+)')


@pytest.fixture
def serve(settings: Settings, database_url: str) -> Iterator[Serve]:
    with ExitStack() as running:

        def start(
            *, base_url: str = "http://testserver", address: str = "testclient", **changed: Any
        ) -> TestClient:
            app = create_app(settings.model_copy(update=changed), database_url)
            return running.enter_context(
                TestClient(app, base_url=base_url, client=(address, 50000))
            )

        yield start


def left(answer: Any) -> dict[str, int]:
    """What the answer says is left of each limit."""
    return {name: int(rest) for name, rest, _ in HELD.findall(answer.headers["ratelimit"])}


def end_windows(context: Context) -> None:
    with transaction(context.engine) as session:
        session.query(Throttle).delete()


def test_the_request_above_the_limit_is_refused_and_told_when_to_come_back(serve: Serve) -> None:
    client = serve(rate_limit_published=5)

    statuses = [client.get("/products").status_code for _ in range(5)]
    refused = client.get("/products")

    assert 429 not in statuses
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_requests"
    assert "5 requests per minute and address" in refused.json()["detail"]
    assert refused.json()["request_id"] == refused.headers["x-request-id"]
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-policy"] == '"published";q=5;w=60'
    assert refused.headers["ratelimit"] == f'"published";r=0;t={refused.headers["retry-after"]}'


@pytest.mark.parametrize("path", ["/products", "/api/products", "/sales/filtered", "/help/"])
def test_all_published_paths_count_together(serve: Serve, path: str) -> None:
    client = serve(rate_limit_published=1)
    client.get("/categories")

    assert client.get(path).status_code == 429


def test_the_default_lets_a_hundred_requests_a_minute_through(serve: Serve) -> None:
    client = serve()

    statuses = [client.get("/help").status_code for _ in range(101)]

    assert 429 not in statuses[:100]
    assert statuses[100] == 429


def test_the_limit_holds_over_several_processes(serve: Serve) -> None:
    clients = [serve(rate_limit_published=6), serve(rate_limit_published=6)]

    statuses = [clients[n % 2].get("/help").status_code for n in range(8)]

    assert [status == 429 for status in statuses] == [False] * 6 + [True] * 2


def test_each_address_has_a_limit_of_its_own(serve: Serve) -> None:
    one, other = serve(rate_limit_published=1), serve(rate_limit_published=1, address="10.0.0.2")
    one.get("/help")

    assert one.get("/help").status_code == 429
    assert other.get("/help").status_code != 429


def test_addresses_of_one_ipv6_network_share_a_limit(serve: Serve) -> None:
    one = serve(rate_limit_published=1, address="2001:db8::1")
    neighbour = serve(rate_limit_published=1, address="2001:db8::2")
    one.get("/help")

    assert neighbour.get("/help").status_code == 429


def test_a_signed_in_browser_is_not_held_to_the_limit_of_the_published_api(serve: Serve) -> None:
    client = serve(rate_limit_published=1)
    register(client)

    statuses = [client.get("/api/products").status_code for _ in range(3)]

    assert 429 not in statuses


def test_a_user_and_a_key_have_limits_of_their_own(serve: Serve) -> None:
    client = serve(rate_limit_user=3, rate_limit_key=2)
    ada, bob = register(client), register(client)
    key = make_key(client, ada)["key"]  # ada's first request
    client.cookies.clear()

    by_user = [client.get("/api/me", headers=ada.bearer).status_code for _ in range(3)]
    by_key = [
        client.get("/api/me", headers={"Authorization": f"Bearer {key}"}).status_code
        for _ in range(3)
    ]

    assert by_user == [200, 200, 429]
    assert by_key == [200, 200, 429]
    assert client.get("/api/me", headers=bob.bearer).status_code == 200


def test_answers_tell_what_is_left_of_every_limit(serve: Serve) -> None:
    client = serve(rate_limit_address=50, rate_limit_user=10)
    register(client)

    first, second = client.get("/api/me"), client.get("/api/me")

    assert first.headers["ratelimit-policy"] == '"address";q=50;w=60, "user";q=10;w=60'
    assert left(first) == {"address": 48, "user": 9}
    assert left(second) == {"address": 47, "user": 8}


def test_health_and_pages_are_not_limited(serve: Serve) -> None:
    client = serve(rate_limit_address=1, rate_limit_published=1)

    assert {client.get("/healthz").status_code for _ in range(3)} == {200}
    assert "ratelimit" not in client.get("/healthz").headers


def test_no_limit_where_it_is_set_to_zero(serve: Serve) -> None:
    client = serve(rate_limit_address=0, rate_limit_published=0, rate_limit_user=0)
    register(client)

    answer = client.get("/api/me")

    assert answer.status_code == 200
    assert "ratelimit" not in answer.headers


def test_a_new_window_begins_anew(context: Context) -> None:
    policy = Policy("test", 1)
    limiter, other = RateLimiter(context.engine), RateLimiter(context.engine)
    assert [spent(limiter, policy) for _ in range(2)] == [True, False]
    assert spent(other, policy) is False
    end_windows(context)

    assert spent(RateLimiter(context.engine), policy) is True


def test_large_limits_are_exact_too_and_cost_few_round_trips(context: Context) -> None:
    policy = Policy("test", 1000)
    limiters = [RateLimiter(context.engine) for _ in range(2)]

    with ThreadPoolExecutor(8) as threads:
        passed = list(threads.map(lambda n: spent(limiters[n % 2], policy), range(1100)))

    assert 1000 - 2 * policy.batch <= sum(passed) <= 1000  # each may still hold a part of a batch
    with transaction(context.engine) as session:
        (window,) = session.query(Throttle).all()
    assert window.count <= 1000 + 2 * policy.batch


def test_nothing_is_refused_because_the_database_is_away() -> None:
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")

    assert RateLimiter(nowhere).spend(Policy("test", 1), "x") is None


def test_registrations_from_one_address_are_limited(serve: Serve) -> None:
    client = serve(registration_attempts=2)
    register(client)
    register(client)

    body = {"email": "third@example.com", "password": "long enough"}
    refused = client.post("/api/register", json=body)
    as_user = client.post("/users", json={"username": "third", "password": "long enough"})

    assert (refused.status_code, as_user.status_code) == (429, 429)
    assert "retry-after" in refused.headers
    client.cookies.clear()
    assert client.post("/api/login", json=body).status_code == 401


def spent(limiter: RateLimiter, policy: Policy) -> bool:
    standing = limiter.spend(policy, "x")
    assert standing is not None
    return not standing.is_exceeded
