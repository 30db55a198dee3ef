"""The event log: nothing is missed, whatever order transactions commit in."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from rowmill import events
from rowmill.activity import service
from rowmill.activity.service import stream
from rowmill.db import engine_for, transaction
from rowmill.models import Workspace, new_id


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = engine_for(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def workspace_id(engine: Engine) -> UUID:
    with transaction(engine) as session:
        workspace = Workspace(name="Test")
        session.add(workspace)
        session.flush()
        return workspace.id


def append(session: Session, workspace_id: UUID, kind: str) -> None:
    events.append(session, kind, workspace_id=workspace_id, subject="dataset", subject_id=new_id())


def test_an_event_of_an_undone_transaction_is_not_logged(
    engine: Engine, workspace_id: UUID
) -> None:
    with Session(engine) as session:
        append(session, workspace_id, "dataset.created")
        session.rollback()
    with transaction(engine) as session:
        assert events.since(session, workspace_id, 0) == []


def test_ids_grow_in_the_order_of_commits_though_transactions_overlap(
    engine: Engine, workspace_id: UUID
) -> None:
    """Readers that ask for "everything after n" while writers overlap see every event once."""
    writers, each = 6, 25
    seen: list[int] = []
    done = threading.Event()

    def write() -> None:
        for _ in range(each):
            with transaction(engine) as session:
                append(session, workspace_id, "dataset.changed")

    def read() -> None:
        position = 0
        while True:
            is_last = done.is_set()
            with transaction(engine) as session:
                batch = events.since(session, workspace_id, position)
            seen.extend(event["id"] for event in batch)
            position = seen[-1] if seen else 0
            if is_last and not batch:
                return

    reader = threading.Thread(target=read)
    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in (reader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    reader.join()

    assert len(seen) == writers * each
    assert seen == sorted(set(seen))


@asynccontextmanager
async def listening(database_url: str) -> Any:
    hub = events.Hub(database_url)
    hub.start()
    await asyncio.sleep(0.3)
    try:
        yield hub
    finally:
        await hub.stop()


async def collect(lines: Any, count: int) -> list[str]:
    """The next `count` messages that are events."""
    found: list[str] = []
    async with asyncio.timeout(10):
        async for line in lines:
            if "event: " in line:
                found.append(line)
            if len(found) == count:
                break
    return found


def test_every_server_process_hears_an_event_of_any_other(
    engine: Engine, workspace_id: UUID, database_url: str
) -> None:
    async def scenario() -> tuple[list[str], list[str]]:
        async with listening(database_url) as one, listening(database_url) as two:
            first = stream(one, engine, workspace_id, 0)
            second = stream(two, engine, workspace_id, 0)
            with transaction(engine) as session:
                append(session, workspace_id, "dataset.created")
            return await collect(first, 1), await collect(second, 1)

    first, second = asyncio.run(scenario())

    assert first == second
    assert "event: dataset.created\n" in first[0]
    assert first[0].startswith("id: ")


def test_a_listener_that_comes_back_gets_what_it_missed(
    engine: Engine, workspace_id: UUID, database_url: str
) -> None:
    async def scenario() -> list[str]:
        with transaction(engine) as session:
            append(session, workspace_id, "dataset.created")
            last = events.latest_id(session, workspace_id)
        with transaction(engine) as session:
            last = events.latest_id(session, workspace_id)
            append(session, workspace_id, "dataset.renamed")
            append(session, workspace_id, "dataset.deleted")
        async with listening(database_url) as hub:
            return await collect(stream(hub, engine, workspace_id, last), 2)

    renamed, deleted = asyncio.run(scenario())

    assert "event: dataset.renamed\n" in renamed
    assert "event: dataset.deleted\n" in deleted


def test_progress_is_heard_at_once_by_its_workspace_alone(
    engine: Engine, workspace_id: UUID, database_url: str
) -> None:
    async def scenario() -> list[str]:
        async with listening(database_url) as hub:
            lines = stream(hub, engine, workspace_id, None)
            await anext(lines)
            await anext(lines)
            with transaction(engine) as session:
                events.announce(session, new_id(), {"kind": "import.progress", "rows": 1})
                events.announce(session, workspace_id, {"kind": "import.progress", "rows": 2})
            return await collect(lines, 1)

    (line,) = asyncio.run(scenario())

    assert line == 'event: import.progress\ndata: {"kind":"import.progress","rows":2}\n\n'


def test_a_stream_ends_when_the_server_does(
    engine: Engine, workspace_id: UUID, database_url: str
) -> None:
    async def scenario() -> list[str]:
        async with listening(database_url) as hub:
            lines = stream(hub, engine, workspace_id, 0)
            heard = [await anext(lines), await anext(lines)]
            hub.close()
            async with asyncio.timeout(5):
                heard.extend([line async for line in lines])
            return heard

    assert all("event:" not in line for line in asyncio.run(scenario()))


def test_a_stream_ends_when_its_listener_may_listen_no_longer(
    engine: Engine, workspace_id: UUID, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "HEARTBEAT_SECONDS", 0.1)
    answers = [True, False]

    async def scenario() -> list[str]:
        async with listening(database_url) as hub:
            lines = service.stream(hub, engine, workspace_id, 0, lambda _: answers.pop(0))
            async with asyncio.timeout(5):
                return [line async for line in lines]

    heard = asyncio.run(scenario())

    assert heard.count(": still here\n\n") == 1
    assert answers == []
