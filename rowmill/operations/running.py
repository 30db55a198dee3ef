"""The operation itself: compute into Parquet and a file, then one short commit, as imports do.

It may be cut short at any point and taken up again by any worker:

* before `staged` is written, the next attempt computes again, into a folder of its own; the
  version it reads was pinned by the first, so the outcome is the same;
* between that and the lake's commit, the next attempt commits what was staged;
* after the lake's commit, the next attempt finds the operation's mark there and writes the receipt.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from rowmill import jobs
from rowmill.context import Context
from rowmill.datasets import service as datasets
from rowmill.datasets.service import Reading
from rowmill.db import transaction
from rowmill.errors import Conflict, Gone, RowmillError, ServiceUnavailable
from rowmill.lake import Commit, StagedImport, Writer, staging_folder
from rowmill.mill import quote_identifier, quote_literal, sql_type, storage
from rowmill.mill.statements import PARQUET
from rowmill.models import Dataset, Import, ImportMode, JobStatus, Operation, User
from rowmill.operations import results, service, sources
from rowmill.operations.selection import Wish, select_rows
from rowmill.operations.watching import Watched
from rowmill.workspaces import quotas

GROUP_ROWS: Final = 122_880
GROUP_CELLS: Final = 4_000_000


class SourceDeleted(Gone):
    """The dataset was deleted before the operation could begin."""


class SourceNotReady(ServiceUnavailable):
    """The import that the operation waits for has not ended."""


class ResultChanged(Conflict):
    """Somebody changed the result's dataset while the operation ran. Run it again."""


@dataclass(frozen=True)
class Work:
    """What an attempt needs to know, read once at its start.

    `target_id` and `target_version` are the dataset to bring up to date; without them a new one
    is made.
    """

    operation_id: UUID
    workspace_id: UUID
    reading: Reading
    part: sources.Part | None
    wish: Wish
    result_name: str
    result_key: str
    table_name: str
    target_id: UUID | None
    target_version: int | None
    target_rows: int
    author: str
    created_by: UUID | None
    staged: dict[str, Any] | None
    announcement: dict[str, Any]

    @property
    def message(self) -> str:
        """What the result's version says of itself."""
        return f"{self.wish.kind.capitalize()} of {self.announcement['payload']['dataset_name']}"


def run_operation(context: Context, run: jobs.Run) -> None:
    """Do the operation of the job, or whatever of it an earlier attempt left undone."""
    work = _begin(context, run)
    if work is None:
        return
    try:
        if work.staged is None or not _is_all_there(context, work):
            work = replace(work, staged=_compute(context, run, work))
        _report(run, work, "committing", 100.0)
        _commit(context, run, work)
    except (jobs.JobCancelled, RowmillError) as error:
        if not isinstance(error, ServiceUnavailable):  # that is tried again, from what is staged
            context.store.delete(work.result_key)
            _remove_staging(context, work)
        raise
    _remove_staging(context, work)


def _begin(context: Context, run: jobs.Run) -> Work | None:
    with transaction(context.engine) as session:
        found = session.execute(
            select(Operation, User.username)
            .outerjoin(User, User.id == Operation.created_by)
            .where(Operation.job_id == run.job_id)
            .options(joinedload(Operation.dataset), joinedload(Operation.file))
        ).one_or_none()
        if found is None:  # its workspace is gone
            return None
        operation, author = found
        if operation.dataset.deleted_at is not None:
            raise SourceDeleted
        source = _imported(session, operation)
        if operation.version is None:
            operation.version = source.version if source else operation.dataset.version
        if run.attempt == 1:
            service.append_event(session, "operation.started", operation)
        part = sources.part_of(source) if source and operation.file_id else None
        return _work(session, operation, part, author or "")


def _imported(session: Session, operation: Operation) -> Import | None:
    """The import that has to be over first, which it is. Raises: SourceNotReady, SourceFailed."""
    if operation.file_id is None and operation.version is not None:
        return None
    source = service.latest_import(session, service.Source(operation.dataset, operation.file))
    if source is None:
        raise SourceDeleted
    if not JobStatus(source.job.status).is_final:
        raise SourceNotReady
    if source.version is None:
        raise sources.SourceFailed.of(source)
    return source


def _work(session: Session, operation: Operation, part: sources.Part | None, author: str) -> Work:
    assert operation.version is not None
    target = service.refreshed_dataset(session, operation)
    reading = datasets.reading_of_version(session, operation.dataset, operation.version)
    wish = service.wish_of(operation)
    own_table = f"{operation.kind}_{operation.id.hex}"
    return Work(
        operation_id=operation.id,
        workspace_id=operation.workspace_id,
        reading=reading,
        part=part,
        wish=wish,
        result_name=operation.parameters.get("name") or sources.result_name(operation, reading),
        result_key=operation.result_key,
        table_name=target.table_name if target else own_table,
        target_id=target.id if target else None,
        target_version=target.version if target else None,
        target_rows=target.row_count if target else 0,
        author=author,
        created_by=operation.created_by,
        staged=operation.staged,
        announcement={
            "kind": "operation.progress",
            "subject": "operation",
            "subject_id": str(operation.id),
            "payload": service.announcement_payload(operation),
        },
    )


def _report(run: jobs.Run, work: Work, phase: str, percent: float) -> None:
    """Raises: JobCancelled, WorkerStopping."""
    progress = {"phase": phase, "percent": round(percent, 1)}
    work.announcement["payload"]["progress"] = progress
    run.report(progress, **work.announcement)


def _is_all_there(context: Context, work: Work) -> bool:
    """Whether what was staged is still of use: its files there, and for the same table."""
    staged = work.staged
    assert staged is not None
    if staged["table_name"] != work.table_name or staged["target_version"] != work.target_version:
        return False
    return all(context.store.exists(key) for key in (*staged["files"], work.result_key))


def _compute(context: Context, run: jobs.Run, work: Work) -> dict[str, Any]:
    """Write the result as staged Parquet and as a file, and keep what came of it."""
    folder = staging_folder(work.workspace_id, work.table_name, work.operation_id, run.attempt)
    context.store.delete_folder(folder)
    key = f"{folder}/part-0.parquet"
    phase = "searching"

    def report(percent: float) -> None:
        _report(run, work, phase, percent)

    report(0.0)
    resolved = work.wish.resolve(work.reading.columns)
    with (
        context.lakes.reader(work.workspace_id, timeout_seconds=inf) as reader,
        Watched(reader, report) as watched,
    ):
        source, rows_in = sources.source_of(watched.rows, reader, work.reading, work.part)
        selection = select_rows(watched.rows, source, resolved, rows_in)
        phase = "writing"
        _make_folder(context.store.uri(folder))
        names = ", ".join(map(quote_identifier, resolved.needed))
        watched.rows(
            f"COPY ({selection.statement(names)}) TO {quote_literal(context.store.uri(key))}"
            f" ({PARQUET}, ROW_GROUP_SIZE {_group_rows(len(resolved.needed))})",
            selection.parameters,
        )
        phase = "exporting"
        size = results.write_file(
            context.store, reader, key, work.result_key, resolved.columns, watched.tick
        )
    staged = {
        "table_name": work.table_name,
        "target_version": work.target_version,
        "files": [key],
        "columns": [vars(column) for column in resolved.columns],
        "rows_in": selection.rows_in,
        "rows_out": selection.rows_out,
        "size_bytes": size,
    }
    with transaction(context.engine) as session:
        session.get_one(Operation, work.operation_id).staged = staged
    return staged


def _group_rows(width: int) -> int:
    return max(2048, min(GROUP_ROWS, GROUP_CELLS // max(width, 1)))


def _make_folder(uri: str) -> None:
    if not storage.is_remote(uri):
        Path(uri).mkdir(parents=True, exist_ok=True)


def _commit(context: Context, run: jobs.Run, work: Work) -> None:
    """Make the rows visible and write the receipt, once."""
    staged = work.staged
    assert staged is not None
    with context.lakes.writer(work.workspace_id) as writer:
        with transaction(context.engine) as session:
            _check_still_wanted(session, run, work)
            rows_left = quotas.rows_left(session, context.settings, work.workspace_id)
        _check_room(writer, work, staged["rows_out"] - work.target_rows, rows_left)
        outcome = writer.commit_import(_staged_import(work, staged))
        with transaction(context.engine) as session:
            _publish(session, run, work, outcome)


def _check_room(writer: Writer, work: Work, added: int, rows_left: int | None) -> None:
    """Raises: QuotaExceeded where the result has more rows than the workspace has room for."""
    if rows_left is None or added <= max(0, rows_left):
        return
    if not writer.is_committed(work.operation_id):
        raise quotas.rows_exceeded(rows_left, added)


def _check_still_wanted(session: Session, run: jobs.Run, work: Work) -> None:
    """Raises: JobCancelled, ResultChanged."""
    run.check_wanted(session)
    if work.target_id is not None:
        target = session.get_one(Dataset, work.target_id)
        if target.deleted_at is not None or target.version != work.target_version:
            raise ResultChanged


def _staged_import(work: Work, staged: Mapping[str, Any]) -> StagedImport:
    return StagedImport(
        import_id=work.operation_id,
        table_name=work.table_name,
        mode=ImportMode.REPLACE,
        columns={column["name"]: sql_type(column["type"]) for column in staged["columns"]},
        files=staged["files"],
        row_count=staged["rows_out"],
        author=work.author,
        message=work.message,
    )


def _publish(session: Session, run: jobs.Run, work: Work, outcome: Commit) -> None:
    """Show readers the result, and settle the account."""
    staged = work.staged
    assert staged is not None
    operation = service.find(session, work.workspace_id, work.operation_id)
    if operation.receipt is not None:
        return
    result = _result_dataset(session, work)
    operation.receipt = {
        "rows_in": staged["rows_in"],
        "rows_out": staged["rows_out"],
        "removed": staged["rows_in"] - staged["rows_out"],
    }
    operation.result_dataset_id = result.id
    operation.result_version = outcome.version
    operation.result_file_name = f"{result.name}.csv"
    operation.result_size_bytes = staged["size_bytes"]
    datasets.publish_version(
        session,
        result,
        version=outcome.version,
        columns=staged["columns"],
        row_count=outcome.row_count,
        size_bytes=outcome.size_bytes,
        import_id=None,
        kind="operation",
        message=work.message,
        created_by=work.created_by,
    )
    job = jobs.finish(session, run.job_id, JobStatus.SUCCEEDED)
    if job is not None:
        job.progress = {"phase": "done", "percent": 100.0}
    service.append_event(
        session,
        "operation.succeeded",
        operation,
        receipt=operation.receipt,
        result={"dataset_id": str(result.id), "dataset_slug": result.slug, "name": result.name},
    )


def _result_dataset(session: Session, work: Work) -> Dataset:
    """The dataset to show the result in: the one to bring up to date, or a new one."""
    if work.target_id is not None:
        return session.get_one(Dataset, work.target_id, with_for_update=True)
    made = datasets.create(session, work.workspace_id, work.result_name, created_by=work.created_by)
    made.table_name = work.table_name
    session.flush()
    return made


def _remove_staging(context: Context, work: Work) -> None:
    context.lakes.remove_staging(
        work.workspace_id, work.table_name, work.operation_id, attempts=jobs.MOST_ATTEMPTS + 1
    )
