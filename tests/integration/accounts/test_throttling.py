from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import create_engine, func, select, update

from rowmill.context import Context
from rowmill.db import engine_for, transaction
from rowmill.errors import TooManyRequests
from rowmill.models import Throttle
from rowmill.throttling import PostgresStorage, Throttling


@pytest.fixture
def storage(context: Context) -> PostgresStorage:
    return PostgresStorage(context.engine)


def end_windows(context: Context) -> None:
    with transaction(context.engine) as session:
        session.execute(update(Throttle).values(expires_at=func.now()))


def test_counts_grow_within_a_window(storage: PostgresStorage) -> None:
    assert storage.get("key") == 0
    assert [storage.incr("key", 60), storage.incr("key", 60, 3)] == [1, 4]
    assert storage.get("key") == 4
    assert storage.get("other") == 0


def test_a_window_that_is_over_begins_anew(storage: PostgresStorage, context: Context) -> None:
    storage.incr("key", 60, 5)
    end_windows(context)

    assert storage.get("key") == 0
    assert storage.seconds_left("key") == 0
    assert storage.incr("key", 60) == 1
    assert 59 < storage.seconds_left("key") <= 60


def test_attempts_do_not_prolong_the_window(storage: PostgresStorage) -> None:
    storage.incr("key", 60)
    storage.incr("key", 6000)

    assert storage.get_expiry("key") == pytest.approx(time.time() + 60, abs=2)


def test_counting_at_once_loses_nothing(storage: PostgresStorage, database_url: str) -> None:
    engine = engine_for(database_url)
    other = PostgresStorage(engine)

    with ThreadPoolExecutor(8) as threads:
        counts = list(threads.map(lambda n: (storage, other)[n % 2].incr("key", 60), range(80)))

    engine.dispose()
    assert sorted(counts) == list(range(1, 81))


def test_counters_can_be_forgotten(storage: PostgresStorage) -> None:
    storage.incr("one", 60)
    storage.incr("two", 60)

    storage.clear("one")

    assert (storage.get("one"), storage.get("two")) == (0, 1)
    assert storage.reset() == 1
    assert storage.get("two") == 0


def test_windows_that_are_over_do_not_pile_up(storage: PostgresStorage, context: Context) -> None:
    for number in range(20):
        storage.incr(f"key {number}", 60)
    end_windows(context)

    storage.incr("new", 60)

    with transaction(context.engine) as session:
        assert session.scalars(select(Throttle.key)).all() == ["new"]


def test_it_knows_whether_the_database_answers(storage: PostgresStorage) -> None:
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")

    assert storage.check() is True
    assert PostgresStorage(nowhere).check() is False


def test_the_library_s_limiter_works_on_it(storage: PostgresStorage) -> None:
    limiter = FixedWindowRateLimiter(storage)
    limit = RateLimitItemPerMinute(2)

    assert [limiter.hit(limit, "a") for _ in range(3)] == [True, True, False]
    assert limiter.hit(limit, "b")
    stats = limiter.get_window_stats(limit, "b")
    assert stats.remaining == 1
    assert stats.reset_time == pytest.approx(time.time() + 60, abs=2)


def test_a_refusal_says_when_to_come_back(context: Context) -> None:
    throttling = Throttling(context.engine, RateLimitItemPerMinute(1, 5, "test"))
    throttling.check("key")
    throttling.count("key")

    with pytest.raises(TooManyRequests) as refusal:
        throttling.check("key")

    assert 295 <= int(refusal.value.headers["Retry-After"]) <= 300
    throttling.forget("key")
    throttling.check("key")
