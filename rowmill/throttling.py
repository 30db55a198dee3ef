"""Counting attempts and requests across all server processes, in PostgreSQL.

Every operation is a transaction of its own, so what was counted stays counted although the
request that it was counted for fails. The clock is PostgreSQL's, one for all processes.

Rare attempts, such as logins, are counted one by one, by a storage of the `limits` library.
Requests are counted in batches: a process takes several at once from the shared count and spends
them by itself, so that most requests cost no round trip.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta

from limits import RateLimitItem
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Engine, case, delete, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from rowmill.db import transaction
from rowmill.errors import TooManyRequests
from rowmill.models import Throttle

SWEPT_AT_ONCE = 100
WINDOW_SECONDS = 60
BATCHES = 100  # of a window's requests: what one process takes at once is this part of them
REMEMBERED_WINDOWS = 20_000


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
        return self.take(key, expiry, amount)[0]

    def take(
        self, key: str, expiry: int, amount: int, *, is_durable: bool = True
    ) -> tuple[int, float]:
        """Like `incr`, with the seconds until the window ends.

        What is not durable is forgotten where PostgreSQL crashes, and costs no wait for its disk.
        """
        ends = func.now() + timedelta(seconds=expiry)
        counted = insert(Throttle).values(key=key, count=amount, expires_at=ends)
        is_over = Throttle.expires_at <= func.now()
        statement = counted.on_conflict_do_update(
            index_elements=[Throttle.key],
            set_={
                "count": case((is_over, amount), else_=Throttle.count + amount),
                "expires_at": case((is_over, ends), else_=Throttle.expires_at),
            },
        ).returning(Throttle.count, func.extract("epoch", Throttle.expires_at - func.now()))
        with transaction(self._engine) as session:
            if not is_durable:
                session.execute(text("SET LOCAL synchronous_commit = off"))
            count, left = session.execute(statement).one()
        if count == amount:
            self._sweep()
        return count, float(left)

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


@dataclass(frozen=True)
class Policy:
    """So many requests in a minute, for each of what `name` names: address, user, key.

    Where the name is another, `per` says for each of what.
    """

    name: str
    limit: int
    per: str | None = None

    @property
    def batch(self) -> int:
        """How many requests a process takes from the shared count at once."""
        return max(1, self.limit // BATCHES)


@dataclass(frozen=True)
class Standing:
    """What is left of a policy's window. `remaining` leaves out what other processes hold."""

    policy: Policy
    remaining: int
    reset_seconds: int
    is_exceeded: bool = False


@dataclass
class _Window:
    """A process's part in a window: `tokens` to spend, behind a shared count of `counted`."""

    ends_at: float
    counted: int
    tokens: int

    def standing(self, policy: Policy, *, is_exceeded: bool) -> Standing:
        left = max(0, policy.limit - self.counted) + self.tokens
        seconds = max(1, math.ceil(self.ends_at - time.monotonic()))
        return Standing(policy, 0 if is_exceeded else left, seconds, is_exceeded)


class RateLimiter:
    """Limits on requests, as one server process enforces them. Safe to use from any thread."""

    def __init__(self, engine: Engine) -> None:
        """Contacts nothing yet."""
        self._storage = PostgresStorage(engine)
        self._windows: OrderedDict[str, _Window] = OrderedDict()
        self._lock = threading.Lock()
        self._takes = tuple(threading.Lock() for _ in range(64))

    def spend_held(self, policy: Policy, identifier: str) -> Standing | None:
        """Count a request without asking the database; None where that has to be asked."""
        key = f"{policy.name}:{identifier}"
        with self._lock:
            window = self._windows.get(key)
            if window is None or window.ends_at <= time.monotonic():
                return None
            if window.tokens > 0:
                window.tokens -= 1
                return window.standing(policy, is_exceeded=False)
            if window.counted >= policy.limit:
                return window.standing(policy, is_exceeded=True)
        return None

    def spend(self, policy: Policy, identifier: str) -> Standing | None:
        """Count a request. None where the database does not answer: nothing is refused then."""
        key = f"{policy.name}:{identifier}"
        # One thread takes, and the others spend of it: many at once would take more than is spent.
        with self._takes[hash(key) % len(self._takes)]:
            return self.spend_held(policy, identifier) or self._take(policy, key)

    def _take(self, policy: Policy, key: str) -> Standing | None:
        """Take a batch from the shared count, and spend one of it."""
        try:
            counted, left = self._storage.take(
                f"rate:{key}", WINDOW_SECONDS, policy.batch, is_durable=False
            )
        except SQLAlchemyError:
            return None
        taken = min(policy.batch, max(0, policy.limit - (counted - policy.batch)))
        with self._lock:
            window = self._keep(key, counted, taken, time.monotonic() + left)
            if window.tokens > 0:
                window.tokens -= 1
                return window.standing(policy, is_exceeded=False)
            return window.standing(policy, is_exceeded=True)

    def _keep(self, key: str, counted: int, taken: int, ends_at: float) -> _Window:
        """The window with what was taken; where the last one is over, nothing is left of that."""
        window = self._windows.get(key)
        if window is None or window.ends_at <= time.monotonic() or counted <= window.counted:
            window = self._windows[key] = _Window(ends_at, counted, 0)
        window.counted, window.ends_at = counted, ends_at
        window.tokens += taken
        self._windows.move_to_end(key)
        while len(self._windows) > REMEMBERED_WINDOWS:
            self._windows.popitem(last=False)
        return window


def refusal(standing: Standing) -> TooManyRequests:
    """The error of a request above a limit."""
    policy = standing.policy
    return TooManyRequests(
        f"The limit is {policy.limit} requests per minute and {policy.per or policy.name}."
        f" Wait {standing.reset_seconds} seconds, then go on.",
        retry_after=standing.reset_seconds,
    )
