from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from rowmill.remote import RemoteError, RemoteFile


class CannotResume(RemoteError):
    """The server gives this file only from its beginning, or the file is another one by now."""


class NotChangeable(RemoteError):
    """Files at an address of the web can be read, but not moved or deleted."""


class Source(Protocol):
    """An open connection, used by one thread. Whatever goes wrong is a RowmillError.

    `appears_whole` says that a file is there only once it is complete, `resumes` that a transfer
    can always go on where it stopped. `host_key` is what an SFTP server has shown.
    """

    appears_whole: bool
    resumes: bool
    host_key: str | None

    def files(self) -> Iterator[RemoteFile]:
        """Every file, in no order, in bounded memory."""

    def look(self, path: str) -> RemoteFile | None:
        """The file as it is now; None where it is gone."""

    def read(self, file: RemoteFile, offset: int = 0) -> Iterator[bytes]:
        """The bytes from `offset` on of a file that was just so before.

        Raises: CannotResume, RemoteFileMissing, RemoteFileChanged, ConnectionLost.
        """

    def exists(self, path: str) -> bool:
        """Whether there is a file of this path."""

    def move(self, path: str, to: str) -> None:
        """Give the file another path; its folder is made where it is missing."""

    def delete(self, path: str) -> None:
        """Remove the file; one that is not there is no error."""
