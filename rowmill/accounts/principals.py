"""Who a request is from: the one place where cookie, tokens and passwords become a principal."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Header, Request, Response, Security
from fastapi.openapi.models import APIKey, HTTPBase, HTTPBearer, OAuth2
from fastapi.openapi.models import SecurityBase as SchemeModel
from fastapi.security.base import SecurityBase

from rowmill.accounts import keys, service
from rowmill.accounts.auditing import client_of
from rowmill.accounts.authentication import check_password
from rowmill.accounts.cookies import COOKIE, set_cookie
from rowmill.accounts.cross_site import refuse_cross_site
from rowmill.accounts.passwords import RememberedPassword, RememberedPasswords
from rowmill.accounts.service import Holder
from rowmill.accounts.tokens import InvalidToken, read_access_token
from rowmill.context import Context, ContextDep
from rowmill.db import transaction
from rowmill.errors import Forbidden, NotFound, Unauthenticated, WrongCredentials
from rowmill.models import Scope, User
from rowmill.ratelimits import count_principal

Way = Literal["cookie", "bearer", "basic", "key"]

EDITING_ROLES = frozenset({"owner", "editor"})
BASIC_CHALLENGE = 'Basic realm="rowmill", charset="UTF-8"'
INVALID_TOKEN_CHALLENGE = 'Bearer realm="rowmill", error="invalid_token"'  # noqa: S105 - a header's value

_remembered = RememberedPasswords()


class SessionEnded(Unauthenticated):
    """Your session has ended. Sign in again."""


class ReadOnlyKey(Forbidden):
    """This API key may read, but not change anything. Use one with the scope `write`."""


class KeyNotAllowed(Forbidden):
    """An API key may not do this. Sign in with a session, or with name and password."""


class AdminsOnly(Forbidden):
    """Only administrators may do this."""


@dataclass(frozen=True)
class Principal:
    """Who acts, and in which workspace. `session_id` is None where there is no session to end.

    `key_id` and `scope` are those of the API key, where the request was sent with one.
    """

    user: User
    workspace_id: UUID
    role: str
    session_id: UUID | None
    via: Way
    key_id: UUID | None = None
    scope: Scope = Scope.WRITE


class _Scheme(SecurityBase):
    """A way to sign in, as the OpenAPI document names it; `principal` itself reads the request."""

    def __init__(self, scheme_name: str, model: SchemeModel) -> None:
        self.scheme_name = scheme_name
        self.model = model

    async def __call__(self) -> None:
        return None


_COOKIE_SCHEME = _Scheme(
    "SessionCookie",
    APIKey.model_validate(
        {
            "in": "cookie",
            "name": COOKIE,
            "description": "Set by `POST /api/login` and `POST /api/register`, for browsers.",
        }
    ),
)
_BEARER_SCHEME = _Scheme(
    "AccessToken",
    HTTPBearer(description="The `access_token` of `POST /api/login`, or an API key."),
)
_BASIC_SCHEME = _Scheme(
    "Password",
    HTTPBase(
        scheme="basic",
        description="E-mail address or username, and password. An API key may be the password.",
    ),
)
_FORM_SCHEME = _Scheme(
    "PasswordForm",
    OAuth2.model_validate(
        {
            "flows": {"password": {"tokenUrl": "/auth", "scopes": {}}},
            "description": "Name and password are exchanged for an access token.",
        }
    ),
)


def workspace_id(
    rowmill_workspace: Annotated[
        str | None,
        Header(description="Id of the workspace to work in. Default: your personal one."),
    ] = None,
) -> UUID | None:
    """The workspace asked for. Raises: NotFound for what is no id."""
    if rowmill_workspace is None:
        return None
    try:
        return UUID(rowmill_workspace)
    except ValueError as error:
        raise _no_such_workspace() from error


def principal(
    request: Request,
    response: Response,
    context: ContextDep,
    workspace: Annotated[UUID | None, Depends(workspace_id)],
    _cookie: Annotated[None, Security(_COOKIE_SCHEME)],
    _bearer: Annotated[None, Security(_BEARER_SCHEME)],
    _basic: Annotated[None, Security(_BASIC_SCHEME)],
    _form: Annotated[None, Security(_FORM_SCHEME)],
) -> Principal:
    """Whoever the request's credentials belong to; those in `Authorization` count before a cookie.

    Raises: Unauthenticated, NotFound for a workspace of others, CrossSiteRequest,
    TooManyRequests after too many wrong passwords, or requests.
    """
    asked = _Asked(request, response, context, workspace)
    try:
        holder, via = asked.holder()
    except Unauthenticated as error:
        _add_challenges(request, error)
        raise
    key = holder.key
    count_principal(request, context.settings, holder.user.id, key.id if key else None)
    if holder.member is None:
        raise _no_such_workspace()
    return Principal(
        user=holder.user,
        workspace_id=holder.member.workspace_id,
        role=holder.member.role,
        session_id=holder.session.id if holder.session else None,
        via=via,
        key_id=key.id if key else None,
        scope=Scope(key.scope) if key else Scope.WRITE,
    )


PrincipalDep = Annotated[Principal, Depends(principal)]


def editor(principal: PrincipalDep) -> Principal:
    """A principal who may change data in the workspace.

    Raises: Forbidden for viewers, ReadOnlyKey.
    """
    if principal.scope is Scope.READ:
        raise ReadOnlyKey
    if principal.role not in EDITING_ROLES:
        raise Forbidden("You may look at this workspace, but not change it.")
    return principal


EditorDep = Annotated[Principal, Depends(editor)]


def person(principal: PrincipalDep) -> Principal:
    """A principal who signed in as such, and not by an API key. Raises: KeyNotAllowed."""
    if principal.key_id is not None:
        raise KeyNotAllowed
    return principal


PersonDep = Annotated[Principal, Depends(person)]


def admin(principal: PersonDep) -> Principal:
    """A person who administers this server. Raises: AdminsOnly, KeyNotAllowed."""
    if not principal.user.is_admin:
        raise AdminsOnly
    return principal


AdminDep = Annotated[Principal, Depends(admin)]


@dataclass(frozen=True)
class _Asked:
    """One request, to be resolved."""

    request: Request
    response: Response
    context: Context
    workspace_id: UUID | None

    def holder(self) -> tuple[Holder, Way]:
        """Who holds the credentials, and of what kind they are."""
        scheme, _, value = self.request.headers.get("Authorization", "").strip().partition(" ")
        match scheme.lower():
            case "":
                return self._of_cookie(), "cookie"
            case "bearer" if keys.is_key(value.strip()):
                return self._of_key(value.strip()), "key"
            case "bearer":
                return self._of_bearer(value.strip()), "bearer"
            case "basic":
                return self._of_basic(value.strip())
            case _:
                raise Unauthenticated(
                    "Authorization takes a bearer token, or a name and password as Basic."
                )

    def _of_cookie(self) -> Holder:
        cookie = self.request.cookies.get(COOKIE)
        if not cookie:
            raise Unauthenticated
        refuse_cross_site(self.request, self.context.settings)
        with transaction(self.context.engine) as session:
            holder = service.by_cookie(session, cookie, self.workspace_id)
            if holder is None:
                raise SessionEnded
            is_noted = service.touch(session, self.context.settings, holder)
        if is_noted:  # the cookie lives as long as the session, so its end moves on too
            set_cookie(self.request, self.response, self.context.settings, cookie)
        return holder

    def _of_bearer(self, token: str) -> Holder:
        claims = read_access_token(self.context.settings, token)
        with transaction(self.context.engine) as session:
            holder = service.by_claims(session, claims, self.workspace_id)
            if holder is None:
                raise InvalidToken
            service.touch(session, self.context.settings, holder)
        return holder

    def _of_key(self, token: str) -> Holder:
        with transaction(self.context.engine) as session:
            found = keys.find_live(session, token)
            if found is None:
                raise keys.InvalidKey
            key, user, member = found
            keys.touch(session, key, user, client_of(self.request))
        if self.workspace_id not in {None, key.workspace_id}:
            member = None
        return Holder(user=user, session=None, member=member, key=key)

    def _of_basic(self, value: str) -> tuple[Holder, Way]:
        # Browsers remember such passwords and send them for other sites too, as they do cookies.
        refuse_cross_site(self.request, self.context.settings)
        name, password = _name_and_password(value)
        if keys.is_key(password):
            return self._of_key(password), "key"
        return self._of_password(name, password), "basic"

    def _of_password(self, name: str, password: str) -> Holder:
        holder = self._remembered_holder(name, password)
        if holder is not None:
            return holder
        with _remembered.one_at_a_time(name, password):
            holder = self._remembered_holder(name, password)
            return holder or self._checked_holder(name, password)

    def _remembered_holder(self, name: str, password: str) -> Holder | None:
        """The account of a password that was right before, unless it has changed since."""
        remembered = _remembered.find(name, password)
        if remembered is None:
            return None
        holder = self._of_user(remembered.user_id)
        if holder is None or holder.user.password_hash != remembered.password_hash:
            _remembered.forget(name, password)
            return None
        return holder

    def _checked_holder(self, name: str, password: str) -> Holder:
        client = client_of(self.request)
        user = check_password(self.context, name, password, client, via="basic")
        _remembered.remember(name, password, RememberedPassword(user.id, user.password_hash))
        holder = self._of_user(user.id)
        if holder is None:  # disabled in this very moment
            raise WrongCredentials
        return holder

    def _of_user(self, user_id: UUID) -> Holder | None:
        with transaction(self.context.engine) as session:
            return service.by_user(session, user_id, self.workspace_id)


def _name_and_password(value: str) -> tuple[str, str]:
    """What a Basic credential holds (RFC 7617): UTF-8, the name up to the first colon."""
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise WrongCredentials from error
    if not colon:
        raise WrongCredentials
    return name, password


def _add_challenges(request: Request, error: Unauthenticated) -> None:
    """Name the ways to sign in, Basic only to programs: browsers would show their own dialog."""
    headers = request.headers
    scheme = headers.get("Authorization", "").strip().partition(" ")[0].lower()
    if scheme == "bearer":
        error.headers["WWW-Authenticate"] = INVALID_TOKEN_CHALLENGE
    is_page = "Sec-Fetch-Mode" in headers or "X-Requested-With" in headers
    if scheme == "basic" or not is_page:
        # A header line of its own, by another spelling of its name: some clients read only the
        # first challenge of a line.
        error.headers["www-authenticate"] = BASIC_CHALLENGE


def _no_such_workspace() -> NotFound:
    return NotFound("There is no such workspace, or you are not a member of it.")
