"""The form of a backup: a plain tar file of what was kept, closed by a manifest of checksums.

`database.dump` is PostgreSQL's own format, `secret.key` signs tokens and cursors, `store/…` are
the objects of the store. The manifest comes last, so an archive that was cut short has none.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from rowmill.errors import ConfigurationError

FORMAT = 1
DATABASE = "database.dump"
SECRET = "secret.key"  # noqa: S105 - the name of a member
STORE = "store/"
MANIFEST = "manifest.json"
READ_BYTES = 1024 * 1024


class BrokenBackup(ConfigurationError):
    """The archive is not a complete backup of Rowmill."""


@dataclass(frozen=True)
class Entry:
    """A member of the archive: its size in bytes and its SHA-256 in hex."""

    name: str
    size_bytes: int
    sha256: str


@dataclass
class Manifest:
    """What an archive holds, and what made it.

    Attributes:
        revision: the database's schema revision.
        counts: how many of each thing there were, such as `workspaces` and `datasets`.
        missing: keys of objects that the database named and the store did not have.
    """

    version: str
    revision: str
    created_at: str
    counts: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    format: int = FORMAT

    @property
    def size_bytes(self) -> int:
        """Of everything in the archive."""
        return sum(entry.size_bytes for entry in self.entries)


class ArchiveWriter:
    """An archive in the making."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        """Args: `tar` is open for writing."""
        self._tar = tar
        self.entries: list[Entry] = []

    def add_file(self, name: str, path: Path) -> None:
        """Add a file of this machine."""
        with path.open("rb") as file:
            self._add(name, file, path.stat().st_size)

    def add_pieces(self, name: str, size_bytes: int, pieces: Iterable[bytes]) -> None:
        """Add an object of known size that comes in pieces."""
        self._add(name, _Pieces(pieces), size_bytes)

    def close(self, manifest: Manifest) -> None:
        """Write the manifest, which makes the archive a complete one."""
        manifest.entries = self.entries
        content = json.dumps(asdict(manifest), indent=1).encode()
        self._tar.addfile(_member(MANIFEST, len(content)), io.BytesIO(content))

    def _add(self, name: str, source: IO[bytes] | _Pieces, size_bytes: int) -> None:
        hashing = _Hashing(source)
        self._tar.addfile(_member(name, size_bytes), hashing)  # type: ignore[arg-type] # it reads
        self.entries.append(Entry(name, size_bytes, hashing.digest()))


@contextmanager
def writing(target: Path | IO[bytes]) -> Iterator[ArchiveWriter]:
    """Write an archive into a stream, or into a file.

    The file appears under its name when it is whole, readable by its owner only.
    """
    if not isinstance(target, Path):
        with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            yield ArchiveWriter(tar)
        target.flush()
        return
    draft = target.with_name(f".{target.name}.partial")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                yield ArchiveWriter(tar)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(target)
    finally:
        draft.unlink(missing_ok=True)


def checked(source: Path) -> Manifest:
    """Read the whole archive and compare it with its manifest. Raises: BrokenBackup."""
    try:
        found, manifest = _contents(source)
    except FileNotFoundError as error:
        raise BrokenBackup(f"There is no file {source}.") from error
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BrokenBackup(f"{source.name} cannot be read: {error}.") from error
    if manifest is None:
        raise BrokenBackup(f"{source.name} has no manifest: it was cut short, or is no backup.")
    if (damaged := _difference(manifest.entries, found)) is not None:
        raise BrokenBackup(f"{source.name} is damaged: {damaged} is not what was backed up.")
    return manifest


def _contents(source: Path) -> tuple[list[Entry], Manifest | None]:
    """What the archive really holds, and what its manifest says."""
    found: list[Entry] = []
    manifest: Manifest | None = None
    for name, size_bytes, content in members(source):
        if name == MANIFEST:
            manifest = _manifest(content.read())
            continue
        hashing = _Hashing(content)
        while hashing.read(READ_BYTES):
            pass
        found.append(Entry(name, size_bytes, hashing.digest()))
    return found, manifest


def members(source: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    """Name, size and content of each member, in order. Raises: BrokenBackup for a strange one."""
    with tarfile.open(source, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            if not _is_expected(member) or content is None:
                raise BrokenBackup(f"{source.name} holds {member.name}, which does not belong.")
            yield member.name, member.size, content


def _is_expected(member: tarfile.TarInfo) -> bool:
    """Whether it is a plain file of a name that we would have given."""
    if not member.isfile():
        return False
    if member.name in {DATABASE, SECRET, MANIFEST}:
        return True
    key = member.name.removeprefix(STORE)
    is_plain = all(part not in {"", ".", ".."} for part in key.split("/"))
    return member.name.startswith(STORE) and is_plain


def _manifest(content: bytes) -> Manifest:
    try:
        values: dict[str, Any] = json.loads(content)
        if values["format"] != FORMAT:
            raise BrokenBackup("This backup was made by a newer Rowmill. Update this one first.")
        entries = [Entry(**entry) for entry in values.pop("entries")]
        return Manifest(**values, entries=entries)
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenBackup("The backup's manifest cannot be read.") from error


def _difference(wanted: list[Entry], found: list[Entry]) -> str | None:
    """The name of the first member that is not as the manifest says; null where all are."""
    by_name = {entry.name: entry for entry in found}
    for entry in wanted:
        if by_name.pop(entry.name, None) != entry:
            return entry.name
    return next(iter(by_name), None)


def _member(name: str, size_bytes: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size_bytes
    member.mode = 0o600
    member.mtime = int(time.time())
    return member


class _Hashing:
    """Hashes what is read through it."""

    def __init__(self, source: IO[bytes] | _Pieces) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        data = self._source.read(size)
        self._hash.update(data)
        return data

    def digest(self) -> str:
        return self._hash.hexdigest()


class _Pieces:
    """Pieces of bytes, to be read like a file."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def read(self, size: int) -> bytes:
        while len(self._rest) < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        data, self._rest = self._rest[:size], self._rest[size:]
        return data
