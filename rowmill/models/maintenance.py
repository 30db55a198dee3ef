from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from rowmill.models.base import Base, Created, Id


class MaintenanceRun(Base):
    """One run of the housekeeping, and what it freed. One that was cut short has no end."""

    __tablename__ = "maintenance_runs"

    id: Mapped[Id]
    created_at: Mapped[Created]
    finished_at: Mapped[datetime | None]
    freed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str | None]
