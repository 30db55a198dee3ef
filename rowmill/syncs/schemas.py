from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from rowmill.models import Sync, SyncBatch, SyncReject, SyncRun
from rowmill.schedules import Schedule, ScheduleBody
from rowmill.syncs.targets import Target, target_of

Kind = Literal["insert", "update", "delete"]
MOST_FIELDS = 1000
EXAMPLE: JsonDict = {
    "name": "Products to the shop",
    "template": "products",
    "destination": {
        "kind": "http",
        "url": "https://shop.example.com",
        "path": "/products",
        "envelope": "products",
        "auth": {"kind": "login", "path": "/auth", "username": "rowmill"},
    },
    "secrets": {"password": "the shop's password"},
    "schedule": {"interval_seconds": 600},
}


class _Body(BaseModel):
    """What a client sends: without zero characters, which no text of the database can hold."""

    @model_validator(mode="before")
    @classmethod
    def _has_no_zero(cls, value: Any) -> Any:
        if _holds_zero(value):
            raise ValueError("A text holds a zero character, which cannot be kept.")
        return value


def _holds_zero(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(_holds_zero(part) for pair in value.items() for part in pair)
    return isinstance(value, list) and any(map(_holds_zero, value))


class FieldIn(BaseModel):
    """A member of the records that are sent: a column's value, or always the same one."""

    model_config = ConfigDict(extra="forbid", title="SyncField")

    name: str = Field(min_length=1, max_length=200, examples=["price"])
    column: str | None = Field(
        None, max_length=200, description="Name or label of a column, `_row_id` or `_change`."
    )
    value: str | int | float | bool | None = Field(None, description="In place of a column.")

    @model_validator(mode="after")
    def _is_either(self) -> Self:
        if self.column is not None and self.value is not None:
            raise ValueError("Give either `column` or `value`.")
        return self


Changes = Annotated[list[Kind], Field(min_length=1, max_length=3)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Slug = Annotated[str, Field(min_length=1, max_length=80)]
BatchSize = Annotated[int, Field(ge=1, le=10_000)]
Secrets = Annotated[
    dict[str, str | None],
    Field(
        max_length=50,
        description="Written, never answered: `token`, `password`, `signing_key`, `private_key`, "
        "`passphrase`, `secret_access_key`, or `header:Name`. Null removes one.",
    ),
]
Fields = Annotated[list[FieldIn], Field(min_length=1, max_length=MOST_FIELDS)]


class ConnectionIn(_Body):
    """A destination to be tried, with its secrets; those of a sync are used where it is named."""

    model_config = ConfigDict(extra="forbid", title="SyncConnection")

    sync: str | None = Field(None, description="A sync whose secrets are used where none is sent.")
    destination: Target | None = Field(None, description="Left out: the one of the sync.")
    secrets: Secrets = {}


class Wanted(_Body):
    """What a sync is to be, but for its name. It is of a dataset, or of whichever one follows a
    template.
    """

    model_config = ConfigDict(extra="forbid")

    slug: Slug | None = Field(None, description="Made from the name where it is missing.")
    dataset: str | None = Field(None, max_length=200, description="Id or slug of a dataset.")
    template: str | None = Field(None, max_length=200, examples=["products"])
    destination: Target
    secrets: Secrets = {}
    schedule: ScheduleBody | None = Field(None, description="Null: only when it is told to.")
    fields: Fields | None = Field(None, description="Null: all columns, in their order.")
    changes: Changes = Field(["insert", "update"], description="Which changes are sent.")
    batch_size: BatchSize = 500
    start: Literal["all", "now"] = Field(
        "all", description="Whether what is there already counts as inserted."
    )
    paused: bool = False

    @model_validator(mode="after")
    def _is_of_something(self) -> Self:
        if (self.dataset is None) == (self.template is None):
            raise ValueError("Give either `dataset` or `template`.")
        return self


class SyncIn(Wanted):
    """A sync to make. It is of a dataset, or of whichever dataset follows a template."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    name: Name


class SyncTrial(Wanted):
    """A sync that is not saved, as it would be made; it may have no name yet."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": EXAMPLE})

    name: str = Field("", max_length=200)
    sync: str | None = Field(
        None, max_length=200, description="The sync that it would change: what that has delivered."
    )


class SyncPatch(_Body):
    """What is to change. Secrets that are not named stay."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    slug: Slug | None = None
    destination: Target | None = None
    secrets: Secrets = {}
    schedule: ScheduleBody | None = None
    fields: Fields | None = None
    changes: Changes | None = None
    batch_size: BatchSize | None = None
    paused: bool | None = None


class Finding(BaseModel):
    """What came of a test."""

    ok: bool
    message: str = Field(description="What was reached, or what is wrong and how to mend it.")
    code: str | None = Field(None, description="The kind of error.")
    host_key: str | None = Field(
        None, description="The key that an SFTP server showed, expected or not."
    )


class Preview(BaseModel):
    """What a run would send now."""

    since: int | None
    version: int | None
    is_complete: bool = Field(description="Whether everything is sent, changed or not.")
    counts: dict[str, int] = Field(examples=[{"insert": 2, "update": 1, "delete": 0}])
    records: list[dict[str, Any]] = Field(description="The first 20, as they would be sent.")
    waiting: int = Field(description="Records of an earlier run that are not acknowledged yet.")


class AnswerOut(BaseModel):
    """What a destination said, or why it could not be asked."""

    model_config = ConfigDict(title="SyncAnswer")

    message: str = ""
    status: int | None = Field(None, description="Of an HTTP answer.")
    body: str | None = Field(None, description="Its first 2 KB.")
    code: str | None = Field(None, description="The kind of error.")


class SyncOut(BaseModel):
    """A sync. `state` is ok, failing or paused; `running` whether a run is under way."""

    model_config = ConfigDict(title="Sync")

    id: UUID
    slug: str
    name: str
    dataset_id: UUID | None
    dataset_slug: str | None
    dataset_name: str | None
    dataset_version: int | None = Field(description="Its newest version.")
    template: str | None
    destination: Target
    secrets: dict[str, bool] = Field(examples=[{"password": True}])
    schedule: ScheduleBody | None
    schedule_text: str | None = Field(examples=["every 10 minutes"])
    fields: list[FieldIn] | None
    changes: list[Kind]
    batch_size: int
    is_managed: bool = Field(description="Whether the server's environment configures it.")
    state: Literal["ok", "failing", "paused"]
    running: bool
    paused: bool
    next_run_at: datetime | None
    retry_at: datetime | None
    failing_since: datetime | None
    error: AnswerOut | None
    watermark: int | None = Field(description="The version up to which all was acknowledged.")
    pending: int = Field(description="Records that are being delivered and not acknowledged yet.")
    open_rejects: int
    delivered_at: datetime | None
    created_at: datetime
    updated_at: datetime


class RunOut(BaseModel):
    """One time that a sync was at work."""

    model_config = ConfigDict(title="SyncRun")

    id: UUID
    reason: str = Field(description="schedule, request, retry (also: going on) or resend.")
    status: str = Field(description="The state of its job.")
    outcome: str | None = Field(
        description="delivered, nothing, continued by the next run, delayed, failing or stopped; "
        "null while it runs."
    )
    since: int | None
    until: int | None
    is_complete: bool
    counts: dict[str, int] = Field(examples=[{"batches": 1, "records": 3, "rejected": 0}])
    error: AnswerOut | None
    created_at: datetime
    finished_at: datetime | None


class BatchOut(BaseModel):
    """Records that were sent together."""

    model_config = ConfigDict(title="SyncBatch")

    id: UUID
    first: int
    record_count: int
    operation: str = Field(description="write or delete.")
    status: str = Field(description="pending, delivered, split, rejected or dropped.")
    attempts: int
    idempotency_key: str
    since: int | None
    until: int | None
    answer: AnswerOut | None
    created_at: datetime
    sent_at: datetime | None
    finished_at: datetime | None


class RejectOut(BaseModel):
    """A record that the destination refused, and what it said."""

    model_config = ConfigDict(title="SyncReject")

    id: UUID
    change: str
    identity: str
    record: dict[str, Any]
    version: int | None
    status: str = Field(description="open, resending, delivered, discarded or superseded.")
    answer: AnswerOut | None
    created_at: datetime
    resolved_at: datetime | None


class ResendIn(BaseModel):
    """The mended record; left out, it is sent as it was."""

    model_config = ConfigDict(extra="forbid", title="SyncResend")

    record: dict[str, Any] | None = None


def sync_out(sync: Sync, secrets: Mapping[str, bool], tallies: Mapping[str, int]) -> SyncOut:
    """Args: `tallies` has `pending`, `open_rejects` and `running`."""
    schedule = None if sync.schedule is None else Schedule.stored(sync.schedule)
    state: Literal["ok", "failing", "paused"] = "failing" if sync.failing_since else "ok"
    return SyncOut(
        id=sync.id,
        slug=sync.slug,
        name=sync.name,
        dataset_id=sync.dataset_id,
        dataset_slug=sync.dataset.slug if sync.dataset else None,
        dataset_name=sync.dataset.name if sync.dataset else None,
        dataset_version=sync.dataset.version if sync.dataset else None,
        template=sync.template,
        destination=target_of(sync.destination),
        secrets=dict(secrets),
        schedule=ScheduleBody(**sync.schedule) if sync.schedule else None,
        schedule_text=schedule.describe() if schedule else None,
        fields=None if sync.fields is None else [FieldIn(**each) for each in sync.fields],
        changes=[kind for kind in get_args(Kind) if kind in sync.changes],
        batch_size=sync.batch_size,
        is_managed=sync.is_managed,
        state="paused" if sync.paused else state,
        running=bool(tallies.get("running")),
        paused=sync.paused,
        next_run_at=sync.next_run_at,
        retry_at=sync.retry_at,
        failing_since=sync.failing_since,
        error=answer_out(sync.error),
        watermark=sync.watermark,
        pending=tallies.get("pending", 0),
        open_rejects=tallies.get("open_rejects", 0),
        delivered_at=sync.delivered_at,
        created_at=sync.created_at,
        updated_at=sync.updated_at,
    )


def answer_out(stored: Mapping[str, Any] | None) -> AnswerOut | None:
    """The answer that the database keeps."""
    return None if stored is None else AnswerOut.model_validate(stored)


def run_out(run: SyncRun) -> RunOut:
    names = ("id", "reason", "outcome", "since", "until", "is_complete", "counts",
             "created_at", "finished_at")  # fmt: skip
    values = {name: getattr(run, name) for name in names}
    return RunOut(status=run.job.status, error=answer_out(run.error), **values)


def batch_out(batch: SyncBatch) -> BatchOut:
    names = BatchOut.model_fields.keys() - {"answer"}
    values = {name: getattr(batch, name) for name in names}
    return BatchOut(answer=answer_out(batch.answer), **values)


def reject_out(reject: SyncReject, record: dict[str, Any]) -> RejectOut:
    names = RejectOut.model_fields.keys() - {"record", "answer"}
    values = {name: getattr(reject, name) for name in names}
    return RejectOut(record=record, answer=answer_out(reject.answer), **values)
