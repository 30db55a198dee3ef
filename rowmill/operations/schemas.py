from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, field_validator

from rowmill.models import Operation
from rowmill.operations.conditions import OPERATORS, Comparison
from rowmill.operations.selection import Wish
from rowmill.operations.service import kind_of

Status = Literal["pending", "running", "succeeded", "failed", "cancelled"]
TaskStatus = Literal["PENDING", "STARTED", "PROGRESS", "SUCCESS", "FAILURE", "REVOKED"]
MOST_COMPARISONS = 100
MOST_COLUMNS = 1000


class FilterComparison(BaseModel):
    """One condition. Numbers compare as numbers, dates as dates; `contains` ignores the case."""

    model_config = ConfigDict(title="OperationFilter")

    column: str = Field(
        validation_alias=AliasChoices("column", "field"),
        description="Name or label of a column. May be sent as `field` too.",
        examples=["country"],
    )
    operator: str = Field(description=f"One of {', '.join(OPERATORS)}.", examples=["=="])
    value: str | bool | int | float | None = Field(
        None, description="What to compare with; null means blank.", examples=["France"]
    )


class OperationRequest(BaseModel):
    """What to do with which rows."""

    file_id: str | int | None = Field(
        None,
        description="An uploaded file. One that is still being imported is waited for.",
        examples=["01890000-0000-7000-8000-000000000000"],
    )
    dataset_id: str | None = Field(
        None, description="Instead of a file: a dataset's id or slug, read as it is now."
    )
    operation: str = Field(description="dedup, unique or filter.", examples=["filter"])
    column: str | None = Field(
        None,
        description="For `unique`: the column whose values are to be unique, by name or label.",
    )
    columns: list[str] | None = Field(
        None,
        max_length=MOST_COLUMNS,
        description="For `dedup`: the columns that decide what is equal. Default: all.",
    )
    filters: list[FilterComparison] | None = Field(
        None,
        max_length=MOST_COMPARISONS,
        description="For `filter`: conditions that all have to hold.",
    )
    name: str | None = Field(
        None, min_length=1, max_length=200, description="Name of the result's dataset."
    )

    @field_validator("columns", "filters", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: object) -> object:
        return [value] if isinstance(value, str | dict) else value

    def wish(self) -> Wish:
        """The request without its source. Raises: Invalid for an unknown operation."""
        columns = [*([self.column] if self.column else []), *(self.columns or [])]
        tests = [Comparison(test.column, test.operator, test.value) for test in self.filters or []]
        return Wish(kind_of(self.operation), tuple(dict.fromkeys(columns)), tuple(tests))

    @property
    def file(self) -> str | None:
        """The file's id as text."""
        return None if self.file_id is None else str(self.file_id)


class PreviewRequest(OperationRequest):
    """What to look at."""

    sample: int = Field(20, ge=0, le=200, description="Most rows to show of either fate.")


class Preview(BaseModel):
    """What the operation would do to the rows as they are now. Nothing was written."""

    version: int
    rows_in: int
    rows_out: int
    removed: int
    columns: list[dict[str, Any]]
    sample: dict[Literal["kept", "removed"], list[dict[str, Any]]]


class OperationProgress(BaseModel):
    """How far an operation is."""

    phase: Literal["waiting", "searching", "writing", "exporting", "committing", "done"] = "waiting"
    percent: float = Field(0, description="How much of the phase's present step is done, 0 to 100.")


class OperationReceipt(BaseModel):
    """The balanced account: rows_in = rows_out + removed."""

    rows_in: int
    rows_out: int
    removed: int


class OperationError(BaseModel):
    """Why an operation failed, and how to mend it."""

    model_config = ConfigDict(extra="allow")

    code: str
    message: str


class NamedDataset(BaseModel):
    """A dataset, by its names."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    slug: str
    name: str


class NamedFile(BaseModel):
    """A file, by its name."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str


class OperationResult(BaseModel):
    """What an operation made: a dataset, and a file."""

    dataset: NamedDataset | None = Field(description="Null after the dataset was deleted.")
    version: int
    file_name: str
    size_bytes: int
    file_link: str | None = Field(
        description="Downloads the file without signing in, for a while. Null after the file was "
        "removed by the rule of retention."
    )


class OperationOut(BaseModel):
    """A computation over a file or dataset."""

    model_config = ConfigDict(title="Operation")

    id: UUID
    operation: Literal["dedup", "unique", "filter"]
    columns: list[str]
    filters: list[dict[str, Any]]
    dataset: NamedDataset = Field(description="What it read.")
    file: NamedFile | None = Field(description="The file whose rows it read, if it was one.")
    version: int | None = Field(description="The dataset's version that it reads.")
    status: Status
    progress: OperationProgress
    receipt: OperationReceipt | None
    error: OperationError | None
    result: OperationResult | None
    repeats: UUID | None = Field(description="The operation that this one runs again.")
    job_id: UUID
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    created_by: UUID | None


class TaskStarted(BaseModel):
    """An operation that has been accepted."""

    message: str
    task_id: UUID = Field(description="For `GET /api/task-status`; it is the operation's id.")
    operation_id: UUID
    status: TaskStatus = "PENDING"


class TaskResult(BaseModel):
    """What a task made."""

    file_link: str | None
    data: list[dict[str, Any]] = Field(description="The first rows; blank cells are null.")


class TaskAnswer(BaseModel):
    """How a task is doing: with `result` after SUCCESS, with `error` after FAILURE."""

    task_id: UUID
    status: TaskStatus
    progress: OperationProgress | None = None
    result: TaskResult | None = None
    error: str | None = None


def operation_out(operation: Operation, file_link: str | None) -> OperationOut:
    """An operation as clients see it."""
    job = operation.job
    return OperationOut(
        id=operation.id,
        operation=operation.kind,
        columns=operation.parameters["columns"],
        filters=operation.parameters["filters"],
        dataset=NamedDataset.model_validate(operation.dataset),
        file=NamedFile.model_validate(operation.file) if operation.file else None,
        version=operation.version,
        status=job.status,
        progress=OperationProgress.model_validate(job.progress),
        receipt=OperationReceipt.model_validate(operation.receipt) if operation.receipt else None,
        error=OperationError.model_validate(job.error) if job.error else None,
        result=_result(operation, file_link) if operation.receipt else None,
        repeats=operation.repeats_id,
        job_id=job.id,
        attempts=job.attempts,
        created_at=operation.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        created_by=operation.created_by,
    )


def _result(operation: Operation, file_link: str | None) -> OperationResult:
    dataset = operation.result_dataset
    is_there = dataset is not None and dataset.deleted_at is None
    return OperationResult(
        dataset=NamedDataset.model_validate(dataset) if is_there else None,
        version=operation.result_version,
        file_name=operation.result_file_name,
        size_bytes=operation.result_size_bytes,
        file_link=file_link,
    )


def task_status(operation: Operation) -> TaskStatus:
    """The state of the operation's job in the words of a task queue's clients."""
    job = operation.job
    if job.status == "running":
        progress = OperationProgress.model_validate(job.progress)
        return "STARTED" if progress.phase == "waiting" else "PROGRESS"
    words: dict[str, TaskStatus] = {
        "pending": "PENDING",
        "succeeded": "SUCCESS",
        "failed": "FAILURE",
        "cancelled": "REVOKED",
    }
    return words[job.status]
