"""Imports: asked for here, done by `imports.running` in a worker."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from rowmill import events, jobs
from rowmill.datasets import service as datasets
from rowmill.db import lock_in_transaction
from rowmill.errors import Conflict, NotFound, invalid
from rowmill.files import service as files
from rowmill.mill import Convention, ReadOptions, column_names
from rowmill.models import Dataset, File, Import, ImportMode, Job, JobStatus, Reject
from rowmill.models.jobs import UNDONE
from rowmill.templates import service as templates

KIND = "imports.run"
LIVE = (JobStatus.PENDING, JobStatus.RUNNING, JobStatus.SUCCEEDED)


class NotRetriable(Conflict):
    """Only an import that failed or was cancelled can be tried again."""


@dataclass(frozen=True)
class Wish:
    """What the sender of a file wants done with it. `key` holds names or labels of columns.

    Where `mode` is None, the one of the `template` counts, if one is named, else `append`.
    """

    mode: ImportMode | None = None
    key: tuple[str, ...] = ()
    force: bool = False
    template: str | None = None
    options: ReadOptions = field(default_factory=ReadOptions)

    @property
    def stored_options(self) -> dict[str, Any]:
        """The reading options as an import keeps them: nothing where nothing was said."""
        return {} if self.options == ReadOptions() else self.options.to_dict()


@dataclass(frozen=True)
class Submission:
    """The import that a file led to; an earlier one where it brought nothing new."""

    run: Import
    is_duplicate: bool


def wish(
    mode: str | None,
    key: str | None,
    *,
    force: bool,
    template: str | None = None,
    options: ReadOptions | None = None,
) -> Wish:
    """Read the options as clients send them. Raises: Invalid."""
    try:
        chosen = ImportMode(mode) if mode else None
    except ValueError as error:
        choices = ", ".join(ImportMode)
        raise invalid("mode", f"'{mode}' is not a mode; choose one of {choices}.") from error
    columns = tuple(part.strip() for part in (key or "").split(",") if part.strip())
    name = (template or "").strip() or None
    return Wish(chosen, columns, force, name, options or ReadOptions())


def submit(
    session: Session,
    *,
    dataset: Dataset,
    file: File,
    wanted: Wish,
    slots: int,
    created_by: UUID | None,
) -> Submission:
    """Begin an import of `file`, unless the dataset has had exactly that before.

    Raises: Invalid where an upsert has no key.
    """
    mode = _mode_of(session, dataset, wanted)
    key = _key_of(dataset, wanted, mode)
    lock_in_transaction(session, "submit", dataset.id)
    options = wanted.stored_options
    earlier = None if wanted.force else _same_import(session, dataset, file, mode, key, options)
    if earlier is not None:
        return Submission(earlier, is_duplicate=True)
    job = _enqueue(session, dataset, file, slots, created_by)
    run = Import(
        id=job.id,
        workspace_id=dataset.workspace_id,
        dataset_id=dataset.id,
        file_id=file.id,
        job_id=job.id,
        mode=mode,
        key=key,
        options=options,
        created_by=created_by,
        dataset=dataset,
        file=file,
        job=job,
    )
    session.add(run)
    session.flush()
    append_event(session, "import.created", run)
    return Submission(run, is_duplicate=False)


def _mode_of(session: Session, dataset: Dataset, wanted: Wish) -> ImportMode:
    if wanted.mode is None and wanted.template is not None:
        return templates.chosen(session, dataset.workspace_id, wanted.template).mode
    return wanted.mode or ImportMode.APPEND


def _key_of(dataset: Dataset, wanted: Wish, mode: ImportMode) -> list[str]:
    """The key that was asked for, or the dataset's. Empty where a template's keys decide: which
    of them, the file's header tells.
    """
    by_label = {column["label"]: column["name"] for column in dataset.columns}
    key = [by_label.get(part) or column_names([part])[0] for part in wanted.key]
    if mode is ImportMode.UPSERT and not key and dataset.template is not None:
        return []
    if mode is ImportMode.UPSERT and not (key or dataset.key):
        raise invalid("key", "An upsert needs the columns that tell one row from another.")
    return key or list(dataset.key)


def _same_import(
    session: Session,
    dataset: Dataset,
    file: File,
    mode: ImportMode,
    key: Sequence[str],
    options: dict[str, Any],
) -> Import | None:
    """The import that makes this one needless. Another sheet of a workbook is another import.

    Appending the same bytes again is never meant; replacing or upserting with them changes
    nothing only where no other import came after.
    """
    candidates = _loaded().where(Import.dataset_id == dataset.id, Job.status.in_(LIVE))
    newest_first = candidates.order_by(Import.id.desc())
    if mode is ImportMode.APPEND:
        same = newest_first.where(File.sha256 == file.sha256, Import.options == options)
        return session.scalar(same.limit(1))
    latest = session.scalar(newest_first.limit(1))
    is_same = (
        latest is not None
        and latest.file.sha256 == file.sha256
        and latest.mode == mode
        and latest.options == options
        and (mode is not ImportMode.UPSERT or not key or list(latest.key) == list(key))
    )
    return latest if is_same else None


def _enqueue(
    session: Session, dataset: Dataset, file: File, slots: int, created_by: UUID | None
) -> Job:
    return jobs.enqueue(
        session,
        KIND,
        workspace_id=dataset.workspace_id,
        slots=slots,
        subject=dataset.id,
        created_by=created_by,
        progress={"phase": "waiting", "bytes_done": 0, "bytes_total": file.size_bytes, "rows": 0},
    )


def _loaded() -> Select[Import]:
    return (
        select(Import)
        .join(Import.job)
        .join(Import.file)
        .join(Import.dataset)
        .options(joinedload(Import.job), joinedload(Import.file), joinedload(Import.dataset))
    )


def find(session: Session, workspace_id: UUID, import_id: UUID) -> Import:
    """Raises: NotFound, also where the import is another workspace's."""
    wanted = _loaded().where(Import.id == import_id, Import.workspace_id == workspace_id)
    run = session.scalar(wanted)
    if run is None:
        raise NotFound("There is no such import.")
    return run


def listing(
    workspace_id: UUID, *, dataset_id: UUID | None = None, status: JobStatus | None = None
) -> Select[Import]:
    """The query of a workspace's imports, to be paged."""
    query = _loaded().where(Import.workspace_id == workspace_id, Dataset.deleted_at.is_(None))
    if dataset_id is not None:
        query = query.where(Import.dataset_id == dataset_id)
    if status is not None:
        query = query.where(Job.status == status)
    return query


def shown_conventions(session: Session, dataset: Dataset) -> tuple[Convention, ...]:
    """How the latest file of this dataset wrote its dates, if that could be told."""
    day_first = Import.staged["plan"]["day_first"]
    latest = (
        select(day_first)
        .where(Import.dataset_id == dataset.id, Import.receipt.is_not(None))
        .where(day_first.astext.is_not(None))
        .order_by(Import.id.desc())
        .limit(1)
    )
    found = session.scalar(latest)
    return () if found is None else (Convention(day_first=found),)


def rejects(
    session: Session, run: Import, *, after: int, limit: int | None = None
) -> Sequence[Reject]:
    """The rejects of an import behind position `after`, in the order of the file."""
    query = select(Reject).where(Reject.import_id == run.id, Reject.position > after)
    return session.scalars(query.order_by(Reject.position).limit(limit)).all()


def cancel(session: Session, run: Import) -> None:
    """Ask an import to stop; one that has ended stays as it is."""
    had_ended = JobStatus(run.job.status).is_final
    jobs.request_cancel(session, run.job)
    if run.job.status == JobStatus.CANCELLED and not had_ended:
        ended(session, run.job)


def retry(session: Session, run: Import, *, slots: int, created_by: UUID | None) -> None:
    """Begin a failed or cancelled import anew. Raises: NotRetriable, NotFound."""
    if run.job.status not in UNDONE:
        raise NotRetriable
    if run.dataset.deleted_at is not None:
        raise NotFound("The import's dataset was deleted. Send the file into another one.")
    files.check_kept(run.file)
    run.job = _enqueue(session, run.dataset, run.file, slots, created_by)
    run.staged = None
    session.flush()
    append_event(session, "import.created", run)


def ended(session: Session, job: Job) -> None:
    """Record that an import failed or was cancelled."""
    run = session.scalar(_loaded().where(Import.job_id == job.id))
    if run is not None:
        append_event(session, f"import.{job.status}", run, error=job.error)


def append_event(session: Session, kind: str, run: Import, **payload: Any) -> None:
    """Log something about an import, with what a listener needs to find its dataset."""
    events.append(
        session,
        kind,
        workspace_id=run.workspace_id,
        subject="import",
        subject_id=run.id,
        payload={**announcement_payload(run), **payload},
        actor_id=run.created_by,
    )


def announcement_payload(run: Import) -> dict[str, Any]:
    """What every message about an import says."""
    return {
        "dataset_id": str(run.dataset_id),
        "dataset_slug": run.dataset.slug,
        "dataset_name": run.dataset.name,
        "file_name": run.file.name,
    }


def resolve_dataset(
    session: Session,
    workspace_id: UUID,
    name: str | None,
    file_name: str,
    user: UUID | None,
    template: str | None = None,
) -> Dataset:
    """The dataset that the sender means, made when missing.

    With a template it is the workspace's one dataset of that template, else the one of that name,
    without a name a new one for the file. Raises: Invalid for an unknown template, TemplateTaken.
    """
    if template is not None:
        chosen = templates.chosen(session, workspace_id, template)
        return templates.find_or_create_dataset(
            session, workspace_id, chosen, created_by=user, wanted=name
        )
    if name:
        return datasets.find_or_create(session, workspace_id, name, created_by=user)
    return datasets.create(session, workspace_id, file_name, created_by=user)


def find_job(session: Session, workspace_id: UUID, job_id: UUID) -> Job:
    """Raises: NotFound, also where the job is another workspace's."""
    job = session.scalar(select(Job).where(Job.id == job_id, Job.workspace_id == workspace_id))
    if job is None:
        raise NotFound("There is no such job.")
    return job
