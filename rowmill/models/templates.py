from __future__ import annotations

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId


class DeclaredTemplate(Base):
    """A template that a workspace has declared for itself; the built-in ones are code.

    `columns` holds `{name, label, type, aliases, role, required}` in order, `key` the names of the
    columns that tell one row from another, empty where rows are only ever added.
    """

    __tablename__ = "templates"
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    name: Mapped[str]
    label: Mapped[str]
    columns: Mapped[list[dict[str, Any]]]
    key: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    updated_at: Mapped[Created]
