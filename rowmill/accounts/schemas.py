from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from rowmill.accounts.emails import normalized
from rowmill.workspaces.schemas import WorkspaceRole

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024
LONGEST_NAME = 320

ADA = "ada@example.com"
SECRET = "correct horse battery staple"  # noqa: S105 - an example in the API's documentation

EmailAddress = Annotated[
    str,
    Field(max_length=LONGEST_NAME, json_schema_extra={"format": "email"}),
    AfterValidator(normalized),
]


class Registration(BaseModel):
    """Who wants an account."""

    model_config = ConfigDict(hide_input_in_errors=True)

    email: EmailAddress = Field(examples=[ADA])
    password: str = Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        repr=False,
        description="Any characters, spaces too.",
        examples=[SECRET],
    )
    confirm_password: str | None = Field(
        None, repr=False, description="The password again. Optional; when sent, it must be equal."
    )

    @field_validator("confirm_password")
    @classmethod
    def _repeats_password(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and "password" in info.data and value != info.data["password"]:
            raise ValueError("The two passwords differ.")
        return value


class Login(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(hide_input_in_errors=True)

    name: str = Field(
        max_length=LONGEST_NAME,
        validation_alias=AliasChoices("email", "username"),
        description="The e-mail address. A username may be sent as `username` instead.",
        examples=[ADA],
    )
    password: str = Field(max_length=LONGEST_PASSWORD, repr=False, examples=[SECRET])


class Refresh(BaseModel):
    """The refresh token of a session."""

    model_config = ConfigDict(hide_input_in_errors=True)

    refresh_token: str = Field(
        max_length=LONGEST_PASSWORD,
        repr=False,
        validation_alias=AliasChoices("refresh_token", "refresh"),
        description="The newest refresh token. May be sent as `refresh` too.",
    )


class Message(BaseModel):
    """A sentence for people."""

    message: str


class User(BaseModel):
    """The signed-in user, and the workspace the request works in."""

    id: UUID
    email: str | None = Field(examples=[ADA])
    username: str = Field(description="What the user signs in with.", examples=[ADA])
    is_admin: bool
    created_at: datetime
    workspace: WorkspaceRole


class Tokens(BaseModel):
    """What a program signs in with: `Authorization: Bearer <access_token>`."""

    access_token: str = Field(description="Good for `expires_in` seconds.")
    refresh_token: str = Field(description="Good for one `POST /api/token/refresh`.")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of a kind of token
    expires_in: int = Field(description="Life of the access token, in seconds.", examples=[900])


class SignedIn(Tokens):
    """A new session. Browsers hold it by the cookie that comes along, programs by the tokens."""

    message: str
    user_id: UUID
    user: User


class SessionSummary(BaseModel):
    """One login, on one device or in one program."""

    id: UUID
    created_at: datetime
    last_seen_at: datetime = Field(description="Its last request, to the minute.")
    expires_at: datetime = Field(description="When it ends, unless it is used before.")
    ip_address: str = Field(examples=["203.0.113.7"])
    user_agent: str = Field(examples=["Mozilla/5.0 (X11; Linux x86_64)"])
    is_current: bool = Field(description="Whether this request belongs to it.")


class Instance(BaseModel):
    """What anyone may know of this server."""

    name: Literal["Rowmill"] = "Rowmill"
    version: str = Field(examples=["0.1.0"])
    has_users: bool = Field(
        description="False on a fresh server: the first user becomes its admin."
    )
    registration_open: bool = Field(description="Whether `POST /api/register` makes accounts now.")
    max_upload_bytes: int = Field(description="Largest body of an upload, in bytes.")
