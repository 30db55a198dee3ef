from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Role = Literal["owner", "editor", "viewer"]


class WorkspaceRole(BaseModel):
    """A workspace, and what the signed-in user may do in it."""

    id: UUID
    name: str = Field(examples=["ada@example.com"])
    role: Role = Field(examples=["owner"])


class Quotas(BaseModel):
    """What a workspace may hold; 0 stands for no limit."""

    model_config = ConfigDict(from_attributes=True)

    storage_bytes: int
    rows: int
    running_jobs: int = Field(description="Jobs that run at once; more of them wait.")
    waiting_jobs: int = Field(description="Unfinished jobs above which no file is taken.")


class Usage(BaseModel):
    """What a workspace holds."""

    model_config = ConfigDict(from_attributes=True)

    storage_bytes: int = Field(description="Originals and table data together.")
    original_bytes: int = Field(description="Uploaded files; equal ones count once.")
    table_bytes: int = Field(description="Table data of the datasets as they are now.")
    history_bytes: int = Field(
        description="Older versions and deleted datasets, kept for a time. Counts for no quota."
    )
    datasets: int
    rows: int
    running_jobs: int
    waiting_jobs: int


class WorkspaceUsage(BaseModel):
    """What a workspace holds, and what it may hold."""

    usage: Usage
    quotas: Quotas


class Workspace(WorkspaceRole):
    """A workspace in a list."""

    created_at: datetime
