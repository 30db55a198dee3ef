"""What may go, by the settings' rules: a workspace's share of the housekeeping."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    Select,
    Uuid,
    and_,
    cast,
    delete,
    exists,
    false,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.datasets import service as datasets
from rowmill.db import transaction
from rowmill.invoices import service as invoices
from rowmill.models import (
    Dataset,
    DatasetVersion,
    Event,
    File,
    Import,
    Job,
    JobStatus,
    now,
)
from rowmill.notifications import service as notifications
from rowmill.operations import service as operations
from rowmill.syncs import service as syncs

EVENTS_AT_ONCE = 10_000


def cutoff(days: int) -> datetime | None:
    """The moment so many days ago; None for 0, which keeps everything."""
    return now() - timedelta(days=days) if days else None


def forget_originals(context: Context, session: Session, workspace_id: UUID) -> int:
    """Mark originals whose time is over as removed; their bytes go with the unused ones.

    Equal files share their bytes, so all of them have to be over. Returns how many contents.
    """
    over = [found.sha256 for found in session.execute(_originals(context, workspace_id))]
    if over:
        session.execute(
            update(File)
            .where(File.workspace_id == workspace_id, File.sha256.in_(over))
            .values(removed_at=now())
        )
    return len(over)


def _originals(context: Context, workspace_id: UUID) -> Select[str]:
    """Contents that are old, or whose datasets were all deleted long ago, and not in use now."""
    settings = context.settings
    old, deleted = cutoff(settings.keep_originals_days), cutoff(settings.keep_versions_days)
    newest = func.max(File.created_at)
    is_old = newest < old if old else None
    are_datasets_gone = (
        and_(
            func.count(Import.id) > 0,
            func.bool_and(or_(Import.id.is_(None), Dataset.deleted_at < deleted)),
            newest < deleted,
        )
        if deleted
        else None
    )
    is_over = [rule for rule in (is_old, are_datasets_gone) if rule is not None]
    unfinished = Job.status.in_([JobStatus.PENDING, JobStatus.RUNNING])
    return (
        select(File.sha256)
        .outerjoin(Import, Import.file_id == File.id)
        .outerjoin(Dataset, Dataset.id == Import.dataset_id)
        .outerjoin(Job, Job.id == Import.job_id)
        .where(File.workspace_id == workspace_id, File.removed_at.is_(None))
        .group_by(File.sha256)
        .having(or_(false(), *is_over), ~func.coalesce(func.bool_or(unfinished), false()))
    )


def expire_versions(context: Context, workspace_id: UUID) -> int:
    """Forget versions that were replaced long ago; returns how many.

    What was the newest version of a dataset at any moment since then is kept.
    """
    before = cutoff(context.settings.keep_versions_days)
    if before is None:
        return 0
    with context.lakes.writer(workspace_id) as writer:
        with transaction(context.engine) as session:
            keep = datasets.versions_since(session, workspace_id, before)
            keep |= syncs.needed_versions(session, workspace_id)
        expired = writer.expire_versions(older_than=now() - before, keep=keep)
        if expired:
            left = writer.versions()
            with transaction(context.engine) as session:
                _forget_versions(session, workspace_id, left)
    return expired


def _forget_versions(session: Session, workspace_id: UUID, left: set[int]) -> None:
    """Delete the records of versions that the lake has no longer."""
    of_workspace = select(Dataset.id).where(Dataset.workspace_id == workspace_id)
    known = select(DatasetVersion.dataset_id, DatasetVersion.version).where(
        DatasetVersion.dataset_id.in_(of_workspace)
    )
    for dataset_id, version in session.execute(known).all():
        if version not in left:
            session.execute(
                delete(DatasetVersion).where(
                    DatasetVersion.dataset_id == dataset_id, DatasetVersion.version == version
                )
            )


def compact(context: Context, workspace_id: UUID) -> int:
    """Merge small files of the workspace's tables; returns how many fewer there are.

    The commit lock is taken for each table anew, so that imports need not wait for all of them.
    """
    with transaction(context.engine) as session:
        tables = datasets.tables(session, workspace_id)
    merged = 0
    for table in tables:
        with context.lakes.writer(workspace_id) as writer:
            merged += writer.merge_small_files(table)
    return merged


def remove_results(context: Context) -> tuple[int, int]:
    """Remove result files of operations that ended long ago: how many, and their bytes."""
    before = cutoff(context.settings.keep_results_days)
    if before is None:
        return 0, 0
    with transaction(context.engine) as session:
        expired = operations.expired_results(session, before=before)
        freed = operations.remove_results(session, context.store, expired)
    return len(expired), freed


def forget_deliveries(context: Context) -> int:
    """Delete old deliveries of webhooks, mails and syncs from their logs; returns how many."""
    before = now() - timedelta(days=context.settings.keep_deliveries_days)
    with transaction(context.engine) as session:
        return notifications.forget_deliveries(session, before) + syncs.forget(
            session, before=before
        )


def forget_events(context: Context) -> int:
    """Delete events of the log that are old, in small transactions; returns how many.

    Those of invoices are their history, and stay as long as the invoices' dataset.
    """
    before = cutoff(context.settings.keep_events_days)
    if before is None:
        return 0
    total = 0
    is_history = exists().where(
        Event.subject == invoices.SUBJECT,
        Dataset.id == cast(Event.payload["dataset_id"].as_string(), Uuid),
        Dataset.deleted_at.is_(None),
    )
    old = select(Event.id).where(Event.created_at < before, ~is_history).order_by(Event.id)
    while True:
        with transaction(context.engine) as session:
            chosen = delete(Event).where(Event.id.in_(old.limit(EVENTS_AT_ONCE)))
            count = len(session.scalars(chosen.returning(Event.id)).all())
        total += count
        if count < EVENTS_AT_ONCE:
            return total
