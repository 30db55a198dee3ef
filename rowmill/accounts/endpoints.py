from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from rowmill import __version__, errors, models
from rowmill.accounts import auditing, authentication, keys, resets, schemas, service
from rowmill.accounts.auditing import client_of
from rowmill.accounts.bodies import documented_body, json_or_form
from rowmill.accounts.cookies import COOKIE, clear_cookie, set_cookie
from rowmill.accounts.cross_site import own_site_only
from rowmill.accounts.passwords import hash_password
from rowmill.accounts.principals import PersonDep, Principal, PrincipalDep
from rowmill.context import Context, ContextDep, SessionDep
from rowmill.lists import PagedDep
from rowmill.paging import Page
from rowmill.responses import problems
from rowmill.settings import Settings
from rowmill.workspaces import service as workspaces
from rowmill.workspaces.schemas import WorkspaceRole

router = APIRouter(prefix="/api", tags=["Accounts"])
root = APIRouter(tags=["Accounts"])
"""The addresses that clients of other product servers know, outside `/api`."""

RegistrationBody = Annotated[schemas.Registration, Depends(json_or_form(schemas.Registration))]
LoginBody = Annotated[schemas.Login, Depends(json_or_form(schemas.Login))]
NewUserBody = Annotated[schemas.NewUser, Depends(json_or_form(schemas.NewUser))]
ResetBody = Annotated[schemas.PasswordReset, Depends(json_or_form(schemas.PasswordReset))]
RefreshBody = Annotated[schemas.Refresh, Depends(json_or_form(schemas.Refresh))]
ADA = {"email": schemas.ADA, "password": schemas.SECRET}
NEW_USER = {"username": "ada", "password": schemas.SECRET}
NEVER_CACHED = {"Cache-Control": "no-store"}  # RFC 6749, section 5.1: answers that hold tokens
REGISTRATION_PROBLEMS = problems(
    400, service.RegistrationClosed, service.AccountExists, 413, 422, 429
)
LOGIN_PROBLEMS = problems(400, errors.WrongCredentials, errors.CrossSiteRequest, 413, 422, 429)


class NoSession(errors.BadRequest):
    """You are signed in by name and password, so there is no session to end."""


@router.post(
    "/register",
    status_code=201,
    summary="Register",
    dependencies=[Depends(own_site_only)],
    openapi_extra=documented_body(schemas.Registration, ADA),
    responses=REGISTRATION_PROBLEMS,
)
def register(
    body: RegistrationBody,
    request: Request,
    response: Response,
    session: SessionDep,
    context: ContextDep,
) -> schemas.SignedIn:
    """Make an account with a personal workspace, and sign in to it.

    The first account of a fresh server becomes its administrator.
    """
    user = authentication.register(context, body.email, body.password, client_of(request))
    return _signed_in("Welcome to Rowmill.", user, request, response, session, context)


@router.post(
    "/login",
    summary="Sign in",
    dependencies=[Depends(own_site_only)],
    openapi_extra=documented_body(schemas.Login, ADA),
    responses=LOGIN_PROBLEMS,
)
def log_in(
    body: LoginBody,
    request: Request,
    response: Response,
    session: SessionDep,
    context: ContextDep,
) -> schemas.SignedIn:
    """Begin a session with an e-mail address or username, and the password.

    After several failures, further attempts on the account, and from the address, are refused
    with 429 for some minutes, whether or not the password is right.
    """
    client = client_of(request)
    user = authentication.check_password(context, body.name, body.password, client)
    return _signed_in("You are signed in.", user, request, response, session, context)


@router.post("/logout", summary="Sign out", responses=problems(NoSession, 401, 403, 404, 422, 429))
def log_out(
    request: Request,
    response: Response,
    principal: PersonDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.Message:
    """End the session: its cookie, its access tokens and its refresh token stop working at once."""
    if principal.session_id is None:
        raise NoSession
    auditing.note(context, principal.user, "ended", client_of(request), via="sign-out")
    service.end_session(session, principal.session_id)
    clear_cookie(request, response, context.settings)
    return schemas.Message(message="You are signed out.")


@router.get("/me", summary="Who is signed in", responses=problems(401, 404, 422, 429))
def show_me(
    request: Request,
    response: Response,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.User:
    """The signed-in user, with the workspace that this request works in.

    A browser's cookie is renewed: its life begins anew, as the session's does.
    """
    if principal.via == "cookie":
        set_cookie(request, response, context.settings, request.cookies[COOKIE])
    workspace = workspaces.find(session, principal.workspace_id)
    return _user(principal.user, workspace, principal.role)


@router.post(
    "/token/refresh",
    summary="Get new tokens",
    openapi_extra=documented_body(schemas.Refresh, {"refresh_token": "…"}),
    responses=problems(400, service.InvalidRefreshToken, 413, 422),
)
def refresh_tokens(body: RefreshBody, response: Response, context: ContextDep) -> schemas.Tokens:
    """Exchange the refresh token for a new access token and the next refresh token.

    Each refresh token works once. One that is sent a second time has been copied by someone, so
    its whole session is ended, and the answer is 401 with the code `token_reused`.
    """
    grant = authentication.refresh(context, body.refresh_token)
    return _tokens(response, grant, context.settings)


@router.get(
    "/sessions",
    summary="List your sessions",
    responses=problems(400, 401, 403, 404, 422, 429),
)
def list_sessions(
    paged: PagedDep,
    principal: PersonDep,
    session: SessionDep,
) -> Page[schemas.SessionSummary]:
    """Where you are signed in: every session that has not ended, newest first."""
    page = service.live_sessions(session, principal.user.id, paged.wanted)
    items = [_summary(login, principal) for login in page.items]
    return paged.answer(page, items)


@router.delete(
    "/sessions/{session_id}",
    status_code=204,
    summary="End a session",
    responses=problems(401, 403, 404, 422, 429),
)
def end_session(
    session_id: UUID,
    request: Request,
    response: Response,
    principal: PersonDep,
    session: SessionDep,
    context: ContextDep,
) -> None:
    """Sign out one of your sessions, wherever it is; its tokens stop working at once."""
    service.end_own_session(session, principal.user.id, session_id)
    client = client_of(request)
    auditing.append(session, principal.user, "ended", client, via="list of sessions")
    if session_id == principal.session_id:
        clear_cookie(request, response, context.settings)


@root.post(
    "/users",
    name="create_user_at_root",
    status_code=201,
    summary="Register by username",
    dependencies=[Depends(own_site_only)],
    openapi_extra=documented_body(schemas.NewUser, NEW_USER),
    responses=REGISTRATION_PROBLEMS,
)
@router.post(
    "/users",
    status_code=201,
    summary="Register by username",
    dependencies=[Depends(own_site_only)],
    openapi_extra=documented_body(schemas.NewUser, NEW_USER),
    responses=REGISTRATION_PROBLEMS,
)
def create_user(body: NewUserBody, request: Request, context: ContextDep) -> schemas.NewUserAnswer:
    """Make an account with a personal workspace, without signing in to it.

    The first account of a fresh server becomes its administrator.
    """
    user = authentication.register(context, body.username, body.password, client_of(request))
    return schemas.NewUserAnswer(
        message="The account was made. Sign in at /auth.",
        id=user.id,
        username=user.username,
        created_at=user.created_at,
    )


@root.post(
    "/auth",
    name="create_token_at_root",
    summary="Get an access token",
    dependencies=[Depends(own_site_only)],
    openapi_extra=documented_body(schemas.Login, NEW_USER),
    responses=LOGIN_PROBLEMS,
)
@router.post(
    "/auth",
    summary="Get an access token",
    dependencies=[Depends(own_site_only)],
    openapi_extra=documented_body(schemas.Login, NEW_USER),
    responses=LOGIN_PROBLEMS,
)
def create_token(
    body: LoginBody,
    request: Request,
    response: Response,
    session: SessionDep,
    context: ContextDep,
) -> schemas.Tokens:
    """Exchange name and password for tokens, as OAuth 2 does with its password form."""
    client = client_of(request)
    user = authentication.check_password(context, body.name, body.password, client)
    grant, _ = service.open_session(session, context.settings, user, client)
    return _tokens(response, grant, context.settings)


@router.post(
    "/me/password",
    status_code=204,
    summary="Change your password",
    responses=problems(400, errors.WrongCredentials, 403, 404, 422, 429),
)
def change_password(
    body: schemas.PasswordChange, request: Request, principal: PersonDep, context: ContextDep
) -> None:
    """Choose another password. Your other sessions end; API keys stay."""
    authentication.change_password(
        context,
        principal.user,
        body.current_password,
        body.new_password,
        client_of(request),
        principal.session_id,
    )


@router.post(
    "/password-reset",
    summary="Choose a password by a link",
    dependencies=[Depends(own_site_only)],
    openapi_extra=documented_body(
        schemas.PasswordReset, {"token": "…", "password": schemas.SECRET}
    ),
    responses=problems(resets.InvalidReset, 403, 413, 422, 429),
)
def reset_password(body: ResetBody, session: SessionDep) -> schemas.Message:
    """Choose a password with the token of a link from an administrator. It works once.

    Every session of the account ends.
    """
    resets.complete(session, body.token, hash_password(body.password))
    return schemas.Message(message="The password is changed. Sign in with it.")


@router.get("/keys", summary="List your API keys", responses=problems(400, 401, 403, 404, 422, 429))
def list_keys(
    paged: PagedDep,
    principal: PersonDep,
    session: SessionDep,
) -> Page[schemas.Key]:
    """Your API keys for all your workspaces, newest first, without the keys themselves."""
    page = keys.of_user(session, principal.user.id, paged.wanted)
    items = [schemas.Key.model_validate(key) for key in page.items]
    return paged.answer(page, items)


@router.post(
    "/keys",
    status_code=201,
    summary="Make an API key",
    responses=problems(400, 401, 403, 404, 422, 429),
)
def create_key(
    body: schemas.NewKey, response: Response, principal: PersonDep, session: SessionDep
) -> schemas.CreatedKey:
    """Make a key for programs: `Authorization: Bearer <key>`, or the password of HTTP Basic.

    It opens the workspace that this request works in, with your role there, narrowed to its
    scope. The key is shown in this answer only.
    """
    key, token = keys.create(
        session,
        user_id=principal.user.id,
        workspace_id=principal.workspace_id,
        name=body.name,
        scope=body.scope,
        expires_at=body.expires_at,
    )
    response.headers.update(NEVER_CACHED)
    shown = schemas.Key.model_validate(key)
    return schemas.CreatedKey(**shown.model_dump(), key=token)


@router.delete(
    "/keys/{key_id}",
    status_code=204,
    summary="Delete an API key",
    responses=problems(401, 403, 404, 422, 429),
)
def delete_key(key_id: UUID, principal: PersonDep, session: SessionDep) -> None:
    """Delete one of your API keys; it stops working at once."""
    keys.remove(session, principal.user.id, key_id)


@router.get("/instance", summary="About this server")
def show_instance(session: SessionDep, context: ContextDep) -> schemas.Instance:
    """What a client must know before anyone has signed in. Needs no account."""
    has_users = service.has_users(session)
    return schemas.Instance(
        version=__version__,
        has_users=has_users,
        registration_open=context.settings.registration_open or not has_users,
        max_upload_bytes=context.settings.max_upload_bytes,
    )


def _signed_in(
    message: str,
    user: models.User,
    request: Request,
    response: Response,
    session: SessionDep,
    context: Context,
) -> schemas.SignedIn:
    """Open a session for the user, hand its cookie to the browser, and say so."""
    grant, cookie = service.open_session(session, context.settings, user, client_of(request))
    set_cookie(request, response, context.settings, cookie)
    response.headers.update(NEVER_CACHED)
    workspace, role = workspaces.personal(session, user.id)
    return schemas.SignedIn(
        message=message,
        user_id=user.id,
        user=_user(user, workspace, role),
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=_life(context.settings),
    )


def _tokens(response: Response, grant: service.Grant, settings: Settings) -> schemas.Tokens:
    response.headers.update(NEVER_CACHED)
    return schemas.Tokens(
        access_token=grant.access_token,
        refresh_token=grant.refresh_token,
        expires_in=_life(settings),
    )


def _user(user: models.User, workspace: models.Workspace, role: str) -> schemas.User:
    return schemas.User(
        id=user.id,
        email=user.email,
        username=user.username,
        is_admin=user.is_admin,
        created_at=user.created_at,
        workspace=WorkspaceRole.model_validate(
            {"id": workspace.id, "name": workspace.name, "role": role}
        ),
    )


def _summary(login: models.Session, principal: Principal) -> schemas.SessionSummary:
    return schemas.SessionSummary(
        id=login.id,
        created_at=login.created_at,
        last_seen_at=login.last_seen_at,
        expires_at=login.expires_at,
        ip_address=login.ip_address,
        user_agent=login.user_agent,
        is_current=login.id == principal.session_id,
    )


def _life(settings: Settings) -> int:
    return settings.access_token_minutes * 60
