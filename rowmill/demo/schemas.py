from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from rowmill.datasets.service import Overview


class DemoDataset(BaseModel):
    """A dataset of the demo."""

    id: UUID
    slug: str = Field(examples=["sales"])
    name: str = Field(examples=["Sales"])
    template: str | None = Field(examples=["sales"])
    status: Literal["processing", "ready", "failed"]
    row_count: int = Field(examples=[98246])


class Demo(BaseModel):
    """The workspace's demo: whether it is there, and its datasets.

    `processing` while any of its datasets is, `failed` where one could not be made.
    """

    status: Literal["absent", "processing", "ready", "failed"]
    datasets: list[DemoDataset]


def demo_out(overviews: list[Overview]) -> Demo:
    """The answer about these datasets."""
    statuses = [overview.status for overview in overviews]
    return Demo.model_validate(
        {
            "status": next(
                (one for one in ("processing", "failed", "ready") if one in statuses), "absent"
            ),
            "datasets": [
                {
                    "id": overview.dataset.id,
                    "slug": overview.dataset.slug,
                    "name": overview.dataset.name,
                    "template": overview.dataset.template,
                    "status": overview.status,
                    "row_count": overview.dataset.row_count,
                }
                for overview in overviews
            ],
        }
    )
