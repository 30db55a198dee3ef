"""What a file is packed in: gzip, Zstandard or a ZIP archive, unpacked before it is read.

The content goes to a file in the workspace, so that the formats can look at it anywhere and
read it several times. It is measured while it is written: a small file that expands without
end stops at the limits.
"""

from __future__ import annotations

import errno
import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from rowmill.mill.container import EMPTY_ZIP, GZIP, ZIP, ZSTD, not_a_table
from rowmill.mill.errors import (
    BadOption,
    BeginningOnly,
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    ExpandsTooMuch,
    MemberUndecided,
    StorageFull,
)
from rowmill.mill.plan import ReadOptions
from rowmill.mill.request import MEBIBYTE, Limits

DEEPEST: Final = 3
FREE_BYTES: Final = 256 * MEBIBYTE  # up to here, how much a file expands is nobody's concern
CHUNK_BYTES: Final = MEBIBYTE
CUT_CHUNK_BYTES: Final = 32 * 1024
SHOWN_MEMBERS: Final = 20

_JUNK: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_OFFICE: Final = (
    ("word/", "a Word document (.docx)"),
    ("ppt/", "a PowerPoint presentation (.pptx)"),
)
_IS_ENCRYPTED: Final = 1


@dataclass(frozen=True)
class Unpacked:
    """A local file without containers, what it was packed in, and its name in an archive.

    `is_whole` is false where only its beginning was asked for.
    """

    path: str
    containers: tuple[str, ...] = ()
    member: str | None = None
    is_whole: bool = True


class Guard:
    """Counts what comes out of a compressed file of `size` bytes, and stops it at the limits."""

    def __init__(self, size: int, limits: Limits) -> None:
        self.done = 0
        self._by_ratio = max(FREE_BYTES, size * limits.max_expansion)
        self._most = min(limits.max_expanded_bytes, self._by_ratio)

    def count(self, size: int) -> None:
        """Raises: ExpandsTooMuch."""
        self.done += size
        if self.done > self._most:
            raise ExpandsTooMuch(
                f"The compressed file expands to more than {self._most // MEBIBYTE:,} MiB, "
                "which is more than is allowed for a file of its size.",
                hint="Send the file uncompressed, or in parts.",
            )


def unpack(
    path: str,
    options: ReadOptions,
    limits: Limits,
    folder: Path,
    *,
    most: int | None = None,
    is_cut: bool = False,
    on_done: Callable[[float], None] = lambda _: None,
) -> Unpacked:
    """Unpack a file as often as it is packed; with `most`, about so many bytes suffice.

    With `is_cut` only the beginning of the file is there: what it unpacks to ends early too.
    `on_done` hears which share of the packed file has been read.

    Raises:
        EmptyFile, DamagedFile, EncryptedFile, ExpandsTooMuch, MemberUndecided, BadOption,
        NotText, StorageFull, BeginningOnly.
    """
    size = Path(path).stat().st_size
    found = Unpacked(path, is_whole=not is_cut)
    for depth in range(DEEPEST + 1):
        packer = _packer(found.path, is_cut=not found.is_whole)
        if packer is None:
            break
        if depth == DEEPEST:
            raise DamagedFile("The file is packed in itself again and again.")
        guard = Guard(size, limits)
        found = _unpacked(
            packer,
            found,
            options,
            limits,
            _Copy(folder, depth, guard, most, on_done, is_cut=not found.is_whole),
        )
    if options.member is not None and found.member is None:
        raise BadOption(
            f"The file is no ZIP archive, so it has no member {options.member!r}.",
            hint="Leave the option member out.",
        )
    return found


@dataclass(frozen=True)
class _Copy:
    """Where the content goes, and how much of it."""

    folder: Path
    depth: int
    guard: Guard
    most: int | None
    on_done: Callable[[float], None]
    is_cut: bool = False

    def take(self, stream: Any, share: Callable[[], float]) -> tuple[str, bool]:
        """Copy a stream of bytes; the path, and whether it is all of it."""
        target = self.folder / f"unpacked-{self.depth}"
        with _disk(), target.open("wb", buffering=0) as file:
            while chunk := self._next(stream):
                self.guard.count(len(chunk))
                file.write(chunk)
                self.on_done(share())
                if self.most is not None and self.guard.done >= self.most:
                    return str(target), not stream.read(1)
        return str(target), not self.is_cut

    def _next(self, stream: Any) -> bytes:
        """The next piece; what is cut short ends with its last whole piece."""
        if not self.is_cut:
            return bytes(stream.read(CHUNK_BYTES))
        try:
            return bytes(stream.read(CUT_CHUNK_BYTES))
        except (EOFError, OSError, zlib.error):
            if self.guard.done == 0:
                raise
            return b""


def _packer(path: str, *, is_cut: bool) -> str | None:
    with Path(path).open("rb") as file:
        head = file.read(4)
    if head.startswith(GZIP):
        return "gzip"
    if head.startswith(ZSTD):
        return "zstd"
    if head.startswith((ZIP, EMPTY_ZIP)):
        if is_cut:
            raise BeginningOnly("An archive or a workbook is recognised only as a whole.")
        return None if _is_workbook(path) else "zip"
    return None


def _unpacked(
    packer: str, packed: Unpacked, options: ReadOptions, limits: Limits, copy: _Copy
) -> Unpacked:
    containers = (*packed.containers, packer)
    if packer == "zip":
        path, is_whole, member = _from_zip(packed.path, options, limits, copy)
        return Unpacked(path, containers, member, is_whole)
    with _opened(packer, packed.path) as (stream, share):
        path, is_whole = copy.take(stream, share)
    return Unpacked(path, containers, packed.member, is_whole)


@contextmanager
def _opened(packer: str, path: str) -> Iterator[tuple[Any, Callable[[], float]]]:
    """A stream of what is packed, and how much of the packed bytes it has used."""
    size = max(Path(path).stat().st_size, 1)
    name = {"gzip": "gzip", "zstd": "Zstandard"}[packer]
    with Path(path).open("rb") as raw, _damage(f"{name} file"):
        if packer == "gzip":
            with gzip.GzipFile(fileobj=raw) as stream:
                yield stream, lambda: raw.tell() / size
        else:
            with pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd") as packed:
                yield packed, lambda: raw.tell() / size


def _is_workbook(path: str) -> bool:
    """Whether a ZIP archive is an office document; those that hold no table are refused."""
    with _archive(path) as archive:
        names = archive.namelist()
        kind = _mimetype(archive, names)
    if kind.startswith("application/vnd.oasis.opendocument"):
        if "spreadsheet" not in kind:
            raise not_a_table("an OpenDocument text or drawing")
        return True
    if "[Content_Types].xml" not in names:
        return False
    for start, looks_like in _OFFICE:
        if any(name.startswith(start) for name in names):
            raise not_a_table(looks_like)
    return any(name.startswith("xl/") for name in names)


def _mimetype(archive: zipfile.ZipFile, names: list[str]) -> str:
    if "mimetype" not in names:
        return ""
    with archive.open("mimetype") as file:
        return file.read(200).decode("ascii", "replace")


@contextmanager
def _archive(path: str) -> Iterator[zipfile.ZipFile]:
    with _damage("ZIP archive"), zipfile.ZipFile(path) as archive:
        yield archive


def _from_zip(
    path: str, options: ReadOptions, limits: Limits, copy: _Copy
) -> tuple[str, bool, str]:
    with _archive(path) as archive:
        member = _choose(archive, options, limits)
        if member.flag_bits & _IS_ENCRYPTED:
            raise EncryptedFile(
                f"{member.filename!r} in the archive is protected by a password.",
                hint="Make the archive anew without a password.",
            )
        with archive.open(member) as stream:
            size = max(member.file_size, 1)
            target, is_whole = copy.take(stream, lambda: copy.guard.done / size)
    return target, is_whole, member.filename


def _choose(archive: zipfile.ZipFile, options: ReadOptions, limits: Limits) -> zipfile.ZipInfo:
    every = archive.infolist()
    if len(every) > limits.max_members:
        raise ExpandsTooMuch(
            f"The archive has {len(every):,} members; {limits.max_members:,} are allowed.",
            hint="Send the files one by one.",
        )
    files = [info for info in every if not info.is_dir() and not _is_junk(info.filename)]
    names = [info.filename for info in files]
    if not files:
        raise EmptyFile("The archive is empty.", hint="Put the file into the archive.")
    if options.member is not None:
        chosen = [info for info in files if info.filename == options.member]
        if not chosen:
            raise BadOption(
                f"The archive has no member {options.member!r}. It has: {_shown(names)}.",
                hint="Name one of the members.",
                members=names,
            )
        return chosen[-1]
    if len(files) > 1:
        raise MemberUndecided(
            f"The archive holds {len(files):,} files: {_shown(names)}.",
            hint="Name one of them with the option member, or send an archive of one file.",
            members=names,
        )
    return files[0]


def _is_junk(name: str) -> bool:
    return name.startswith(_JUNK[0]) or name.rsplit("/", 1)[-1] in _JUNK


def _shown(names: list[str]) -> str:
    more = len(names) - SHOWN_MEMBERS
    return ", ".join(names[:SHOWN_MEMBERS]) + (f" and {more:,} more" if more > 0 else "")


@contextmanager
def _damage(what: str) -> Iterator[None]:
    """Errors of the libraries that unpack become one of ours."""
    try:
        yield
    except NotImplementedError as error:
        raise DamagedFile(
            f"The {what} is compressed in a way that is not known here.",
            hint="Compress it with gzip, Zstandard, or as an ordinary ZIP archive.",
        ) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise
        raise DamagedFile(
            f"The {what} is cut short or damaged.",
            hint="Make it anew, and check that all of it was sent.",
        ) from error


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise StorageFull(hint="Make room for unpacked files, then try again.") from error
