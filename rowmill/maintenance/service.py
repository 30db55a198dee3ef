"""Housekeeping: what crashes left, and what may go by the rules of retention, is removed.

One run at a time, over all processes: it holds the lock `KEEPING`, as does whoever needs
that nothing is removed meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

import duckdb
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from rowmill import events, jobs, sealing
from rowmill.accounts import resets
from rowmill.accounts import service as accounts
from rowmill.context import Context
from rowmill.datasets import service as datasets
from rowmill.db import KEEPING, advisory_lock, raw_connection, transaction
from rowmill.encryption import encryption_of
from rowmill.errors import RowmillError
from rowmill.maintenance import retention
from rowmill.models import File, MaintenanceRun, Throttle, Workspace, now
from rowmill.paging import PageRequest, Slice, newest_first
from rowmill.store import DRAFTS, StoredObject

logger = logging.getLogger(__name__)

TASK = "maintenance.clean_up"
ORPHAN_AGE = timedelta(hours=24)
"""Far longer than any upload or import takes, so that nothing in the making is removed."""

KEPT_RUNS = timedelta(days=365)
_EXPECTED = (duckdb.Error, SQLAlchemyError, RowmillError, OSError)


@dataclass(frozen=True)
class Freed:
    """What a clean-up removed. `failures` counts the parts of it that could not be done.

    Attributes:
        drafts: broken uploads.
        originals: contents of uploads that nothing refers to, or whose time was over.
        lake_files: Parquet files that no version needs.
        merged_files: files that were merged into larger ones.
    """

    drafts: int = 0
    originals: int = 0
    lake_files: int = 0
    merged_files: int = 0
    versions: int = 0
    results: int = 0
    events: int = 0
    deliveries: int = 0
    sessions: int = 0
    size_bytes: int = 0
    failures: int = 0

    def __add__(self, other: Freed) -> Freed:
        """Both together."""
        mine, others = asdict(self), asdict(other)
        return Freed(**{name: mine[name] + others[name] for name in mine})


def clean_up(context: Context, *, older_than: timedelta = ORPHAN_AGE) -> Freed:
    """Do all of the housekeeping; a part that fails does not keep the others from being done.

    `older_than` is the age of what nobody knows, such as drafts, from which on it is removed.
    """
    with advisory_lock(context.engine, KEEPING):
        with transaction(context.engine) as session:
            run_id = _begin(session)
            workspace_ids = list(session.scalars(select(Workspace.id).order_by(Workspace.id)))
        freed = _common(context, older_than)
        for workspace_id in workspace_ids:
            freed += _clean_workspace(context, workspace_id, older_than)
        with transaction(context.engine) as session:
            run = session.get_one(MaintenanceRun, run_id)
            run.finished_at, run.freed = now(), asdict(freed)
    logger.info("cleaned_up", extra=asdict(freed))
    return freed


def request(session: Session, *, workspace_id: UUID, actor_id: UUID) -> None:
    """Have a worker do the housekeeping now; one request waits at most.

    It is logged in the workspace of who asks.
    """
    events.append(
        session,
        "maintenance.requested",
        workspace_id=workspace_id,
        subject="workspace",
        subject_id=workspace_id,
        actor_id=actor_id,
    )
    connection = raw_connection(session)
    task = jobs.enqueuing.configure_task(TASK, connection=connection, queueing_lock=TASK)
    with suppress(AlreadyEnqueued), session.begin_nested():
        task.defer(timestamp=int(now().timestamp()))


def runs(session: Session, request: PageRequest) -> Slice[MaintenanceRun]:
    """The runs of the housekeeping, newest first."""
    return newest_first(session, select(MaintenanceRun), MaintenanceRun.id, request)


def _begin(session: Session) -> UUID:
    """The record of a new run. Those before it that have no end were cut short."""
    session.execute(delete(MaintenanceRun).where(MaintenanceRun.created_at < now() - KEPT_RUNS))
    cut_short = select(MaintenanceRun).where(
        MaintenanceRun.finished_at.is_(None), MaintenanceRun.error.is_(None)
    )
    for earlier in session.scalars(cut_short):
        earlier.error = "It was cut short; the next run goes on where it stopped."
    run = MaintenanceRun()
    session.add(run)
    session.flush()
    return run.id


def _common(context: Context, older_than: timedelta) -> Freed:
    """What belongs to no workspace."""
    before = now() - older_than
    drafts = _remove(context, (o for o in context.store.list(DRAFTS) if o.modified_at < before))
    with transaction(context.engine) as session:
        session.execute(delete(Throttle).where(Throttle.expires_at < now()))
        sessions = accounts.forget_ended_sessions(session)
        resets.forget_expired(session)
    sealing.reseal(context.engine, encryption_of(context.settings))
    results, size = retention.remove_results(context)
    return Freed(
        drafts=len(drafts),
        sessions=sessions,
        results=results,
        events=retention.forget_events(context),
        deliveries=retention.forget_deliveries(context),
        size_bytes=sum(drafts) + size,
    )


def _clean_workspace(context: Context, workspace_id: UUID, older_than: timedelta) -> Freed:
    """What belongs to one workspace; where something was freed, its log says so."""
    freed = Freed()
    try:
        freed += _clean_originals(context, workspace_id, now() - older_than)
        freed += _clean_lake(context, workspace_id, older_than)
    except _EXPECTED:
        logger.exception("clean_up_failed", extra={"workspace_id": str(workspace_id)})
        freed = replace(freed, failures=freed.failures + 1)
    if freed != Freed():
        with transaction(context.engine) as session:
            events.append(
                session,
                "maintenance.done",
                workspace_id=workspace_id,
                subject="workspace",
                subject_id=workspace_id,
                payload={name: value for name, value in asdict(freed).items() if value},
            )
    return freed


def _clean_originals(context: Context, workspace_id: UUID, before: datetime) -> Freed:
    with transaction(context.engine) as session:
        retention.forget_originals(context, session, workspace_id)
    with transaction(context.engine) as session:
        known = set(
            session.scalars(
                select(File.sha256)
                .where(File.workspace_id == workspace_id, File.removed_at.is_(None))
                .distinct()
            )
        )
    sizes = _remove(context, _unused(context, workspace_id, known, before))
    return Freed(originals=len(sizes), size_bytes=sum(sizes))


def _clean_lake(context: Context, workspace_id: UUID, older_than: timedelta) -> Freed:
    """Versions first, then the files that only they needed, then files that nobody knows."""
    if not context.lakes.catalog(workspace_id).is_prepared():
        return Freed()
    with transaction(context.engine) as session:
        datasets.drop_left_tables(session, context.lakes, workspace_id)
    versions = retention.expire_versions(context, workspace_id)
    merged = retention.compact(context, workspace_id)
    before = _stored(context, workspace_id)
    with context.lakes.writer(workspace_id) as writer:
        files = writer.remove_expired_files(older_than=older_than)
    files += context.lakes.collect_orphans(workspace_id, older_than=older_than)
    left = _stored(context, workspace_id)
    size = sum(size for key, size in before.items() if key not in left)
    return Freed(versions=versions, merged_files=merged, lake_files=files, size_bytes=size)


def _stored(context: Context, workspace_id: UUID) -> dict[str, int]:
    return {found.key: found.size_bytes for found in context.store.list(f"lake/{workspace_id}")}


def _unused(
    context: Context, workspace_id: UUID, known: set[str], before: datetime
) -> Iterator[StoredObject]:
    """The workspace's stored originals that no upload refers to any more."""
    for found in context.store.list(f"files/{workspace_id}"):
        if found.modified_at < before and found.key.rsplit("/", 1)[-1] not in known:
            yield found


def _remove(context: Context, found: Iterable[StoredObject]) -> list[int]:
    """Delete each object as soon as it is seen; returns their sizes in bytes."""
    sizes = []
    for each in found:
        context.store.delete(each.key)
        sizes.append(each.size_bytes)
    return sizes
