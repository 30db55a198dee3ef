"""The seam to PostgreSQL: engines, transactions, advisory locks.

Only `transaction` commits: at the request's boundary and at the task's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

KEEPING = "keeping-objects"
"""The advisory lock under which objects of the store are neither removed nor left out of a copy:
a backup holds it while it copies, maintenance while it removes."""


def engine_for(url: str, *, pool_size: int = 20) -> Engine:
    """An engine on a `postgresql://` URL. Connections are checked before use."""
    return create_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        pool_recycle=1800,
        connect_args={
            "connect_timeout": 10,
            "application_name": "rowmill",
            "options": "-c timezone=UTC",
        },
    )


def sqlalchemy_url(url: str) -> str:
    """The same address with the driver named, as SQLAlchemy wants it."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """A session whose work is committed at the end, or undone where an error leaves the block."""
    with Session(engine, expire_on_commit=False) as session:
        yield session
        session.commit()


def ping(session: Session) -> None:
    """Raises: OperationalError where the database does not answer."""
    session.execute(text("SELECT 1"))


def raw_connection(session: Session) -> psycopg.Connection[object]:
    """The psycopg connection under a session, inside the session's transaction."""
    return cast("psycopg.Connection[object]", session.connection().connection.driver_connection)


def lock_key(*parts: object) -> int:
    """A stable signed 64-bit key for PostgreSQL's advisory locks."""
    digest = hashlib.blake2b("\0".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def lock_in_transaction(session: Session, *parts: object) -> None:
    """Hold the lock named by `parts` until the session's transaction ends."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock_key(*parts)})


@contextmanager
def advisory_lock(engine: Engine, *parts: object) -> Iterator[None]:
    """Hold the lock named by `parts`, over all processes, while the block runs.

    The lock lives on a connection of its own, outside any transaction.
    """
    with _advisory_lock(engine, "pg_advisory_lock", parts):
        yield


@contextmanager
def advisory_lock_if_free(engine: Engine, *parts: object) -> Iterator[bool]:
    """Like `advisory_lock`, but never waits: tells whether the lock is held by this block."""
    with _advisory_lock(engine, "pg_try_advisory_lock", parts) as answer:
        yield bool(answer)


@contextmanager
def _advisory_lock(engine: Engine, function: str, parts: tuple[object, ...]) -> Iterator[object]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        key = {"key": lock_key(*parts)}
        answer = connection.execute(text(f"SELECT {function}(:key)"), key).scalar()
        try:
            yield answer
        finally:
            if answer is not False:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
