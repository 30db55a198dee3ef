from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId
from rowmill.models.datasets import Dataset
from rowmill.models.jobs import Job


class Sync(Base):
    """A scheduled delivery of a dataset's changes to a destination.

    It is of a dataset, or of whichever dataset follows a `template`. `secrets` is sealed JSON.
    `watermark` is the version up to which everything was acknowledged, null before the first.

    `plan` is the delivery under way: `{id, since, until, table, key, offset, size, counts, ...}`;
    its records lie in the object store at `plan_key`, and `offset` tells how far they have been
    put into batches. `sequence` numbers records over all plans.

    `failures` counts attempts since the last success; from `failing_since` on the destination is
    taken to be down or misconfigured, and tried at `retry_at` by one batch at a time.
    """

    __tablename__ = "syncs"
    __table_args__ = (
        UniqueConstraint("workspace_id", "slug"),
        Index(None, "next_run_at"),
        Index(None, "retry_at"),
        CheckConstraint("kind IN ('http', 'sftp', 's3', 'postgresql')", name="kind"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    slug: Mapped[str]
    name: Mapped[str]
    dataset_id: Mapped[UUID | None] = mapped_column(ForeignKey("datasets.id", ondelete="SET NULL"))
    template: Mapped[str | None]
    kind: Mapped[str]
    destination: Mapped[dict[str, Any]]
    secrets: Mapped[str | None]
    schedule: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    fields: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    changes: Mapped[list[str]]
    batch_size: Mapped[int]
    is_managed: Mapped[bool] = mapped_column(default=False)
    paused: Mapped[bool] = mapped_column(default=False)
    next_run_at: Mapped[datetime | None]
    watermark: Mapped[int | None]
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    sequence: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    delivered_at: Mapped[datetime | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    updated_at: Mapped[Created]

    dataset: Mapped[Dataset | None] = relationship(lazy="raise")

    @property
    def plan_key(self) -> str:
        """Where the records of the delivery under way lie in the object store."""
        assert self.plan is not None
        return f"{self.folder}/{self.plan['id']}.lines"

    @property
    def folder(self) -> str:
        """Where the records of its deliveries lie in the object store."""
        return f"exports/{self.workspace_id}/syncs/{self.id}"


class SyncRun(Base):
    """One time that a sync was at work: its job says how far it is.

    `outcome` is null while it runs: `delivered`, `nothing`, `continued` by the next run, `delayed`,
    `failing` or `stopped`.
    `is_complete` tells that everything was sent, because the last version was no longer kept.
    """

    __tablename__ = "sync_runs"
    __table_args__ = (Index(None, "sync_id", "id"), Index(None, "finished_at"))

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    sync_id: Mapped[UUID] = mapped_column(ForeignKey("syncs.id", ondelete="CASCADE"))
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)
    reason: Mapped[str]
    outcome: Mapped[str | None]
    since: Mapped[int | None]
    until: Mapped[int | None]
    is_complete: Mapped[bool] = mapped_column(default=False)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    finished_at: Mapped[datetime | None]

    job: Mapped[Job] = relationship(lazy="raise")


class SyncBatch(Base):
    """Records that are sent together, written down before that, in the order of `first`.

    `records` are lines of `change<tab>identity<tab>record`, as sent each time; they are let go
    when the batch is done. They are null as well where a batch is a whole plan.
    """

    __tablename__ = "sync_batches"
    __table_args__ = (
        Index(
            "uq_sync_batches_sync_id_first_pending",
            "sync_id",
            "first",
            unique=True,
            postgresql_where=text("status = 'pending' AND reject_id IS NULL"),
        ),
        Index(None, "sync_id", "id"),
        Index(None, "finished_at"),
        CheckConstraint(
            "status IN ('pending', 'delivered', 'split', 'rejected', 'dropped')", name="status"
        ),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    sync_id: Mapped[UUID] = mapped_column(ForeignKey("syncs.id", ondelete="CASCADE"))
    reject_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("sync_rejects.id", ondelete="CASCADE")
    )
    plan_id: Mapped[str | None]
    since: Mapped[int | None]
    until: Mapped[int | None]
    first: Mapped[int]
    record_count: Mapped[int]
    operation: Mapped[str]
    status: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    idempotency_key: Mapped[str]
    records: Mapped[str | None]
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[Created]
    sent_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


class SyncReject(Base):
    """A record that the destination refused for its content, and what it said of it.

    `identity` tells which row it is of. `status` is `open`, `resending`, `delivered`,
    `discarded`, or `superseded` by a later change of the same row.
    """

    __tablename__ = "sync_rejects"
    __table_args__ = (
        Index(None, "sync_id", "id"),
        Index(None, "sync_id", "identity", postgresql_where=text("status = 'open'")),
        CheckConstraint(
            "status IN ('open', 'resending', 'delivered', 'discarded', 'superseded')",
            name="status",
        ),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    sync_id: Mapped[UUID] = mapped_column(ForeignKey("syncs.id", ondelete="CASCADE"))
    change: Mapped[str]
    identity: Mapped[str]
    record: Mapped[str]
    version: Mapped[int | None]
    status: Mapped[str] = mapped_column(default="open")
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[Created]
    resolved_at: Mapped[datetime | None]
