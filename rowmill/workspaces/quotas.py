"""What a workspace holds, and what it may hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from rowmill.errors import TooLarge
from rowmill.lake.usage import stored_bytes
from rowmill.models import Dataset, File, Import, Job, JobStatus, Workspace
from rowmill.settings import Settings

ADVICE = "Delete what is no longer needed, or ask the administrator for a larger quota."


class QuotaExceeded(TooLarge):
    """This workspace has no room for that."""

    title = "Quota exceeded"


@dataclass(frozen=True)
class Quotas:
    """What a workspace may hold; 0 stands for no limit. `running_jobs` more than that wait."""

    storage_bytes: int
    rows: int
    running_jobs: int
    waiting_jobs: int


@dataclass(frozen=True)
class Usage:
    """What a workspace holds. Its history is kept for a time, and counts against no quota.

    Attributes:
        original_bytes: uploads, other than those of deleted datasets only.
        table_bytes: the datasets as they are now.
        history_bytes: older versions, and datasets that were deleted.
    """

    original_bytes: int = 0
    table_bytes: int = 0
    history_bytes: int = 0
    datasets: int = 0
    rows: int = 0
    running_jobs: int = 0
    waiting_jobs: int = 0

    @property
    def storage_bytes(self) -> int:
        """All that counts against the quota of storage."""
        return self.original_bytes + self.table_bytes


@dataclass(frozen=True)
class _Datasets:
    """The datasets of a workspace together."""

    count: int = 0
    rows: int = 0
    size_bytes: int = 0


NOTHING = _Datasets()


def quotas_of(workspace: Workspace, settings: Settings) -> Quotas:
    """The workspace's own quotas, and those of the settings where it has none."""
    storage, rows = workspace.quota_storage_bytes, workspace.quota_rows
    return Quotas(
        storage_bytes=settings.workspace_storage_bytes if storage is None else storage,
        rows=settings.workspace_rows if rows is None else rows,
        running_jobs=workspace.quota_running_jobs or settings.workspace_jobs,
        waiting_jobs=settings.workspace_waiting_jobs,
    )


def usage_of(session: Session, workspace_ids: Collection[UUID]) -> dict[UUID, Usage]:
    """What each workspace holds, in five statements for any number of them."""
    originals = _originals(session, workspace_ids)
    lakes = stored_bytes(session, workspace_ids)
    datasets = _datasets(session, workspace_ids)
    jobs = _jobs(session, workspace_ids)
    return {
        one: Usage(
            original_bytes=originals.get(one, 0),
            table_bytes=datasets.get(one, NOTHING).size_bytes,
            history_bytes=max(0, lakes.get(one, 0) - datasets.get(one, NOTHING).size_bytes),
            datasets=datasets.get(one, NOTHING).count,
            rows=datasets.get(one, NOTHING).rows,
            running_jobs=jobs.get((one, JobStatus.RUNNING), 0),
            waiting_jobs=jobs.get((one, JobStatus.PENDING), 0),
        )
        for one in workspace_ids
    }


def room(session: Session, settings: Settings, workspace_id: UUID) -> int | None:
    """Bytes that an upload may have by the workspace's quota; None for no limit.

    Raises: QuotaExceeded where the workspace is full, or too many of its jobs wait.
    """
    quotas = quotas_of(session.get_one(Workspace, workspace_id), settings)
    if not quotas.storage_bytes and not quotas.waiting_jobs:
        return None
    usage = usage_of(session, [workspace_id])[workspace_id]
    unfinished = usage.running_jobs + usage.waiting_jobs
    if quotas.waiting_jobs and unfinished >= quotas.waiting_jobs:
        raise QuotaExceeded(
            f"{unfinished:,} jobs of this workspace have not ended, as many as may wait."
            " Send the file when some of them have.",
            quota="waiting_jobs",
            limit=quotas.waiting_jobs,
        )
    if not quotas.storage_bytes:
        return None
    left = quotas.storage_bytes - usage.storage_bytes
    if left <= 0:
        raise storage_exceeded(quotas.storage_bytes, usage.storage_bytes)
    return left


def storage_exceeded(limit: int, used: int) -> QuotaExceeded:
    """The error of a file that does not fit."""
    return QuotaExceeded(
        f"This workspace may keep {limit:,} bytes and holds {used:,}: the file does not fit."
        f" Nothing of it was kept. {ADVICE}",
        quota="storage_bytes",
        limit=limit,
        used=used,
    )


def rows_left(session: Session, settings: Settings, workspace_id: UUID) -> int | None:
    """Rows that may still be added by the workspace's quota; None for no limit."""
    limit = quotas_of(session.get_one(Workspace, workspace_id), settings).rows
    if not limit:
        return None
    return limit - _datasets(session, [workspace_id]).get(workspace_id, NOTHING).rows


def rows_exceeded(left: int, added: int) -> QuotaExceeded:
    """The error of rows that do not fit."""
    rows = "1 row" if added == 1 else f"{added:,} rows"
    return QuotaExceeded(
        f"This adds {rows}, and the workspace has room for {max(0, left):,} more."
        f" Nothing of it was kept. {ADVICE}",
        quota="rows",
        left=max(0, left),
        added=added,
    )


def _originals(session: Session, workspace_ids: Collection[UUID]) -> dict[UUID, int]:
    """Bytes of originals, once for equal files, without those of deleted datasets only."""
    is_used = and_(Import.id.is_not(None), Dataset.deleted_at.is_(None))
    contents = (
        select(File.workspace_id, func.max(File.size_bytes).label("size"))
        .outerjoin(Import, Import.file_id == File.id)
        .outerjoin(Dataset, Dataset.id == Import.dataset_id)
        .where(File.workspace_id.in_(workspace_ids), File.removed_at.is_(None))
        .group_by(File.workspace_id, File.sha256)
        .having(or_(func.bool_or(is_used), func.count(Import.id) == 0))
        .subquery()
    )
    size = func.sum(contents.c.size)
    rows = session.execute(select(contents.c.workspace_id, size).group_by(contents.c.workspace_id))
    return {workspace_id: int(total) for workspace_id, total in rows}


def _datasets(session: Session, workspace_ids: Collection[UUID]) -> dict[UUID, _Datasets]:
    rows = session.execute(
        select(
            Dataset.workspace_id,
            func.count(),
            func.sum(Dataset.row_count),
            func.sum(Dataset.size_bytes),
        )
        .where(Dataset.workspace_id.in_(workspace_ids), Dataset.deleted_at.is_(None))
        .group_by(Dataset.workspace_id)
    )
    return {one: _Datasets(count, int(rows), int(size)) for one, count, rows, size in rows}


def _jobs(session: Session, workspace_ids: Collection[UUID]) -> dict[tuple[UUID, str], int]:
    rows = session.execute(
        select(Job.workspace_id, Job.status, func.count())
        .where(
            Job.workspace_id.in_(workspace_ids),
            Job.status.in_([JobStatus.PENDING, JobStatus.RUNNING]),
        )
        .group_by(Job.workspace_id, Job.status)
    )
    return {(workspace_id, status): count for workspace_id, status, count in rows}
