from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from rowmill.models.base import AuthorId, Base, Created, Id, WorkspaceId


class Edit(Base):
    """A change of single rows of a dataset, written down before the lake's commit.

    What is to be told of it is here too, so that an edit whose writer died between the lake's
    commit and its publication is published by whoever writes next. `version` is null until then.

    `columns` and `roles` are those that the dataset has with it, `notices` the events to append,
    `result` what its sender was answered. `repeat_key` and `fingerprint` are those of a request
    that may be sent again.
    """

    __tablename__ = "edits"
    __table_args__ = (
        Index(None, "workspace_id", postgresql_where=text("version IS NULL")),
        Index(None, "created_at"),
        Index(
            "uq_edits_workspace_id_repeat_key",
            "workspace_id",
            "repeat_key",
            unique=True,
            postgresql_where=text("repeat_key IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    dataset_id: Mapped[UUID] = mapped_column(ForeignKey("datasets.id", ondelete="CASCADE"))
    message: Mapped[str]
    columns: Mapped[list[dict[str, Any]]]
    roles: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))
    notices: Mapped[list[dict[str, Any]]]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    repeat_key: Mapped[str | None]
    fingerprint: Mapped[str | None]
    version: Mapped[int | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
