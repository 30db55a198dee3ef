from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from rowmill.accounts.emails import normalized
from rowmill.models import Delivery, DeliveryStatus, PauseReason, Subscription, Webhook
from rowmill.notifications.delivering import message_id

LONGEST_URL = 2000
MOST_EVENTS = 100
MOST_ADDRESSES = 50

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="Any text of one line.",
        examples=["Warehouse"],
    ),
]
Url = Annotated[
    str,
    Field(
        max_length=LONGEST_URL,
        description="Where messages are sent to by POST. Redirects are not followed.",
        examples=["https://hooks.example.com/rowmill"],
    ),
]
Events = Annotated[
    list[str],
    Field(
        max_length=MOST_EVENTS,
        description="Events of `GET /api/notifications/events`, or `*` for all of them.",
        examples=[["import.failed", "import.rejects"]],
    ),
]
RejectsAbove = Annotated[
    int,
    Field(
        ge=0,
        le=10**9,
        description="`import.rejects` is told when an import has more rejects than this.",
    ),
]
Address = Annotated[
    str, Field(max_length=320, examples=["ada@example.com"]), AfterValidator(normalized)
]


class WebhookIn(BaseModel):
    """A webhook to make."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    url: Url
    events: Events = Field(min_length=1)
    rejects_above: RejectsAbove = 0


class WebhookPatch(BaseModel):
    """What is to be another; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    url: Url | None = None
    events: Events | None = Field(None, min_length=1)
    rejects_above: RejectsAbove | None = None


class WebhookSecrets(BaseModel):
    """Which secrets are set. They are shown only when they are made."""

    signing_key: bool


class WebhookOut(BaseModel):
    """A webhook."""

    id: UUID
    name: str
    url: str
    events: list[str]
    rejects_above: int
    paused: bool
    pause_reason: PauseReason | None = Field(
        description="`user`: somebody paused it; `failing`: every delivery failed for days; "
        "`gone`: it answered 410."
    )
    failing_since: datetime | None = Field(
        description="The first failure after the last delivery that arrived."
    )
    last_delivered_at: datetime | None
    secrets: WebhookSecrets
    created_at: datetime
    updated_at: datetime


class WebhookMade(WebhookOut):
    """A webhook with the secret of its signatures, which is shown this once."""

    secret: str = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


class Attempt(BaseModel):
    """One attempt to send a message."""

    at: datetime
    status: int | None = Field(description="Of the answer; null where there was none.")
    error: str | None
    duration_ms: int


class DeliveryOut(BaseModel):
    """A message to a webhook, and what came of it."""

    id: UUID
    message_id: str = Field(
        description="The header `webhook-id`, the same at each attempt.",
        examples=["msg_019a92f4c0de7abc8123456789abcdef"],
    )
    event: str = Field(examples=["import.failed"])
    event_id: int | None = Field(description="The event in the log; null for a test.")
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    answer_status: int | None = Field(description="Of the last answer.")
    error: str | None = Field(description="Why the last attempt failed.")
    duration_ms: int | None = Field(description="Of the last attempt.")
    created_at: datetime
    finished_at: datetime | None


class DeliveryDetail(DeliveryOut):
    """A delivery with what was sent and answered."""

    body: str = Field(description="The body that is sent.")
    answer_body: str | None = Field(description="The first 2 KB of the last answer.")
    history: list[Attempt] = Field(description="The last attempts, oldest first.")


class EventKind(BaseModel):
    """An event that can be chosen."""

    event: str = Field(examples=["import.failed"])
    description: str = Field(examples=["An import failed"])


class EventKinds(BaseModel):
    """Every event that can be chosen."""

    items: list[EventKind]


class NotificationsIn(BaseModel):
    """Which events are to be sent by mail, and to whom."""

    model_config = ConfigDict(extra="forbid")

    events: Events
    rejects_above: RejectsAbove = 0
    addresses: list[Address] | None = Field(
        None,
        max_length=MOST_ADDRESSES,
        description="Addresses of members. Left out: your own.",
    )


class NotificationsOut(BaseModel):
    """Which events you get by mail from this workspace."""

    mail_available: bool = Field(description="Whether this server can send mail.")
    events: list[str]
    rejects_above: int
    addresses: list[str]
    member_addresses: list[str] = Field(description="The addresses that can be named.")


class MailTestIn(BaseModel):
    """Whom to send a test to."""

    model_config = ConfigDict(extra="forbid")

    recipient: Address | None = Field(None, description="Left out: your own address.")


class MailTestOut(BaseModel):
    """The mail server took the test."""

    recipient: str
    sender: str = Field(examples=["Rowmill <data@example.com>"])


def webhook_out(webhook: Webhook) -> WebhookOut:
    """A webhook as clients see it."""
    return WebhookOut(
        id=webhook.id,
        name=webhook.name,
        url=webhook.url,
        events=webhook.kinds,
        rejects_above=webhook.rejects_above,
        paused=webhook.paused,
        pause_reason=PauseReason(webhook.pause_reason) if webhook.pause_reason else None,
        failing_since=webhook.failing_since,
        last_delivered_at=webhook.last_delivered_at,
        secrets=WebhookSecrets(signing_key=True),
        created_at=webhook.created_at,
        updated_at=webhook.updated_at,
    )


def delivery_out(delivery: Delivery) -> DeliveryOut:
    """A delivery as the log lists it."""
    return DeliveryOut(
        id=delivery.id,
        message_id=message_id(delivery.id),
        event=delivery.kind,
        event_id=delivery.event_id,
        status=DeliveryStatus(delivery.status),
        attempts=delivery.attempts,
        next_attempt_at=delivery.next_attempt_at,
        answer_status=delivery.answer_status,
        error=delivery.error,
        duration_ms=delivery.duration_ms,
        created_at=delivery.created_at,
        finished_at=delivery.finished_at,
    )


def delivery_detail(delivery: Delivery) -> DeliveryDetail:
    """A delivery with everything that is kept of it."""
    return DeliveryDetail(
        **delivery_out(delivery).model_dump(),
        body=delivery.body,
        answer_body=delivery.answer_body,
        history=[Attempt.model_validate(attempt) for attempt in delivery.history],
    )


def notifications_out(
    subscription: Subscription | None, members: list[str], *, is_available: bool
) -> NotificationsOut:
    """What a user gets by mail; nothing where they never said so."""
    return NotificationsOut(
        mail_available=is_available,
        events=subscription.kinds if subscription else [],
        rejects_above=subscription.rejects_above if subscription else 0,
        addresses=subscription.addresses if subscription else [],
        member_addresses=members,
    )
