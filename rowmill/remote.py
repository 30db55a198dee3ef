"""Files on other people's servers: what is known of one, and what can go wrong on the way.

The protocols (`rowmill.sftp`, `rowmill.buckets`) yield these and raise these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from rowmill.outbound import (
    BrokenAnswer,
    ConnectionRefused,
    HostNotFound,
    OutboundError,
    TimedOut,
)


@dataclass(frozen=True)
class RemoteFile:
    """A file as its server lists it.

    `path` is relative to the folder or prefix of the connection. What a server does not tell
    is None: SFTP has no `etag`, and tells times in whole seconds.
    """

    path: str
    size_bytes: int | None
    modified_at: datetime | None
    etag: str | None = None


class RemoteError(OutboundError):
    """The other server did not do what was asked of it."""

    is_transient: ClassVar[bool] = False


def is_transient(error: Exception) -> bool:
    """Whether the same may work in a minute without anybody mending anything."""
    if isinstance(error, RemoteError):
        return error.is_transient
    return isinstance(error, BrokenAnswer | ConnectionRefused | HostNotFound | TimedOut)


class ConnectionLost(RemoteError):
    """The connection broke off. What has arrived is good; go on from there."""

    is_transient = True


class ServerSilent(ConnectionLost):
    """The server has stopped answering. What has arrived is good; go on from there."""

    status = 504


class RemoteFileMissing(RemoteError):
    """The file is not on the server, or is not there any more."""


class RemoteFileChanged(RemoteError):
    """The file has become another one on the server while it was read. Begin it anew."""

    is_transient = True


class RemoteFolderMissing(RemoteError):
    """The folder is not on the server. Check its name, or make it there."""


class RemoteAccessDenied(RemoteError):
    """The account may not do this on the server. Its administrator can allow it."""


class RemoteFileExists(RemoteError):
    """There is a file of this name on the server already, and it was left as it is."""


class RemoteDiskFull(RemoteError):
    """The server has no space left. Nothing was kept there of this file."""

    is_transient = True


class RemoteFailure(RemoteError):
    """The server refused without a clear reason. Try again, or ask its administrator."""

    is_transient = True
