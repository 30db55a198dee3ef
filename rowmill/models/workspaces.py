from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rowmill.models.base import Base, Created, Id, UserId, WorkspaceId


class Workspace(Base):
    """A tenant: it owns its files, datasets and jobs, and has a lake catalog of its own.

    Quotas that are null are those of the settings; 0 stands for none.
    """

    __tablename__ = "workspaces"

    id: Mapped[Id]
    name: Mapped[str]
    created_at: Mapped[Created]
    quota_storage_bytes: Mapped[int | None]
    quota_rows: Mapped[int | None]
    quota_running_jobs: Mapped[int | None]

    @property
    def catalog(self) -> str:
        """The PostgreSQL schema of the workspace's lake catalog."""
        return catalog_name(self.id)


def catalog_name(workspace_id: UUID) -> str:
    """The PostgreSQL schema that holds a workspace's lake catalog."""
    return f"lake_{workspace_id.hex}"


class Member(Base):
    """A user's role in a workspace: owner, editor or viewer."""

    __tablename__ = "members"
    __table_args__ = (CheckConstraint("role IN ('owner', 'editor', 'viewer')", name="role"),)

    workspace_id: Mapped[WorkspaceId] = mapped_column(primary_key=True)
    user_id: Mapped[UserId] = mapped_column(primary_key=True, index=True)
    role: Mapped[str]
    created_at: Mapped[Created]

    workspace: Mapped[Workspace] = relationship(lazy="raise")
