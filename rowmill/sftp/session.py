"""What can be done with the files of an SFTP server, once logged in."""

from __future__ import annotations

import contextlib
import posixpath
import re
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Iterable, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any, TypeVar, cast
from uuid import uuid4

import asyncssh

from rowmill.background import BackgroundLoop
from rowmill.remote import (
    RemoteDiskFull,
    RemoteError,
    RemoteFailure,
    RemoteFile,
    RemoteFileExists,
    RemoteFileMissing,
    RemoteFolderMissing,
)
from rowmill.sftp.addresses import SftpAddress, SftpTimeouts, fingerprint
from rowmill.sftp.errors import plainly
from rowmill.sftp.transfers import Reading, Writing

T = TypeVar("T")

ENTRIES = 256
TIDY_SECONDS = 5
ESCAPED = re.compile(r"\\x(5c|[89a-f][0-9a-f])")


class SftpSession:
    r"""An open connection. Paths are relative to the address's folder, or absolute.

    Names that are not UTF-8 are shown with `\xe9` for each such byte, and understood so.
    """

    def __init__(
        self,
        loop: BackgroundLoop,
        client: asyncssh.SFTPClient,
        address: SftpAddress,
        timeouts: SftpTimeouts,
        host_key: str,
    ) -> None:
        """Args: `host_key` is the one that the server has shown."""
        self.host_key = host_key
        self.fingerprint = fingerprint(host_key)
        self._loop = loop
        self._client = client
        self._folder = address.folder
        self._place = address.place
        self._silence = timeouts.silence

    def check(self, *, is_target: bool = False) -> None:
        """Look whether the folder can be listed and, as a target, be written to.

        Raises: RemoteFolderMissing, RemoteAccessDenied, and what `write` raises.
        """
        next(self.files(), None)
        if is_target:
            probe = f".rowmill-{uuid4().hex[:8]}.part"
            self.write(probe, [])
            self.delete(probe)

    def files(self, pattern: str | None = None, *, recursive: bool = False) -> Iterator[RemoteFile]:
        """The files of the folder, in the server's order, with few in memory at once.

        `pattern` is a glob that the whole path matches. Links are followed where they lead to
        files, never to folders. A file that goes while we look is left out.

        Raises: RemoteFolderMissing, RemoteAccessDenied, also for a folder below.
        """
        folders = [""]
        while folders:
            parent = folders.pop()
            for entry in self._entries(parent):
                path = posixpath.join(parent, _text(_bytes(entry.filename)))
                kind, attributes = self._followed(path, entry.attrs)
                if kind == asyncssh.FILEXFER_TYPE_DIRECTORY:
                    if recursive and attributes is entry.attrs:
                        folders.append(path)
                elif kind == asyncssh.FILEXFER_TYPE_REGULAR and (
                    pattern is None or fnmatchcase(path, pattern)
                ):
                    yield _remote_file(path, attributes)

    def stat(self, path: str) -> RemoteFile:
        """What the server says of one file. Raises: RemoteFileMissing, RemoteAccessDenied."""
        with plainly(self._place, path, "looked up"):
            return _remote_file(path, self._run(self._client.stat(self._raw(path))))

    def read(self, path: str, offset: int = 0) -> Iterator[bytes]:
        """The file's bytes from `offset` on, in pieces of at most about a mebibyte.

        Raises: ConnectionLost (go on where the last piece ended), RemoteFileMissing,
        RemoteAccessDenied.
        """
        with plainly(self._place, path, "read"):
            file = self._run(self._open(path, "rb"))
            block = self._client.limits.max_read_len
            reading = Reading(file, offset, block, self._silence)
            try:
                self._loop.run(reading.begin())
                while piece := self._loop.run(reading.pull()):
                    yield piece
            finally:
                self._quietly(reading.close())

    def write(self, path: str, pieces: Iterable[bytes], mark: str | None = None) -> RemoteFile:
        """Write a file that appears whole or not at all, in the place of one of that name.

        It has the name `.NAME.….part` until then, which may be left where the connection breaks
        off. With a `mark`, the next attempt of the same mark takes that up and leaves nothing.
        Raises: ConnectionLost, RemoteAccessDenied, RemoteDiskFull, RemoteFolderMissing.
        """
        folder, name = posixpath.split(path)
        draft = posixpath.join(folder, f".{name}.{mark or uuid4().hex[:8]}.part")
        try:
            self._write(path, draft, pieces)
            with plainly(self._place, path, "written"):
                self._replace(draft, path)
        except RemoteFileMissing as error:
            raise RemoteFolderMissing(
                f"{path} on {self._place} could not be written: its folder is not there."
            ) from error
        except BaseException:
            self._quietly(self._client.remove(self._raw(draft)))
            raise
        return self.stat(path)

    def move(self, path: str, to: str) -> None:
        """Give a file another name or folder. What is there already is never replaced.

        Raises: RemoteFileExists, RemoteFileMissing (also for the folder to move to),
        RemoteAccessDenied.
        """
        with plainly(self._place, path, f"moved to {to}"):
            if self._run(self._client.lexists(self._raw(to))):
                raise RemoteFileExists(
                    f"{path} on {self._place} could not be moved: there is a {to} already."
                )
            self._run(self._client.rename(self._raw(path), self._raw(to)))

    def delete(self, path: str) -> None:
        """Delete a file. Raises: RemoteFileMissing, RemoteAccessDenied."""
        with plainly(self._place, path, "deleted"):
            self._run(self._client.remove(self._raw(path)))

    def make_folder(self, path: str) -> None:
        """Make a folder, and those it lies in; one that is there is no error."""
        with plainly(self._place, path, "made"):
            self._run(self._client.makedirs(self._raw(path), exist_ok=True))

    def _entries(self, folder: str) -> Iterator[asyncssh.SFTPName]:
        shown = folder or self._folder or "The account's folder"
        scan = self._client.scandir(self._raw(folder))
        try:
            with plainly(self._place, shown, "listed"):
                while batch := self._run(_some(scan)):
                    yield from batch
        except RemoteFileMissing as error:
            raise RemoteFolderMissing(
                f"The folder {shown} is not on {self._place}. Look at its name; it is "
                "case-sensitive, and relative to the folder in which the account begins."
            ) from error
        finally:
            self._quietly(cast("AsyncGenerator[asyncssh.SFTPName]", scan).aclose())

    def _followed(
        self, path: str, attributes: asyncssh.SFTPAttrs
    ) -> tuple[int, asyncssh.SFTPAttrs]:
        """Kind and attributes of an entry, or of what it links to."""
        known = {asyncssh.FILEXFER_TYPE_REGULAR, asyncssh.FILEXFER_TYPE_DIRECTORY}
        if attributes.type in known:
            return attributes.type, attributes
        try:
            with plainly(self._place, path, "looked up"):
                target = self._run(self._client.stat(self._raw(path)))
        except RemoteError as error:
            if error.is_transient:
                raise
            return asyncssh.FILEXFER_TYPE_SPECIAL, attributes  # a link that leads nowhere
        return target.type, target

    def _write(self, path: str, draft: str, pieces: Iterable[bytes]) -> None:
        """Failures of `pieces` itself are none of the server's."""
        with plainly(self._place, path, "written"):
            file = self._run(self._open(draft, "wb"))
        writing = Writing(file, self._client.limits.max_write_len, self._silence)
        try:
            for piece in pieces:
                self._step(path, draft, writing.push(piece))
            size = self._step(path, draft, writing.finish())
        except BaseException:
            self._quietly(writing.abandon())
            raise
        if size is not None and size != writing.size:
            raise RemoteFailure(
                f"{path} on {self._place} could not be written: {size:,} of "
                f"{writing.size:,} bytes have arrived. The server may have no space left."
            )

    def _step(self, path: str, draft: str, coroutine: Coroutine[Any, Any, T]) -> T:
        with plainly(self._place, path, "written"):
            try:
                return self._loop.run(coroutine)
            except asyncssh.SFTPFailure as error:
                raise self._full_or_failed(path, draft, error) from error

    def _full_or_failed(self, path: str, draft: str, error: asyncssh.SFTPFailure) -> Exception:
        """OpenSSH says no more than "Failure" where the disk is full: look at its free space."""
        folder = posixpath.dirname(self._absolute(draft)) or "."
        with contextlib.suppress(asyncssh.Error, TimeoutError, OSError):
            space = self._run(self._client.statvfs(_raw(folder)))
            if space.bavail * space.frsize < 1024 * 1024:
                return RemoteDiskFull(
                    f"{path} on {self._place} could not be written: the disk there is full."
                )
        return error

    def _replace(self, draft: str, path: str) -> None:
        old, new = self._raw(draft), self._raw(path)
        try:
            self._run(self._client.posix_rename(old, new))
        except asyncssh.SFTPOpUnsupported:  # no way that is atomic: as short a gap as can be
            with contextlib.suppress(asyncssh.SFTPNoSuchFile):
                self._run(self._client.remove(new))
            self._run(self._client.rename(old, new))

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return self._loop.run(coroutine, self._silence)

    def _quietly(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        """Tidying up, whose failure must not hide why it was needed."""
        with contextlib.suppress(asyncssh.Error, OSError, EOFError, RuntimeError):
            self._loop.run(coroutine, min(self._silence, TIDY_SECONDS))

    async def _open(self, path: str, mode: str) -> asyncssh.SFTPClientFile:
        """The file, which asks for as much at once as it is told, and no more."""
        return await self._client.open(self._raw(path), mode, block_size=0)

    def _absolute(self, path: str) -> str:
        return posixpath.join(self._folder, path)

    def _raw(self, path: str) -> bytes:
        return _raw(self._absolute(path) or ".")


async def _some(scan: AsyncIterator[asyncssh.SFTPName]) -> list[asyncssh.SFTPName]:
    found: list[asyncssh.SFTPName] = []
    async for entry in scan:
        name = _bytes(entry.filename)
        if name not in {b".", b".."} and b"/" not in name:
            found.append(entry)
            if len(found) == ENTRIES:
                break
    return found


def _remote_file(path: str, attributes: asyncssh.SFTPAttrs) -> RemoteFile:
    seconds = attributes.mtime
    modified = None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    return RemoteFile(path, attributes.size, modified)


def _bytes(name: str | bytes) -> bytes:
    return name.encode() if isinstance(name, str) else name


def _text(name: bytes) -> str:
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.replace(b"\\", rb"\x5c").decode(errors="backslashreplace")


def _raw(path: str) -> bytes:
    """The bytes of a shown path: the reverse of `_text`, where that had to escape something."""
    raw = ESCAPED.sub(_byte, path)
    unescaped = raw.encode(errors="surrogateescape")
    try:
        unescaped.decode()
    except UnicodeDecodeError:
        return unescaped
    return path.encode()


def _byte(escaped: re.Match[str]) -> str:
    """The byte as Python's surrogateescape writes it into a text."""
    value = int(escaped[1], 16)
    return chr(value) if value < 0x80 else chr(0xDC00 + value)
