from __future__ import annotations

import json
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from rowmill import paging
from rowmill.accounts.principals import EditorDep, PrincipalDep
from rowmill.context import Context, ContextDep, SessionDep
from rowmill.db import transaction
from rowmill.encryption import SecretUnreadable, encryption_of
from rowmill.errors import QueryTimedOut, invalid
from rowmill.lists import PagedDep
from rowmill.models import Sync, SyncBatch, SyncReject, SyncRun
from rowmill.responses import problems
from rowmill.schedules import Schedule, ScheduleBody
from rowmill.syncs import preset, rejects, schemas, service, trying

router = APIRouter(prefix="/api/syncs", tags=["Syncs"])

IfMatch = Annotated[
    str | None, Header(description="The sync's ETag: change it only if it is still so.")
]


@router.get("", summary="List syncs", responses=problems(400, 401, 404, 422))
def list_syncs(
    paged: PagedDep,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> paging.Page[schemas.SyncOut]:
    """The workspace's syncs, newest first."""
    statement = service.listing(principal.workspace_id)
    page = paging.newest_first(session, statement, Sync.id, paged.wanted)
    items = _shown(session, context, list(page.items))
    return paged.answer(page, items)


@router.post(
    "",
    status_code=201,
    summary="Make a sync",
    responses=problems(400, 401, 403, 404, service.SyncSlugTaken, 422),
)
def create_sync(
    body: schemas.SyncIn,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.SyncOut:
    """Deliver a dataset's changes from now on. Its first run is due at once.

    Secrets are sealed, and never answered again.
    """
    wish = _wish(session, context, principal.workspace_id, body, body.name)
    encryption = encryption_of(context.settings)
    workspace_id, actor_id = principal.workspace_id, principal.user.id
    sync = service.create(session, workspace_id, wish, encryption, actor_id=actor_id)
    response.headers["Location"] = f"/api/syncs/{sync.id}"
    return _answer(session, context, response, sync)


@router.post("/test", summary="Try a destination", responses=problems(400, 401, 403, 404, 409, 422))
def test_sync(
    body: schemas.ConnectionIn, principal: EditorDep, context: ContextDep
) -> schemas.Finding:
    """Connect and sign in as a sync would, and say what is wrong. Nothing is delivered.

    The secrets of a sync are used only for the host that they were entered for.
    """
    sync = None
    if body.sync:
        with transaction(context.engine) as session:  # which is over while the network works
            sync = service.find(session, principal.workspace_id, body.sync)
    if sync is None and body.destination is None:
        raise invalid("destination", "Send a destination, or name a sync.")
    kind = body.destination.kind if body.destination else sync.kind if sync else "http"
    service.check_secrets(kind, body.secrets)
    if sync is not None and sync.is_managed and (body.destination or body.secrets):
        raise service.SyncManaged
    return trying.connection(context, sync, body.destination, body.secrets)


@router.post(
    "/preview",
    summary="Preview a sync before it is saved",
    responses=problems(400, 401, 403, 404, 409, 422, QueryTimedOut),
)
def try_sync(
    body: schemas.SyncTrial, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.Preview:
    """What the first run would send if the sync were made so, or the next one where it changes the
    one that `sync` names: counts by kind, and the first 20 records. Nothing is contacted or kept.
    """
    workspace_id = principal.workspace_id
    saved = service.find(session, workspace_id, body.sync) if body.sync else None
    wish = _wish(session, context, workspace_id, body, body.name)
    return trying.preview(context, session, service.to_try(workspace_id, wish, saved))


@router.get("/{sync_id}", summary="Get a sync", responses=problems(401, 404))
def get_sync(
    sync_id: str,
    response: Response,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.SyncOut:
    """A sync: its destination, how it is doing, when it runs next."""
    found = service.find(session, principal.workspace_id, sync_id)
    return _answer(session, context, response, found)


@router.patch(
    "/{sync_id}",
    summary="Change a sync",
    responses=problems(400, 401, 403, 404, service.SyncManaged, 412, 422),
)
def change_sync(
    sync_id: str,
    body: schemas.SyncPatch,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
    if_match: IfMatch = None,
) -> schemas.SyncOut:
    """Change what is named. Secrets that are not named stay; null removes one."""
    found = service.find(session, principal.workspace_id, sync_id)
    service.lock(session, found)
    service.check_unchanged(found, if_match)
    service.change(
        session,
        found,
        values=_values(context, body),
        target=body.destination,
        secrets=body.secrets,
        encryption=encryption_of(context.settings),
        actor_id=principal.user.id,
    )
    return _answer(session, context, response, found)


@router.delete(
    "/{sync_id}",
    status_code=204,
    summary="Delete a sync",
    responses=problems(401, 403, 404, service.SyncManaged),
)
def delete_sync(sync_id: str, principal: EditorDep, context: ContextDep) -> None:
    """Delete the sync, its history and its rejects. What was delivered stays where it is."""
    with transaction(context.engine) as session:
        found = service.find(session, principal.workspace_id, sync_id)
        service.remove(session, found, actor_id=principal.user.id)
    context.store.delete_folder(found.folder)


@router.post(
    "/{sync_id}/run", status_code=202, summary="Run a sync now", responses=problems(401, 403, 404)
)
def run_sync_now(
    sync_id: str, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.RunOut:
    """Deliver what is pending now, also where the sync is paused; a run under way is answered."""
    found = service.find(session, principal.workspace_id, sync_id)
    run = service.enqueue(
        session,
        found,
        slots=context.settings.workspace_connections,
        reason="request",
        created_by=principal.user.id,
    )
    return schemas.run_out(run)


@router.post("/{sync_id}/pause", summary="Pause a sync", responses=problems(401, 403, 404))
def pause_sync(
    sync_id: str, response: Response, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.SyncOut:
    """Stop the schedule. Changes are kept until it goes on."""
    found = service.find(session, principal.workspace_id, sync_id)
    service.set_paused(session, found, paused=True, actor_id=principal.user.id)
    return _answer(session, context, response, found)


@router.post("/{sync_id}/resume", summary="Resume a sync", responses=problems(401, 403, 404))
def resume_sync(
    sync_id: str, response: Response, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.SyncOut:
    """Go on with the schedule; the next run is due at once."""
    found = service.find(session, principal.workspace_id, sync_id)
    service.set_paused(session, found, paused=False, actor_id=principal.user.id)
    return _answer(session, context, response, found)


@router.post(
    "/{sync_id}/preview",
    summary="See what a sync would send",
    responses=problems(401, 403, 404, 409, 422, QueryTimedOut),
)
def preview_sync(
    sync_id: str, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.Preview:
    """Counts by kind, and the first 20 records as they would be sent. Nothing is contacted."""
    found = service.find(session, principal.workspace_id, sync_id)
    return trying.preview(context, session, found)


@router.get("/{sync_id}/runs", summary="List the runs of a sync", responses=problems(400, 401, 404))
def list_sync_runs(
    paged: PagedDep,
    sync_id: str,
    principal: PrincipalDep,
    session: SessionDep,
) -> paging.Page[schemas.RunOut]:
    """When the sync was at work, newest first, and what came of it."""
    found = service.find(session, principal.workspace_id, sync_id)
    page = paging.newest_first(session, service.runs_of(found), SyncRun.id, paged.wanted)
    items = [schemas.run_out(run) for run in page.items]
    return paged.answer(page, items)


@router.get(
    "/{sync_id}/batches", summary="List the batches of a sync", responses=problems(400, 401, 404)
)
def list_sync_batches(
    paged: PagedDep,
    sync_id: str,
    principal: PrincipalDep,
    session: SessionDep,
) -> paging.Page[schemas.BatchOut]:
    """What was sent together, newest first, with the destination's last answer to each."""
    found = service.find(session, principal.workspace_id, sync_id)
    page = paging.newest_first(session, service.batches_of(found), SyncBatch.id, paged.wanted)
    items = [schemas.batch_out(batch) for batch in page.items]
    return paged.answer(page, items)


@router.get(
    "/{sync_id}/rejects",
    summary="List the rejects of a sync",
    responses=problems(400, 401, 404, 422),
)
def list_sync_rejects(
    paged: PagedDep,
    sync_id: str,
    principal: PrincipalDep,
    session: SessionDep,
    status: Annotated[
        Literal["open", "resending", "delivered", "discarded", "superseded"] | None,
        Query(description="Only in this state."),
    ] = None,
) -> paging.Page[schemas.RejectOut]:
    """Records that the destination refused for their content, newest first, with its answers."""
    found = service.find(session, principal.workspace_id, sync_id)
    page = paging.newest_first(session, rejects.listing(found, status), SyncReject.id, paged.wanted)
    items = [_reject(each) for each in page.items]
    return paged.answer(page, items)


@router.post(
    "/{sync_id}/rejects/{reject_id}/resend",
    status_code=202,
    summary="Send a refused record again",
    responses=problems(400, 401, 403, 404, rejects.RejectClosed, 422),
)
def resend_sync_reject(
    sync_id: str,
    reject_id: UUID,
    body: schemas.ResendIn,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.RejectOut:
    """Send the record as it was, or mended, before anything else that is pending."""
    found = service.find(session, principal.workspace_id, sync_id)
    reject = rejects.find(session, found, reject_id)
    slots, actor_id = context.settings.workspace_connections, principal.user.id
    rejects.resend(session, found, reject, body.record, slots=slots, actor_id=actor_id)
    return _reject(reject)


@router.post(
    "/{sync_id}/rejects/{reject_id}/discard",
    summary="Give up a refused record",
    responses=problems(401, 403, 404, rejects.RejectClosed, 422),
)
def discard_sync_reject(
    sync_id: str, reject_id: UUID, principal: EditorDep, session: SessionDep
) -> schemas.RejectOut:
    """Leave the record undelivered; a later change of its row is delivered all the same."""
    found = service.find(session, principal.workspace_id, sync_id)
    reject = rejects.find(session, found, reject_id)
    rejects.discard(session, reject)
    return _reject(reject)


def _wish(
    session: SessionDep, context: Context, workspace_id: UUID, body: schemas.Wanted, name: str
) -> service.Wish:
    return service.Wish(
        name=name,
        slug=body.slug,
        source=service.source_of(session, workspace_id, body.dataset, body.template),
        template=body.template,
        target=body.destination,
        secrets=body.secrets,
        schedule=_schedule(context, body.schedule),
        fields=_fields(body.fields),
        changes=list(dict.fromkeys(body.changes)),
        batch_size=body.batch_size,
        from_now_on=body.start == "now",
        paused=body.paused,
    )


def _answer(
    session: SessionDep, context: Context, response: Response, sync: Sync
) -> schemas.SyncOut:
    response.headers["ETag"] = service.entity_tag(sync)
    return _shown(session, context, [sync])[0]


def _shown(session: SessionDep, context: Context, syncs: list[Sync]) -> list[schemas.SyncOut]:
    tallies = service.tallies(session, [sync.id for sync in syncs])
    return [schemas.sync_out(sync, _secrets(context, sync), tallies[sync.id]) for sync in syncs]


def _secrets(context: Context, sync: Sync) -> dict[str, bool]:
    """Which secrets are set."""
    if sync.is_managed:
        return dict.fromkeys(preset.secrets(context.settings), True)
    try:
        return dict.fromkeys(service.secrets_of(sync, encryption_of(context.settings)), True)
    except SecretUnreadable:
        return {}


def _reject(reject: SyncReject) -> schemas.RejectOut:
    return schemas.reject_out(reject, json.loads(reject.record))


def _schedule(context: Context, body: ScheduleBody | None) -> Schedule | None:
    shortest = context.settings.shortest_interval_seconds
    return body.schedule(shortest_seconds=shortest) if body is not None else None


def _fields(fields: list[schemas.FieldIn] | None) -> list[dict[str, Any]] | None:
    return None if fields is None else [field.model_dump(exclude_none=True) for field in fields]


def _values(context: Context, body: schemas.SyncPatch) -> dict[str, Any]:
    """What the client named, in the form that the service takes."""
    values: dict[str, Any] = {}
    for name in ("name", "slug", "changes", "batch_size", "paused"):
        if getattr(body, name) is not None:
            values[name] = getattr(body, name)
    if "schedule" in body.model_fields_set:
        values["schedule"] = _schedule(context, body.schedule)
    if "fields" in body.model_fields_set:
        values["fields"] = _fields(body.fields)
    return values
