from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId
from rowmill.models.datasets import Dataset
from rowmill.models.files import File
from rowmill.models.jobs import Job


class OperationKind(StrEnum):
    """What an operation does with the rows of its source."""

    DEDUP = "dedup"
    UNIQUE = "unique"
    FILTER = "filter"


class Operation(Base):
    """A computation over a file or dataset, recorded so that it can be run again.

    `version` is the one of `dataset` that it reads. `parameters` are what was asked for:
    `{columns: [...], filters: [{column, operator, value}], name}`. `staged` is kept before the
    commit, so that a commit cut short can be finished without computing again; `receipt` is
    written when it is done.
    """

    __tablename__ = "operations"
    __table_args__ = (
        Index(None, "workspace_id", "created_at"),
        Index(None, "dataset_id"),
        Index(None, "result_dataset_id"),
        CheckConstraint("kind IN ('dedup', 'unique', 'filter')", name="kind"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"))
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("files.id", ondelete="SET NULL"))
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)
    repeats_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("operations.id", ondelete="SET NULL")
    )
    kind: Mapped[str]
    parameters: Mapped[dict[str, Any]]
    version: Mapped[int | None]
    staged: Mapped[dict[str, Any] | None]
    receipt: Mapped[dict[str, Any] | None]
    result_dataset_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("datasets.id", ondelete="SET NULL")
    )
    result_version: Mapped[int | None]
    result_file_name: Mapped[str | None]
    result_size_bytes: Mapped[int | None]
    result_removed_at: Mapped[datetime | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]

    dataset: Mapped[Dataset] = relationship(lazy="raise", foreign_keys=[dataset_id])
    file: Mapped[File | None] = relationship(lazy="raise")
    job: Mapped[Job] = relationship(lazy="raise")
    result_dataset: Mapped[Dataset | None] = relationship(
        lazy="raise", foreign_keys=[result_dataset_id]
    )

    @property
    def result_key(self) -> str:
        """Where the result's file lies in the object store."""
        return f"exports/{self.workspace_id}/operations/{self.id}.csv"
