"""Choosing a new password: by the present one, or by a link that an administrator hands over."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from rowmill.accounts import service
from rowmill.accounts.tokens import digest, new_token
from rowmill.errors import BadRequest
from rowmill.models import PasswordReset, User, new_id, now


class InvalidReset(BadRequest):
    """This link was used before, has expired or was replaced. Ask the administrator for another."""


def begin(session: Session, user_id: UUID, *, hours: int) -> tuple[str, datetime]:
    """A token by which the user's password can be chosen anew, once, and when it expires.

    It replaces any token that the user has.
    """
    token, expires_at = new_token(), now() + timedelta(hours=hours)
    values = {"token_hash": digest(token), "created_at": now(), "expires_at": expires_at}
    added = insert(PasswordReset).values(id=new_id(), user_id=user_id, **values)
    session.execute(added.on_conflict_do_update(index_elements=["user_id"], set_=values))
    return token, expires_at


def complete(session: Session, token: str, password_hash: str) -> User:
    """Use up the token: the password is the new one, and every session of the user ends.

    Raises: InvalidReset.
    """
    used = (
        delete(PasswordReset)
        .where(PasswordReset.token_hash == digest(token), PasswordReset.expires_at > now())
        .returning(PasswordReset.user_id)
    )
    user_id = session.scalar(used)
    user = session.get(User, user_id) if user_id is not None else None
    if user is None or user.disabled_at is not None:
        raise InvalidReset
    set_password(session, user.id, password_hash)
    service.end_sessions(session, user.id)
    return user


def set_password(session: Session, user_id: UUID, password_hash: str) -> None:
    """Give the user that password, whatever it was; links to choose another stop working."""
    session.execute(update(User).where(User.id == user_id).values(password_hash=password_hash))
    session.execute(delete(PasswordReset).where(PasswordReset.user_id == user_id))


def forget_expired(session: Session) -> int:
    """Delete tokens that are no longer good; how many there were."""
    expired = delete(PasswordReset).where(PasswordReset.expires_at <= now())
    return len(session.scalars(expired.returning(PasswordReset.id)).all())
