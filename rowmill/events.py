"""The event log of each workspace, and the stream of it that browsers listen to.

Stored events are the audit trail. Within a workspace their ids grow in the order in which their
transactions commit, so "everything after id n" never misses one that committed late. Progress is
not an event: it is announced to whoever listens, and forgotten.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import ColumnElement, select, text
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from rowmill.db import lock_in_transaction
from rowmill.models import Event, User

logger = logging.getLogger(__name__)

STORED_CHANNEL = "rowmill_events"
PROGRESS_CHANNEL = "rowmill_progress"
BATCH = 500
WAITING_LIMIT = 1000
RECONNECT_SECONDS = 0.5
SIGN_IN = "sign_in"
"""What stands before the dot in kinds of events that only administrators see."""
_PENDING = "rowmill_pending_events"


def append(
    session: Session,
    kind: str,
    *,
    workspace_id: UUID,
    subject: str,
    subject_id: UUID,
    payload: dict[str, Any] | None = None,
    actor_id: UUID | None = None,
) -> None:
    """Add an event to the log; it is written as the last thing before the session commits.

    Last, because from then on other writers of the workspace's log wait for this transaction.
    """
    session.info.setdefault(_PENDING, []).append(
        Event(
            workspace_id=workspace_id,
            kind=kind,
            subject=subject,
            subject_id=subject_id,
            payload=payload or {},
            actor_id=actor_id,
        )
    )


@sqlalchemy_event.listens_for(Session, "before_commit")
def _write_pending(session: Session) -> None:
    pending: list[Event] = session.info.pop(_PENDING, [])
    if not pending:
        return
    session.flush()
    for workspace_id in sorted({event.workspace_id for event in pending}):
        lock_in_transaction(session, "events", workspace_id)
        session.execute(
            text("SELECT pg_notify(:channel, :workspace)"),
            {"channel": STORED_CHANNEL, "workspace": str(workspace_id)},
        )
    session.add_all(pending)
    session.flush()


@sqlalchemy_event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop(_PENDING, None)


def announce(session: Session, workspace_id: UUID, message: dict[str, Any]) -> None:
    """Tell listeners of a workspace something that is not kept. `message` has a `kind`."""
    session.execute(
        text("SELECT pg_notify(:channel, :message)"),
        {
            "channel": PROGRESS_CHANNEL,
            "message": json.dumps({"workspace_id": str(workspace_id), **message}),
        },
    )


def for_members() -> ColumnElement[bool]:
    """True of events that the members of their workspace may see."""
    return ~Event.kind.startswith(f"{SIGN_IN}.", autoescape=True)


def since(
    session: Session, workspace_id: UUID, event_id: int, limit: int = BATCH
) -> list[dict[str, Any]]:
    """The events after `event_id`, oldest first, as they are sent to clients."""
    rows = session.execute(
        select(Event, User.username)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.workspace_id == workspace_id, Event.id > event_id, for_members())
        .order_by(Event.id)
        .limit(limit)
    )
    return [public(event, actor) for event, actor in rows]


def latest_id(session: Session, workspace_id: UUID) -> int:
    """The id of the workspace's newest event, 0 where there is none."""
    newest = select(Event.id).where(Event.workspace_id == workspace_id)
    return session.scalar(newest.order_by(Event.id.desc()).limit(1)) or 0


def public(event: Event, actor: str | None) -> dict[str, Any]:
    """An event as clients see it."""
    return {
        "id": event.id,
        "kind": event.kind,
        "subject": event.subject,
        "subject_id": str(event.subject_id),
        "payload": event.payload,
        "actor": actor,
        "at": event.created_at.isoformat().replace("+00:00", "Z"),
    }


class Subscription:
    """What one listener has yet to hear. `wake` is set when the log may have grown."""

    def __init__(self) -> None:
        """Starts awake, so that the listener reads the log once before it waits."""
        self.wake = asyncio.Event()
        self.wake.set()
        self._messages: list[dict[str, Any]] = []

    def offer(self, message: dict[str, Any]) -> None:
        """Pass on a message; a listener far behind misses old progress, never events."""
        self._messages = [*self._messages[-WAITING_LIMIT:], message]
        self.wake.set()

    def take(self) -> Sequence[dict[str, Any]]:
        """The messages that came since the last call."""
        taken, self._messages = self._messages, []
        return taken


class Hub:
    """One PostgreSQL connection of a server process, listening for all its clients."""

    def __init__(self, database_url: str) -> None:
        """Args: `database_url` as psycopg takes it."""
        self._database_url = database_url
        self._subscriptions: dict[str, set[Subscription]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None
        self.closed = asyncio.Event()

    def start(self) -> None:
        """Begin to listen, in the running loop."""
        self._task = asyncio.create_task(self._listen_forever())

    async def stop(self) -> None:
        """End every subscription."""
        self.close()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def close(self) -> None:
        """Wake every listener so that it can end; to be called when the server is asked to stop."""
        self.closed.set()
        for subscription in self._all():
            subscription.wake.set()

    @asynccontextmanager
    async def subscribe(self, workspace_id: UUID) -> AsyncIterator[Subscription]:
        """A subscription to a workspace's events for as long as the block runs."""
        subscription = Subscription()
        subscribers = self._subscriptions[str(workspace_id)]
        subscribers.add(subscription)
        try:
            yield subscription
        finally:
            subscribers.discard(subscription)

    def _all(self) -> list[Subscription]:
        return [one for many in self._subscriptions.values() for one in many]

    async def _listen_forever(self) -> None:
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                logger.warning("event_listener_reconnects", extra={"reason": str(error)})
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        connection = await psycopg.AsyncConnection.connect(self._database_url, autocommit=True)
        async with connection:
            await connection.execute(f"LISTEN {STORED_CHANNEL}")
            await connection.execute(f"LISTEN {PROGRESS_CHANNEL}")
            for subscription in self._all():  # whatever was missed meanwhile
                subscription.wake.set()
            async for notice in connection.notifies():
                self._deliver(notice)

    def _deliver(self, notice: psycopg.Notify) -> None:
        if notice.channel == STORED_CHANNEL:
            for subscription in self._subscriptions.get(notice.payload, ()):
                subscription.wake.set()
            return
        message = json.loads(notice.payload)
        for subscription in self._subscriptions.get(message.pop("workspace_id"), ()):
            subscription.offer(message)
