"""A folder of this server's own disks, below one that the administrator allows."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rowmill.errors import invalid
from rowmill.remote import (
    RemoteAccessDenied,
    RemoteDiskFull,
    RemoteFailure,
    RemoteFile,
    RemoteFileExists,
    RemoteFileMissing,
    RemoteFolderMissing,
)
from rowmill.settings import Settings

READ_BYTES = 1024 * 1024


def allowed_folder(settings: Settings, folder: str) -> Path:
    """The folder without any symbolic links. Raises: Invalid where the settings do not allow it."""
    field = "source.folder"
    if not settings.feed_folders:
        message = (
            "This server watches no folders. An administrator can allow some by "
            "ROWMILL_FEED_FOLDERS."
        )
        raise invalid(field, message)
    if not folder.startswith("/"):
        raise invalid(field, "Name the whole path of the folder, from / on.")
    wanted = Path(os.path.realpath(folder))
    roots = [Path(os.path.realpath(root)) for root in settings.feed_folders]
    if not any(wanted.is_relative_to(root) for root in roots):
        message = (
            f"The folder is not below one that this server may watch ("
            f"{', '.join(settings.feed_folders)}). An administrator can add it to "
            "ROWMILL_FEED_FOLDERS."
        )
        raise invalid(field, message)
    return wanted


class FolderSource:
    """The files of a folder; symbolic links that lead out of it are not followed."""

    appears_whole = False
    resumes = True
    host_key: str | None = None

    def __init__(self, settings: Settings, folder: str, *, recursive: bool) -> None:
        """Raises: Invalid where the folder is not allowed, RemoteFolderMissing."""
        self._root = allowed_folder(settings, folder)
        self._shown = folder
        self._recursive = recursive
        if not self._root.is_dir():
            raise RemoteFolderMissing(f"There is no folder {folder} on this server.")

    def files(self) -> Iterator[RemoteFile]:
        waiting = [self._root]
        while waiting:
            folder = waiting.pop()
            with _plainly(self._name(folder), "listed"), os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if self._recursive:
                            waiting.append(Path(entry.path))
                        continue
                    found = self._described(Path(entry.path))
                    if found is not None:
                        yield found

    def look(self, path: str) -> RemoteFile | None:
        return self._described(self._root / path)

    def read(self, file: RemoteFile, offset: int = 0) -> Iterator[bytes]:
        path = file.path
        with _plainly(path, "read"):
            descriptor = os.open(self._real(path), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as opened:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise RemoteFileMissing(f"{path} is not a file.")
                opened.seek(offset)
                while piece := opened.read(READ_BYTES):
                    yield piece

    def exists(self, path: str) -> bool:
        return os.path.lexists(self._root / path)

    def move(self, path: str, to: str) -> None:
        with _plainly(path, "moved"):
            target = self._root / to
            if not Path(os.path.realpath(target.parent)).is_relative_to(self._root):
                raise RemoteAccessDenied(f"{to} leads out of the folder.")
            target.parent.mkdir(parents=True, exist_ok=True)
            self._real_parent(path).rename(target)

    def delete(self, path: str) -> None:
        with _plainly(path, "deleted"):
            self._real_parent(path).unlink(missing_ok=True)

    def _described(self, path: Path) -> RemoteFile | None:
        name = self._name(path)
        try:
            state = self._real(name).stat()
        except (OSError, RemoteFileMissing):  # gone meanwhile, or a link out of the folder
            return None
        if not stat.S_ISREG(state.st_mode):
            return None
        modified = datetime.fromtimestamp(state.st_mtime, UTC)
        return RemoteFile(name, state.st_size, modified)

    def _name(self, path: Path) -> str:
        name = path.relative_to(self._root).as_posix()
        return self._shown if name == "." else name

    def _real(self, path: str) -> Path:
        """Where the file really is. Raises: RemoteFileMissing where that is not in the folder."""
        real = Path(os.path.realpath(self._root / path))
        if not real.is_relative_to(self._root):
            raise RemoteFileMissing(f"{path} leads out of the folder.")
        return real

    def _real_parent(self, path: str) -> Path:
        """The entry itself, which may be a link, in the folder where it really is."""
        entry = self._root / path
        parent = Path(os.path.realpath(entry.parent))
        if not parent.is_relative_to(self._root):
            raise RemoteFileMissing(f"{path} leads out of the folder.")
        return parent / entry.name


@contextmanager
def _plainly(path: str, doing: str) -> Iterator[None]:
    subject = f"{path} could not be {doing}"
    try:
        yield
    except FileNotFoundError as error:
        raise RemoteFileMissing(f"{subject}: it is not there any more.") from error
    except PermissionError as error:
        message = f"{subject}: the account that Rowmill runs under may not do that."
        raise RemoteAccessDenied(message) from error
    except FileExistsError as error:
        raise RemoteFileExists(f"{subject}: there is a file of this name already.") from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise RemoteDiskFull(f"{subject}: the disk is full.") from error
        reason = error.strerror or "the disk does not answer"
        raise RemoteFailure(f"{subject}: {reason}.") from error
