from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rowmill.models import Import, Reject

Status = Literal["pending", "running", "succeeded", "failed", "cancelled"]


class Progress(BaseModel):
    """How far an import is."""

    phase: Literal["waiting", "detecting", "parsing", "committing", "done"] = "waiting"
    bytes_done: int = Field(0, description="Bytes of the file that have been read.")
    bytes_total: int = Field(0, description="Size of the file, in bytes.")
    rows: int = Field(0, description="Records parsed so far.")


class Receipt(BaseModel):
    """The balanced account: read = loaded + rejected + deduplicated + skipped."""

    read: int = Field(description="Records found in the file.")
    loaded: int = Field(description="Records that reached the dataset.")
    rejected: int = Field(description="Records that did not fit; each is kept.")
    deduplicated: int = Field(description="Records that a later one of the same key replaced.")
    skipped: int = Field(description="Blank records.")
    inserted: int = Field(description="Rows that are new in the dataset.")
    updated: int = Field(description="Rows of the dataset that changed.")
    unchanged: int = Field(description="Rows that were there already, just so.")


class ImportError_(BaseModel):  # noqa: N801 - `ImportError` is a builtin
    """Why an import failed, and how to mend it."""

    model_config = ConfigDict(extra="allow", title="ImportError")

    code: str
    message: str
    line: int | None = None
    column: str | None = None
    hint: str | None = None


class ImportFile(BaseModel):
    """The original of an import."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    size_bytes: int
    sha256: str


class Drift(BaseModel):
    """How the file's columns differ from the dataset's."""

    new: list[str] = []
    missing: list[str] = []
    retyped: list[str] = []


class ImportOut(BaseModel):
    """One run: a file into a dataset."""

    model_config = ConfigDict(title="Import")

    id: UUID
    dataset_id: UUID
    dataset_slug: str
    dataset_name: str
    file: ImportFile
    mode: Literal["append", "replace", "upsert"]
    key: list[str]
    status: Status
    progress: Progress
    receipt: Receipt | None
    version: int | None
    error: ImportError_ | None
    plan: dict[str, Any] | None = Field(description="How the file was read.")
    notes: list[str]
    drift: Drift | None
    job_id: UUID
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    created_by: UUID | None


class RejectOut(BaseModel):
    """A record that did not fit."""

    model_config = ConfigDict(from_attributes=True, title="Reject")

    record: int = Field(description="Its number among the file's data records, from 1.")
    line: int | None = Field(
        description="The physical line it begins on, or its row in a sheet, from 1."
    )
    column: str | None
    value: str | None
    code: str
    reason: str
    raw: str | None = Field(description="The record as sent, cut at 64 KiB.")
    sheet: str | None = Field(None, description="The sheet of a workbook it stands in.")
    cell: str | None = Field(None, description="The address of the value in that sheet, as `C17`.")


class DatasetRef(BaseModel):
    """A dataset, by its names."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str


class ImportIn(BaseModel):
    """A file that is here, and what is to be done with it."""

    model_config = ConfigDict(extra="forbid")

    file_id: UUID = Field(description="The file of an earlier import, or of an operation's result.")
    dataset: str | None = Field(
        None,
        min_length=1,
        max_length=200,
        description="Slug or id of the dataset; made when missing. Without it, a new dataset is "
        "named after the file.",
    )
    mode: Literal["append", "replace", "upsert"] | None = None
    key: list[str] = Field([], max_length=100, description="Key columns of an upsert.")
    template: str | None = Field(None, max_length=120, description="The template to follow.")
    force: bool = Field(
        default=False, description="Import even if these bytes were imported so before."
    )
    format: str | None = Field(None, max_length=20)
    sheet: str | None = Field(
        None,
        max_length=255,
        description="The sheet of a workbook, by name or number.",
        examples=["Costs"],
    )
    member: str | None = Field(None, max_length=4096, description="The file within a ZIP archive.")
    records: str | None = Field(
        None, max_length=4096, description="Where the records of a JSON document are."
    )


class UploadAnswer(BaseModel):
    """What became of the file that was sent. Its bytes are safe; the import goes on by itself."""

    message: str
    dataset_id: UUID
    dataset: DatasetRef
    file_id: UUID
    import_id: UUID
    job_id: UUID
    status: Literal["processing", "ready"]
    duplicate: bool


class JobOut(BaseModel):
    """Something that runs in the background."""

    model_config = ConfigDict(from_attributes=True, title="Job")

    id: UUID
    kind: str
    status: Status
    progress: dict[str, Any]
    error: dict[str, Any] | None
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def import_out(run: Import) -> ImportOut:
    """An import as clients see it."""
    job, staged = run.job, run.staged or {}
    return ImportOut(
        id=run.id,
        dataset_id=run.dataset_id,
        dataset_slug=run.dataset.slug,
        dataset_name=run.dataset.name,
        file=ImportFile.model_validate(run.file),
        mode=run.mode,
        key=run.key,
        status=job.status,
        progress=Progress.model_validate(job.progress),
        receipt=Receipt.model_validate(run.receipt) if run.receipt else None,
        version=run.version,
        error=ImportError_.model_validate(job.error) if job.error else None,
        plan=staged.get("plan"),
        notes=staged.get("notes", []),
        drift=Drift.model_validate(staged["drift"]) if staged.get("drift") else None,
        job_id=job.id,
        attempts=job.attempts,
        created_at=run.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        created_by=run.created_by,
    )


def reject_out(reject: Reject) -> RejectOut:
    """A reject as clients see it."""
    return RejectOut.model_validate(reject)
