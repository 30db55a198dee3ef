from __future__ import annotations

from fastapi import APIRouter

from rowmill.accounts.principals import AdminDep
from rowmill.accounts.schemas import Message
from rowmill.context import SessionDep
from rowmill.lists import PagedDep
from rowmill.maintenance import schemas, service
from rowmill.paging import Page
from rowmill.responses import problems

router = APIRouter(prefix="/api/admin/maintenance", tags=["Administration"])


@router.get("", summary="List maintenance runs", responses=problems(400, 401, 403, 404, 422))
def list_maintenance_runs(
    paged: PagedDep,
    principal: AdminDep,  # noqa: ARG001 - admins only
    session: SessionDep,
) -> Page[schemas.MaintenanceRun]:
    """What the housekeeping has freed, newest run first. It runs every night, and on demand."""
    page = service.runs(session, paged.wanted)
    items = [schemas.MaintenanceRun.model_validate(run) for run in page.items]
    return paged.answer(page, items)


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
