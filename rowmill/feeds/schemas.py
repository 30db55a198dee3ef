"""What clients are answered about feeds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from rowmill import sftp
from rowmill.feeds.bodies import SECRETS, AfterBody, RuleBody, Source
from rowmill.feeds.service import Overview
from rowmill.models import FeedFile, FeedRun
from rowmill.schedules import Schedule, ScheduleBody

Kind = Literal["sftp", "s3", "folder", "https"]
State = Literal[
    "seen",
    "fetching",
    "fetched",
    "importing",
    "imported",
    "duplicate",
    "failed",
    "unrecognised",
    "skipped",
]
JobState = Literal["pending", "running", "succeeded", "failed", "cancelled"]


class FeedErrorOut(BaseModel):
    """What went wrong, and how to mend it."""

    model_config = ConfigDict(extra="allow", title="FeedError")

    code: str
    message: str


class ScheduleOut(ScheduleBody):
    """When the feed runs by itself."""

    model_config = ConfigDict(title="ScheduleOut")

    description: str = Field(description="In words.", examples=["every 10 minutes"])

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """The schedule as clients see it."""
        return cls(**stored, description=Schedule.stored(stored).describe())


class RunOut(BaseModel):
    """One run of a feed."""

    model_config = ConfigDict(title="FeedRun")

    id: UUID
    trigger: Literal["schedule", "manual", "follow_up"]
    status: JobState
    progress: dict[str, Any] = Field(
        description="`phase` (queued, connecting, listing, fetching, waiting, done), and counts: "
        "`files_found`, `files_done`, `files_total`, `bytes_done`, `bytes_total`, `path`."
    )
    files_found: int = Field(description="Files on the server that are not ignored.")
    files_new: int = Field(description="Files, or versions of them, that were new.")
    files_waiting: int = Field(description="Files that were not stable yet, or left over.")
    files_fetched: int
    bytes_fetched: int
    files_failed: int = Field(description="Files that could not be read.")
    error: FeedErrorOut | None
    job_id: UUID
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    created_by: UUID | None


class FeedOut(BaseModel):
    """A scheduled inbound source, and how it is."""

    model_config = ConfigDict(title="Feed")

    id: UUID
    slug: str
    name: str
    kind: Kind
    source: Source
    secrets: dict[str, bool] = Field(description="Which are set.")
    host_key: str | None
    host_key_fingerprint: str | None
    rules: list[RuleBody]
    ignore: list[str]
    after: AfterBody
    stable_seconds: int
    schedule: ScheduleOut | None
    paused: bool
    health: Literal["ok", "failing", "paused"]
    failing_since: datetime | None
    failures: int = Field(description="Runs that failed since the last one that went well.")
    error: FeedErrorOut | None
    next_run_at: datetime | None
    running: bool
    last_run: RunOut | None
    files: dict[str, int] = Field(
        description="How many remote files are in each state.", examples=[{"imported": 12}]
    )
    created_at: datetime
    created_by: UUID | None
    updated_at: datetime


class RunAnswer(BaseModel):
    """The run that was asked for, or the one that goes on already."""

    run: RunOut
    already_running: bool


class FeedFileOut(BaseModel):
    """One version of a remote file."""

    model_config = ConfigDict(title="FeedFile")

    id: UUID
    path: str
    size_bytes: int | None
    modified_at: datetime | None
    state: State
    error: FeedErrorOut | None
    run_id: UUID | None
    file_id: UUID | None = Field(description="The original, where it has been fetched.")
    sha256: str | None
    import_id: UUID | None
    dataset_slug: str | None
    receipt: dict[str, int] | None
    rule: str | None = Field(description="The pattern of the rule that took it.")
    finish: Literal["due", "done", "left"] | None = Field(
        description="How far the action on the server is; `left` where the file has changed there."
    )
    finish_error: FeedErrorOut | None
    seen_at: datetime
    updated_at: datetime


class RemoteFileOut(BaseModel):
    """A file as its server lists it."""

    model_config = ConfigDict(from_attributes=True, title="RemoteFile")

    path: str
    size_bytes: int | None
    modified_at: datetime | None


class TestAnswer(BaseModel):
    """Whether the connection works, and what is wrong with it."""

    ok: bool
    error: FeedErrorOut | None = None
    host_key: str | None = Field(None, description="The key that an SFTP server has shown.")
    host_key_fingerprint: str | None = None
    files: list[RemoteFileOut] = Field([], description="Some of the files that are there.")
    more: bool = Field(default=False, description="Whether there are others.")
    seconds: float


class PreviewFile(RemoteFileOut):
    """A file, and what would become of it."""

    model_config = ConfigDict(title="PreviewFile")

    outcome: Literal["import", "unrecognised", "ignored", "known"]
    reason: str = Field(description="In words.")
    rule: int | None = Field(None, description="Number of the rule that takes it, from 0.")
    dataset: str | None = None
    template: str | None = None
    state: State | None = Field(None, description="Of the file, where it is known already.")


class PreviewAnswer(BaseModel):
    """What a run would take. Nothing was fetched."""

    files: list[PreviewFile]
    looked_at: int = Field(description="Files that were looked at.")
    counts: dict[str, int] = Field(description="How many of them have which outcome.")
    truncated: bool = Field(description="Whether there are more than were looked at or shown.")


def run_out(run: FeedRun) -> RunOut:
    """A run as clients see it."""
    job = run.job
    return RunOut(
        id=run.id,
        trigger=run.trigger,
        status=job.status,
        progress=job.progress,
        files_found=run.files_found,
        files_new=run.files_new,
        files_waiting=run.files_waiting,
        files_fetched=run.files_fetched,
        bytes_fetched=run.bytes_fetched,
        files_failed=run.files_failed,
        error=error_out(job.error),
        job_id=job.id,
        created_at=run.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        created_by=run.created_by,
    )


def feed_out(overview: Overview, secrets: list[str]) -> FeedOut:
    """A feed as clients see it. Args: `secrets` are the names of those that are set."""
    feed = overview.feed
    return FeedOut.model_validate(
        {
            "id": feed.id,
            "slug": feed.slug,
            "name": feed.name,
            "kind": feed.kind,
            "source": {"kind": feed.kind, **feed.source},
            "secrets": {name: name in secrets for name in SECRETS[feed.kind]},
            "host_key": feed.host_key,
            "host_key_fingerprint": sftp.fingerprint(feed.host_key) if feed.host_key else None,
            "rules": feed.rules,
            "ignore": feed.ignore,
            "after": feed.after,
            "stable_seconds": feed.stable_seconds,
            "schedule": ScheduleOut.of(feed.schedule) if feed.schedule else None,
            "paused": feed.paused,
            "health": overview.health,
            "failing_since": feed.failing_since,
            "failures": feed.failures,
            "error": error_out(feed.error),
            "next_run_at": overview.next_run_at,
            "running": overview.is_running,
            "last_run": run_out(overview.last_run) if overview.last_run else None,
            "files": dict(overview.files),
            "created_at": feed.created_at,
            "created_by": feed.created_by,
            "updated_at": feed.updated_at,
        }
    )


def file_out(row: FeedFile) -> FeedFileOut:
    """A remote file as clients see it."""
    run = row.imported
    return FeedFileOut(
        id=row.id,
        path=row.path,
        size_bytes=row.size_bytes if row.file is None else row.file.size_bytes,
        modified_at=row.modified_at,
        state=row.state,
        error=error_out(row.error),
        run_id=row.run_id,
        file_id=row.file_id,
        sha256=row.file.sha256 if row.file else None,
        import_id=row.import_id,
        dataset_slug=run.dataset.slug if run else None,
        receipt=run.receipt if run else None,
        rule=(row.rule or {}).get("pattern"),
        finish=row.finish,
        finish_error=error_out(row.finish_error),
        seen_at=row.seen_at,
        updated_at=row.updated_at,
    )


def error_out(error: dict[str, Any] | None) -> FeedErrorOut | None:
    """An error as clients see it."""
    if not error:
        return None
    return FeedErrorOut(**{name: value for name, value in error.items() if name != "transient"})
