"""Files of changes, each written whole to a folder of an SFTP server or to a bucket."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

from rowmill import buckets, sftp
from rowmill.settings import Settings
from rowmill.syncs.destinations.base import Answer, Parcel, Verdict
from rowmill.syncs.records import CHANGE
from rowmill.syncs.targets import S3Target, SftpTarget

PIECE_LINES = 2000
MARK_LETTERS = 16


class SftpDestination:
    """A folder of an SFTP server. `host_key` is the key that the server has shown, once it has."""

    def __init__(self, settings: Settings, target: SftpTarget, secrets: Mapping[str, str]) -> None:
        """Contacts nothing yet."""
        self._settings = settings
        self._target = target
        folder = "" if target.folder == "." else target.folder
        self._address = sftp.SftpAddress(target.host, target.username, target.port, folder)
        self._credentials = sftp.SftpCredentials(
            secrets.get("password"), secrets.get("private_key"), secrets.get("passphrase")
        )
        self.host_key = target.host_key

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Each delivery has a connection of its own."""

    def deliver(self, parcel: Parcel) -> Answer:
        name = file_name(self._target, parcel)
        with self._connected() as session:
            mark = parcel.idempotency_key[:MARK_LETTERS]
            session.write(name, pieces(self._target, parcel), mark)
        return Answer(Verdict.ACCEPTED, f"{name} was written.")

    def test(self) -> str:
        with self._connected() as session:
            session.check(is_target=True)
            shown = sftp.fingerprint(session.host_key)
        return f"{self._target.host} was reached, and the folder can be written to. Key: {shown}."

    @contextmanager
    def _connected(self) -> Iterator[sftp.SftpSession]:
        """A session; the key that the server shows is the one to expect from then on."""
        connecting = sftp.connect(self._settings, self._address, self._credentials, self.host_key)
        with connecting as session:
            self.host_key = session.host_key
            yield session


class BucketDestination:
    """An S3-compatible bucket."""

    def __init__(self, settings: Settings, target: S3Target, secrets: Mapping[str, str]) -> None:
        """Contacts nothing yet."""
        self._settings = settings
        self._target = target
        self._address = buckets.BucketAddress(
            target.bucket, target.endpoint, target.region, target.prefix
        )
        self._credentials = buckets.BucketCredentials(
            target.access_key_id, secrets.get("secret_access_key")
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Each delivery has a connection of its own."""

    def deliver(self, parcel: Parcel) -> Answer:
        name = file_name(self._target, parcel)
        with buckets.connect(self._settings, self._address, self._credentials) as session:
            session.write(name, pieces(self._target, parcel))
        return Answer(Verdict.ACCEPTED, f"{name} was written.")

    def test(self) -> str:
        with buckets.connect(self._settings, self._address, self._credentials) as session:
            session.check(is_target=True)
        return f"The bucket {self._target.bucket} was reached and can be written to."


def file_name(target: SftpTarget | S3Target, parcel: Parcel) -> str:
    """The name of a delivery's file, the same each time that it is written."""
    values = {
        "dataset": parcel.dataset,
        "version": str(parcel.until),
        "time": parcel.at.strftime("%Y%m%dT%H%M%SZ"),
        "format": target.format,
    }
    return target.file_name.format(**values)


def pieces(target: SftpTarget | S3Target, parcel: Parcel) -> Iterator[bytes]:
    """The file's bytes: CSV with a header, or JSON Lines, with the kind of change in `_change`."""
    names = [member.name for member in parcel.shape.members]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if target.format == "csv":
        writer.writerow([CHANGE, *names])
    for count, line in enumerate(parcel.lines(), 1):
        if target.format == "csv":
            values = line.values()
            writer.writerow([line.change, *(_cell(values.get(name)) for name in names)])
        else:
            opening = f'{{"{CHANGE}":{json.dumps(line.change)}{"," if names else ""}'
            buffer.write(f"{opening}{line.record[1:]}\n")
        if count % PIECE_LINES == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
