"""`rowmill sync`: run syncs now, for somebody at the server's console, and say what was sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from uuid import UUID

from sqlalchemy import select

from rowmill import jobs
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import ConfigurationError
from rowmill.migrations.state import is_current
from rowmill.models import Sync, SyncRun
from rowmill.settings import Settings
from rowmill.syncs import preset, service

LOOK_SECONDS = 0.3

Helping = Callable[[Context], AbstractContextManager[None]]


class NoSync(ConfigurationError):
    """There is no such sync. Set BASE_URL for the default one, or make one in the web app."""


class NotCurrent(ConfigurationError):
    """The database is not at this version's schema. Start `rowmill serve`, or `rowmill migrate`."""


class SyncUndelivered(ConfigurationError):
    """Something could not be delivered. It is kept, and goes with a later run."""


def run(settings: Settings, url: str, slug: str | None, helping: Helping) -> Iterator[str]:
    """Run the sync of that slug, or every one that is not paused; yields what came of each.

    Args: `helping` does the work in this process, where no worker is alive.
    Raises: NotCurrent, NoSync, SyncUndelivered.
    """
    if not is_current(url):
        raise NotCurrent
    context = Context.open(settings, url)
    try:
        preset.ensure(context)
        failures = 0
        with ExitStack() as stack:
            for name, run_id in _begun(context, slug):
                while not _is_awaited(context, run_id):
                    yield "No worker is alive, so this is done here."
                    stack.enter_context(helping(context))
                ended = _last(context, run_id)
                yield f"{name}: {_told(ended)}"
                failures += ended.outcome not in {"delivered", "nothing"}
        if failures:
            raise SyncUndelivered
    finally:
        context.close()


def _begun(context: Context, slug: str | None) -> list[tuple[str, UUID]]:
    """Name and run of each sync that was told to run."""
    with transaction(context.engine) as session:
        wanted = select(Sync).order_by(Sync.created_at)
        wanted = wanted.where(Sync.slug == slug if slug else Sync.paused.is_(False))
        found = list(session.scalars(wanted))
        if not found:
            raise NoSync
        slots = context.settings.workspace_connections
        return [
            (
                sync.name,
                service.enqueue(session, sync, slots=slots, reason="request", created_by=None).id,
            )
            for sync in found
        ]


def _is_awaited(context: Context, run_id: UUID) -> bool:
    """Wait for the end of a run, and of those that go on with it. False where nobody does them."""
    while True:
        ended = _last(context, run_id)
        if ended.finished_at is not None and ended.outcome != "continued":
            return True
        with transaction(context.engine) as session:
            if not jobs.workers_alive(session):
                return False
        time.sleep(LOOK_SECONDS)


def _last(context: Context, run_id: UUID) -> SyncRun:
    """The run, or the newest one that went on with it; its counts are those of all of them."""
    with transaction(context.engine) as session:
        first = session.get_one(SyncRun, run_id)
        since = select(SyncRun).where(SyncRun.sync_id == first.sync_id, SyncRun.id >= run_id)
        runs = list(session.scalars(since.order_by(SyncRun.id)))
        session.expunge_all()
    last = runs[0]
    for following in runs[1:]:
        if last.outcome != "continued":
            break
        counts = {name: n + last.counts.get(name, 0) for name, n in following.counts.items()}
        following.counts = counts or last.counts
        last = following
    return last


def _told(run: SyncRun) -> str:
    counts = run.counts
    if run.outcome == "nothing" and not counts.get("batches"):
        return "nothing to send."
    sent = f"{counts.get('records', 0)} records in {counts.get('batches', 0)} batches"
    told = f"sent {sent}, {counts.get('rejected', 0)} refused."
    if run.outcome in {"delivered", "nothing"}:  # nothing was left to the last of several runs
        return told
    return f"{told} Then: {(run.error or {}).get('message', run.outcome)}"
