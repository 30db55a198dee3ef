from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
)

from rowmill.accounts.emails import normalized, username
from rowmill.models import Scope
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


Username = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(username)]
NewPassword = Annotated[
    str,
    Field(
        min_length=SHORTEST_PASSWORD,
        max_length=LONGEST_PASSWORD,
        description="Any characters, spaces too.",
        examples=[SECRET],
    ),
]


class Registration(BaseModel):
    """Who wants an account."""

    model_config = ConfigDict(hide_input_in_errors=True)

    email: EmailAddress = Field(examples=[ADA])
    password: NewPassword = Field(repr=False)
    confirm_password: str | None = Field(
        None, repr=False, description="The password again. Optional; when sent, it must be equal."
    )

    @field_validator("confirm_password")
    @classmethod
    def _repeats_password(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and "password" in info.data and value != info.data["password"]:
            raise ValueError("The two passwords differ.")
        return value


class NewUser(BaseModel):
    """Who wants an account, by a name that need not be an e-mail address."""

    model_config = ConfigDict(hide_input_in_errors=True)

    username: Username = Field(examples=["ada"])
    password: NewPassword = Field(repr=False)


class NewUserAnswer(BaseModel):
    """The account that was made."""

    message: str
    id: UUID
    username: str = Field(examples=["ada"])
    created_at: datetime


class PasswordChange(BaseModel):
    """The present password, and the one wanted instead."""

    model_config = ConfigDict(hide_input_in_errors=True)

    current_password: str = Field(max_length=LONGEST_PASSWORD, repr=False, examples=[SECRET])
    new_password: NewPassword = Field(repr=False)


class PasswordReset(BaseModel):
    """The token of a link that an administrator handed over, and the password wanted."""

    model_config = ConfigDict(hide_input_in_errors=True)

    token: str = Field(max_length=LONGEST_PASSWORD, repr=False)
    password: NewPassword = Field(repr=False)


class NewKey(BaseModel):
    """What an API key is for."""

    name: str = Field(min_length=1, max_length=100, examples=["nightly export"])
    scope: Scope = Field(Scope.READ, description="`write` includes `read`.")
    expires_at: AwareDatetime | None = Field(
        None, description="When it ends; without it, the key is good until it is deleted."
    )

    @field_validator("name")
    @classmethod
    def _is_visible(cls, value: str) -> str:
        if not value.strip() or not value.isprintable():
            raise ValueError("A name has at least one visible character, and no control ones.")
        return value.strip()


class Key(BaseModel):
    """An API key, without the key itself."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str = Field(examples=["nightly export"])
    prefix: str = Field(description="How the key begins.", examples=["rmk_Zx81aQ0p"])
    scope: Scope
    workspace_id: UUID = Field(description="The workspace that it opens.")
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="Its last request, to the minute.")
    is_expired: bool


class CreatedKey(Key):
    """A new API key. The key itself is shown in this one answer only."""

    key: str = Field(examples=["rmk_Zx81aQ0p…"])


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
