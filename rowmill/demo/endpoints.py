from __future__ import annotations

from fastapi import APIRouter, Response

from rowmill.accounts.principals import EditorDep, PrincipalDep
from rowmill.context import ContextDep, SessionDep
from rowmill.db import transaction
from rowmill.demo import schemas, service
from rowmill.errors import OutOfSpace
from rowmill.models import now
from rowmill.responses import problems
from rowmill.workspaces.quotas import QuotaExceeded

router = APIRouter(prefix="/api/demo", tags=["Demo"])


@router.get("", summary="Is the demo there?", responses=problems(401))
def get_demo(principal: PrincipalDep, session: SessionDep) -> schemas.Demo:
    """The demo's datasets, and how far they are. `absent` where the workspace has no demo."""
    return schemas.demo_out(service.overviews(session, principal.workspace_id))


@router.post(
    "",
    status_code=201,
    summary="Create the demo",
    responses={
        200: {"model": schemas.Demo, "description": "The demo is there already."},
        **problems(401, 403, service.OwnData, QuotaExceeded, OutOfSpace),
    },
)
def create_demo(response: Response, principal: EditorDep, context: ContextDep) -> schemas.Demo:
    """Generate two years of invented sales up to today, with products and stock, and import them
    as files are imported. It answers when the imports have begun; they take some seconds.
    """
    if not service.create(context, principal.workspace_id, principal.user.id, now().date()):
        response.status_code = 200
    with transaction(context.engine) as session:
        return schemas.demo_out(service.overviews(session, principal.workspace_id))


@router.delete(
    "", status_code=204, summary="Remove the demo", responses=problems(401, 403, service.NoDemo)
)
def delete_demo(principal: EditorDep, context: ContextDep) -> None:
    """Delete the demo's datasets, with whatever was added to them since."""
    service.remove(context, principal.workspace_id, principal.user.id)
