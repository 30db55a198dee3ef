from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId
from rowmill.models.datasets import Dataset
from rowmill.models.files import File
from rowmill.models.jobs import Job


class ImportMode(StrEnum):
    """What an import does with the rows that are already there."""

    APPEND = "append"
    REPLACE = "replace"
    UPSERT = "upsert"


class Import(Base):
    """One run: a file into a dataset. Its job says how far it is.

    `staged` is the parse's outcome, kept before the commit so that a commit cut short can be
    finished without parsing again; `receipt` is written when it is done.
    """

    __tablename__ = "imports"
    __table_args__ = (
        Index(None, "dataset_id", "created_at"),
        Index(None, "workspace_id", "created_at"),
        CheckConstraint("mode IN ('append', 'replace', 'upsert')", name="mode"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("files.id"))
    job_id: Mapped[UUID] = mapped_column(ForeignKey("jobs.id"), unique=True)
    mode: Mapped[str]
    key: Mapped[list[str]]
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    staged: Mapped[dict[str, Any] | None]
    receipt: Mapped[dict[str, Any] | None]
    version: Mapped[int | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]

    dataset: Mapped[Dataset] = relationship(lazy="raise")
    file: Mapped[File] = relationship(lazy="raise")
    job: Mapped[Job] = relationship(lazy="raise")


class Reject(Base):
    """A record that did not fit: where it stood, which value was wrong, and why.

    `record` counts the data records of the file from 1, `line` its physical lines from 1, or
    the rows of its `sheet`, where `cell` is the address of the value, such as `C17`. `raw` is
    the record as sent, cut at 64 KiB, with `byte_offset` to find it in the file.
    """

    __tablename__ = "rejects"

    import_id: Mapped[UUID] = mapped_column(
        ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[int]
    line: Mapped[int | None]
    column: Mapped[str | None]
    value: Mapped[str | None]
    code: Mapped[str]
    reason: Mapped[str]
    raw: Mapped[str | None]
    byte_offset: Mapped[int | None]
    sheet: Mapped[str | None]
    cell: Mapped[str | None]
