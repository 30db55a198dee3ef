from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from rowmill import paging
from rowmill.accounts import service as accounts
from rowmill.accounts.principals import PrincipalDep
from rowmill.activity import schemas, service
from rowmill.context import ContextDep, SessionDep
from rowmill.errors import invalid
from rowmill.lists import PagedDep
from rowmill.responses import problems

router = APIRouter(prefix="/api", tags=["Activity"])


@router.get(
    "/events",
    summary="Listen to events",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/event-stream": {}}, "description": "Server-sent events."},
        **problems(401, 422),
    },
)
async def stream_events(
    request: Request,
    principal: PrincipalDep,
    context: ContextDep,
    last_event_id: Annotated[
        str | None, Header(description="The last event seen; the stream goes on behind it.")
    ] = None,
) -> StreamingResponse:
    """What happens in the workspace, as server-sent events. Stored events carry an id; progress
    of imports comes without one and is not repeated.
    """
    if last_event_id and not last_event_id.isdigit():
        raise invalid("Last-Event-ID", "It must be the id of an event.")
    position = int(last_event_id) if last_event_id else None
    is_allowed = partial(
        accounts.is_still_allowed,
        user_id=principal.user.id,
        session_id=principal.session_id,
        workspace_id=principal.workspace_id,
        key_id=principal.key_id,
    )
    hub = request.app.state.hub
    return StreamingResponse(
        service.stream(hub, context.engine, principal.workspace_id, position, is_allowed),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


@router.get("/activity", summary="List events", responses=problems(400, 401, 422))
def list_activity(
    paged: PagedDep, principal: PrincipalDep, session: SessionDep
) -> paging.Page[schemas.EventOut]:
    """The workspace's log, newest first."""
    wanted = paged.wanted
    below = _position(paging.decode(wanted.key, wanted.cursor)) if wanted.cursor else None
    rows = service.newest(session, principal.workspace_id, below=below, limit=wanted.limit + 1)
    page = paging.cut(rows, wanted, lambda last: {"list": "events", "below": last["id"]})
    return paged.answer(page, [schemas.EventOut.model_validate(row) for row in page.items])


def _position(values: dict[str, object]) -> int:
    below = values.get("below")
    if values.get("list") != "events" or not isinstance(below, int):
        raise paging.InvalidCursor
    return below
