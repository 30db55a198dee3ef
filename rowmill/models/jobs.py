from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId


class JobStatus(StrEnum):
    """The life of a job. The last three are final."""

    PENDING = "pending"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended."""
        return self in FINAL


UNDONE = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})
"""Ended, but without what the job was for."""

FINAL = UNDONE | {JobStatus.SUCCEEDED}


class Job(Base):
    """Something that runs in the background, and what it is doing.

    `queue_id` is the queue's own number of it; `attempts` counts how often a worker took it up.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        Index(None, "workspace_id", "created_at"),
        CheckConstraint(
            "status IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')", name="status"
        ),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default=JobStatus.PENDING)
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[dict[str, Any] | None]
    attempts: Mapped[int] = mapped_column(default=0)
    queue_id: Mapped[int | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
