"""Webhooks and their log of deliveries, and which events users get by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Select, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rowmill import events, sealing
from rowmill.encryption import Encryption
from rowmill.errors import Conflict, Forbidden, NotFound, PreconditionFailed, invalid
from rowmill.models import (
    Delivery,
    DeliveryStatus,
    Member,
    PauseReason,
    Subscription,
    User,
    Webhook,
    new_id,
    now,
)
from rowmill.notifications import kinds, signing

MOST_WEBHOOKS = 100
OLD_KEY_IS_GOOD = timedelta(hours=24)


class TooManyWebhooks(Conflict):
    """The workspace has 100 webhooks, which is the most. Delete one that is not needed."""


class WebhookPaused(Conflict):
    """The webhook is paused, so nothing is sent to it. Resume it first."""


@dataclass(frozen=True)
class Wanted:
    """What a webhook is to be; None leaves it as it is."""

    name: str | None = None
    url: str | None = None
    events: Sequence[str] | None = None
    rejects_above: int | None = None


def find(session: Session, workspace_id: UUID, webhook_id: UUID, *, lock: bool = False) -> Webhook:
    """Raises: NotFound, also where the webhook is another workspace's."""
    wanted = select(Webhook).where(Webhook.id == webhook_id, Webhook.workspace_id == workspace_id)
    webhook = session.scalar(wanted.with_for_update() if lock else wanted)
    if webhook is None:
        raise NotFound("There is no such webhook.")
    return webhook


def listing(workspace_id: UUID) -> Select[Webhook]:
    """The query of a workspace's webhooks, to be paged."""
    return select(Webhook).where(Webhook.workspace_id == workspace_id)


def create(
    session: Session,
    encryption: Encryption,
    workspace_id: UUID,
    wanted: Wanted,
    *,
    created_by: UUID,
) -> tuple[Webhook, str]:
    """A new webhook for what happens from now on, and the secret of its signatures.

    Raises: Invalid, TooManyWebhooks.
    """
    count = select(func.count()).select_from(Webhook).where(Webhook.workspace_id == workspace_id)
    if (session.scalar(count) or 0) >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    secret = signing.new_secret()
    webhook = Webhook(
        id=new_id(),
        workspace_id=workspace_id,
        name=wanted.name,
        url=wanted.url,
        kinds=kinds.checked(wanted.events or ()),
        rejects_above=wanted.rejects_above or 0,
        last_event_id=events.latest_id(session, workspace_id),
        created_by=created_by,
    )
    webhook.secrets = sealing.seal(encryption, webhook, {"key": secret})
    session.add(webhook)
    session.flush()
    append_event(session, "webhook.created", webhook, created_by)
    return webhook, secret


def change(session: Session, webhook: Webhook, wanted: Wanted, *, actor_id: UUID) -> None:
    """Change what is wanted to be another. Raises: Invalid."""
    if wanted.events is not None:
        webhook.kinds = kinds.checked(wanted.events)
    for name in ("name", "url", "rejects_above"):
        value = getattr(wanted, name)
        if value is not None:
            setattr(webhook, name, value)
    webhook.updated_at = now()
    session.flush()
    append_event(session, "webhook.changed", webhook, actor_id)


def remove(session: Session, webhook: Webhook, *, actor_id: UUID) -> None:
    """Delete it with its log; what waits to be sent is not sent."""
    append_event(session, "webhook.deleted", webhook, actor_id)
    session.execute(delete(Webhook).where(Webhook.id == webhook.id))


def pause(
    session: Session,
    webhook: Webhook,
    reason: PauseReason = PauseReason.USER,
    *,
    actor_id: UUID | None = None,
) -> None:
    """Send nothing any more; a paused one stays as it is."""
    if webhook.paused:
        return
    webhook.paused, webhook.pause_reason = True, reason
    webhook.updated_at = now()
    session.flush()
    if reason is PauseReason.USER:
        append_event(session, "webhook.paused", webhook, actor_id)
    else:
        words = (
            "it answered that it is gone" if reason is PauseReason.GONE else "it failed for days"
        )
        append_event(session, "webhook.disabled", webhook, None, reason=f"Paused, as {words}.")


def resume(session: Session, webhook: Webhook, *, actor_id: UUID) -> None:
    """Go on with what happens from now on, and with what was waiting when it was paused."""
    if not webhook.paused:
        return
    webhook.paused, webhook.pause_reason, webhook.failing_since = False, None, None
    webhook.last_event_id = events.latest_id(session, webhook.workspace_id)
    webhook.updated_at = now()
    session.flush()
    append_event(session, "webhook.resumed", webhook, actor_id)


def rotate_secret(
    session: Session, encryption: Encryption, webhook: Webhook, *, actor_id: UUID
) -> str:
    """A new secret. The one before signs as well for a day, so that the receiver can change it."""
    old = signing_keys(encryption, webhook)[:1] if encryption.has_key(webhook.secrets) else []
    secret = signing.new_secret()
    kept: dict[str, Any] = {"key": secret}
    if old:
        kept |= {"previous": old[0], "previous_until": (now() + OLD_KEY_IS_GOOD).isoformat()}
    webhook.secrets = sealing.seal(encryption, webhook, kept)
    webhook.updated_at = now()
    session.flush()
    append_event(session, "webhook.secret_rotated", webhook, actor_id)
    return secret


def signing_keys(encryption: Encryption, webhook: Webhook) -> list[str]:
    """The secrets that sign, the newest first. Raises: SecretUnreadable."""
    kept = sealing.opened(encryption, webhook)
    keys = [kept["key"]]
    if "previous" in kept and datetime.fromisoformat(kept["previous_until"]) > now():
        keys.append(kept["previous"])
    return keys


def check_unchanged(webhook: Webhook, if_match: str | None) -> None:
    """Raises: PreconditionFailed where the webhook is not the one that the client has read."""
    if if_match is not None and if_match.strip() not in {"*", entity_tag(webhook)}:
        raise PreconditionFailed(headers={"ETag": entity_tag(webhook)})


def entity_tag(webhook: Webhook) -> str:
    """Changes whenever somebody changes the webhook, not with its deliveries."""
    return f'"{webhook.id.hex[-12:]}-{int(webhook.updated_at.timestamp() * 1_000_000):x}"'


def deliveries(webhook: Webhook, status: DeliveryStatus | None) -> Select[Delivery]:
    """The query of a webhook's log, to be paged."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id)
    return query if status is None else query.where(Delivery.status == status)


def find_delivery(
    session: Session, webhook: Webhook, delivery_id: UUID, *, lock: bool = False
) -> Delivery:
    """Raises: NotFound, also where the delivery is another webhook's."""
    wanted = select(Delivery).where(Delivery.id == delivery_id, Delivery.webhook_id == webhook.id)
    delivery = session.scalar(wanted.with_for_update() if lock else wanted)
    if delivery is None:
        raise NotFound("There is no such delivery.")
    return delivery


def redeliver(session: Session, webhook: Webhook, delivery: Delivery) -> None:
    """Send the same message again, with all of its attempts. Raises: WebhookPaused."""
    if webhook.paused:
        raise WebhookPaused
    delivery.status, delivery.chain = DeliveryStatus.PENDING, 0
    delivery.next_attempt_at, delivery.finished_at = now(), None
    session.flush()


def subscription(session: Session, workspace_id: UUID, user_id: UUID) -> Subscription | None:
    """Which events the user gets by mail; None where that was never set."""
    return session.scalar(
        select(Subscription).where(
            Subscription.workspace_id == workspace_id, Subscription.user_id == user_id
        )
    )


def member_addresses(session: Session, workspace_id: UUID) -> list[str]:
    """The mail addresses of members who can sign in, in the order of the alphabet."""
    members = (
        select(User.email)
        .join(Member, Member.user_id == User.id)
        .where(Member.workspace_id == workspace_id, User.disabled_at.is_(None))
        .where(User.email.is_not(None))
    )
    return sorted(address for address in session.scalars(members) if address is not None)


def subscribe(
    session: Session,
    workspace_id: UUID,
    user: User,
    *,
    chosen: Sequence[str],
    rejects_above: int,
    addresses: Sequence[str] | None,
    may_name_others: bool,
) -> Subscription:
    """Set which events are sent by mail to which members; without addresses, to the user's own.

    Raises: Invalid for an address that is no member's, Forbidden for another's.
    """
    wanted = kinds.checked(chosen)
    if addresses is None:
        addresses = [user.email] if user.email else []
    _check_addresses(session, workspace_id, user, addresses, may_name_others=may_name_others)
    if wanted and not addresses:
        raise invalid("addresses", "Name the member who is to get them: you have no address here.")
    latest = events.latest_id(session, workspace_id)
    found = _own_subscription(session, workspace_id, user.id, latest)
    if not found.kinds:  # from now on, not from when it was last set
        found.last_event_id = latest
    found.kinds, found.rejects_above = wanted, rejects_above
    found.addresses, found.updated_at = list(dict.fromkeys(addresses)), now()
    session.flush()
    return found


def _own_subscription(
    session: Session, workspace_id: UUID, user_id: UUID, latest: int
) -> Subscription:
    """The user's one subscription in the workspace, locked; made where it is missing."""
    empty = {"kinds": [], "addresses": [], "last_event_id": latest}
    session.execute(
        insert(Subscription)
        .values(workspace_id=workspace_id, user_id=user_id, **empty)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(Subscription)
        .where(Subscription.workspace_id == workspace_id, Subscription.user_id == user_id)
        .with_for_update()
    ).one()


def _check_addresses(
    session: Session,
    workspace_id: UUID,
    user: User,
    addresses: Sequence[str],
    *,
    may_name_others: bool,
) -> None:
    known = set(member_addresses(session, workspace_id))
    for address in addresses:
        if address not in known:
            raise invalid("addresses", f"{address} is no address of a member of this workspace.")
        if address != user.email and not may_name_others:
            raise Forbidden("You may have mail sent to yourself, but not to other members.")


def forget_deliveries(session: Session, before: datetime) -> int:
    """Delete deliveries that were made before; returns how many."""
    old = delete(Delivery).where(Delivery.created_at < before)
    return cast("CursorResult[Any]", session.execute(old)).rowcount


def append_event(
    session: Session, kind: str, webhook: Webhook, actor_id: UUID | None, **payload: Any
) -> None:
    """Log something about a webhook; its address may be a secret, and is not logged."""
    events.append(
        session,
        kind,
        workspace_id=webhook.workspace_id,
        subject="webhook",
        subject_id=webhook.id,
        payload={"name": webhook.name, **payload},
        actor_id=actor_id,
    )


def announce(session: Session, delivery: Delivery) -> None:
    """Tell open pages how a delivery is."""
    events.announce(
        session,
        delivery.workspace_id,
        {
            "kind": "webhook.attempted",
            "subject": "webhook",
            "subject_id": str(delivery.webhook_id),
            "payload": {"delivery_id": str(delivery.id), "status": delivery.status},
        },
    )
