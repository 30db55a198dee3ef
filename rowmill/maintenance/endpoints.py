from __future__ import annotations

from fastapi import APIRouter, Request, Response

from rowmill.accounts.principals import AdminDep
from rowmill.accounts.schemas import Message
from rowmill.context import ContextDep, SessionDep
from rowmill.maintenance import schemas, service
from rowmill.paging import DEFAULT_LIMIT, Cursor, Limit, Page, PageRequest, link_next
from rowmill.responses import problems

router = APIRouter(prefix="/api/admin/maintenance", tags=["Administration"])


@router.get("", summary="List maintenance runs", responses=problems(400, 401, 403, 404, 422))
def list_maintenance_runs(
    request: Request,
    response: Response,
    principal: AdminDep,  # noqa: ARG001 - admins only
    session: SessionDep,
    context: ContextDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[schemas.MaintenanceRun]:
    """What the housekeeping has freed, newest run first. It runs every night, and on demand."""
    page = service.runs(session, PageRequest(context.settings.signing_key(), limit, cursor))
    link_next(request, response, page.next_cursor)
    items = [schemas.MaintenanceRun.model_validate(run) for run in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


@router.post(
    "",
    status_code=202,
    summary="Run the maintenance now",
    responses=problems(401, 403, 404, 422),
)
def run_maintenance(principal: AdminDep, session: SessionDep) -> Message:
    """Have a worker remove what may go by the rules of retention, and compact the tables."""
    service.request(session, workspace_id=principal.workspace_id, actor_id=principal.user.id)
    return Message(message="A worker does the maintenance as soon as one is free.")
