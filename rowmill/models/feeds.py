from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId
from rowmill.models.files import File
from rowmill.models.imports import Import
from rowmill.models.jobs import Job


class FeedFileState(StrEnum):
    """How far a remote file is. Those from `imported` on are ends, `failed` can be retried."""

    SEEN = "seen"
    FETCHING = "fetching"
    FETCHED = "fetched"
    IMPORTING = "importing"
    IMPORTED = "imported"
    DUPLICATE = "duplicate"
    FAILED = "failed"
    UNRECOGNISED = "unrecognised"
    SKIPPED = "skipped"


class Feed(Base):
    """A scheduled inbound source.

    `source` are the settings of a connection of that `kind`, `secrets` its sealed passwords and
    keys as JSON, `host_key` the SFTP server's key that was seen first. `rules` say in order which
    file goes where: `{pattern, syntax, dataset, template, mode, key, options}`. `after` is what
    happens on the server after success: `{action, folder, suffix}`. `schedule` is null where the
    feed runs only when asked to.

    `next_run_at` is when it runs by its schedule the next time, `follow_up_at` when it looks again
    before that: something was not stable, was left over, or went wrong. `failures` counts the runs
    since the last one that went well, `failing_since` is when the first of them ended, `error` what
    the last one said: `{code, message}`.
    """

    __tablename__ = "feeds"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slug"),
        Index(None, "next_run_at", postgresql_where=text("NOT paused")),
        Index(None, "follow_up_at", postgresql_where=text("NOT paused")),
        CheckConstraint("kind IN ('sftp', 's3', 'folder', 'https')", name="kind"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    slug: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    source: Mapped[dict[str, Any]]
    secrets: Mapped[str | None]
    host_key: Mapped[str | None]
    rules: Mapped[list[dict[str, Any]]]
    ignore: Mapped[list[str]]
    after: Mapped[dict[str, Any]]
    stable_seconds: Mapped[int]
    schedule: Mapped[dict[str, Any] | None]
    paused: Mapped[bool] = mapped_column(default=False)
    next_run_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    updated_at: Mapped[Created]


class FeedRun(Base):
    """One look at a feed's source, and what was fetched. Its job says how far it is.

    `trigger` is `schedule`, `manual` or `follow_up`: a look at what was not stable, or left over.
    """

    __tablename__ = "feed_runs"
    __table_args__ = (
        Index(None, "feed_id", "created_at"),
        CheckConstraint("trigger IN ('schedule', 'manual', 'follow_up')", name="trigger"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    feed_id: Mapped[UUID] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)
    trigger: Mapped[str]
    files_found: Mapped[int] = mapped_column(default=0)
    files_new: Mapped[int] = mapped_column(default=0)
    files_waiting: Mapped[int] = mapped_column(default=0)
    files_fetched: Mapped[int] = mapped_column(default=0)
    bytes_fetched: Mapped[int] = mapped_column(default=0)
    files_failed: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]

    job: Mapped[Job] = relationship(lazy="raise")


class FeedFile(Base):
    """One version of a remote file: its path, and the `fingerprint` of size, time and etag.

    `seen_at` is when it was first seen just so, `looked_at` when it was last there. `finish` is
    how far the action after success is: null (nothing to do), `due`, `done`, or `left` where the
    file had changed on the server meanwhile; `finish_error` why it did not work yet.
    """

    __tablename__ = "feed_files"
    __table_args__ = (
        UniqueConstraint("feed_id", "path", "fingerprint"),
        Index(None, "feed_id", "state", "path"),
        Index(None, "import_id"),
        Index(
            "ix_feed_files_open",
            "state",
            postgresql_where=text("state IN ('fetched', 'importing', 'failed')"),
        ),
        Index("ix_feed_files_due", "feed_id", postgresql_where=text("finish = 'due'")),
        CheckConstraint(
            "state IN ('seen', 'fetching', 'fetched', 'importing', 'imported', 'duplicate',"
            " 'failed', 'unrecognised', 'skipped')",
            name="state",
        ),
        CheckConstraint("finish IN ('due', 'done', 'left')", name="finish"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    feed_id: Mapped[UUID] = mapped_column(ForeignKey("feeds.id", ondelete="CASCADE"))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("feed_runs.id", ondelete="SET NULL"))
    path: Mapped[str]
    fingerprint: Mapped[str]
    size_bytes: Mapped[int | None]
    modified_at: Mapped[datetime | None]
    etag: Mapped[str | None]
    state: Mapped[str] = mapped_column(default=FeedFileState.SEEN)
    rule: Mapped[dict[str, Any] | None]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    error: Mapped[dict[str, Any] | None]
    finish: Mapped[str | None]
    finish_error: Mapped[dict[str, Any] | None]
    seen_at: Mapped[Created]
    looked_at: Mapped[Created]
    created_at: Mapped[Created]
    updated_at: Mapped[Created]

    file: Mapped[File | None] = relationship(lazy="raise")
    imported: Mapped[Import | None] = relationship(lazy="raise")
