"""Datasets in the app's own tables: found, made, renamed, deleted; and their versions."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import duckdb
from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased, joinedload

from rowmill import events, jobs
from rowmill.datasets import names
from rowmill.datasets.columns import Columns
from rowmill.db import lock_in_transaction
from rowmill.errors import Conflict, CursorExpired, NotFound, PreconditionFailed, invalid
from rowmill.lake import Lakes
from rowmill.models import Dataset, DatasetVersion, File, Import, Job, JobStatus, User, now
from rowmill.paging import InvalidCursor, PageRequest, Slice, cut, decode, slice_newest

logger = logging.getLogger(__name__)

UNFINISHED = (JobStatus.PENDING, JobStatus.RUNNING)
LARGEST_VERSION = 2**63 - 1
DELETED = {
    "code": "dataset_deleted",
    "message": "The dataset was deleted before the import could end.",
}
"""Why an import was cancelled."""


class SlugTaken(Conflict):
    """Another dataset of this workspace has that slug."""


@dataclass(frozen=True)
class Overview:
    """A dataset with what its imports say of it.

    Attributes:
        last_import: the newest import, with its job and file loaded.
        is_processing: whether an import of it has not ended.
        rows_dropped: rejects of the newest import that succeeded.
        original_filename: name of the file that the dataset was first made from.
    """

    dataset: Dataset
    last_import: Import | None
    is_processing: bool
    rows_dropped: int
    original_filename: str | None

    @property
    def status(self) -> str:
        """`processing`, `ready` or `failed`."""
        if self.is_processing:
            return "processing"
        return "failed" if self.dataset.version is None else "ready"


@dataclass(frozen=True)
class Reading:
    """A dataset at one version, ready to be read. `version` is null before its first import."""

    workspace_id: UUID
    dataset_id: UUID
    table_name: str
    version: int | None
    columns: Columns
    row_count: int


def find(session: Session, workspace_id: UUID, id_or_slug: str) -> Dataset:
    """Raises: NotFound, also where the dataset is another workspace's or was deleted."""
    is_it = (
        Dataset.id == UUID(id_or_slug) if names.is_id(id_or_slug) else Dataset.slug == id_or_slug
    )
    dataset = session.scalar(_alive(workspace_id).where(is_it))
    if dataset is None:
        raise NotFound("There is no such dataset.")
    return dataset


def find_or_create(
    session: Session, workspace_id: UUID, slug_or_name: str, *, created_by: UUID | None
) -> Dataset:
    """The dataset of that id, slug or name; where there is none, a new one of that name.

    Raises: NotFound for an id that is unknown.
    """
    if names.is_id(slug_or_name):
        return find(session, workspace_id, slug_or_name)
    slug = names.slug_of(slug_or_name)
    lock_in_transaction(session, "dataset-names", workspace_id)
    found = session.scalar(_alive(workspace_id).where(Dataset.slug == slug))
    return found or create(session, workspace_id, slug_or_name, created_by=created_by)


def create(session: Session, workspace_id: UUID, name: str, *, created_by: UUID | None) -> Dataset:
    """A new, empty dataset named after a file or by a person; slug and table name are made free."""
    lock_in_transaction(session, "dataset-names", workspace_id)
    rows = session.execute(
        select(Dataset.slug, Dataset.table_name, Dataset.deleted_at).where(
            Dataset.workspace_id == workspace_id
        )
    ).all()
    name = names.name_of_file(name)
    taken = {row.slug for row in rows if row.deleted_at is None}
    slug = names.free_slug(names.slug_of(name), taken)
    dataset = Dataset(
        workspace_id=workspace_id,
        slug=slug,
        name=name,
        table_name=names.free_table_name(slug, {row.table_name for row in rows}),
        created_by=created_by,
    )
    session.add(dataset)
    session.flush()
    append_event(session, "dataset.created", dataset, created_by)
    return dataset


def rename(
    session: Session, dataset: Dataset, *, name: str | None, slug: str | None, actor_id: UUID
) -> None:
    """Give it another name, another slug, or both. Raises: Invalid, SlugTaken."""
    if slug is not None and names.check_slug(slug) != dataset.slug:
        lock_in_transaction(session, "dataset-names", dataset.workspace_id)
        taken = _alive(dataset.workspace_id).where(Dataset.slug == slug)
        if session.scalar(taken) is not None:
            raise SlugTaken(f"Another dataset has the slug '{slug}'.")
        dataset.slug = slug
    if name is not None:
        dataset.name = names.checked(name)
    dataset.updated_at = now()
    session.flush()
    append_event(session, "dataset.renamed", dataset, actor_id, name=dataset.name)


def check_unchanged(dataset: Dataset, if_match: str | None) -> None:
    """Raises: PreconditionFailed where the dataset is not the one that the client has read."""
    if if_match is not None and if_match.strip() not in {"*", entity_tag(dataset)}:
        raise PreconditionFailed


def entity_tag(dataset: Dataset) -> str:
    """Changes whenever the dataset's name, slug or rows do."""
    return f'"{dataset.id.hex[-12:]}-{int(dataset.updated_at.timestamp() * 1_000_000):x}"'


def mark_deleted(session: Session, dataset: Dataset, *, actor_id: UUID) -> None:
    """Hide the dataset from everybody, and cancel the imports that are on their way into it.

    Its table is removed by `drop_table`, when this is committed.
    """
    session.refresh(dataset, with_for_update=True)
    if dataset.deleted_at is not None:
        raise NotFound("There is no such dataset.")
    dataset.deleted_at = now()
    session.flush()
    _cancel_imports(session, dataset)
    append_event(session, "dataset.deleted", dataset, actor_id)


def _cancel_imports(session: Session, dataset: Dataset) -> None:
    """Those that wait are over at once, the others within a moment."""
    waiting_or_running = (
        select(Import)
        .join(Import.job)
        .where(Import.dataset_id == dataset.id, Job.status.in_(UNFINISHED))
        .options(joinedload(Import.job), joinedload(Import.file))
        .order_by(Import.id)
    )
    for run in session.scalars(waiting_or_running):
        jobs.request_cancel(session, run.job, DELETED)
        if run.job.status == JobStatus.CANCELLED:
            events.append(
                session,
                "import.cancelled",
                workspace_id=dataset.workspace_id,
                subject="import",
                subject_id=run.id,
                payload={
                    "dataset_id": str(dataset.id),
                    "dataset_slug": dataset.slug,
                    "dataset_name": dataset.name,
                    "file_name": run.file.name,
                    "error": DELETED,
                },
                actor_id=run.created_by,
            )


def drop_table(lakes: Lakes, workspace_id: UUID, table_name: str) -> None:
    """Remove a deleted dataset's table from the lake, behind any import that is being committed.

    The dataset is gone already: a table that cannot be removed now is one for `drop_left_tables`.
    """
    catalog = lakes.catalog(workspace_id)
    try:
        if catalog.is_prepared() and catalog.has_table(table_name, catalog.latest_version()):
            with lakes.writer(workspace_id) as writer:
                writer.drop_table(table_name)
    except (duckdb.Error, SQLAlchemyError):
        logger.warning("table_left", extra={"table": table_name}, exc_info=True)


def drop_left_tables(session: Session, lakes: Lakes, workspace_id: UUID) -> None:
    """Remove the tables of deleted datasets that `drop_table` could not remove."""
    for table_name in session.scalars(
        select(Dataset.table_name).where(
            Dataset.workspace_id == workspace_id, Dataset.deleted_at.is_not(None)
        )
    ):
        drop_table(lakes, workspace_id, table_name)


def current_versions(session: Session, workspace_id: UUID) -> set[int]:
    """The lake versions at which the workspace's datasets are read now, never to be expired."""
    found = session.scalars(_alive(workspace_id).with_only_columns(Dataset.version))
    return {version for version in found if version is not None}


def versions_since(session: Session, workspace_id: UUID, moment: datetime) -> set[int]:
    """The lake versions at which one of the datasets was read at some time since the moment."""
    earlier = (
        select(func.max(DatasetVersion.version))
        .join(Dataset, Dataset.id == DatasetVersion.dataset_id)
        .where(
            Dataset.workspace_id == workspace_id,
            or_(Dataset.deleted_at.is_(None), Dataset.deleted_at >= moment),
            DatasetVersion.created_at < moment,
        )
        .group_by(DatasetVersion.dataset_id)
    )
    return current_versions(session, workspace_id) | set(session.scalars(earlier))


def tables(session: Session, workspace_id: UUID) -> list[str]:
    """The names of the tables of the workspace's datasets that have rows."""
    found = _alive(workspace_id).where(Dataset.version.is_not(None))
    return list(session.scalars(found.with_only_columns(Dataset.table_name)))


def publish_version(  # noqa: PLR0913 - each is a thing of its own
    session: Session,
    dataset: Dataset,
    *,
    version: int,
    columns: Sequence[Mapping[str, Any]],
    row_count: int,
    size_bytes: int,
    import_id: UUID | None,
    kind: str,
    message: str,
    created_by: UUID | None,
) -> None:
    """Let readers see a version of the lake. The caller holds the workspace's commit lock.

    A version that the dataset has already stays as it was: an import that changed nothing.
    """
    if session.get(DatasetVersion, (dataset.id, version)) is not None:
        return
    shown = [{key: column[key] for key in ("name", "label", "type")} for column in columns]
    dataset.version = version
    dataset.columns = shown
    dataset.row_count = row_count
    dataset.size_bytes = size_bytes
    dataset.updated_at = moment = now()
    session.add(
        DatasetVersion(
            dataset_id=dataset.id,
            version=version,
            kind=kind,
            message=message,
            import_id=import_id,
            columns=shown,
            row_count=row_count,
            created_at=moment,
            created_by=created_by,
        )
    )
    session.flush()
    payload = {"version": version, "row_count": row_count}
    append_event(session, "dataset.changed", dataset, created_by, **payload)


def reading(session: Session, dataset: Dataset, as_of: str | None = None) -> Reading:
    """The dataset at its present version, or as it was at a version or moment `as_of`.

    Raises: Invalid where `as_of` is neither, or older than the dataset's first version.
    """
    if as_of is None:
        return _reading(dataset, dataset)
    found = session.scalar(
        select(DatasetVersion)
        .where(DatasetVersion.dataset_id == dataset.id, _until(as_of))
        .order_by(DatasetVersion.version.desc())
        .limit(1)
    )
    if found is None:
        raise invalid("as_of", "The dataset has no version that old.")
    return _reading(dataset, found)


def reading_of_version(session: Session, dataset: Dataset, version: int) -> Reading:
    """The dataset at exactly that version of its own. Raises: CursorExpired."""
    if version == dataset.version:
        return _reading(dataset, dataset)
    found = session.get(DatasetVersion, (dataset.id, version))
    if found is None:
        raise CursorExpired
    return _reading(dataset, found)


def overview(session: Session, dataset: Dataset) -> Overview:
    """The dataset with what its imports say of it."""
    return Overview(*session.execute(_overviews().where(Dataset.id == dataset.id)).one())


def overviews(
    session: Session, workspace_id: UUID, search: str | None, request: PageRequest
) -> Slice[Overview]:
    """One page of the workspace's datasets, newest first, in one query.

    `search` is looked for in names and slugs, whatever the case.
    """
    statement = _overviews().where(
        Dataset.workspace_id == workspace_id, Dataset.deleted_at.is_(None)
    )
    if search and (wanted := search.strip()):
        statement = statement.where(
            or_(
                Dataset.name.icontains(wanted, autoescape=True),
                Dataset.slug.icontains(wanted, autoescape=True),
            )
        )
    page = slice_newest(session, statement.add_columns(Dataset.id), Dataset.id, request)
    return Slice([Overview(*row[:5]) for row in page.items], page.next_cursor)


def versions(
    session: Session, dataset: Dataset, request: PageRequest
) -> Slice[tuple[DatasetVersion, str | None]]:
    """One page of the dataset's versions, newest first, each with its author's username.

    Raises: InvalidCursor.
    """
    statement = (
        select(DatasetVersion, User.username)
        .outerjoin(User, User.id == DatasetVersion.created_by)
        .where(DatasetVersion.dataset_id == dataset.id)
        .order_by(DatasetVersion.version.desc())
        .limit(request.limit + 1)
    )
    if request.cursor is not None:
        values = decode(request.key, request.cursor)
        if values.get("versions_of") != str(dataset.id):
            raise InvalidCursor
        statement = statement.where(DatasetVersion.version < int(values["below"]))
    rows = [(version, author) for version, author in session.execute(statement)]
    return cut(
        rows, request, lambda last: {"versions_of": str(dataset.id), "below": last[0].version}
    )


def _alive(workspace_id: UUID) -> Select[Dataset]:
    return select(Dataset).where(Dataset.workspace_id == workspace_id, Dataset.deleted_at.is_(None))


def _reading(dataset: Dataset, at: Dataset | DatasetVersion) -> Reading:
    return Reading(
        workspace_id=dataset.workspace_id,
        dataset_id=dataset.id,
        table_name=dataset.table_name,
        version=at.version,
        columns=Columns.of(at.columns),
        row_count=at.row_count,
    )


def _until(as_of: str) -> ColumnElement[bool]:
    """Versions not younger than the one or the moment named."""
    if as_of.isascii() and as_of.isdigit():
        return DatasetVersion.version <= min(int(as_of), LARGEST_VERSION)
    try:
        # A plus sign that was not encoded reaches us as a blank.
        moment = datetime.fromisoformat(as_of.strip().replace(" ", "+"))
    except ValueError as error:
        raise invalid("as_of", "Give a version or a time such as 2026-01-31T12:00:00Z.") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return DatasetVersion.created_at <= moment


def _overviews() -> Select[Dataset, Import, bool, Any, str | None]:
    """Datasets, each with the members of its `Overview`."""
    own = Import.dataset_id == Dataset.id
    newest = select(Import.id).where(own).order_by(Import.id.desc()).limit(1)
    unfinished = exists().where(own, Import.job_id == Job.id, Job.status.in_(UNFINISHED))
    rejected = (
        select(Import.receipt["rejected"].as_integer())
        .where(own, Import.receipt.is_not(None))
        .order_by(Import.id.desc())
        .limit(1)
    )
    original = (
        select(File.name)
        .join(Import, Import.file_id == File.id)
        .where(own)
        .order_by(Import.id)
        .limit(1)
        .correlate(Dataset)
    )
    last = aliased(Import)
    dropped = func.coalesce(rejected.scalar_subquery(), 0)
    return (
        select(Dataset, last, unfinished, dropped, original.scalar_subquery())
        .outerjoin(last, last.id == newest.scalar_subquery())
        .options(joinedload(last.job), joinedload(last.file))
    )


def append_event(
    session: Session, kind: str, dataset: Dataset, actor_id: UUID | None, **payload: Any
) -> None:
    """Log something about a dataset, with what a listener needs to find it."""
    events.append(
        session,
        kind,
        workspace_id=dataset.workspace_id,
        subject="dataset",
        subject_id=dataset.id,
        payload={"dataset_id": str(dataset.id), "dataset_slug": dataset.slug, **payload},
        actor_id=actor_id,
    )
