"""From the event log to deliveries: one transaction writes them and moves the watermark.

Within a workspace, event ids grow in the order of the commits: what is behind the watermark has
been seen, whatever was killed meanwhile, and nothing is seen twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, aliased

from rowmill import jobs, mail
from rowmill.context import Context
from rowmill.db import raw_connection, transaction
from rowmill.events import latest_id
from rowmill.models import (
    Delivery,
    DeliveryStatus,
    Event,
    Import,
    Member,
    Subscription,
    User,
    Webhook,
    Workspace,
    new_id,
    now,
)
from rowmill.notifications import kinds, messages
from rowmill.notifications.kinds import Occurrence
from rowmill.notifications.service import member_addresses
from rowmill.settings import Settings

logger = logging.getLogger(__name__)

TASK = "notifications.deliver"
FIRST = 1
"""Before what waits with the usual priority, 0: it is short, and one job for everybody."""

BATCH = 500
MOST_BATCHES = 20
SINGLE_MAILS = 5
"""More mails of one subscription in a minute are sent as one."""

QUIET = timedelta(minutes=1)
MAILED_FOR = timedelta(days=1)
"""Older events are not mailed any more: the mail server was not set, or nothing ran."""


def dispatch(context: Context) -> None:
    """Make the deliveries of what has happened, and have those that are due sent."""
    with transaction(context.engine) as session:
        webhook_ids = list(session.scalars(_behind(Webhook).where(~Webhook.paused)))
        subscription_ids: list[UUID] = []
        if mail.is_configured(context.settings):
            wanted = func.jsonb_array_length(Subscription.kinds) > 0
            awake = or_(Subscription.quiet_until.is_(None), Subscription.quiet_until <= now())
            subscription_ids = list(session.scalars(_behind(Subscription).where(wanted, awake)))
    for webhook_id in webhook_ids:
        _apart(context, _tell_webhook, webhook_id)
    for subscription_id in subscription_ids:
        _apart(context, _write_mails, subscription_id)
    with transaction(context.engine) as session:
        if session.scalar(select(exists().where(is_due()))) and not _is_waiting(session):
            jobs.enqueuing.configure_task(
                TASK,
                connection=raw_connection(session),
                queue=jobs.CONNECTIONS,
                lock=TASK,
                queueing_lock=TASK,
                priority=FIRST,
            ).defer()


def is_due() -> ColumnElement[bool]:
    """Which deliveries are to be sent now. Those of paused webhooks wait."""
    paused = select(Webhook.id).where(Webhook.paused)
    return (
        (Delivery.status == DeliveryStatus.PENDING)
        & (Delivery.next_attempt_at <= now())
        & (Delivery.webhook_id.is_(None) | Delivery.webhook_id.not_in(paused))
    )


def _apart(context: Context, tell: Callable[[Session, Settings, UUID], bool], target: UUID) -> None:
    """Batch after batch of one target's events; what fails for it is not the others' trouble."""
    try:
        for _ in range(MOST_BATCHES):
            with transaction(context.engine) as session:
                if not tell(session, context.settings, target):
                    return
    except OperationalError:
        raise
    except Exception:
        logger.exception("dispatch_failed", extra={"target": str(target)})


def _behind(table: type[Webhook | Subscription]) -> Any:
    """The ids of those that have not looked at every event of their workspace."""
    newer = exists().where(Event.workspace_id == table.workspace_id, Event.id > table.last_event_id)
    return select(table.id).where(newer).order_by(table.id)


def _is_waiting(session: Session) -> bool:
    """Whether the job is there already; one that runs takes up what becomes due meanwhile."""
    found = session.scalar(
        text(
            "SELECT EXISTS (SELECT 1 FROM procrastinate_jobs"
            " WHERE task_name = :task AND status IN ('todo', 'doing'))"
        ),
        {"task": TASK},
    )
    return bool(found)


def _tell_webhook(session: Session, settings: Settings, webhook_id: UUID) -> bool:
    """One batch of events for a webhook; returns whether there may be more."""
    free = select(Webhook).where(Webhook.id == webhook_id, ~Webhook.paused)
    webhook = session.scalar(free.with_for_update(skip_locked=True))
    if webhook is None:
        return False
    found, is_more = _occurrences(session, webhook, None)
    rows = [
        {
            "id": new_id(),
            "workspace_id": webhook.workspace_id,
            "webhook_id": webhook.id,
            "event_id": one.event.id,
            "kind": one.kind,
            "body": messages.body(settings, one),
            "next_attempt_at": now(),
        }
        for one in found
    ]
    if rows:
        session.execute(insert(Delivery).on_conflict_do_nothing(), rows)
    return is_more


def _write_mails(session: Session, settings: Settings, subscription_id: UUID) -> bool:
    """Mails about a batch of events: one each, or of many one about all, and then a minute none.

    Returns False: what is left waits for the next tick.
    """
    free = select(Subscription).where(Subscription.id == subscription_id)
    subscription = session.scalar(free.with_for_update(skip_locked=True))
    if subscription is None:
        return False
    recipients = _recipients(session, subscription)
    found, _ = _occurrences(session, subscription, now() - MAILED_FOR)
    if not found or not recipients:
        return False
    workspace = session.get_one(Workspace, subscription.workspace_id).name
    latest = Delivery.created_at > now() - QUIET
    sent = session.scalar(
        select(func.count(Delivery.subject.distinct()))
        .select_from(Delivery)
        .where(Delivery.subscription_id == subscription.id, latest)
    )
    is_digest = len(found) + (sent or 0) > SINGLE_MAILS
    if is_digest:
        subscription.quiet_until = now() + QUIET
    for group in [found] if is_digest else [[one] for one in found]:
        for recipient in recipients:
            session.add(_mail(settings, subscription, group, recipient, workspace))
    return False


def _mail(
    settings: Settings,
    subscription: Subscription,
    group: Sequence[Occurrence],
    recipient: str,
    workspace: str,
) -> Delivery:
    is_single = len(group) == 1
    return Delivery(
        workspace_id=subscription.workspace_id,
        subscription_id=subscription.id,
        event_id=group[0].event.id if is_single else None,
        kind=group[0].kind if is_single else "digest",
        recipient=recipient,
        subject=messages.subject(group, workspace),
        body=messages.text(settings, group, workspace),
        next_attempt_at=now(),
    )


def _recipients(session: Session, subscription: Subscription) -> list[str]:
    """The addresses that still are members', where the user who set them still is one too."""
    user = aliased(User)
    is_member = (
        select(Member.user_id)
        .join(user, user.id == Member.user_id)
        .where(Member.workspace_id == subscription.workspace_id)
        .where(Member.user_id == subscription.user_id, user.disabled_at.is_(None))
    )
    if session.scalar(is_member) is None:
        return []
    known = set(member_addresses(session, subscription.workspace_id))
    return [address for address in subscription.addresses if address in known]


def _occurrences(
    session: Session, target: Webhook | Subscription, since: datetime | None
) -> tuple[list[Occurrence], bool]:
    """What a batch of events has to tell, and whether there may be more; moves the watermark."""
    newest = latest_id(session, target.workspace_id)
    chosen = (
        select(Event, User.username)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.workspace_id == target.workspace_id)
        .where(Event.id > target.last_event_id, Event.id <= newest)
        .where(Event.kind.in_(kinds.logged(target.kinds)))
        .order_by(Event.id)
        .limit(BATCH)
    )
    if since is not None:
        chosen = chosen.where(Event.created_at > since)
    rows = session.execute(chosen).all()
    is_more = len(rows) == BATCH
    target.last_event_id = rows[-1][0].id if is_more else max(newest, target.last_event_id)
    drifts = _drifts(session, [event for event, _ in rows])
    found = [
        one
        for event, actor in rows
        for one in kinds.occurrences(
            event,
            actor,
            chosen=target.kinds,
            rejects_above=target.rejects_above,
            drift=drifts.get(event.subject_id),
        )
    ]
    return found, is_more


def _drifts(session: Session, events: Sequence[Event]) -> dict[UUID, dict[str, Any]]:
    """How the files of these imports differed from their datasets."""
    ids = [event.subject_id for event in events if event.kind == kinds.SUCCEEDED]
    if not ids:
        return {}
    found = select(Import.id, Import.staged["drift"]).where(Import.id.in_(ids))
    return {import_id: drift or {} for import_id, drift in session.execute(found)}
