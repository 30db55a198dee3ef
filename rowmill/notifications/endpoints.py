from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from rowmill import mail, outbound
from rowmill.accounts.principals import (
    EDITING_ROLES,
    AdminDep,
    EditorDep,
    PersonDep,
    PrincipalDep,
)
from rowmill.context import ContextDep, SessionDep
from rowmill.encryption import encryption_of
from rowmill.errors import invalid
from rowmill.lists import PagedDep
from rowmill.models import Delivery, DeliveryStatus, Webhook, new_id
from rowmill.notifications import delivering, kinds, messages, schemas, service
from rowmill.paging import (
    Page,
    newest_first,
)
from rowmill.responses import problems
from rowmill.settings import Settings

router = APIRouter(prefix="/api", tags=["Notifications"])
admin = APIRouter(prefix="/api/admin", tags=["Administration"])

NEVER_CACHED = {"Cache-Control": "no-store"}
TAGGED: dict[int | str, dict[str, Any]] = {
    200: {"headers": {"ETag": {"description": "For `If-Match`.", "schema": {"type": "string"}}}}
}
IfMatch = Annotated[
    str | None, Header(description="The webhook's ETag: change it only if it is still so.")
]


@router.get("/webhooks", summary="List webhooks", responses=problems(400, 401, 404, 422))
def list_webhooks(
    paged: PagedDep,
    principal: PrincipalDep,
    session: SessionDep,
) -> Page[schemas.WebhookOut]:
    """The workspace's webhooks, newest first."""
    page = newest_first(session, service.listing(principal.workspace_id), Webhook.id, paged.wanted)
    items = [schemas.webhook_out(webhook) for webhook in page.items]
    return paged.answer(page, items)


@router.post(
    "/webhooks",
    status_code=201,
    summary="Make a webhook",
    responses=problems(401, 403, 404, service.TooManyWebhooks, 422),
)
def create_webhook(
    body: schemas.WebhookIn,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.WebhookMade:
    """Have chosen events sent to an address, from now on. Messages are signed as Standard Webhooks
    describes; the secret for checking that is shown in this one answer.
    """
    webhook, secret = service.create(
        session,
        encryption_of(context.settings),
        principal.workspace_id,
        _wanted(context.settings, body),
        created_by=principal.user.id,
    )
    response.headers.update(NEVER_CACHED)
    response.headers["ETag"] = service.entity_tag(webhook)
    response.headers["Location"] = f"/api/webhooks/{webhook.id}"
    return schemas.WebhookMade(**schemas.webhook_out(webhook).model_dump(), secret=secret)


@router.get(
    "/webhooks/{webhook_id}",
    summary="Get a webhook",
    responses={**TAGGED, **problems(401, 404, 422)},
)
def get_webhook(
    webhook_id: UUID, response: Response, principal: PrincipalDep, session: SessionDep
) -> schemas.WebhookOut:
    """A webhook: what is sent where, and whether it arrives."""
    webhook = service.find(session, principal.workspace_id, webhook_id)
    response.headers["ETag"] = service.entity_tag(webhook)
    return schemas.webhook_out(webhook)


@router.patch(
    "/webhooks/{webhook_id}",
    summary="Change a webhook",
    responses={**TAGGED, **problems(401, 403, 404, 412, 422)},
)
def change_webhook(
    webhook_id: UUID,
    body: schemas.WebhookPatch,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
    if_match: IfMatch = None,
) -> schemas.WebhookOut:
    """Change name, address or events. What waits to be sent goes to the new address."""
    wanted = _wanted(context.settings, body)
    webhook = service.find(session, principal.workspace_id, webhook_id, lock=True)
    service.check_unchanged(webhook, if_match)
    service.change(session, webhook, wanted, actor_id=principal.user.id)
    response.headers["ETag"] = service.entity_tag(webhook)
    return schemas.webhook_out(webhook)


@router.delete(
    "/webhooks/{webhook_id}",
    status_code=204,
    summary="Delete a webhook",
    responses=problems(401, 403, 404, 422),
)
def delete_webhook(webhook_id: UUID, principal: EditorDep, session: SessionDep) -> None:
    """Delete a webhook and its log. What waits to be sent is not sent any more."""
    webhook = service.find(session, principal.workspace_id, webhook_id, lock=True)
    service.remove(session, webhook, actor_id=principal.user.id)


@router.post(
    "/webhooks/{webhook_id}/pause",
    summary="Pause a webhook",
    responses=problems(401, 403, 404, 422),
)
def pause_webhook(
    webhook_id: UUID, principal: EditorDep, session: SessionDep
) -> schemas.WebhookOut:
    """Send nothing for the time being. What happens meanwhile is not sent later."""
    webhook = service.find(session, principal.workspace_id, webhook_id, lock=True)
    service.pause(session, webhook, actor_id=principal.user.id)
    return schemas.webhook_out(webhook)


@router.post(
    "/webhooks/{webhook_id}/resume",
    summary="Resume a webhook",
    responses=problems(401, 403, 404, 422),
)
def resume_webhook(
    webhook_id: UUID, principal: EditorDep, session: SessionDep
) -> schemas.WebhookOut:
    """Go on with what happens from now on, and with what was waiting when it was paused."""
    webhook = service.find(session, principal.workspace_id, webhook_id, lock=True)
    service.resume(session, webhook, actor_id=principal.user.id)
    return schemas.webhook_out(webhook)


@router.post(
    "/webhooks/{webhook_id}/rotate-secret",
    summary="Replace a webhook's secret",
    responses=problems(401, 403, 404, 422),
)
def rotate_webhook_secret(
    webhook_id: UUID,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.WebhookMade:
    """A new secret, shown in this one answer. For a day messages carry the signatures of both."""
    webhook = service.find(session, principal.workspace_id, webhook_id, lock=True)
    encryption = encryption_of(context.settings)
    secret = service.rotate_secret(session, encryption, webhook, actor_id=principal.user.id)
    response.headers.update(NEVER_CACHED)
    return schemas.WebhookMade(**schemas.webhook_out(webhook).model_dump(), secret=secret)


@router.post(
    "/webhooks/{webhook_id}/test",
    summary="Test a webhook",
    responses=problems(401, 403, 404, 422),
)
def test_webhook(
    webhook_id: UUID, principal: EditorDep, context: ContextDep
) -> schemas.DeliveryDetail:
    """Send a `webhook.ping` now, once, and answer with what came of it, within ten seconds."""
    delivery = delivering.ping(context, principal.workspace_id, webhook_id)
    return schemas.delivery_detail(delivery)


@router.get(
    "/webhooks/{webhook_id}/deliveries",
    summary="List a webhook's deliveries",
    responses=problems(400, 401, 404, 422),
)
def list_deliveries(
    paged: PagedDep,
    webhook_id: UUID,
    principal: PrincipalDep,
    session: SessionDep,
    status: Annotated[DeliveryStatus | None, Query(description="Only in this state.")] = None,
) -> Page[schemas.DeliveryOut]:
    """What was sent, newest first."""
    webhook = service.find(session, principal.workspace_id, webhook_id)
    page = newest_first(session, service.deliveries(webhook, status), Delivery.id, paged.wanted)
    items = [schemas.delivery_out(delivery) for delivery in page.items]
    return paged.answer(page, items)


@router.get(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}",
    summary="Get a delivery",
    responses=problems(401, 404, 422),
)
def get_delivery(
    webhook_id: UUID, delivery_id: UUID, principal: PrincipalDep, session: SessionDep
) -> schemas.DeliveryDetail:
    """A delivery with the body that was sent, the answer, and every attempt."""
    webhook = service.find(session, principal.workspace_id, webhook_id)
    return schemas.delivery_detail(service.find_delivery(session, webhook, delivery_id))


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver",
    status_code=202,
    summary="Send a delivery again",
    responses=problems(401, 403, 404, service.WebhookPaused, 422),
)
def redeliver(
    webhook_id: UUID, delivery_id: UUID, principal: EditorDep, session: SessionDep
) -> schemas.DeliveryDetail:
    """Send the same message again, under the same id, with as many attempts as at first."""
    webhook = service.find(session, principal.workspace_id, webhook_id)
    delivery = service.find_delivery(session, webhook, delivery_id, lock=True)
    service.redeliver(session, webhook, delivery)
    return schemas.delivery_detail(delivery)


@router.get(
    "/notifications/events", summary="List events to choose from", responses=problems(401, 404)
)
def list_event_kinds(_: PrincipalDep) -> schemas.EventKinds:
    """The events of which webhooks and mails can tell."""
    items = [
        schemas.EventKind(event=event, description=description)
        for event, description in kinds.KINDS.items()
    ]
    return schemas.EventKinds(items=items)


@router.get("/notifications", summary="What you get by mail", responses=problems(401, 404, 422))
def get_notifications(
    principal: PrincipalDep, session: SessionDep, context: ContextDep
) -> schemas.NotificationsOut:
    """Which events of this workspace are sent by mail for you, and to whom."""
    found = service.subscription(session, principal.workspace_id, principal.user.id)
    members = service.member_addresses(session, principal.workspace_id)
    is_available = mail.is_configured(context.settings)
    return schemas.notifications_out(found, members, is_available=is_available)


@router.put(
    "/notifications",
    summary="Choose what you get by mail",
    responses=problems(401, 403, 404, mail.MailNotConfigured, 422),
)
def put_notifications(
    body: schemas.NotificationsIn, principal: PersonDep, session: SessionDep, context: ContextDep
) -> schemas.NotificationsOut:
    """Have events of this workspace sent by mail, to yourself or, as an editor, to other members.

    Without events, nothing is sent. Of many events in a minute, one mail tells together.
    """
    is_available = mail.is_configured(context.settings)
    if body.events and not is_available:
        raise mail.MailNotConfigured
    found = service.subscribe(
        session,
        principal.workspace_id,
        principal.user,
        chosen=body.events,
        rejects_above=body.rejects_above,
        addresses=body.addresses,
        may_name_others=principal.role in EDITING_ROLES,
    )
    members = service.member_addresses(session, principal.workspace_id)
    return schemas.notifications_out(found, members, is_available=is_available)


@admin.post(
    "/mail/test",
    summary="Send a test mail",
    responses=problems(401, 403, 404, mail.MailNotConfigured, 422, mail.MailFailed),
)
def send_test_mail(
    body: schemas.MailTestIn, principal: AdminDep, context: ContextDep
) -> schemas.MailTestOut:
    """Send a mail now, and answer when the mail server has taken it, or why it did not."""
    recipient = body.recipient or principal.user.email
    if recipient is None:
        raise invalid("recipient", "Name an address: your account has none.")
    mail.send(context.settings, messages.test_mail(recipient, new_id()))
    return schemas.MailTestOut(recipient=recipient, sender=str(mail.sender_of(context.settings)))


def _wanted(settings: Settings, body: schemas.WebhookIn | schemas.WebhookPatch) -> service.Wanted:
    """What the body asks for. Raises: Invalid, PrivateAddress."""
    url = None
    if body.url is not None:
        url = outbound.checked_url(body.url, field="url")
        outbound.refuse_private(settings, url)
    return service.Wanted(body.name, url, body.events, body.rejects_above)
