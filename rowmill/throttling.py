"""Counting attempts across all server processes: a storage of the `limits` library in PostgreSQL.

Every operation is a transaction of its own, so what was counted stays counted although the
request that it was counted for fails. The clock is PostgreSQL's, one for all processes.
"""

from __future__ import annotations

import math
import time
from datetime import timedelta

from limits import RateLimitItem
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine, case, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from rowmill.db import transaction
from rowmill.errors import TooManyRequests
from rowmill.models import Throttle

SWEPT_AT_ONCE = 100


class PostgresStorage(Storage):
    """Counters in the table `throttles`; a window begins with its first attempt."""

    STORAGE_SCHEME = None  # made from an engine, never from a URI

    def __init__(self, engine: Engine) -> None:
        """Args: `engine` of the app's database."""
        super().__init__()
        self._engine = engine

    @property
    def base_exceptions(self) -> type[Exception]:
        """What a failing database raises."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` attempts; the count of the running window of `expiry` seconds."""
        ends = func.now() + timedelta(seconds=expiry)
        counted = insert(Throttle).values(key=key, count=amount, expires_at=ends)
        is_over = Throttle.expires_at <= func.now()
        statement = counted.on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "count": case((is_over, amount), else_=Throttle.count + amount),
                "expires_at": case((is_over, ends), else_=Throttle.expires_at),
            },
        ).returning(Throttle.count)
        with transaction(self._engine) as session:
            count = session.execute(statement).scalar_one()
        if count == amount:
            self._sweep()
        return count

    def get(self, key: str) -> int:
        """The count of the running window; 0 where none runs."""
        running = select(Throttle.count).where(
            Throttle.key == key, Throttle.expires_at > func.now()
        )
        with transaction(self._engine) as session:
            return session.scalar(running) or 0

    def get_expiry(self, key: str) -> float:
        """When the running window ends, in seconds since 1970 by this machine's clock."""
        return time.time() + self.seconds_left(key)

    def seconds_left(self, key: str) -> float:
        """Seconds until the running window ends; 0 where none runs."""
        left = func.extract("epoch", Throttle.expires_at - func.now())
        running = select(left).where(Throttle.key == key, Throttle.expires_at > func.now())
        with transaction(self._engine) as session:
            return float(session.scalar(running) or 0)

    def check(self) -> bool:
        """Whether the database answers."""
        try:
            with transaction(self._engine) as session:
                return session.scalar(select(literal(value=True))) is True
        except SQLAlchemyError:
            return False

    def reset(self) -> int:
        """Forget every counter; the number forgotten."""
        with transaction(self._engine) as session:
            return len(session.scalars(delete(Throttle).returning(Throttle.key)).all())

    def clear(self, key: str) -> None:
        """Forget one counter."""
        with transaction(self._engine) as session:
            session.execute(delete(Throttle).where(Throttle.key == key))

    def _sweep(self) -> None:
        """Delete some windows that are over: more than one for each that begins."""
        over = (
            select(Throttle.key)
            .where(Throttle.expires_at <= func.now())
            .limit(SWEPT_AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        with transaction(self._engine) as session:
            session.execute(delete(Throttle).where(Throttle.key.in_(over)))


class Throttling:
    """A limit on attempts, counted for each of the identifiers given."""

    def __init__(self, engine: Engine, limit: RateLimitItem) -> None:
        """Args: `limit` as the library writes it, such as `RateLimitItemPerMinute(10, 5)`."""
        self._storage = PostgresStorage(engine)
        self._limiter = FixedWindowRateLimiter(self._storage)
        self._limit = limit

    def check(self, *identifiers: str) -> None:
        """Let pass who has attempts left; count nothing. Raises: TooManyRequests."""
        if not self._limiter.test(self._limit, *identifiers):
            raise self._refusal(*identifiers)

    def count(self, *identifiers: str) -> None:
        """Count an attempt, whether or not any is left."""
        self._limiter.hit(self._limit, *identifiers)

    def forget(self, *identifiers: str) -> None:
        """Begin to count anew."""
        self._limiter.clear(self._limit, *identifiers)

    def _refusal(self, *identifiers: str) -> TooManyRequests:
        seconds = self._storage.seconds_left(self._limit.key_for(*identifiers))
        return TooManyRequests(retry_after=math.ceil(seconds))
