"""What a destination is: its settings as a client sends them, checked, and the secrets it takes."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, Self

from cryptography.x509 import load_pem_x509_certificates
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    field_validator,
    model_validator,
)

from rowmill.outbound import checked_url

HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
HEADER_SECRET = "header:"  # noqa: S105 - begins the name of a secret
RESERVED_HEADERS = {"host", "content-length", "content-type", "transfer-encoding", "connection"}
NAME = r"^[^\x00-\x1f]+$"
Text = Annotated[str, Field(min_length=1, max_length=500, pattern=NAME)]
Port = Annotated[int, Field(ge=1, le=65535)]


def _below(path: str) -> str:
    """A path is always below the host: without its slash it would become part of the name."""
    return path if not path or path.startswith("/") else f"/{path}"


Path = Annotated[
    str, Field(max_length=1000, pattern=r"^[^\x00-\x20\x7f#]*$"), AfterValidator(_below)
]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid")


class HttpAuth(_Settings):
    """How to sign in at an HTTP destination.

    `bearer` sends the secret `token`; `basic` name and the secret `password`; `login` posts them
    to `path` for a token first; `hmac` signs each body with the secret `signing_key`.
    """

    kind: Literal["none", "bearer", "basic", "login", "hmac"] = "none"
    username: Text | None = None
    path: Path = Field("/auth", description="For `login`: where, below the URL.")
    form: Literal["form", "json"] = Field(
        "form", description="For `login`: an OAuth2 password form, or JSON."
    )
    token_field: Text = Field("access_token", description="For `login`: the answer's member.")

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if self.kind in {"basic", "login"} and self.username is None:
            raise ValueError(f"`{self.kind}` needs a username.")
        return self


class HttpTarget(_Settings):
    """An HTTP endpoint that takes records as JSON."""

    kind: Literal["http"]
    url: str = Field(max_length=2000, examples=["https://shop.example.com/api"])
    path: Path = Field(
        "",
        description="Below the URL. With one record per request it may hold `{field}`.",
        examples=["/products"],
    )
    method: Literal["POST", "PUT", "PATCH"] = "POST"
    delete_method: Literal["DELETE", "POST", "PUT", "PATCH"] = "DELETE"
    delete_path: Path | None = Field(None, description="For deletes; `path` where it is null.")
    body: Literal["envelope", "array", "lines", "record"] = Field(
        "envelope",
        description="`{envelope: [records]}`, a bare array, JSON Lines, or one record per request.",
    )
    envelope: Text = "records"
    change_field: Text | None = Field(
        None, description="Member added to each record: insert, update or delete."
    )
    headers: dict[str, str] = Field({}, max_length=50)
    auth: HttpAuth = HttpAuth()
    expect_json: bool = Field(
        default=False, description="Take a success only where its body is JSON."
    )
    timeout_seconds: int = Field(30, ge=1, le=300)

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return checked_url(value, field="destination.url").rstrip("/")

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, value: dict[str, str]) -> dict[str, str]:
        for name, text in value.items():
            if not HEADER_NAME.fullmatch(name) or name.lower() in RESERVED_HEADERS:
                raise ValueError(f"'{name[:100]}' cannot be set as a header.")
            if not text.isprintable() or not text.isascii():
                raise ValueError(f"The value of '{name}' holds what a header cannot.")
        return value

    @property
    def secret_names(self) -> set[str]:
        """The secrets that the way of signing in needs."""
        kinds = {
            "bearer": {"token"},
            "basic": {"password"},
            "login": {"password"},
            "hmac": {"signing_key"},
        }
        return kinds.get(self.auth.kind, set())


class _FileTarget(_Settings):
    file_name: str = Field(
        "{dataset}_{version}_{time}.{format}",
        min_length=1,
        max_length=200,
        pattern=r"^[^\x00-\x1f/\\]+$",
        description="May hold `{dataset}`, `{version}`, `{time}` and `{format}`.",
    )
    format: Literal["csv", "jsonl"] = "csv"

    @field_validator("file_name")
    @classmethod
    def _is_a_template(cls, value: str) -> str:
        rest = re.sub(r"\{(dataset|version|time|format)\}", "", value)
        if "{" in rest or "}" in rest:
            raise ValueError("It may hold {dataset}, {version}, {time} and {format} only.")
        if "{version}" not in value:
            raise ValueError("It needs {version}, or one delivery would replace the other.")
        return value


class SftpTarget(_FileTarget):
    """A folder of an SFTP server. Each delivery becomes one file."""

    kind: Literal["sftp"]
    host: Text
    port: Port = 22
    username: Text
    folder: str = Field(".", max_length=1000)
    host_key: str | None = Field(
        None, max_length=5000, description="As `ssh-ed25519 AAAA…`; null to trust it at first use."
    )

    @property
    def secret_names(self) -> set[str]:
        """None is needed in every case: a password or a key will do."""
        return set()


class S3Target(_FileTarget):
    """An S3-compatible bucket. Each delivery becomes one object."""

    kind: Literal["s3"]
    bucket: Text
    prefix: str = Field("", max_length=1000)
    region: str = Field("us-east-1", max_length=100)
    endpoint: str | None = Field(None, max_length=1000)
    access_key_id: Text

    @field_validator("endpoint")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        return value and checked_url(value, field="destination.endpoint").rstrip("/")

    @property
    def secret_names(self) -> set[str]:
        """The bucket's secret key."""
        return {"secret_access_key"}


class PostgresqlTarget(_Settings):
    """A table of a PostgreSQL database. Each change is applied exactly once."""

    kind: Literal["postgresql"]
    host: Text
    port: Port = 5432
    database: Annotated[str, Field(min_length=1, max_length=63, pattern=NAME)]
    username: Annotated[str, Field(min_length=1, max_length=63, pattern=NAME)]
    table_schema: Annotated[str, Field(min_length=1, max_length=63, pattern=NAME)] = "public"
    table: Annotated[str, Field(min_length=1, max_length=63, pattern=NAME)]
    create_table: bool = Field(default=True, description="Make the table where it is missing.")
    tls: Literal["disable", "prefer", "require", "verify-full"] = "prefer"
    ca_certificate: str | None = Field(
        None,
        max_length=100_000,
        description="For `verify-full`: the certificates, as PEM, of who may have signed the "
        "server's. Those that this machine trusts where it is null.",
    )

    @field_validator("ca_certificate")
    @classmethod
    def _is_a_certificate(cls, value: str | None) -> str | None:
        if value is None or not value.strip():
            return None
        try:
            load_pem_x509_certificates(value.encode())
        except ValueError as error:
            raise ValueError(
                "It is no certificate as PEM, which begins with -----BEGIN CERTIFICATE-----."
            ) from error
        return value

    @model_validator(mode="after")
    def _counts(self) -> Self:
        if self.ca_certificate is not None and self.tls != "verify-full":
            raise ValueError("`ca_certificate` counts only where `tls` is `verify-full`.")
        return self

    @property
    def secret_names(self) -> set[str]:
        """None is needed in every case: the server may trust the address."""
        return set()


AnyTarget = HttpTarget | SftpTarget | S3Target | PostgresqlTarget
Target = Annotated[AnyTarget, Field(discriminator="kind")]
_ADAPTER: TypeAdapter[AnyTarget] = TypeAdapter(Target)

SECRETS = {
    "http": {"token", "password", "signing_key"},
    "sftp": {"password", "private_key", "passphrase"},
    "s3": {"secret_access_key"},
    "postgresql": {"password"},
}


def target_of(stored: dict[str, Any]) -> AnyTarget:
    """The settings that the database keeps."""
    return _ADAPTER.validate_python(stored)


def is_secret(kind: str, name: str) -> bool:
    """Whether a destination of that kind takes such a secret."""
    if kind == "http" and name.startswith(HEADER_SECRET):
        header = name.removeprefix(HEADER_SECRET)
        return bool(HEADER_NAME.fullmatch(header)) and header.lower() not in RESERVED_HEADERS
    return name in SECRETS[kind]


def is_same_place(one: AnyTarget, other: AnyTarget) -> bool:
    """Whether secrets that were entered for one may go to the other."""
    return _place(one) == _place(other)


def _place(target: AnyTarget) -> tuple[object, ...]:
    match target:
        case HttpTarget():
            return target.kind, target.url
        case S3Target():
            return target.kind, target.endpoint, target.region
        case _:
            return target.kind, target.host, target.port
