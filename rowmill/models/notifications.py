from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rowmill.models.base import AuthorId, Base, Created, Id, UserId, WorkspaceId


class PauseReason(StrEnum):
    """Why a webhook is paused: somebody wanted it, or its receiver failed for days or is gone."""

    USER = "user"
    FAILING = "failing"
    GONE = "gone"


class Webhook(Base):
    """An address that is told of chosen events of a workspace.

    `kinds` are the events chosen, `rejects_above` the number of rejects that an import must exceed
    to count as one with rejects. `secrets` is sealed JSON: the key that signs, and the one before
    for as long as it is good. Events up to `last_event_id` have been looked at. `failing_since` is
    the first failure after the last delivery that arrived.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        Index(None, "workspace_id", "id"),
        CheckConstraint(
            "pause_reason IN ('user', 'failing', 'gone') AND (pause_reason IS NULL) = NOT paused",
            name="paused",
        ),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    name: Mapped[str]
    url: Mapped[str]
    kinds: Mapped[list[str]]
    rejects_above: Mapped[int] = mapped_column(default=0)
    secrets: Mapped[str]
    paused: Mapped[bool] = mapped_column(default=False)
    pause_reason: Mapped[str | None]
    last_event_id: Mapped[int]
    failing_since: Mapped[datetime | None]
    last_delivered_at: Mapped[datetime | None]
    created_at: Mapped[Created]
    created_by: Mapped[AuthorId]
    updated_at: Mapped[Created]


class Subscription(Base):
    """The events of a workspace of which a user wants mail, and the members' addresses it goes to.

    Events up to `last_event_id` have been looked at. Until `quiet_until`, events wait in the log,
    to be sent together.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("workspace_id", "user_id"),)

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    user_id: Mapped[UserId] = mapped_column(index=True)
    kinds: Mapped[list[str]]
    rejects_above: Mapped[int] = mapped_column(default=0)
    addresses: Mapped[list[str]]
    last_event_id: Mapped[int]
    quiet_until: Mapped[datetime | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Created]


class DeliveryStatus(StrEnum):
    """The life of a delivery. A failed one was given up, and can be sent again."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Delivery(Base):
    """A message to a webhook, or a mail to one address of a subscription, and what came of it.

    `body` is sent as it is at each attempt. `event_id` is null for tests and digests. `chain`
    counts the attempts since it was made or sent again, `attempts` all of them; the latest are in
    `history`: `{at, status, error, duration_ms}`. While it is being sent, `next_attempt_at` is when
    others may take it for forgotten. `answer_body` is the beginning of the last answer.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(
            "uq_deliveries_webhook_id_event_id_kind",
            "webhook_id",
            "event_id",
            "kind",
            unique=True,
            postgresql_where=text("event_id IS NOT NULL"),
        ),
        Index(None, "webhook_id", "id"),
        Index(None, "subscription_id", "created_at"),
        Index(
            "ix_deliveries_due",
            "webhook_id",
            "next_attempt_at",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(
            "ix_deliveries_next_attempt_at",
            "next_attempt_at",
            postgresql_where=text("status = 'pending'"),
        ),
        Index(None, "created_at"),
        CheckConstraint("status IN ('pending', 'delivered', 'failed')", name="status"),
        CheckConstraint("num_nonnulls(webhook_id, subscription_id) = 1", name="target"),
    )

    id: Mapped[Id]
    workspace_id: Mapped[WorkspaceId]
    webhook_id: Mapped[UUID | None] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    subscription_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("subscriptions.id", ondelete="CASCADE")
    )
    event_id: Mapped[int | None]
    kind: Mapped[str]
    recipient: Mapped[str | None]
    subject: Mapped[str | None]
    body: Mapped[str]
    status: Mapped[str] = mapped_column(default=DeliveryStatus.PENDING)
    attempts: Mapped[int] = mapped_column(default=0)
    chain: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    answer_status: Mapped[int | None]
    answer_body: Mapped[str | None]
    error: Mapped[str | None]
    duration_ms: Mapped[int | None]
    history: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    created_at: Mapped[Created]
    finished_at: Mapped[datetime | None]

    webhook: Mapped[Webhook | None] = relationship(lazy="raise")
