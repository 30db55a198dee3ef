from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId


class Dataset(Base):
    """A named table with a schema.

    `table_name` is its table in the workspace's lake and never changes; `version` is the lake
    snapshot that readers see, null before the first import has ended. `columns` holds
    `{name, label, type}` in order.

    `template` names the template that the dataset follows, of which a workspace has one dataset;
    `roles` maps the template's roles to names of columns. `suggested_template` is what a dataset
    without a template looks like: `{template, label, roles, headers}`.
    """

    __tablename__ = "datasets"
    __table_args__ = (
        Index(
            "uq_datasets_workspace_id_slug",
            "workspace_id",
            "slug",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        Index(
            "uq_datasets_workspace_id_template",
            "workspace_id",
            "template",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        UniqueConstraint("workspace_id", "table_name"),
        Index(None, "workspace_id", "created_at"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    slug: Mapped[str]
    name: Mapped[str]
    table_name: Mapped[str]
    columns: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    key: Mapped[list[str]] = mapped_column(default=list)
    version: Mapped[int | None]
    row_count: Mapped[int] = mapped_column(default=0)
    size_bytes: Mapped[int] = mapped_column(default=0)
    template: Mapped[str | None]
    roles: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    suggested_template: Mapped[dict[str, Any] | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    updated_at: Mapped[Created]
    deleted_at: Mapped[datetime | None]


class DatasetVersion(Base):
    """A version of a dataset: the lake snapshot, what made it, and the schema it had."""

    __tablename__ = "dataset_versions"

    dataset_id: Mapped[UUID] = mapped_column(
        ForeignKey("datasets.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    message: Mapped[str]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    columns: Mapped[list[dict[str, Any]]]
    row_count: Mapped[int]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
