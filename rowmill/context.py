"""What a process holds while it runs: settings, database, object store, lakes.

The server and the worker each build one; endpoints get it, and a session on it, as dependencies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rowmill.db import engine_for, transaction
from rowmill.lake import Lakes
from rowmill.settings import Settings
from rowmill.store import Store, open_store


@dataclass(frozen=True)
class Context:
    """The outside things of one process. `database_url` is the PostgreSQL really in use."""

    settings: Settings
    database_url: str
    engine: Engine
    store: Store
    lakes: Lakes

    @classmethod
    def open(cls, settings: Settings, database_url: str) -> Context:
        """Connects lazily: nothing is contacted before its first use."""
        store = open_store(settings)
        engine = engine_for(database_url)
        lakes = Lakes(settings, database_url, store)
        return cls(settings, database_url, engine, store, lakes)

    def close(self) -> None:
        """Let go of every connection."""
        self.lakes.close()
        self.engine.dispose()


async def get_context(request: Request) -> Context:
    """The context of the server process."""  # async spares the trip to the thread pool
    return cast("Context", request.app.state.context)


ContextDep = Annotated[Context, Depends(get_context)]


def get_session(context: ContextDep) -> Iterator[Session]:
    """A session whose work is committed before the answer is sent."""
    with transaction(context.engine) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session, scope="function")]
