from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

Role = Literal["owner", "editor", "viewer"]


class WorkspaceRole(BaseModel):
    """A workspace, and what the signed-in user may do in it."""

    id: UUID
    name: str = Field(examples=["ada@example.com"])
    role: Role = Field(examples=["owner"])


class Workspace(WorkspaceRole):
    """A workspace in a list."""

    created_at: datetime
