"""From a feed's stored settings to an open source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rowmill import buckets, sftp
from rowmill.feeds.sources.base import Source
from rowmill.feeds.sources.folder import FolderSource, allowed_folder
from rowmill.feeds.sources.https import WAIT_SECONDS, HttpsLogin, HttpsSource
from rowmill.feeds.sources.sessions import SessionSource
from rowmill.outbound import checked_url
from rowmill.remote import RemoteFile
from rowmill.settings import Settings

IMPATIENT_SECONDS = 5


@dataclass(frozen=True)
class Connection:
    """All it takes to connect. `known` are files that were fetched before, by path, which only
    addresses of the web need. `impatient` is for somebody who waits for the answer.
    """

    kind: str
    source: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    host_key: str | None = None
    known: Mapping[str, RemoteFile] = field(default_factory=dict)
    impatient: bool = False


def check(settings: Settings, connection: Connection) -> None:
    """Look over what can be judged without connecting. Raises: Invalid, PrivateKeyUnreadable."""
    source = connection.source
    match connection.kind:
        case "folder":
            allowed_folder(settings, source["folder"])
        case "https":
            for number, url in enumerate(source["urls"]):
                checked_url(url, field=f"source.urls.{number}")
        case "sftp":
            sftp.check_private_key(_credentials(connection))
            if connection.host_key:
                sftp.check_host_key(connection.host_key)
        case "s3":
            assert _bucket_address(connection).url


@contextmanager
def open_source(settings: Settings, connection: Connection) -> Iterator[Source]:
    """The source, for as long as the block runs. Raises: RowmillErrors that say what is wrong."""
    source = connection.source
    match connection.kind:
        case "folder":
            yield FolderSource(settings, source["folder"], recursive=source["recursive"])
        case "https":
            with _https(settings, connection) as https:
                yield https
        case "sftp":
            with _sftp(settings, connection) as session:
                yield SessionSource(session, recursive=source["recursive"])
        case _:
            with _bucket(settings, connection) as bucket:
                yield SessionSource(bucket, recursive=source["recursive"])


@contextmanager
def _https(settings: Settings, connection: Connection) -> Iterator[Source]:
    source, secrets = connection.source, connection.secrets
    login = HttpsLogin()
    match source.get("login"):
        case "basic":
            login = HttpsLogin(basic=(source.get("username") or "", secrets.get("password", "")))
        case "bearer":
            login = HttpsLogin(headers={"Authorization": f"Bearer {secrets.get('token', '')}"})
        case "header":
            login = HttpsLogin(headers={source["header"]: secrets.get("token", "")})
    wait = IMPATIENT_SECONDS if connection.impatient else WAIT_SECONDS
    https = HttpsSource(settings, source["urls"], login, connection.known, wait)
    try:
        yield https
    finally:
        https.close()


@contextmanager
def _sftp(settings: Settings, connection: Connection) -> Iterator[sftp.SftpSession]:
    source = connection.source
    address = sftp.SftpAddress(
        host=source["host"],
        port=source["port"],
        username=source["username"],
        folder=source["folder"],
    )
    short = sftp.SftpTimeouts(connect=IMPATIENT_SECONDS, silence=IMPATIENT_SECONDS)
    timeouts = short if connection.impatient else None
    with sftp.connect(
        settings, address, _credentials(connection), connection.host_key, timeouts
    ) as session:
        yield session


def _credentials(connection: Connection) -> sftp.SftpCredentials:
    secrets = connection.secrets
    return sftp.SftpCredentials(
        password=secrets.get("password"),
        private_key=secrets.get("private_key"),
        passphrase=secrets.get("passphrase"),
    )


@contextmanager
def _bucket(settings: Settings, connection: Connection) -> Iterator[buckets.BucketSession]:
    credentials = buckets.BucketCredentials(
        access_key_id=connection.source.get("access_key_id"),
        secret_access_key=connection.secrets.get("secret_access_key"),
        session_token=connection.secrets.get("session_token"),
    )
    short = buckets.BucketTimeouts(
        connect=IMPATIENT_SECONDS, silence=IMPATIENT_SECONDS, retry=IMPATIENT_SECONDS
    )
    timeouts = short if connection.impatient else None
    with buckets.connect(settings, _bucket_address(connection), credentials, timeouts) as session:
        yield session


def _bucket_address(connection: Connection) -> buckets.BucketAddress:
    source = connection.source
    return buckets.BucketAddress(
        bucket=source["bucket"],
        endpoint=source.get("endpoint"),
        region=source["region"],
        prefix=source["prefix"],
        is_virtual_hosted=source["virtual_hosted"],
    )
