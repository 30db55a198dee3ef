from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class EventOut(BaseModel):
    """A line of the workspace's log."""

    id: int
    kind: str = Field(examples=["import.succeeded"])
    subject: str = Field(description="What kind of thing it happened to.", examples=["import"])
    subject_id: UUID
    payload: dict[str, Any]
    actor: str | None = Field(description="Who did it, by user name.")
    at: datetime
