"""Users, their sessions and the tokens of these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rowmill import models
from rowmill.accounts import auditing, keys
from rowmill.accounts.auditing import Client
from rowmill.accounts.passwords import hash_password
from rowmill.accounts.tokens import AccessClaims, digest, new_access_token, new_token
from rowmill.db import lock_in_transaction
from rowmill.errors import Conflict, Forbidden, NotFound, Unauthenticated
from rowmill.models import ApiKey, Member, RefreshToken, User, new_id, now
from rowmill.paging import PageRequest, Slice, newest_first
from rowmill.settings import Settings
from rowmill.workspaces import service as workspaces

Columns = TypeVarTuple("Columns")

SEEN_EVERY = timedelta(minutes=1)


class RegistrationClosed(Forbidden):
    """This server takes no new accounts. Ask its administrator for one."""


class AccountExists(Conflict):
    """There is an account with this name. Sign in instead."""


class InvalidRefreshToken(Unauthenticated):
    """This refresh token is not valid or its session has ended. Sign in again."""


@dataclass(frozen=True)
class Grant:
    """What a client gets to hold for a session; none of it can be read from the database."""

    session_id: UUID
    access_token: str
    refresh_token: str


@dataclass(frozen=True)
class Holder:
    """The user that credentials belong to, with the session and the membership to work in.

    `member` is None where the user is no member of the workspace asked for.
    """

    user: User
    session: models.Session | None
    member: Member | None
    key: ApiKey | None = None


def has_users(session: Session) -> bool:
    """Whether anyone has registered yet."""
    return bool(session.scalar(select(exists().select_from(User))))


def register(session: Session, settings: Settings, name: str, password: str) -> User:
    """A new user, with a personal workspace. The first one of an instance becomes its admin.

    `name` is an e-mail address or a username, in canonical form. While registration is closed,
    only that first one is let in: nobody could open it otherwise.
    Raises: RegistrationClosed, AccountExists.
    """
    if not settings.registration_open and has_users(session):
        raise RegistrationClosed
    password_hash = hash_password(password)
    is_first = _is_first(session)
    if not is_first and not settings.registration_open:
        raise RegistrationClosed
    return add_user(session, name, password_hash, is_admin=is_first)


def add_user(session: Session, name: str, password_hash: str, *, is_admin: bool) -> User:
    """A new user with a personal workspace, whether or not registration is open.

    Raises: AccountExists.
    """
    added = insert(User).values(
        username=name,
        email=name if "@" in name else None,
        password_hash=password_hash,
        is_admin=is_admin,
    )
    user = session.scalars(added.on_conflict_do_nothing().returning(User)).one_or_none()
    if user is None:
        raise AccountExists
    workspaces.create_personal(session, user)
    return user


def _is_first(session: Session) -> bool:
    """Whether there is no user yet; if so, other registrations wait for this one to end."""
    if has_users(session):
        return False
    lock_in_transaction(session, "first user")
    return not has_users(session)


def find_user(session: Session, name: str) -> User | None:
    """The user with this username or else e-mail address, both in their canonical form."""
    if "\0" in name:  # PostgreSQL holds no such text
        return None
    found = select(User).where(or_(User.username == name, User.email == name))
    return session.scalars(found.order_by((User.username == name).desc()).limit(1)).first()


def replace_password_hash(session: Session, user: User, password_hash: str) -> None:
    """Keep the same password under a newer hash, unless it was changed meanwhile."""
    session.execute(
        update(User)
        .where(User.id == user.id, User.password_hash == user.password_hash)
        .values(password_hash=password_hash)
    )


def open_session(
    session: Session, settings: Settings, user: User, client: Client
) -> tuple[Grant, str]:
    """A new session of the user: what its program holds, and the token of its cookie."""
    _forget_ended_sessions(session, user.id)
    cookie, moment = new_token(), now()
    login = models.Session(
        id=new_id(),
        user_id=user.id,
        token_hash=digest(cookie),
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + timedelta(days=settings.session_days),
        ip_address=client.ip_address,
        user_agent=client.user_agent,
    )
    session.add(login)
    session.flush()
    return _grant(session, settings, login), cookie


def refresh(session: Session, settings: Settings, refresh_token: str) -> Grant | None:
    """New tokens for a refresh token, which is thereby used up.

    None where it had been used before: whoever sends it may have stolen it, or the sender before
    may have, so its session is ended, and the caller must let that be committed.
    Raises: InvalidRefreshToken.
    """
    found = session.execute(
        select(RefreshToken, models.Session, User)
        .join(models.Session, models.Session.id == RefreshToken.session_id)
        .join(User, User.id == models.Session.user_id)
        .where(RefreshToken.token_hash == digest(refresh_token), _is_live())
        .with_for_update(of=RefreshToken)
    ).one_or_none()
    if found is None:
        raise InvalidRefreshToken
    token, login, user = found
    if token.used_at is not None:
        end_session(session, login.id)
        auditing.append(session, user, "token_reused")
        return None
    token.used_at = now()
    _keep_alive(session, settings, login)
    _forget_used_tokens(session, settings, login)
    return _grant(session, settings, login)


def by_cookie(session: Session, cookie: str, workspace_id: UUID | None) -> Holder | None:
    """Whose live session the cookie's token belongs to."""
    return _session_holder(session, models.Session.token_hash == digest(cookie), workspace_id)


def by_claims(session: Session, claims: AccessClaims, workspace_id: UUID | None) -> Holder | None:
    """Whose live session an access token belongs to."""
    is_named = and_(
        models.Session.id == claims.session_id, models.Session.user_id == claims.user_id
    )
    return _session_holder(session, is_named, workspace_id)


def by_user(session: Session, user_id: UUID, workspace_id: UUID | None) -> Holder | None:
    """A user that is not disabled, without a session."""
    statement = select(User, Member).where(User.id == user_id, User.disabled_at.is_(None))
    found = session.execute(_with_membership(statement, workspace_id)).first()
    return None if found is None else Holder(found[0], None, found[1])


def is_still_allowed(
    session: Session,
    user_id: UUID,
    session_id: UUID | None,
    workspace_id: UUID,
    key_id: UUID | None = None,
) -> bool:
    """Whether somebody who was let in before would be let in now.

    Long answers such as event streams ask this from time to time.
    """
    holder = by_user(session, user_id, workspace_id)
    if holder is None or holder.member is None:
        return False
    if key_id is not None:
        return keys.is_live(session, key_id)
    if session_id is None:
        return True
    live = (
        select(models.Session.id)
        .join(User, User.id == models.Session.user_id)
        .where(models.Session.id == session_id, _is_live())
    )
    return session.scalar(live) is not None


def touch(session: Session, settings: Settings, holder: Holder) -> bool:
    """Note that the session is in use, at most once a minute, which moves its end on.

    Whether it was noted now.
    """
    login = holder.session
    if login is None or now() - login.last_seen_at < SEEN_EVERY:
        return False
    _keep_alive(session, settings, login)
    return True


def live_sessions(session: Session, user_id: UUID, request: PageRequest) -> Slice[models.Session]:
    """The user's sessions that have not ended, newest first."""
    statement = (
        select(models.Session)
        .join(User, User.id == models.Session.user_id)
        .where(models.Session.user_id == user_id, _is_live())
    )
    return newest_first(session, statement, models.Session.id, request)


def end_own_session(session: Session, user_id: UUID, session_id: UUID) -> None:
    """End one of the user's sessions: cookie, access tokens and refresh tokens at once.

    Raises: NotFound where the user has no such live session.
    """
    owned = select(models.Session.id).where(
        models.Session.id == session_id,
        models.Session.user_id == user_id,
        models.Session.revoked_at.is_(None),
        models.Session.expires_at > now(),
    )
    if session.scalar(owned.with_for_update()) is None:
        raise NotFound
    end_session(session, session_id)


def end_sessions(session: Session, user_id: UUID, *, except_for: UUID | None = None) -> None:
    """End every session of the user, but the one excepted."""
    ended = update(models.Session).where(
        models.Session.user_id == user_id, models.Session.revoked_at.is_(None)
    )
    if except_for is not None:
        ended = ended.where(models.Session.id != except_for)
    session.execute(ended.values(revoked_at=now()))


def end_session(session: Session, session_id: UUID) -> None:
    """End a session, and with it every token that belongs to it."""
    session.execute(
        update(models.Session)
        .where(models.Session.id == session_id, models.Session.revoked_at.is_(None))
        .values(revoked_at=now())
    )


def forget_ended_sessions(session: Session) -> int:
    """Delete everybody's sessions that can no longer be used; returns how many there were."""
    ended = delete(models.Session).where(
        or_(models.Session.revoked_at.is_not(None), models.Session.expires_at <= now())
    )
    return len(session.scalars(ended.returning(models.Session.id)).all())


def _is_live() -> ColumnElement[bool]:
    return and_(
        models.Session.revoked_at.is_(None),
        models.Session.expires_at > now(),
        User.disabled_at.is_(None),
    )


def _session_holder(
    session: Session, criterion: ColumnElement[bool], workspace_id: UUID | None
) -> Holder | None:
    statement = (
        select(User, Member, models.Session)
        .join(models.Session, models.Session.user_id == User.id)
        .where(criterion, _is_live())
    )
    found = session.execute(_with_membership(statement, workspace_id)).first()
    return None if found is None else Holder(user=found[0], member=found[1], session=found[2])


def _with_membership(statement: Select[*Columns], workspace_id: UUID | None) -> Select[*Columns]:
    """Join the membership in that workspace; by default in the personal one, a user's first."""
    matches = Member.user_id == User.id
    if workspace_id is not None:
        matches = and_(matches, Member.workspace_id == workspace_id)
    joined = statement.outerjoin(Member, matches)
    return joined.order_by(*workspaces.PERSONAL_FIRST).limit(1)


def _grant(session: Session, settings: Settings, login: models.Session) -> Grant:
    refresh_token = new_token()
    session.add(RefreshToken(session_id=login.id, token_hash=digest(refresh_token)))
    session.flush()
    claims = AccessClaims(login.user_id, login.id)
    return Grant(login.id, new_access_token(settings, claims), refresh_token)


def _keep_alive(session: Session, settings: Settings, login: models.Session) -> None:
    moment = now()
    session.execute(
        update(models.Session)
        .where(models.Session.id == login.id, models.Session.last_seen_at < moment)
        .values(last_seen_at=moment, expires_at=moment + timedelta(days=settings.session_days))
    )


def _forget_ended_sessions(session: Session, user_id: UUID) -> None:
    """Delete what can no longer be used; tokens of a deleted session are as good as unknown."""
    session.execute(
        delete(models.Session).where(
            models.Session.user_id == user_id,
            or_(models.Session.revoked_at.is_not(None), models.Session.expires_at <= now()),
        )
    )


def _forget_used_tokens(session: Session, settings: Settings, login: models.Session) -> None:
    """Delete tokens used so long ago that, unused, they would have expired by now."""
    long_ago = now() - timedelta(days=settings.session_days)
    session.execute(
        delete(RefreshToken).where(
            RefreshToken.session_id == login.id, RefreshToken.used_at < long_ago
        )
    )
