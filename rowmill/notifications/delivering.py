"""Sending what is due: several at once, so that a slow receiver holds up nobody but itself.

A delivery that is being sent is set aside for a while; where its worker dies, it is sent again
after that, under the same id, by which receivers tell it from another.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, select, true, update
from sqlalchemy.orm import Session

from rowmill import jobs, mail, outbound
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.encryption import encryption_of
from rowmill.errors import RowmillError
from rowmill.models import Delivery, DeliveryStatus, PauseReason, Webhook, new_id, now
from rowmill.notifications import messages, service, signing
from rowmill.notifications.dispatching import is_due
from rowmill.notifications.kinds import PING

logger = logging.getLogger(__name__)

AT_ONCE = 16
PER_TARGET = 2
TIMEOUT_SECONDS = 10.0
LOOK_SECONDS = 0.5
SET_ASIDE = timedelta(seconds=3 * TIMEOUT_SECONDS)  # looking up a name takes some of it
MAIL_SET_ASIDE = timedelta(minutes=1)  # a mail server has several steps to be silent in
WAITS_SECONDS = (5, 30, 120, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600)
"""Between the attempts: ten of them, over about a day."""

LONGEST_WAIT_SECONDS = 24 * 3600
JITTER = 0.2
KEPT_ANSWER_BYTES = 2048
KEPT_ATTEMPTS = 30
DISABLED_AFTER = timedelta(days=3)


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt."""

    is_delivered: bool
    duration_ms: int
    answer_status: int | None = None
    answer_body: str | None = None
    error: str | None = None
    retry_after: int | None = None
    is_final: bool = False

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.answer_status == 410


@dataclass(frozen=True)
class Message:
    """What is sent, read before so that no transaction waits for the network."""

    delivery_id: UUID
    url: str
    keys: list[str]
    body: bytes


def deliver_due(context: Context) -> None:
    """Send what is due, and what becomes due meanwhile, until there is nothing left."""
    running: dict[Future[None], UUID | None] = {}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="deliver") as pool:
        while not jobs.stopping.is_set():
            for delivery_id, target in _claim(context, running.values()):
                running[pool.submit(deliver, context, delivery_id)] = target
            if not running:
                return
            done, _ = wait(running, timeout=LOOK_SECONDS, return_when=FIRST_COMPLETED)
            for future in done:
                del running[future]
                _report(future)


def deliver(context: Context, delivery_id: UUID) -> None:
    """One attempt at a delivery that has been set aside."""
    began = time.monotonic()
    try:
        with transaction(context.engine) as session:
            delivery = session.get(Delivery, delivery_id)
            if delivery is None:
                return
            message = _message(context, session, delivery)
        outcome = (
            _post(context, message) if isinstance(message, Message) else _send(context, message)
        )
    except RowmillError as error:
        is_final = isinstance(error, mail.MailRefused)
        outcome = Outcome(
            is_delivered=False, duration_ms=_since(began), error=error.detail, is_final=is_final
        )
    with transaction(context.engine) as session:
        _record(session, delivery_id, outcome)


def ping(context: Context, workspace_id: UUID, webhook_id: UUID) -> Delivery:
    """Send a test now, once, whether or not the webhook is paused. Raises: NotFound."""
    with transaction(context.engine) as session:
        webhook = service.find(session, workspace_id, webhook_id)
        delivery = Delivery(
            id=new_id(),
            workspace_id=workspace_id,
            webhook_id=webhook.id,
            kind=PING,
            body=messages.ping_body(webhook),
            attempts=1,
            chain=len(WAITS_SECONDS) + 1,
            next_attempt_at=now() + SET_ASIDE,
        )
        session.add(delivery)
    deliver(context, delivery.id)
    with transaction(context.engine) as session:
        webhook = service.find(session, workspace_id, webhook_id)
        return service.find_delivery(session, webhook, delivery.id)


def wait_seconds(attempt: int, retry_after: int | None = None) -> float:
    """The time from this attempt, counted from 1, to the next one; longer where that is asked."""
    usual = WAITS_SECONDS[min(attempt, len(WAITS_SECONDS)) - 1]
    spread = usual * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - no secret
    return max(spread, min(retry_after or 0, LONGEST_WAIT_SECONDS))


def _claim(context: Context, running: Iterable[UUID | None]) -> list[tuple[UUID, UUID | None]]:
    """Set due deliveries aside for us: their ids, and the webhooks they go to (None for mail)."""
    busy = Counter(running)
    free = AT_ONCE - busy.total()
    if free <= 0:
        return []
    with transaction(context.engine) as session:
        chosen = [
            delivery_id
            for target, ids in _candidates(session)
            for delivery_id in ids[: max(0, PER_TARGET - busy[target])]
        ][:free]
        if not chosen:
            return []
        claimed = session.execute(
            update(Delivery)
            .where(Delivery.id.in_(chosen), is_due())
            .values(
                next_attempt_at=case(
                    (Delivery.webhook_id.is_(None), now() + MAIL_SET_ASIDE), else_=now() + SET_ASIDE
                ),
                attempts=Delivery.attempts + 1,
                chain=Delivery.chain + 1,
            )
            .returning(Delivery.id, Delivery.webhook_id)
        )
        return [(delivery_id, target) for delivery_id, target in claimed]


def _candidates(session: Session) -> list[tuple[UUID | None, list[UUID]]]:
    """The deliveries that are due for the longest time, of each webhook a few, and of the mails."""
    first = select(Delivery.id).where(is_due()).order_by(Delivery.next_attempt_at)
    of_webhook = first.where(Delivery.webhook_id == Webhook.id).limit(PER_TARGET)
    few = of_webhook.correlate(Webhook).lateral()
    targets: dict[UUID | None, list[UUID]] = {}
    rows = select(Webhook.id, few.c.id).join(few, true()).where(~Webhook.paused)
    for webhook_id, delivery_id in session.execute(rows):
        targets.setdefault(webhook_id, []).append(delivery_id)
    mails = first.where(Delivery.webhook_id.is_(None)).limit(PER_TARGET)
    targets[None] = list(session.scalars(mails))
    return list(targets.items())


def _report(future: Future[None]) -> None:
    """A crash is logged; the delivery is sent again when it is not set aside any more."""
    error = future.exception()
    if error is not None:
        logger.error("delivery_crashed", exc_info=error)


def _message(context: Context, session: Session, delivery: Delivery) -> Message | mail.Mail:
    if delivery.webhook_id is None:
        return mail.Mail(
            recipient=delivery.recipient or "",
            subject=delivery.subject or "",
            text=delivery.body,
            identity=delivery.id.hex,
        )
    webhook = session.get_one(Webhook, delivery.webhook_id)
    keys = service.signing_keys(encryption_of(context.settings), webhook)
    return Message(delivery.id, webhook.url, keys, delivery.body.encode())


def _post(context: Context, message: Message) -> Outcome:
    """Raises: OutboundError where there was no answer."""
    began = time.monotonic()
    identity = message_id(message.delivery_id)
    headers = signing.headers(identity, int(time.time()), message.body, message.keys)
    headers["Content-Type"] = "application/json"
    with (
        outbound.client(
            context.settings, timeout_seconds=TIMEOUT_SECONDS, total_seconds=TIMEOUT_SECONDS
        ) as http,
        http.stream("POST", message.url, content=message.body, headers=headers) as answer,
    ):
        try:
            start = outbound.read_start(answer, KEPT_ANSWER_BYTES)
        except outbound.OutboundError:
            start = b""  # the status is the answer
        status = answer.status_code
        waits = answer.headers.get("retry-after", "")
    is_delivered = 200 <= status < 300
    return Outcome(
        is_delivered=is_delivered,
        duration_ms=_since(began),
        answer_status=status,
        answer_body=start.decode(errors="replace").replace("\0", "�"),
        error=None if is_delivered else _refusal(status),
        retry_after=int(waits) if waits.isdecimal() and len(waits) < 10 else None,
    )


def message_id(delivery_id: UUID) -> str:
    """What a receiver knows the message by, however often it is sent."""
    return f"msg_{delivery_id.hex}"


def _refusal(status: int) -> str:
    if 300 <= status < 400:
        return f"It answered {status}, a redirect, which is not followed: give the final address."
    return f"It answered {status}, where 2xx was to be expected."


def _send(context: Context, message: mail.Mail) -> Outcome:
    """Raises: MailFailed."""
    began = time.monotonic()
    mail.send(context.settings, message)
    return Outcome(is_delivered=True, duration_ms=_since(began))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


def _record(session: Session, delivery_id: UUID, outcome: Outcome) -> None:
    """Write what came of an attempt, and when the next one is."""
    found = session.get(Delivery, delivery_id)
    if found is None:
        return
    webhook = None
    if found.webhook_id is not None:
        webhook = session.get(Webhook, found.webhook_id, with_for_update=True)
    delivery = session.get(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if delivery is None:
        return
    attempt = {
        "at": now().isoformat(),
        "status": outcome.answer_status,
        "error": outcome.error,
        "duration_ms": outcome.duration_ms,
    }
    delivery.history = [*delivery.history, attempt][-KEPT_ATTEMPTS:]
    delivery.answer_status, delivery.answer_body = outcome.answer_status, outcome.answer_body
    delivery.error, delivery.duration_ms = outcome.error, outcome.duration_ms
    _settle(delivery, outcome)
    if webhook is not None:
        _judge(session, webhook, delivery, outcome)
        service.announce(session, delivery)


def _settle(delivery: Delivery, outcome: Outcome) -> None:
    is_over = outcome.is_final or outcome.is_gone or delivery.chain > len(WAITS_SECONDS)
    if outcome.is_delivered or is_over:
        is_delivered = outcome.is_delivered
        delivery.status = DeliveryStatus.DELIVERED if is_delivered else DeliveryStatus.FAILED
        delivery.next_attempt_at, delivery.finished_at = None, now()
    else:
        seconds = wait_seconds(delivery.chain, outcome.retry_after)
        delivery.next_attempt_at = now() + timedelta(seconds=seconds)


def _judge(session: Session, webhook: Webhook, delivery: Delivery, outcome: Outcome) -> None:
    """Note how the receiver is; one that failed for days, or is gone, is left in peace."""
    if outcome.is_delivered:
        webhook.failing_since, webhook.last_delivered_at = None, now()
        return
    if delivery.kind == PING:
        return
    webhook.failing_since = webhook.failing_since or now()
    if outcome.is_gone:
        service.pause(session, webhook, PauseReason.GONE)
    elif (
        delivery.status == DeliveryStatus.FAILED and webhook.failing_since < now() - DISABLED_AFTER
    ):
        service.pause(session, webhook, PauseReason.FAILING)
