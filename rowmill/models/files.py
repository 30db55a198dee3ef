from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId


class File(Base):
    """An uploaded original. Files of equal content share one stored object.

    `removed_at` says when retention removed the bytes; the row stays, as a record.
    """

    __tablename__ = "files"
    __table_args__ = (Index(None, "workspace_id", "sha256"),)

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    name: Mapped[str]
    sha256: Mapped[str]
    size_bytes: Mapped[int]
    content_type: Mapped[str]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    removed_at: Mapped[datetime | None]

    @property
    def object_key(self) -> str:
        """Where the bytes lie in the object store."""
        return object_key(self.workspace_id, self.sha256)


def object_key(workspace_id: UUID, sha256: str) -> str:
    """Where a workspace's original of that content lies in the object store."""
    return f"files/{workspace_id}/{sha256[:2]}/{sha256}"
