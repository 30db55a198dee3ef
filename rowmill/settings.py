"""Settings, read from the environment (`ROWMILL_…`) and from `.env` in the working folder.

Secrets that are not set are generated into the data folder with mode 0600 on first use.
"""

from __future__ import annotations

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

MEBIBYTE = 1024**2
GIBIBYTE = 1024**3


class Settings(BaseSettings):
    """Every setting, with its environment variable being `ROWMILL_` and its name in capitals.

    Those of the default sync have the names that its clients know: see `variable_of`.
    """

    model_config = SettingsConfigDict(
        env_prefix="ROWMILL_", env_file=".env", extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        Path("data"),
        description="Folder of everything kept on this machine: database, files, keys.",
    )
    database_url: str | None = Field(
        None,
        description="PostgreSQL to use, as `postgresql://user:password@host:5432/name`. "
        "Without it, Rowmill runs a PostgreSQL of its own in the data folder.",
    )
    storage_url: str | None = Field(
        None,
        description="Object store: a folder, or `s3://bucket/prefix`. "
        "Default: `store` in the data folder.",
    )
    s3_endpoint: str | None = Field(
        None, description="Endpoint of an S3-compatible store, as `https://minio.example:9000`."
    )
    s3_region: str = Field("us-east-1", description="Region of the S3 bucket.")
    s3_access_key_id: str | None = Field(None, description="Access key of the S3 bucket.")
    s3_secret_access_key: SecretStr | None = Field(None, description="Secret key of the S3 bucket.")
    host: str = Field(
        "127.0.0.1", description="Address to listen on; `0.0.0.0` for every interface."
    )
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on.")
    server_processes: int = Field(1, ge=1, le=64, description="Processes that answer requests.")
    workers: int = Field(
        1,
        ge=0,
        le=64,
        description="Worker processes that `rowmill serve` starts beside the server.",
    )
    worker_concurrency: int = Field(
        3, ge=1, le=64, description="Jobs that one worker runs at once."
    )
    worker_connections: int = Field(
        8,
        ge=1,
        le=64,
        description="Runs of feeds and syncs, which mostly wait for others, that one worker does "
        "at once beside its other jobs.",
    )
    workspace_jobs: int = Field(
        2, ge=1, le=64, description="Jobs of one workspace that run at once, over all workers."
    )
    workspace_connections: int = Field(
        4,
        ge=1,
        le=64,
        description="Runs of feeds and syncs of one workspace that go on at once, over all "
        "workers, beside its other jobs.",
    )
    public_url: str | None = Field(
        None,
        description="Address under which users reach the server, as `https://data.example.com`.",
    )
    trusted_proxies: str = Field(
        "",
        description="Reverse proxies whose `X-Forwarded-*` headers count, with commas.",
    )
    secret_key: SecretStr | None = Field(
        None, description="Signs access tokens and cursors. Default: generated in the data folder."
    )
    encryption_key: SecretStr | None = Field(
        None,
        description="Seals the passwords and keys of feeds, syncs and webhooks. Several with "
        "commas: the first seals, all open. Default: generated in the data folder.",
    )
    allow_private_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Private hosts that feeds, syncs and webhooks may connect to, with commas: "
        "names, addresses, networks; `name:port` for one port only.",
    )
    feed_folders: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Folders of this server that feeds may watch, with what lies below them, with "
        "commas. Without any, feeds watch no folders.",
    )
    shortest_interval_seconds: int = Field(
        60, ge=1, description="Shortest interval of a feed or sync, in seconds."
    )
    sync_retry_seconds: int = Field(
        300,
        ge=1,
        description="Longest pause before a sync tries a destination again that does not answer, "
        "in seconds.",
    )
    sync_base_url: str | None = Field(
        None,
        validation_alias=AliasChoices("BASE_URL", "sync_base_url"),
        description="Where the default sync sends the products of the first administrator's "
        "workspace: the address above `/auth` and `/products`.",
    )
    sync_username: str | None = Field(
        None,
        validation_alias=AliasChoices("USERNAME", "sync_username"),
        description="Name by which the default sync logs in at `/auth`.",
    )
    sync_password: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("PASSWORD", "sync_password"),
        description="Password by which the default sync logs in.",
    )
    sync_interval_minutes: int = Field(
        10,
        ge=1,
        validation_alias=AliasChoices("SYNC_INTERVAL_MINUTES", "sync_interval_minutes"),
        description="Minutes from one run of the default sync to the next.",
    )
    smtp_host: str | None = Field(
        None, description="Mail server that sends notifications. Without it, no mail is sent."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection to the mail server is secured: `starttls` (port 587), "
        "`tls` from the start (465), or `none` inside a network of your own.",
    )
    smtp_username: str | None = Field(None, description="Name to sign in at the mail server with.")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server.")
    mail_from: str | None = Field(
        None,
        description="Sender of mails, as `Rowmill <data@example.com>`. "
        "Default: `rowmill@` and the host of the public URL.",
    )
    registration_open: bool = Field(
        default=True, description="Whether anyone may register an account."
    )
    access_token_minutes: int = Field(15, ge=1, description="Life of an access token, in minutes.")
    session_days: int = Field(
        30, ge=1, description="Life of a session and its refresh token without use, in days."
    )
    login_attempts: int = Field(
        10, ge=1, description="Failed logins per account and per address in five minutes."
    )
    registration_attempts: int = Field(
        100, ge=1, description="Registrations per address in five minutes."
    )
    password_reset_hours: int = Field(
        24, ge=1, description="Life of a link by which a new password is chosen, in hours."
    )
    rate_limit_address: int = Field(
        30_000, ge=0, description="API requests per minute and address; 0 for no limit."
    )
    rate_limit_published: int = Field(
        100,
        ge=0,
        description="Requests per minute and address to the published API (`/products`, `/sales`, "
        "`/categories`, `/help`), other than by signed-in browsers; 0 for no limit.",
    )
    rate_limit_user: int = Field(
        12_000, ge=0, description="API requests per minute and user; 0 for no limit."
    )
    rate_limit_key: int = Field(
        6_000, ge=0, description="API requests per minute and API key; 0 for no limit."
    )
    workspace_storage_bytes: int = Field(
        0,
        ge=0,
        description="Originals and table data that a workspace may keep, in bytes; 0 for no limit. "
        "Administrators can set another limit for a workspace, as for the next.",
    )
    workspace_rows: int = Field(
        0, ge=0, description="Rows that a workspace's datasets may have together; 0 for no limit."
    )
    workspace_waiting_jobs: int = Field(
        1_000,
        ge=0,
        description="Unfinished jobs of a workspace above which no file is taken; 0 for no limit.",
    )
    keep_originals_days: int = Field(
        0, ge=0, description="Days that uploaded originals are kept; 0 for ever."
    )
    keep_results_days: int = Field(
        30, ge=0, description="Days that result files of operations are kept; 0 for ever."
    )
    keep_versions_days: int = Field(
        90, ge=0, description="Days that a dataset's replaced versions can be read; 0 for ever."
    )
    keep_events_days: int = Field(
        0,
        ge=0,
        description="Days that events are kept in the log, but those of invoices; 0 for ever.",
    )
    keep_deliveries_days: int = Field(
        30, ge=1, description="Days that deliveries to webhooks, and mails, are kept in their log."
    )
    max_upload_bytes: int = Field(
        20 * GIBIBYTE, ge=1, description="Largest body of an upload, in bytes."
    )
    min_free_bytes: int = Field(
        256 * MEBIBYTE, ge=0, description="Disk space an upload must leave free, in bytes."
    )
    max_rejects: int = Field(
        100_000, ge=0, description="Rejected records above which an import fails as a whole."
    )
    max_expanded_bytes: int = Field(
        64 * GIBIBYTE, ge=1, description="Largest size to which a compressed file may expand."
    )
    import_memory_bytes: int = Field(
        900 * MEBIBYTE, ge=256 * MEBIBYTE, description="Memory that one import may use, in bytes."
    )
    import_timeout_seconds: int = Field(
        4 * 3600, ge=1, description="Time that one import may take, in seconds."
    )
    query_memory_bytes: int = Field(
        1 * GIBIBYTE, ge=64 * MEBIBYTE, description="Memory that a server process gives to queries."
    )
    query_timeout_seconds: float = Field(
        30, gt=0, description="Seconds after which a query is cancelled."
    )
    query_cache_bytes: int = Field(
        64 * MEBIBYTE, ge=0, description="Memory of the result cache of a server process, in bytes."
    )
    result_link_minutes: int = Field(
        60, ge=1, description="Life of the links that download results without signing in."
    )
    open_workspaces: int = Field(
        32, ge=1, description="Workspace catalogs that one process keeps attached."
    )
    log_format: Literal["console", "json"] = Field("console", description="Form of the log lines.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line that is written."
    )
    metrics_token: SecretStr | None = Field(
        None,
        description="Bearer token that `/metrics` asks for. "
        "Without it, only programs on the server's own machine may read that.",
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins of other web apps that may call the API, with commas."
    )

    @field_validator("cors_origins", "allow_private_hosts", "feed_folders", mode="before")
    @classmethod
    def _split_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("sync_base_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if not value:
            return None
        parts = urlsplit(value.strip())
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise ValueError("it is an address such as https://shop.example.com, without a name")
        return value.strip().rstrip("/")

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def storage(self) -> str:
        """The object store: an absolute folder, or an `s3://` URL without a final slash."""
        if self.storage_url is None:
            return str(self.data_dir / "store")
        if self.storage_url.startswith("s3://"):
            return self.storage_url.rstrip("/")
        return str(Path(self.storage_url.removeprefix("file://")).expanduser().absolute())

    def signing_key(self) -> bytes:
        """The key that signs tokens and cursors; made on first use where none is set."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value().encode()
        return generated_secret(self.data_dir / "secret.key")


def variable_of(name: str) -> str:
    """The environment variable that sets what is called `name` here, or in an error about it."""
    for field_name, field in Settings.model_fields.items():
        alias = field.validation_alias
        if isinstance(alias, AliasChoices) and name in {field_name, *alias.choices}:
            return str(alias.choices[0])
    return f"ROWMILL_{name.upper()}"


def generated_secret(path: Path) -> bytes:
    """The secret kept in `path`, created with mode 0600 by whoever comes first."""
    try:
        return _complete_secret(path)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)  # unlike a rename, fails where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return _complete_secret(path)


def _complete_secret(path: Path) -> bytes:
    return path.read_text().strip().encode()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process."""
    return Settings()
