"""The import itself: parse in a child process, then one short commit, then the receipt.

It may be cut short at any point and taken up again by any worker:

* before `staged` is written, the next attempt parses again, into a folder of its own;
* between that and the lake's commit, the next attempt commits what was staged;
* after the lake's commit, the next attempt finds the import's mark there and writes the receipt.

The lake's commit and the receipt happen under one lock per workspace, so that two workers that
both believe the import is theirs do its effect once.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from rowmill import jobs, mill
from rowmill.context import Context
from rowmill.datasets import editing
from rowmill.datasets import service as datasets
from rowmill.db import transaction
from rowmill.errors import Gone, Invalid, RowmillError, ServiceUnavailable
from rowmill.imports import service
from rowmill.lake import Commit, StagedImport, Writer, staging_folder
from rowmill.models import (
    Dataset,
    File,
    Import,
    ImportMode,
    Job,
    JobStatus,
    Reject,
    User,
)
from rowmill.templates import service as templates
from rowmill.workspaces import quotas

logger = logging.getLogger(__name__)

REJECTS_BATCH = 5_000
MOST_PARSERS = 3


class DatasetDeleted(Gone):
    """The dataset was deleted before the import could end."""


class ParserKeepsDying(Invalid):
    """The parser's process died each time it read this file."""


class ReceiptUnbalanced(RowmillError):
    """The rows in the table do not match the rows of the file. Nothing was changed for readers."""


@dataclass(frozen=True)
class Work:
    """What an attempt needs to know, read once at its start."""

    import_id: UUID
    workspace_id: UUID
    dataset_id: UUID
    table_name: str
    columns: tuple[mill.Column, ...] | None
    version: int | None
    row_count: int
    mode: ImportMode
    key: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    declared: tuple[mill.Declared, ...]
    conventions: tuple[mill.Convention, ...]
    options: dict[str, Any]
    file_name: str
    object_key: str
    size_bytes: int
    author: str
    created_by: UUID | None
    staged: dict[str, Any] | None
    announcement: dict[str, Any]


def run_import(context: Context, run: jobs.Run) -> None:
    """Do the import that belongs to the job, or whatever of it an earlier attempt left undone."""
    work = _begin(context, run)
    if work is None:
        return
    try:
        _parse_and_commit(context, run, work)
    except (jobs.JobCancelled, RowmillError) as error:
        if not isinstance(error, ServiceUnavailable):  # that is tried again, from what is staged
            _remove_staging(context, work)
        raise
    _remove_staging(context, work)


def _parse_and_commit(context: Context, run: jobs.Run, work: Work) -> None:
    if work.staged is None or not _files_are_there(context, work.staged):
        staged = _parse(context, run, work)
        work = replace(work, staged=staged)
    run.report({**_progress(work, "committing")}, **work.announcement)
    _commit(context, run, work)


def _begin(context: Context, run: jobs.Run) -> Work | None:
    with transaction(context.engine) as session:
        found = session.execute(
            select(Import, Dataset, File, User.username)
            .join(Dataset, Dataset.id == Import.dataset_id)
            .join(File, File.id == Import.file_id)
            .outerjoin(User, User.id == Import.created_by)
            .where(Import.job_id == run.job_id)
        ).one_or_none()
        if found is None:  # its workspace is gone
            return None
        record, dataset, file, author = found
        record.dataset, record.file = dataset, file
        if dataset.deleted_at is not None:
            raise DatasetDeleted
        if run.attempt == 1:
            service.append_event(session, "import.started", record)
        return _work(session, record, author or "")


def _work(session: Session, record: Import, author: str) -> Work:
    dataset, file = record.dataset, record.file
    columns = tuple(mill.Column(**column) for column in dataset.columns)
    expected = templates.expectations(session, dataset)
    return Work(
        import_id=record.id,
        workspace_id=record.workspace_id,
        dataset_id=dataset.id,
        table_name=dataset.table_name,
        columns=columns if dataset.version is not None else None,
        version=dataset.version,
        row_count=dataset.row_count,
        mode=ImportMode(record.mode),
        key=tuple(record.key),
        keys=expected.keys,
        declared=expected.columns,
        conventions=service.shown_conventions(session, dataset) + expected.conventions,
        options=record.options,
        file_name=file.name,
        object_key=file.object_key,
        size_bytes=file.size_bytes,
        author=author,
        created_by=record.created_by,
        staged=record.staged,
        announcement={
            "kind": "import.progress",
            "subject": "import",
            "subject_id": str(record.id),
            "payload": service.announcement_payload(record),
        },
    )


def _progress(
    work: Work, phase: str, bytes_done: int | None = None, rows: int = 0
) -> dict[str, Any]:
    done = work.size_bytes if bytes_done is None else bytes_done
    rows = rows or (work.staged or {}).get("read", 0)
    progress = {"phase": phase, "bytes_done": done, "bytes_total": work.size_bytes, "rows": rows}
    work.announcement["payload"]["progress"] = progress
    return progress


def _files_are_there(context: Context, staged: dict[str, Any]) -> bool:
    return all(context.store.exists(key) for key in staged["files"])


def _parse(context: Context, run: jobs.Run, work: Work) -> dict[str, Any]:
    """Parse the original into staged Parquet, and keep what came of it. Returns `staged`."""
    folder = staging_folder(work.workspace_id, work.table_name, work.import_id, run.attempt)
    context.store.delete_folder(folder)

    def on_progress(progress: mill.Progress) -> None:
        report = _progress(work, progress.phase, progress.bytes_done, progress.rows)
        run.report(report, **work.announcement)

    try:
        result = mill.run_parse(
            _request(context, work, folder), on_progress=on_progress, should_cancel=lambda: False
        )
    except mill.ParserDied as error:
        if run.attempt < MOST_PARSERS:  # somebody may have killed it: once more
            raise
        raise ParserKeepsDying(f"{ParserKeepsDying.__doc__} {error.detail}") from error
    staged = _staged(result, folder)
    with transaction(context.engine) as session:
        _keep_rejects(session, work.import_id, result)
        record = session.get_one(Import, work.import_id)
        record.staged = staged
    if result.rejects_path is not None:
        context.store.delete(f"{folder}/{_base_name(result.rejects_path)}")
    return staged


def _request(context: Context, work: Work, folder: str) -> mill.ParseRequest:
    settings = context.settings
    return mill.ParseRequest(
        source=context.store.uri(work.object_key),
        size=work.size_bytes,
        output=context.store.uri(folder),
        columns=work.columns,
        key=work.key if work.mode is ImportMode.UPSERT else (),
        keys=work.keys if work.mode is ImportMode.UPSERT else (),
        declared=work.declared,
        conventions=work.conventions,
        options=mill.ReadOptions.from_dict(work.options),
        limits=mill.Limits(
            memory_bytes=settings.import_memory_bytes // 2,
            process_bytes=settings.import_memory_bytes,
            max_rejects=settings.max_rejects,
            max_expanded_bytes=settings.max_expanded_bytes,
            timeout_seconds=settings.import_timeout_seconds,
        ),
        s3=context.store.s3_options(),
    )


def _staged(result: mill.ParseResult, folder: str) -> dict[str, Any]:
    """The outcome of a parse as JSON, with files by their keys in the store."""
    return {
        "folder": folder,
        "files": [f"{folder}/{_base_name(file.uri)}" for file in result.files],
        "plan": result.plan.to_dict(),
        "columns": [asdict(column) for column in result.columns],
        "key": list(result.key),
        "drift": asdict(result.drift),
        "notes": list(result.notes),
        "read": result.records_read,
        "rows": result.staged,
        "rejected": result.rejected,
        "skipped": result.skipped,
        "deduplicated": result.deduplicated,
    }


def _base_name(uri: str) -> str:
    return uri.rsplit("/", 1)[-1]


def _keep_rejects(session: Session, import_id: UUID, result: mill.ParseResult) -> None:
    """Replace the import's rejects by those of this parse. Positions count from 1."""
    session.execute(delete(Reject).where(Reject.import_id == import_id))
    if result.rejects_path is None:
        return
    position = 0
    with pq.ParquetFile(result.rejects_path) as file:
        for batch in file.iter_batches(REJECTS_BATCH):
            rows: list[dict[str, Any]] = batch.to_pylist()
            for row in rows:
                position += 1
                row.update(import_id=import_id, position=position)
            session.execute(insert(Reject), rows)


def _commit(context: Context, run: jobs.Run, work: Work) -> None:
    """Make the rows visible and write the receipt, once."""
    staged = work.staged
    assert staged is not None
    with context.lakes.writer(work.workspace_id) as writer:
        with transaction(context.engine) as session:
            _check_still_wanted(session, run, work)
            editing.settle(session, writer, work.workspace_id)
            rows_left = quotas.rows_left(session, context.settings, work.workspace_id)
        if rows_left is not None:
            _check_room(writer, work, staged, rows_left)
        outcome = writer.commit_import(_staged_import(work, staged))
        with transaction(context.engine) as session:
            _publish(session, run, work, outcome)


def _check_room(writer: Writer, work: Work, staged: dict[str, Any], rows_left: int) -> None:
    """Raises: QuotaExceeded where the rows would be more than the workspace may have."""
    added = staged["rows"]
    if work.mode is ImportMode.REPLACE:
        added -= work.row_count
    if added <= max(0, rows_left) or writer.is_committed(work.import_id):
        return
    if work.mode is ImportMode.UPSERT:
        added = writer.count_new(_staged_import(work, staged))
    if added > max(0, rows_left):
        raise quotas.rows_exceeded(rows_left, added)


def _check_still_wanted(session: Session, run: jobs.Run, work: Work) -> None:
    """Raises: JobCancelled, DatasetDeleted."""
    job_status, cancelled_at = session.execute(
        select(Job.status, Job.cancel_requested_at).where(Job.id == run.job_id)
    ).one()
    if cancelled_at is not None or JobStatus(job_status).is_final:
        raise jobs.JobCancelled
    if session.get_one(Dataset, work.dataset_id).deleted_at is not None:
        raise DatasetDeleted


def _staged_import(work: Work, staged: dict[str, Any]) -> StagedImport:
    return StagedImport(
        import_id=work.import_id,
        table_name=work.table_name,
        mode=work.mode,
        columns={column["name"]: mill.sql_type(column["type"]) for column in staged["columns"]},
        files=staged["files"],
        row_count=staged["rows"],
        key=_key(work, staged),
        author=work.author,
        message=f"{work.mode.capitalize()} {work.file_name}",
    )


def _key(work: Work, staged: dict[str, Any]) -> tuple[str, ...]:
    """The names of the key columns of an upsert."""
    if work.mode is not ImportMode.UPSERT:
        return ()
    return tuple(staged.get("key") or work.key)


def _publish(session: Session, run: jobs.Run, work: Work, outcome: Commit) -> None:
    """Show readers the new version, and settle the account."""
    staged = work.staged
    assert staged is not None
    record = session.get_one(Import, work.import_id)
    if record.receipt is not None:
        return
    record.dataset = session.get_one(Dataset, work.dataset_id, with_for_update=True)
    record.file = session.get_one(File, record.file_id)
    record.receipt = receipt(staged, outcome)
    record.version = outcome.version
    if work.mode is ImportMode.UPSERT:
        record.key = record.dataset.key = list(_key(work, staged))
    datasets.publish_version(
        session,
        record.dataset,
        version=outcome.version,
        columns=staged["columns"],
        row_count=outcome.row_count,
        size_bytes=outcome.size_bytes,
        import_id=record.id,
        kind=work.mode,
        message=f"{work.mode.capitalize()} {work.file_name}",
        created_by=work.created_by,
    )
    templates.refresh(session, record.dataset)
    job = jobs.finish(session, run.job_id, JobStatus.SUCCEEDED)
    if job is not None:
        job.progress = _progress(work, "done")
    service.append_event(
        session, "import.succeeded", record, receipt=record.receipt, version=outcome.version
    )


def receipt(staged: dict[str, Any], outcome: Commit) -> dict[str, int]:
    """The balanced account of an import. Raises: ReceiptUnbalanced."""
    loaded = outcome.inserted + outcome.updated + outcome.unchanged
    account = {
        "read": staged["read"],
        "loaded": loaded,
        "rejected": staged["rejected"],
        "deduplicated": staged["deduplicated"],
        "skipped": staged["skipped"],
        "inserted": outcome.inserted,
        "updated": outcome.updated,
        "unchanged": outcome.unchanged,
    }
    parts = ("loaded", "rejected", "deduplicated", "skipped")
    if account["read"] != sum(account[part] for part in parts):
        raise ReceiptUnbalanced(receipt=account)
    return account


def _remove_staging(context: Context, work: Work) -> None:
    context.lakes.remove_staging(
        work.workspace_id, work.table_name, work.import_id, attempts=jobs.MOST_ATTEMPTS + 1
    )
