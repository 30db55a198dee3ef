"""A folder of an SFTP server or of a bucket, by a session that speaks its protocol."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from contextlib import suppress

from rowmill.buckets import BucketSession
from rowmill.remote import RemoteFile, RemoteFileMissing
from rowmill.sftp import SftpSession


class SessionSource:
    """The files of a session's folder."""

    resumes = True

    def __init__(self, session: SftpSession | BucketSession, *, recursive: bool) -> None:
        """Args: `session` is open for as long as the source is used."""
        self.appears_whole = isinstance(session, BucketSession)
        self.host_key = session.host_key if isinstance(session, SftpSession) else None
        self._session = session
        self._recursive = recursive

    def files(self) -> Iterator[RemoteFile]:
        return self._session.files(recursive=self._recursive)

    def look(self, path: str) -> RemoteFile | None:
        with suppress(RemoteFileMissing):
            return self._session.stat(path)
        return None

    def read(self, file: RemoteFile, offset: int = 0) -> Iterator[bytes]:
        if isinstance(self._session, BucketSession):
            return self._session.read(file.path, offset, file.etag)
        return self._session.read(file.path, offset)

    def exists(self, path: str) -> bool:
        return self.look(path) is not None

    def move(self, path: str, to: str) -> None:
        folder = posixpath.dirname(to)
        if folder:
            self._session.make_folder(folder)
        self._session.move(path, to)

    def delete(self, path: str) -> None:
        with suppress(RemoteFileMissing):
            self._session.delete(path)
