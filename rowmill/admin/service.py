"""Users, as administrators see and change them. Whatever they do is in the user's own log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session

from rowmill import events, models
from rowmill.accounts import resets
from rowmill.accounts import service as accounts
from rowmill.accounts.passwords import hash_password
from rowmill.accounts.tokens import new_token
from rowmill.db import lock_in_transaction
from rowmill.errors import Conflict, NotFound
from rowmill.models import ApiKey, User, now
from rowmill.paging import PageRequest, Slice, slice_newest
from rowmill.settings import Settings
from rowmill.workspaces import service as workspaces


class LastAdmin(Conflict):
    """This is the last administrator who can sign in. Make somebody else one first."""


@dataclass(frozen=True)
class UserState:
    """A user, and when they were last seen: by session or by API key."""

    user: User
    last_seen_at: datetime | None


@dataclass(frozen=True)
class Reset:
    """What lets a user choose a password. It is kept nowhere in this form."""

    token: str
    expires_at: datetime


def users(
    session: Session,
    request: PageRequest,
    *,
    search: str | None = None,
    is_disabled: bool | None = None,
    is_admin: bool | None = None,
) -> Slice[UserState]:
    """One page of all users, newest first. `search` is looked for in names and addresses."""
    statement = _states()
    if search and (wanted := search.replace("\0", "").strip()):
        statement = statement.where(
            or_(
                User.username.icontains(wanted, autoescape=True),
                User.email.icontains(wanted, autoescape=True),
            )
        )
    if is_disabled is not None:
        statement = statement.where(User.disabled_at.is_not(None) == is_disabled)
    if is_admin is not None:
        statement = statement.where(User.is_admin == is_admin)
    page = slice_newest(session, statement.add_columns(User.id), User.id, request)
    return Slice([UserState(row[0], row[1]) for row in page.items], page.next_cursor)


def find(session: Session, user_id: UUID) -> UserState:
    """Raises: NotFound."""
    row = session.execute(_states().where(User.id == user_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such user.")
    return UserState(row[0], row[1])


def create(
    session: Session, name: str, password: str | None, *, is_admin: bool, actor_id: UUID | None
) -> User:
    """A new user, whether or not registration is open.

    Without a password nobody can sign in as the user before one is chosen by `begin_reset`.
    Raises: AccountExists.
    """
    password_hash = hash_password(new_token() if password is None else password)
    user = accounts.add_user(session, name, password_hash, is_admin=is_admin)
    _log(session, "user.created", user, actor_id, is_admin=is_admin)
    return user


def set_disabled(session: Session, user: User, *, is_disabled: bool, actor_id: UUID) -> None:
    """Let the user in no more, or again. Sessions and keys stop at once; keys work again later.

    Raises: LastAdmin.
    """
    if is_disabled == (user.disabled_at is not None):
        return
    if is_disabled:
        _check_other_admin(session, user)
        accounts.end_sessions(session, user.id)
    user.disabled_at = now() if is_disabled else None
    session.flush()
    _log(session, "user.disabled" if is_disabled else "user.enabled", user, actor_id)


def set_admin(session: Session, user: User, *, is_admin: bool, actor_id: UUID) -> None:
    """Make the user an administrator, or one no longer. Raises: LastAdmin."""
    if is_admin == user.is_admin:
        return
    if not is_admin:
        _check_other_admin(session, user)
    user.is_admin = is_admin
    session.flush()
    _log(session, "user.admin_granted" if is_admin else "user.admin_revoked", user, actor_id)


def begin_reset(session: Session, settings: Settings, user: User, *, actor_id: UUID) -> Reset:
    """A token by which the user can choose a password; the present one is good until then."""
    reset = Reset(*resets.begin(session, user.id, hours=settings.password_reset_hours))
    _log(session, "user.password_reset_requested", user, actor_id)
    return reset


def _check_other_admin(session: Session, user: User) -> None:
    """Raises: LastAdmin where nobody else could administer the server."""
    lock_in_transaction(session, "admins")
    session.refresh(user)
    if not user.is_admin or user.disabled_at is not None:
        return
    others = exists().where(User.is_admin, User.disabled_at.is_(None), User.id != user.id)
    if not session.scalar(select(others)):
        raise LastAdmin


def _states() -> Select[User, datetime | None]:
    seen = (
        select(func.max(models.Session.last_seen_at))
        .where(models.Session.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    used = (
        select(func.max(ApiKey.last_used_at))
        .where(ApiKey.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    return select(User, func.greatest(seen, used))


def _log(session: Session, kind: str, user: User, actor_id: UUID | None, **payload: object) -> None:
    """Note it in the log of the user's personal workspace."""
    workspace, _ = workspaces.personal(session, user.id)
    events.append(
        session,
        kind,
        workspace_id=workspace.id,
        subject="user",
        subject_id=user.id,
        payload={"username": user.username, **payload},
        actor_id=actor_id,
    )
