from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class MaintenanceRun(BaseModel):
    """One run of the housekeeping."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    created_at: datetime
    finished_at: datetime | None = Field(description="Null while it runs.")
    freed: dict[str, int] = Field(
        description="How many of each kind were removed, and the bytes freed in the store.",
        examples=[{"versions": 12, "lake_files": 40, "merged_files": 300, "size_bytes": 73400320}],
    )
    error: str | None
