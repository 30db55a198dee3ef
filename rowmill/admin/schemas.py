from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rowmill.accounts.schemas import ADA, EmailAddress, NewPassword, Username
from rowmill.workspaces.schemas import Quotas, Usage

LARGEST = 2**63 - 1


class User(BaseModel):
    """A user, as administrators see it."""

    id: UUID
    username: str = Field(examples=[ADA])
    email: str | None
    is_admin: bool
    is_disabled: bool
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None = Field(description="Their last request, to the minute.")


class NewUser(BaseModel):
    """Whom to make an account for: a username or an e-mail address."""

    model_config = ConfigDict(hide_input_in_errors=True)

    username: Username | None = Field(None, examples=["ada"])
    email: EmailAddress | None = Field(None, examples=[ADA])
    password: NewPassword | None = Field(
        None,
        repr=False,
        description="Without it, the answer has a link by which the user chooses one.",
    )
    is_admin: bool = False

    @model_validator(mode="after")
    def _has_one_name(self) -> Self:
        if (self.username is None) == (self.email is None):
            raise ValueError("Give either a username or an email.")
        return self

    @property
    def name(self) -> str:
        """What the user signs in with."""
        return self.email or self.username or ""


class PasswordLink(BaseModel):
    """A link by which a user chooses a password, once. It is shown in this one answer only."""

    token: str = Field(description="For `POST /api/password-reset`.")
    link: str = Field(
        description="The page of the web app that asks for the password.",
        examples=["https://data.example.com/reset-password#token=…"],
    )
    expires_at: datetime


class CreatedUser(BaseModel):
    """The new user, and how they get a password where none was given."""

    user: User
    password_link: PasswordLink | None


class UserChange(BaseModel):
    """What to change of a user; what is left out stays as it is."""

    is_disabled: bool | None = None
    is_admin: bool | None = None


class OwnQuotas(BaseModel):
    """Quotas of one workspace: null for those of the settings, 0 for no limit."""

    storage_bytes: int | None = Field(None, ge=0, le=LARGEST)
    rows: int | None = Field(None, ge=0, le=LARGEST)
    running_jobs: int | None = Field(
        None, ge=1, le=64, description="Jobs that run at once; more of them wait."
    )


class Workspace(BaseModel):
    """A workspace, as administrators see it."""

    id: UUID
    name: str
    owner: str | None = Field(description="The owner's username.", examples=[ADA])
    created_at: datetime
    usage: Usage
    quotas: Quotas = Field(description="Those in effect.")
    own_quotas: OwnQuotas


class WorkspaceName(BaseModel):
    """Which workspace something belongs to."""

    id: UUID
    name: str


class Job(BaseModel):
    """A job, as administrators see it."""

    id: UUID
    kind: str = Field(examples=["imports.run"])
    status: str = Field(examples=["running"])
    workspace: WorkspaceName
    created_by: str | None = Field(description="Who began it, by username.", examples=[ADA])
    progress: dict[str, Any]
    error: dict[str, Any] | None
    attempts: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested_at: datetime | None
    can_retry: bool = Field(description="Whether it ended badly and can be tried again.")


class Worker(BaseModel):
    """A worker process."""

    id: int
    is_alive: bool = Field(description="Whether it gave a sign of life in the last ten seconds.")
    last_heartbeat_at: datetime
    running_jobs: int


class Workers(BaseModel):
    """The workers, and what waits for them."""

    items: list[Worker]
    waiting_jobs: int
    oldest_waiting_since: datetime | None


class Folder(BaseModel):
    """A part of the object store."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(examples=["files"])
    description: str
    size_bytes: int


class Storage(BaseModel):
    """Where everything lies, and how much of it."""

    model_config = ConfigDict(from_attributes=True)

    address: str = Field(description="The object store: a folder or a bucket.")
    folders: list[Folder]
    total_bytes: int | None = Field(description="Size of the store's disk; null for a bucket.")
    free_bytes: int | None = Field(description="Free space on it; null for a bucket.")
    database_bytes: int = Field(description="Size of the PostgreSQL database.")


class Setting(BaseModel):
    """A setting, and its value in effect on the server process that answers."""

    name: str = Field(examples=["session_days"])
    variable: str = Field(examples=["ROWMILL_SESSION_DAYS"])
    value: Any = Field(description="Secrets are shown as asterisks.", examples=[30])
    default: Any
    is_changed: bool
    description: str


class Settings(BaseModel):
    """Every setting."""

    items: list[Setting]


class AuditEvent(BaseModel):
    """A line of the log of any workspace."""

    id: int
    kind: str = Field(examples=["user.disabled"])
    subject: str = Field(description="What kind of thing it happened to.", examples=["user"])
    subject_id: UUID
    payload: dict[str, Any]
    actor: str | None = Field(description="Who did it, by username.", examples=[ADA])
    at: datetime
    workspace: WorkspaceName
