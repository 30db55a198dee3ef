"""API keys: made, listed, deleted, and recognised."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from rowmill import events
from rowmill.accounts import auditing
from rowmill.accounts.auditing import Client
from rowmill.accounts.tokens import digest, new_token
from rowmill.errors import NotFound, Unauthenticated, invalid
from rowmill.models import ApiKey, Member, Scope, User, now
from rowmill.paging import PageRequest, Slice, newest_first

MARK = "rmk_"
SHOWN_CHARACTERS = len(MARK) + 8
USED_EVERY = timedelta(minutes=1)
FORM = re.compile(rf"{MARK}[A-Za-z0-9_-]{{43}}")


class InvalidKey(Unauthenticated):
    """This API key is not valid: it has expired, was deleted, or its user is disabled."""


def is_key(text: str) -> bool:
    """Whether it has the form of an API key."""
    return FORM.fullmatch(text) is not None


def create(
    session: Session,
    *,
    user_id: UUID,
    workspace_id: UUID,
    name: str,
    scope: Scope,
    expires_at: datetime | None,
) -> tuple[ApiKey, str]:
    """A new key of the user for the workspace, and its text, which is kept nowhere.

    Raises: Invalid where it would have expired already.
    """
    if expires_at is not None and expires_at <= now():
        raise invalid("expires_at", "It has to lie in the future.")
    token = MARK + new_token()
    key = ApiKey(
        user_id=user_id,
        workspace_id=workspace_id,
        name=name,
        prefix=token[:SHOWN_CHARACTERS],
        token_hash=digest(token),
        scope=scope,
        expires_at=expires_at,
    )
    session.add(key)
    session.flush()
    _append_event(session, "key.created", key)
    return key, token


def of_user(session: Session, user_id: UUID, request: PageRequest) -> Slice[ApiKey]:
    """The user's keys, newest first, those that have expired too."""
    return newest_first(
        session, select(ApiKey).where(ApiKey.user_id == user_id), ApiKey.id, request
    )


def remove(session: Session, user_id: UUID, key_id: UUID) -> None:
    """Delete one of the user's keys; it stops working at once. Raises: NotFound."""
    removed = delete(ApiKey).where(ApiKey.id == key_id, ApiKey.user_id == user_id)
    key = session.scalar(removed.returning(ApiKey))
    if key is None:
        raise NotFound("There is no such API key.")
    _append_event(session, "key.deleted", key)


def find_live(session: Session, token: str) -> tuple[ApiKey, User, Member | None] | None:
    """The key of that text with its user, and the user's membership in the key's workspace."""
    is_member = and_(Member.user_id == User.id, Member.workspace_id == ApiKey.workspace_id)
    found = session.execute(
        select(ApiKey, User, Member)
        .join(User, User.id == ApiKey.user_id)
        .outerjoin(Member, is_member)
        .where(ApiKey.token_hash == digest(token), _is_live())
    ).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def is_live(session: Session, key_id: UUID) -> bool:
    """Whether the key would still be accepted."""
    found = select(ApiKey.id).join(User, User.id == ApiKey.user_id)
    return session.scalar(found.where(ApiKey.id == key_id, _is_live())) is not None


def touch(session: Session, key: ApiKey, user: User, client: Client) -> None:
    """Note that the key is in use, at most once a minute; its first use is logged."""
    if key.last_used_at is not None and now() - key.last_used_at < USED_EVERY:
        return
    used = update(ApiKey).where(ApiKey.id == key.id)
    first = used.where(ApiKey.last_used_at.is_(None)).values(last_used_at=now())
    if session.scalar(first.returning(ApiKey.id)) is not None:
        facts = {"key": key.name, "prefix": key.prefix, "scope": key.scope}
        auditing.append(session, user, "succeeded", client, via="key", **facts)
    else:
        session.execute(used.values(last_used_at=now()))


def _is_live() -> ColumnElement[bool]:
    not_expired = or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now())
    return and_(not_expired, User.disabled_at.is_(None))


def _append_event(session: Session, kind: str, key: ApiKey) -> None:
    events.append(
        session,
        kind,
        workspace_id=key.workspace_id,
        subject="key",
        subject_id=key.id,
        payload={"name": key.name, "prefix": key.prefix, "scope": key.scope},
        actor_id=key.user_id,
    )
