from __future__ import annotations

from fastapi import APIRouter

from rowmill.accounts.principals import PrincipalDep
from rowmill.context import ContextDep, SessionDep
from rowmill.lists import PagedDep
from rowmill.paging import Page
from rowmill.responses import problems
from rowmill.workspaces import quotas, schemas, service

router = APIRouter(prefix="/api", tags=["Workspaces"])


@router.get(
    "/workspaces", summary="List your workspaces", responses=problems(400, 401, 404, 422, 429)
)
def list_workspaces(
    paged: PagedDep,
    principal: PrincipalDep,
    session: SessionDep,
) -> Page[schemas.Workspace]:
    """The workspaces that you are a member of, newest first.

    Send the `id` of one in the header `Rowmill-Workspace` to work in it; without the header you
    work in your personal one.
    """
    page = service.of_user(session, principal.user.id, paged.wanted)
    items = [
        schemas.Workspace(
            id=workspace.id, name=workspace.name, role=role, created_at=workspace.created_at
        )
        for workspace, role, _ in page.items
    ]
    return paged.answer(page, items)


@router.get("/usage", summary="Show the workspace's usage", responses=problems(401, 404, 422, 429))
def show_usage(
    principal: PrincipalDep, session: SessionDep, context: ContextDep
) -> schemas.WorkspaceUsage:
    """What the workspace holds, and the quotas that it is held to."""
    workspace = service.find(session, principal.workspace_id)
    usage = quotas.usage_of(session, [workspace.id])[workspace.id]
    return schemas.WorkspaceUsage(
        usage=schemas.Usage.model_validate(usage),
        quotas=schemas.Quotas.model_validate(quotas.quotas_of(workspace, context.settings)),
    )
