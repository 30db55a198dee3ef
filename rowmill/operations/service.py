"""Operations: asked for here, done by `operations.running` in a worker."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload

from rowmill import events, jobs, mill
from rowmill.datasets import service as datasets
from rowmill.datasets.columns import Columns
from rowmill.datasets.service import Reading
from rowmill.errors import Conflict, CursorExpired, NotFound, RowmillError, invalid
from rowmill.files import service as files
from rowmill.mill import storage
from rowmill.models import (
    Dataset,
    File,
    Import,
    Job,
    JobStatus,
    Operation,
    OperationKind,
    now,
)
from rowmill.operations.conditions import Comparison
from rowmill.operations.results import ResultRemoved
from rowmill.operations.selection import Wish
from rowmill.store import Store

logger = logging.getLogger(__name__)

KIND = "operations.run"
TEXT_FILES = (".csv", ".tsv", ".tab", ".txt")


class NotOver(Conflict):
    """The operation has not ended yet. Wait for it, or cancel it, before you run it again."""


class NoResult(Conflict):
    """The operation has no result: it has not ended, or did not succeed."""


@dataclass(frozen=True)
class Source:
    """What an operation is to read: a dataset, or of it the rows that one file brought."""

    dataset: Dataset
    file: File | None = None


def kind_of(name: str) -> OperationKind:
    """Raises: Invalid naming an operation that there is not."""
    try:
        return OperationKind(name.strip().lower())
    except ValueError as error:
        choices = ", ".join(OperationKind)
        message = f"There is no operation '{name[:100]}'. It is one of {choices}."
        raise invalid("operation", message) from error


def source_of(
    session: Session, workspace_id: UUID, *, file_id: str | None, dataset_id: str | None
) -> Source:
    """The source that a client names by one of both ids. Raises: Invalid, NotFound."""
    if (file_id is None) == (dataset_id is None):
        raise invalid("file_id", "Send either file_id or dataset_id.")
    if dataset_id is not None:
        return Source(datasets.find(session, workspace_id, dataset_id))
    try:
        wanted = UUID(file_id)
    except ValueError as error:
        raise NotFound("There is no such file.") from error
    file = files.find(session, workspace_id, wanted)
    dataset = session.scalar(
        select(Dataset)
        .join(Import, Import.dataset_id == Dataset.id)
        .where(Import.file_id == file.id, Dataset.deleted_at.is_(None))
        .order_by(Import.id.desc())
        .limit(1)
    )
    if dataset is None:
        raise NotFound("There is no such file, or its dataset was deleted.")
    return Source(dataset, file)


def check(session: Session, store: Store, source: Source, wish: Wish) -> None:
    """Refuse what cannot work, as far as that is known by now. Raises: Invalid."""
    wish.check()
    if source.dataset.version is not None:
        columns = datasets.reading(session, source.dataset).columns
        wish.check_columns(columns)
        if source.file is None:
            wish.resolve(columns)
    elif (header := _header(store, source)) is not None:
        wish.check_columns(header)


def _header(store: Store, source: Source) -> Columns | None:
    """The columns of a file whose import has not ended, if a look at its beginning tells them."""
    file = source.file
    if file is None or not file.name.lower().endswith(TEXT_FILES):
        return None
    uri = store.uri(file.object_key)
    if storage.is_remote(uri):
        return None
    try:
        plan = mill.make_plan(uri)
    except RowmillError:  # the import fails for the same reason, and the operation after it
        return None
    return Columns(tuple(mill.Column(c.name, c.label, c.type) for c in plan.columns))


def submit(
    session: Session,
    source: Source,
    wish: Wish,
    *,
    slots: int,
    created_by: UUID | None,
    name: str | None = None,
    repeats: Operation | None = None,
) -> Operation:
    """Begin an operation on what readers see now; on its first version where there is none yet."""
    job = jobs.enqueue(
        session,
        KIND,
        workspace_id=source.dataset.workspace_id,
        slots=slots,
        subject=source.dataset.id,
        created_by=created_by,
        progress={"phase": "waiting", "percent": 0.0},
    )
    operation = Operation(
        id=job.id,
        workspace_id=source.dataset.workspace_id,
        dataset_id=source.dataset.id,
        file_id=source.file.id if source.file else None,
        job_id=job.id,
        repeats_id=repeats.id if repeats else None,
        kind=wish.kind,
        parameters={
            "columns": list(wish.columns),
            "filters": [test.to_dict() for test in wish.tests],
            "name": name,
        },
        version=None if source.file else source.dataset.version,
        created_by=created_by,
        dataset=source.dataset,
        file=source.file,
        job=job,
        result_dataset=None,
    )
    session.add(operation)
    session.flush()
    append_event(session, "operation.created", operation)
    return operation


def repeat(
    session: Session, operation: Operation, *, slots: int, created_by: UUID | None
) -> Operation:
    """Run it again on what its source holds now. Raises: NotOver, NotFound."""
    if not JobStatus(operation.job.status).is_final:
        raise NotOver
    if operation.dataset.deleted_at is not None:
        raise NotFound("The operation's dataset was deleted, so it cannot be run again.")
    return submit(
        session,
        Source(operation.dataset, operation.file),
        wish_of(operation),
        slots=slots,
        created_by=created_by,
        name=operation.parameters.get("name"),
        repeats=operation,
    )


def wish_of(operation: Operation) -> Wish:
    """What was asked for."""
    parameters = operation.parameters
    return Wish(
        OperationKind(operation.kind),
        tuple(parameters["columns"]),
        tuple(Comparison(**test) for test in parameters["filters"]),
    )


def find(session: Session, workspace_id: UUID, operation_id: UUID) -> Operation:
    """Raises: NotFound, also where the operation is another workspace's."""
    operation = session.scalar(
        _loaded().where(Operation.id == operation_id, Operation.workspace_id == workspace_id)
    )
    if operation is None:
        raise NotFound("There is no such operation.")
    return operation


def find_task(session: Session, workspace_id: UUID, task_id: str) -> Operation:
    """The operation of a task id as clients send it. Raises: NotFound."""
    try:
        return find(session, workspace_id, UUID(task_id.strip()))
    except ValueError as error:
        raise NotFound("There is no such operation.") from error


def find_anywhere(session: Session, operation_id: UUID) -> Operation:
    """An operation that a signed link names, whoever asks. Raises: NotFound."""
    operation = session.scalar(_loaded().where(Operation.id == operation_id))
    if operation is None:
        raise NotFound
    return operation


def listing(
    workspace_id: UUID, *, dataset_id: UUID | None = None, status: JobStatus | None = None
) -> Select[Operation]:
    """The query of a workspace's operations, to be paged; of a dataset those from or into it."""
    query = _loaded().where(Operation.workspace_id == workspace_id)
    if dataset_id is not None:
        is_part = or_(Operation.dataset_id == dataset_id, Operation.result_dataset_id == dataset_id)
        query = query.where(is_part)
    if status is not None:
        query = query.where(Job.status == status)
    return query


def _loaded() -> Select[Operation]:
    return (
        select(Operation)
        .join(Operation.job)
        .options(
            joinedload(Operation.job),
            joinedload(Operation.dataset),
            joinedload(Operation.file),
            joinedload(Operation.result_dataset),
        )
    )


def cancel(session: Session, operation: Operation) -> None:
    """Ask an operation to stop; one that has ended stays as it is."""
    had_ended = JobStatus(operation.job.status).is_final
    jobs.request_cancel(session, operation.job)
    if operation.job.status == JobStatus.CANCELLED and not had_ended:
        ended(session, operation.job)


def ended(session: Session, job: Job) -> None:
    """Record that an operation failed or was cancelled."""
    operation = session.scalar(_loaded().where(Operation.job_id == job.id))
    if operation is not None:
        append_event(session, f"operation.{job.status}", operation, error=job.error)


def latest_import(session: Session, source: Source) -> Import | None:
    """The import that the source's rows come from: its file's, or else the newest one."""
    statement = select(Import).options(joinedload(Import.job), joinedload(Import.file))
    statement = statement.where(Import.dataset_id == source.dataset.id)
    if source.file is not None:
        statement = statement.where(Import.file_id == source.file.id)
    return session.scalar(statement.order_by(Import.id.desc()).limit(1))


def check_file(operation: Operation) -> str:
    """The name of the result's file. Raises: NoResult, ResultRemoved."""
    if operation.result_file_name is None:
        raise NoResult
    if operation.result_removed_at is not None:
        raise ResultRemoved
    return operation.result_file_name


def result_reading(session: Session, operation: Operation) -> Reading | None:
    """The result's dataset as the operation left it, if that is still kept."""
    dataset, version = operation.result_dataset, operation.result_version
    if dataset is None or dataset.deleted_at is not None or version is None:
        return None
    try:
        return datasets.reading_of_version(session, dataset, version)
    except CursorExpired:
        return None


def refreshed_dataset(session: Session, operation: Operation) -> Dataset | None:
    """The dataset that a repeated operation brings up to date.

    That is the result of the one it repeats, unless somebody else has changed it since.
    """
    if operation.repeats_id is None:
        return None
    dataset = session.scalar(
        select(Dataset)
        .join(Operation, Operation.result_dataset_id == Dataset.id)
        .where(Operation.id == operation.repeats_id, Dataset.deleted_at.is_(None))
    )
    if dataset is None:
        return None
    newest = select(func.max(Operation.result_version))
    version = session.scalar(newest.where(Operation.result_dataset_id == dataset.id))
    return dataset if dataset.version == version else None


def expired_results(session: Session, *, before: datetime) -> Sequence[Operation]:
    """The operations that ended before a moment and whose files are still there."""
    return session.scalars(
        select(Operation)
        .join(Operation.job)
        .where(
            Operation.result_size_bytes.is_not(None),
            Operation.result_removed_at.is_(None),
            Job.finished_at < before,
        )
        .order_by(Operation.id)
    ).all()


def remove_results(session: Session, store: Store, expired: Iterable[Operation]) -> int:
    """Remove the files of these results; returns the bytes freed. Their datasets stay."""
    freed = 0
    for operation in expired:
        store.delete(operation.result_key)
        operation.result_removed_at = now()
        freed += operation.result_size_bytes or 0
    session.flush()
    return freed


def append_event(session: Session, kind: str, operation: Operation, **payload: Any) -> None:
    """Log something about an operation, with what a listener needs to find its dataset."""
    events.append(
        session,
        kind,
        workspace_id=operation.workspace_id,
        subject="operation",
        subject_id=operation.id,
        payload={**announcement_payload(operation), **payload},
        actor_id=operation.created_by,
    )


def announcement_payload(operation: Operation) -> dict[str, Any]:
    """What every message about an operation says."""
    return {
        "operation": operation.kind,
        "dataset_id": str(operation.dataset_id),
        "dataset_slug": operation.dataset.slug,
        "dataset_name": operation.dataset.name,
        "file_name": operation.file.name if operation.file else None,
    }
