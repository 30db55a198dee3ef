from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from rowmill.accounts.principals import AdminDep
from rowmill.accounts.service import AccountExists
from rowmill.admin import schemas, service, system, tenants
from rowmill.context import ContextDep, SessionDep
from rowmill.lists import PagedDep
from rowmill.models import JobStatus
from rowmill.paging import Page
from rowmill.responses import problems
from rowmill.settings import Settings
from rowmill.workspaces.schemas import Quotas, Usage

router = APIRouter(prefix="/api/admin", tags=["Administration"])

LISTED = problems(400, 401, 403, 404, 422, 429)
SHOWN = problems(401, 403, 404, 422, 429)
Search = Annotated[str | None, Query(description="Part of the name, whatever the case.")]
NEVER_CACHED = {"Cache-Control": "no-store"}


@router.get("/users", summary="List all users", responses=LISTED)
def list_users(
    paged: PagedDep,
    _: AdminDep,
    session: SessionDep,
    search: Search = None,
    disabled: Annotated[bool | None, Query(description="Only disabled, or only others.")] = None,
    admin: Annotated[bool | None, Query(description="Only administrators, or others.")] = None,
) -> Page[schemas.User]:
    """Every user of this server, newest first."""
    page = service.users(
        session,
        paged.wanted,
        search=search,
        is_disabled=disabled,
        is_admin=admin,
    )
    return paged.answer(page, [_user(state) for state in page.items])


@router.post(
    "/users",
    status_code=201,
    summary="Make a user",
    responses=problems(400, 401, 403, 404, AccountExists, 422, 429),
)
def create_user_as_admin(
    body: schemas.NewUser,
    request: Request,
    response: Response,
    principal: AdminDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.CreatedUser:
    """Make an account for somebody, whether or not registration is open.

    Without a password, hand the link of the answer to them: it lets them choose one, once.
    """
    actor_id = principal.user.id
    user = service.create(
        session, body.name, body.password, is_admin=body.is_admin, actor_id=actor_id
    )
    link = None
    if body.password is None:
        reset = service.begin_reset(session, context.settings, user, actor_id=actor_id)
        link = _link(request, context.settings, reset)
    response.headers.update(NEVER_CACHED)
    return schemas.CreatedUser(user=_user(service.find(session, user.id)), password_link=link)


@router.get("/users/{user_id}", summary="Get a user", responses=SHOWN)
def get_user(user_id: UUID, _: AdminDep, session: SessionDep) -> schemas.User:
    """A user of this server."""
    return _user(service.find(session, user_id))


@router.patch(
    "/users/{user_id}",
    summary="Disable a user, or make one an administrator",
    responses=problems(400, 401, 403, 404, service.LastAdmin, 422, 429),
)
def change_user(
    user_id: UUID, body: schemas.UserChange, principal: AdminDep, session: SessionDep
) -> schemas.User:
    """Disable or enable a user; make them an administrator, or one no longer.

    A disabled user's sessions and API keys stop working at once. The last administrator who can
    sign in stays one.
    """
    user = service.find(session, user_id).user
    if body.is_admin is not None:
        service.set_admin(session, user, is_admin=body.is_admin, actor_id=principal.user.id)
    if body.is_disabled is not None:
        service.set_disabled(
            session, user, is_disabled=body.is_disabled, actor_id=principal.user.id
        )
    return _user(service.find(session, user_id))


@router.post(
    "/users/{user_id}/password-link",
    status_code=201,
    summary="Let a user choose a new password",
    responses=SHOWN,
)
def create_password_link(
    user_id: UUID,
    request: Request,
    response: Response,
    principal: AdminDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.PasswordLink:
    """Make a link that lets the user choose a password, once; links made before stop working.

    The present password is good until then. Using the link ends all of the user's sessions.
    """
    user = service.find(session, user_id).user
    reset = service.begin_reset(session, context.settings, user, actor_id=principal.user.id)
    response.headers.update(NEVER_CACHED)
    return _link(request, context.settings, reset)


@router.get("/workspaces", summary="List all workspaces", responses=LISTED)
def list_all_workspaces(
    paged: PagedDep,
    _: AdminDep,
    session: SessionDep,
    context: ContextDep,
    search: Search = None,
) -> Page[schemas.Workspace]:
    """Every workspace of this server with what it holds and may hold, newest first."""
    page = tenants.workspaces(session, context.settings, paged.wanted, search=search)
    return paged.answer(page, [_workspace(state) for state in page.items])


@router.get("/workspaces/{workspace_id}", summary="Get a workspace", responses=SHOWN)
def get_workspace(
    workspace_id: UUID, _: AdminDep, session: SessionDep, context: ContextDep
) -> schemas.Workspace:
    """A workspace with what it holds and may hold."""
    return _workspace(tenants.find_workspace(session, context.settings, workspace_id))


@router.put(
    "/workspaces/{workspace_id}/quotas",
    summary="Set a workspace's quotas",
    responses=problems(400, 401, 403, 404, 422, 429),
)
def set_quotas(
    workspace_id: UUID,
    body: schemas.OwnQuotas,
    principal: AdminDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.Workspace:
    """Give the workspace quotas of its own in place of those in the settings.

    Null or left out: as in the settings. 0: no limit. What is there already is never removed.
    """
    found = tenants.find_workspace(session, context.settings, workspace_id)
    tenants.set_quotas(session, found.workspace, body.model_dump(), actor_id=principal.user.id)
    return _workspace(tenants.find_workspace(session, context.settings, workspace_id))


@router.get("/jobs", summary="List the jobs of all workspaces", responses=LISTED)
def list_all_jobs(
    paged: PagedDep,
    _: AdminDep,
    session: SessionDep,
    workspace: Annotated[UUID | None, Query(description="Only of this workspace.")] = None,
    status: Annotated[JobStatus | None, Query(description="Only in this state.")] = None,
    kind: Annotated[str | None, Query(examples=["imports.run"])] = None,
) -> Page[schemas.Job]:
    """Every workspace's jobs, newest first."""
    page = tenants.all_jobs(
        session,
        paged.wanted,
        workspace_id=workspace,
        status=status,
        kind=kind,
    )
    return paged.answer(page, [_job(state) for state in page.items])


@router.post("/jobs/{job_id}/cancel", status_code=202, summary="Cancel any job", responses=SHOWN)
def cancel_any_job(job_id: UUID, principal: AdminDep, session: SessionDep) -> schemas.Job:
    """Ask a job of any workspace to stop; one that has ended stays as it is."""
    job = tenants.find_job(session, job_id).job
    tenants.cancel_job(session, job, actor_id=principal.user.id)
    return _job(tenants.find_job(session, job_id))


@router.post(
    "/jobs/{job_id}/retry",
    status_code=202,
    summary="Try any job again",
    responses=problems(401, 403, 404, tenants.NotRepeatable, 410, 422, 429),
)
def retry_any_job(
    job_id: UUID, principal: AdminDep, session: SessionDep, context: ContextDep
) -> schemas.Job:
    """Begin what a failed or cancelled job was to do anew; the answer is the new job."""
    job = tenants.find_job(session, job_id).job
    slots = context.settings.workspace_jobs
    repeated = tenants.retry_job(session, job, slots=slots, actor_id=principal.user.id)
    return _job(tenants.find_job(session, repeated.id))


@router.get("/workers", summary="List the workers", responses=SHOWN)
def list_workers(_: AdminDep, session: SessionDep) -> schemas.Workers:
    """The worker processes that the queue knows, and what waits for them."""
    queue = system.queue(session)
    items = [
        schemas.Worker(
            id=worker.id,
            is_alive=system.is_alive(worker),
            last_heartbeat_at=worker.last_heartbeat,
            running_jobs=worker.running_jobs,
        )
        for worker in queue.workers
    ]
    return schemas.Workers(
        items=items,
        waiting_jobs=queue.waiting_jobs,
        oldest_waiting_since=queue.oldest_waiting_since,
    )


@router.get("/storage", summary="Show what is stored", responses=SHOWN)
def show_storage(_: AdminDep, session: SessionDep, context: ContextDep) -> schemas.Storage:
    """How much is stored, by kind; the disk's free space; the database's size."""
    return schemas.Storage.model_validate(system.storage(session, context))


@router.get("/settings", summary="List the settings", responses=SHOWN)
def list_settings(_: AdminDep, context: ContextDep) -> schemas.Settings:
    """Every setting with its value in effect, without secrets. They are set by environment."""
    items = [schemas.Setting.model_validate(one) for one in system.settings(context.settings)]
    return schemas.Settings(items=items)


@router.get("/audit", summary="List the events of all workspaces", responses=LISTED)
def list_audit_events(
    paged: PagedDep,
    _: AdminDep,
    session: SessionDep,
    user: Annotated[UUID | None, Query(description="Only what this user did.")] = None,
    workspace: Annotated[UUID | None, Query(description="Only in this workspace.")] = None,
    kind: Annotated[
        str | None,
        Query(description="Only of this kind, or of all kinds that begin so before a dot."),
    ] = None,
    since: Annotated[AwareDatetime | None, Query(description="Not before this time.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this time.")] = None,
) -> Page[schemas.AuditEvent]:
    """The logs of all workspaces as one, newest first: who did what, where, when."""
    wanted = tenants.AuditFilter(user, workspace, kind, since, until)
    page = tenants.audit(session, wanted, paged.wanted)
    items = [schemas.AuditEvent.model_validate(event) for event in page.items]
    return paged.answer(page, items)


def _user(state: service.UserState) -> schemas.User:
    user = state.user
    return schemas.User(
        id=user.id,
        username=user.username,
        email=user.email,
        is_admin=user.is_admin,
        is_disabled=user.disabled_at is not None,
        created_at=user.created_at,
        disabled_at=user.disabled_at,
        last_seen_at=state.last_seen_at,
    )


def _link(request: Request, settings: Settings, reset: service.Reset) -> schemas.PasswordLink:
    """The token stands behind `#`, so that no server's log gets it."""
    base = (settings.public_url or str(request.base_url)).rstrip("/")
    link = f"{base}/reset-password#token={reset.token}"
    return schemas.PasswordLink(token=reset.token, link=link, expires_at=reset.expires_at)


def _workspace(state: tenants.WorkspaceState) -> schemas.Workspace:
    workspace = state.workspace
    own = {name: getattr(workspace, f"quota_{name}") for name in tenants.QUOTAS}
    return schemas.Workspace(
        id=workspace.id,
        name=workspace.name,
        owner=state.owner,
        created_at=workspace.created_at,
        usage=Usage.model_validate(state.usage),
        quotas=Quotas.model_validate(state.quotas),
        own_quotas=schemas.OwnQuotas(**own),
    )


def _job(state: tenants.JobState) -> schemas.Job:
    job = state.job
    return schemas.Job(
        id=job.id,
        kind=job.kind,
        status=job.status,
        workspace=schemas.WorkspaceName(id=job.workspace_id, name=state.workspace_name),
        created_by=state.author,
        progress=job.progress,
        error=job.error,
        attempts=job.attempts,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        cancel_requested_at=job.cancel_requested_at,
        can_retry=state.can_retry,
    )
