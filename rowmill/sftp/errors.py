"""What can go wrong with an SFTP server, and how its library's errors become ours."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncssh

from rowmill.errors import RowmillError
from rowmill.remote import (
    ConnectionLost,
    RemoteAccessDenied,
    RemoteDiskFull,
    RemoteError,
    RemoteFailure,
    RemoteFileExists,
    RemoteFileMissing,
    ServerSilent,
)

REASON_CHARACTERS = 200


class NotAnSshServer(RemoteError):
    """Something answers there, but it is no SSH server. Look at host and port: SFTP has 22."""


class NoFileTransfer(RemoteError):
    """The server lets the account in, but offers it no SFTP. Its administrator can allow it."""


class IncompatibleServer(RemoteError):
    """The server knows only ways of encryption that are no longer safe. It needs an update."""


class HostKeyChanged(RemoteError):
    """The server shows another host key than before. No password was sent to it.

    Ask its administrator. If the key was changed on purpose, trust the new one.
    """


class LoginRefused(RemoteError):
    """The server does not let the account in. Look at the username, and the password or key."""


class PrivateKeyUnreadable(RowmillError):
    """The private key cannot be read. Paste the whole file, in OpenSSH's or PEM format."""

    status = 422


@contextmanager
def plainly(place: str, path: str, doing: str) -> Iterator[None]:
    """Turn the library's errors into ours. Args: `doing` completes "could not be …"."""
    try:
        yield
    except TimeoutError as error:
        raise ServerSilent(f"{place} has stopped answering while {path} was {doing}.") from error
    except asyncssh.SFTPError as error:
        raise _refused(place, path, doing, error) from error
    except (asyncssh.Error, ConnectionError, EOFError, asyncio.IncompleteReadError) as error:
        raise lost(f"while {path} was {doing}", place, error) from error


def lost(when: str, place: str, error: BaseException) -> ConnectionLost:
    """The connection is gone; the library tells a silent server by its words alone."""
    if "keepalive" in str(error):
        return ServerSilent(f"{place} has stopped answering {when}.")
    return ConnectionLost(f"The connection to {place} broke off {when}.")


def _refused(place: str, path: str, doing: str, error: asyncssh.SFTPError) -> RemoteError:
    subject = f"{path} on {place} could not be {doing}"
    match error:
        case asyncssh.SFTPConnectionLost() | asyncssh.SFTPNoConnection():
            return lost(f"while {path} was {doing}", place, error)
        case asyncssh.SFTPNoSuchFile() | asyncssh.SFTPNoSuchPath():
            return RemoteFileMissing(f"{subject}: there is no such file or folder.")
        case asyncssh.SFTPPermissionDenied() | asyncssh.SFTPWriteProtect():
            return RemoteAccessDenied(f"{subject}: the account may not do that there.")
        case asyncssh.SFTPFileAlreadyExists():
            return RemoteFileExists(f"{subject}: there is a file of this name already.")
        case asyncssh.SFTPNoSpaceOnFilesystem() | asyncssh.SFTPQuotaExceeded():
            return RemoteDiskFull(f"{subject}: the server has no space left for it.")
    return RemoteFailure(f"{subject}: the server says {reason(error)!r}.")


def reason(error: Exception) -> str:
    """The server's own words, in one short line that is safe to show."""
    words = str(getattr(error, "reason", "")) or str(error) or type(error).__name__
    return "".join(c if c.isprintable() else " " for c in words)[:REASON_CHARACTERS].strip()
