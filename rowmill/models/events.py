from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from rowmill.models.base import AuthorId, Base, Created, WorkspaceId


class Event(Base):
    """A line of the append-only log. Within a workspace, ids grow in the order of the commits."""

    __tablename__ = "events"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        Index(None, "actor_id", "id"),
        Index(None, "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    workspace_id: Mapped[WorkspaceId]
    kind: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[UUID]
    payload: Mapped[dict[str, Any]]
    actor_id: Mapped[AuthorId]
    created_at: Mapped[Created]
