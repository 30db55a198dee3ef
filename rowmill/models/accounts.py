from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from rowmill.models.base import Base, Created, Id, UserId, WorkspaceId, now


class User(Base):
    """A person or a system that signs in. `username` is what they sign in with, in lower case."""

    __tablename__ = "users"

    id: Mapped[Id]
    username: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str]
    is_admin: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]
    disabled_at: Mapped[datetime | None]


class Session(Base):
    """One login: its cookie, its access tokens and its family of refresh tokens end together."""

    __tablename__ = "sessions"
    __table_args__ = (Index(None, "user_id", "created_at"),)

    id: Mapped[Id]
    user_id: Mapped[UserId]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
    last_seen_at: Mapped[Created]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    ip_address: Mapped[str]
    user_agent: Mapped[str]

    user: Mapped[User] = relationship(lazy="raise")


class RefreshToken(Base):
    """A refresh token, kept as its SHA-256. Used once; a second use ends its session."""

    __tablename__ = "refresh_tokens"

    id: Mapped[Id]
    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("sessions.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
    used_at: Mapped[datetime | None]

    session: Mapped[Session] = relationship(lazy="raise")


class Scope(StrEnum):
    """What an API key may do; `write` includes `read`."""

    READ = "read"
    WRITE = "write"


class ApiKey(Base):
    """A program's way in: a user's, for one workspace. Kept as its SHA-256, shown once.

    `prefix` is the beginning of the key, by which its owner recognises it. Without `expires_at`
    it is good until it is deleted.
    """

    __tablename__ = "api_keys"
    __table_args__ = (CheckConstraint("scope IN ('read', 'write')", name="scope"),)

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(index=True)
    workspace_id: Mapped[WorkspaceId]
    name: Mapped[str]
    prefix: Mapped[str]
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    scope: Mapped[str]
    created_at: Mapped[Created]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    @property
    def is_expired(self) -> bool:
        """Whether it is no longer accepted."""
        return self.expires_at is not None and self.expires_at <= now()


class PasswordReset(Base):
    """Lets whoever holds its token choose a new password for the user, once. One per user."""

    __tablename__ = "password_resets"

    id: Mapped[Id]
    user_id: Mapped[UserId] = mapped_column(unique=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]


class Throttle(Base):
    """A counter of attempts in a window of time, shared by all server processes."""

    __tablename__ = "throttles"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime] = mapped_column(index=True)
