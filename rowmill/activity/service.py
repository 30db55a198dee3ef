"""The workspace's log as a list and as a stream."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from rowmill import events
from rowmill.db import transaction
from rowmill.models import Event, User

HEARTBEAT_SECONDS = 15
RETRY_MILLISECONDS = 1000


def newest(
    session: Session, workspace_id: UUID, *, below: int | None, limit: int
) -> list[dict[str, Any]]:
    """Events with an id less than `below`, newest first."""
    query = (
        select(Event, User.username)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.workspace_id == workspace_id, events.for_members())
        .order_by(Event.id.desc())
        .limit(limit)
    )
    if below is not None:
        query = query.where(Event.id < below)
    return [events.public(event, actor) for event, actor in session.execute(query)]


async def stream(
    hub: events.Hub,
    engine: Engine,
    workspace_id: UUID,
    last_event_id: int | None,
    is_allowed: Callable[[Session], bool] = lambda _: True,
) -> AsyncIterator[str]:
    """Server-sent events: first what came after `last_event_id`, then whatever comes.

    Without `last_event_id` it begins with what happens from now on. It ends when the server
    does, or soon after the listener `is_allowed` no longer.
    """
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    async with hub.subscribe(workspace_id) as subscription:
        position = last_event_id
        if position is None:
            position = await run_in_threadpool(_latest, engine, workspace_id)
        yield f": from {position}\n\n"
        while not hub.closed.is_set():
            if not await _woken(subscription):
                if not await run_in_threadpool(_ask, engine, is_allowed):
                    return
                yield ": still here\n\n"
                continue
            for message in subscription.take():
                yield _line(message["kind"], message)
            async for event in _stored(engine, workspace_id, position):
                position = event["id"]
                yield f"id: {position}\n" + _line(event["kind"], event)


async def _woken(subscription: events.Subscription) -> bool:
    try:
        async with asyncio.timeout(HEARTBEAT_SECONDS):
            await subscription.wake.wait()
    except TimeoutError:
        return False
    subscription.wake.clear()
    return True


async def _stored(
    engine: Engine, workspace_id: UUID, position: int
) -> AsyncIterator[dict[str, Any]]:
    while batch := await run_in_threadpool(_since, engine, workspace_id, position):
        for event in batch:
            yield event
        position = batch[-1]["id"]


def _latest(engine: Engine, workspace_id: UUID) -> int:
    with transaction(engine) as session:
        return events.latest_id(session, workspace_id)


def _since(engine: Engine, workspace_id: UUID, position: int) -> list[dict[str, Any]]:
    with transaction(engine) as session:
        return events.since(session, workspace_id, position)


def _ask(engine: Engine, is_allowed: Callable[[Session], bool]) -> bool:
    with transaction(engine) as session:
        return is_allowed(session)


def _line(kind: str, data: dict[str, Any]) -> str:
    return f"event: {kind}\ndata: {json.dumps(data, separators=(',', ':'))}\n\n"
