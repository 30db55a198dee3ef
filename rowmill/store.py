"""The seam to the object store: a folder on this machine, or an S3-compatible bucket.

Keys are relative and use `/`. An object appears whole or not at all: it is written as a draft
and takes its key when it is complete and durable.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any, Literal, Protocol
from uuid import uuid4

import obstore
from obstore.store import S3Store

from rowmill.background import read_ahead
from rowmill.errors import OutOfSpace
from rowmill.settings import Settings

DRAFTS = "drafts"
READ_BYTES = 1024 * 1024
SYNC_BYTES = 32 * 1024 * 1024
FAST_DISK = 500 * 1024 * 1024  # bytes in a second, more than a parser reads
PART_BYTES = 16 * 1024 * 1024
PARTS_AT_ONCE = 3
PIECES_AT_ONCE = 512  # that one call to the system may write
LARGEST_COPY_BYTES = 5 * 1024**3  # what S3 copies by itself


@dataclass(frozen=True)
class StoredObject:
    """What a listing says of an object."""

    key: str
    size_bytes: int
    modified_at: datetime


class Draft(Protocol):
    """An object that is being written. Either `finish` or `abort` ends it."""

    def write(self, *pieces: bytes) -> None:
        """Append bytes. Raises: OutOfSpace."""

    def finish(self, key: str) -> None:
        """Make it durable and give it its key. An object already there is of equal content."""

    def abort(self) -> None:
        """Leave nothing behind."""


class Partial(Draft, Protocol):
    """A draft that can be left and taken up again. `size_bytes` are there from before."""

    size_bytes: int

    def kept(self) -> Iterator[bytes]:
        """The bytes that are there from before, in pieces."""

    def pause(self) -> None:
        """Leave it for a later attempt, as far as the store can."""


class Store(Protocol):
    """Where originals, table data and exports lie."""

    root: str

    def check(self) -> None:
        """Raises some error where the store cannot be reached, or a folder not be written."""

    def uri(self, key: str) -> str:
        """The object's address as DuckDB reads it."""

    def s3_options(self) -> dict[str, str] | None:
        """What a DuckDB secret of type S3 needs to reach the objects; None for a folder."""

    def draft(self, expected_bytes: int | None = None) -> Draft:
        """Begin an object. Raises: OutOfSpace where `expected_bytes` would not fit."""

    def partial(self, name: str, expected_bytes: int | None = None) -> Partial:
        """Begin an object, or go on with what an earlier attempt of that name has left.

        Raises: OutOfSpace where `expected_bytes` would not fit.
        """

    def exists(self, key: str) -> bool:
        """Whether the object is there."""

    def read(self, key: str) -> Iterator[bytes]:
        """The object's bytes, in pieces of about a mebibyte. Raises: FileNotFoundError."""

    def delete(self, key: str) -> None:
        """Remove the object; one that is not there is no error."""

    def delete_folder(self, prefix: str) -> int:
        """Remove every object below `prefix`; returns how many there were."""

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Every object below `prefix`, in no order."""


def open_store(settings: Settings) -> Store:
    """The store that the settings name."""
    if settings.storage.startswith("s3://"):
        return BucketStore(settings)
    return FolderStore(Path(settings.storage), min_free_bytes=settings.min_free_bytes)


class FolderStore:
    """Objects are files below a folder."""

    def __init__(self, folder: Path, *, min_free_bytes: int) -> None:
        """Args: `min_free_bytes` of the disk are never filled by drafts."""
        self.folder = folder
        self.root = str(folder)
        self.min_free_bytes = min_free_bytes

    def check(self) -> None:
        folder = self.folder
        while not folder.exists():  # it is made at its first use
            folder = folder.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def uri(self, key: str) -> str:
        return str(self.folder / key)

    def s3_options(self) -> None:
        return None

    def draft(self, expected_bytes: int | None = None) -> Draft:
        (self.folder / DRAFTS).mkdir(parents=True, exist_ok=True)
        self.check_space(expected_bytes or 0)
        return _FileDraft(self, self.folder / DRAFTS / uuid4().hex)

    def partial(self, name: str, expected_bytes: int | None = None) -> Partial:
        (self.folder / DRAFTS).mkdir(parents=True, exist_ok=True)
        partial = _FilePartial(self, self.folder / DRAFTS / f"{name}.partial")
        try:
            self.check_space(max(0, (expected_bytes or 0) - partial.size_bytes))
        except OutOfSpace:
            partial.pause()
            raise
        return partial

    def check_space(self, more_bytes: int) -> None:
        """Raises: OutOfSpace where `more_bytes` would leave less than the reserve."""
        if shutil.disk_usage(self.folder).free - more_bytes < self.min_free_bytes:
            raise OutOfSpace

    def exists(self, key: str) -> bool:
        return (self.folder / key).exists()

    def read(self, key: str) -> Iterator[bytes]:
        with (self.folder / key).open("rb") as file:
            while piece := file.read(READ_BYTES):
                yield piece

    def delete(self, key: str) -> None:
        (self.folder / key).unlink(missing_ok=True)

    def delete_folder(self, prefix: str) -> int:
        count = sum(1 for _ in self.list(prefix))
        shutil.rmtree(self.folder / prefix, ignore_errors=True)
        return count

    def list(self, prefix: str) -> Iterator[StoredObject]:
        for path in (self.folder / prefix).rglob("*"):
            with contextlib.suppress(FileNotFoundError):  # removed while we look
                if path.is_file():
                    state = path.stat()
                    key = path.relative_to(self.folder).as_posix()
                    modified = datetime.fromtimestamp(state.st_mtime, UTC)
                    yield StoredObject(key, state.st_size, modified)


class _FileDraft:
    def __init__(self, store: FolderStore, path: Path, mode: Literal["xb", "ab"] = "xb") -> None:
        self._store = store
        self._path = path
        self._file: IO[bytes] = path.open(mode, buffering=0)
        self._syncer = ThreadPoolExecutor(1, "sync")
        self._syncs: list[Future[None]] = []
        self._unsynced = 0

    def write(self, *pieces: bytes) -> None:
        if self._unsynced >= SYNC_BYTES:
            self._store.check_space(0)
            self._syncs.append(self._syncer.submit(_settle, self._file.fileno(), self._unsynced))
            self._unsynced = 0
        rest = deque(memoryview(piece) for piece in pieces)
        with _disk_errors():
            while rest:
                written = os.writev(self._file.fileno(), list(islice(rest, PIECES_AT_ONCE)))
                self._unsynced += written
                while rest and written >= len(rest[0]):
                    written -= len(rest.popleft())
                if written:
                    rest[0] = rest[0][written:]

    def finish(self, key: str) -> None:
        target = self._store.folder / key
        self._syncer.shutdown(cancel_futures=True)
        with _disk_errors():
            for sync in self._syncs:  # the system tells each failure once
                if not sync.cancelled():
                    sync.result()
            os.fsync(self._file.fileno())
            self._file.close()
            target.parent.mkdir(parents=True, exist_ok=True)
            self._path.replace(target)
            _sync_folder(target.parent)

    def abort(self) -> None:
        self._syncer.shutdown(cancel_futures=True)
        self._file.close()
        self._path.unlink(missing_ok=True)


class _FilePartial(_FileDraft):
    """Locked while somebody writes it; who finds it locked, or just finished, begins another."""

    def __init__(self, store: FolderStore, path: Path) -> None:
        super().__init__(store, path, "ab")
        if not self._is_mine():
            self._syncer.shutdown()
            self._file.close()
            super().__init__(store, path.with_name(uuid4().hex), "ab")
        self.size_bytes = os.fstat(self._file.fileno()).st_size

    def kept(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while piece := file.read(READ_BYTES):
                yield piece

    def pause(self) -> None:
        self._syncer.shutdown(cancel_futures=True)
        self._file.close()

    def _is_mine(self) -> bool:
        try:
            fcntl.flock(self._file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            return os.path.samestat(self._path.stat(), os.fstat(self._file.fileno()))
        except OSError:
            return False


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise OutOfSpace from error
        raise


def _settle(descriptor: int, new_bytes: int) -> None:
    """Bring to the disk what is new in a file, so that its end is not late.

    A fast disk gives it back sooner than memory is found for it: there it leaves the page cache,
    and what others keep in it stays.
    """
    began = time.monotonic()
    os.fdatasync(descriptor)
    is_fast = new_bytes >= FAST_DISK * (time.monotonic() - began)
    if is_fast and hasattr(os, "posix_fadvise"):
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class BucketStore:
    """Objects are those of an S3-compatible bucket, below the URL's prefix."""

    def __init__(self, settings: Settings) -> None:
        """Contacts nothing yet."""
        self.root = settings.storage
        bucket, _, self._prefix = self.root.removeprefix("s3://").partition("/")
        self._secret = _secret_options(settings)
        options = _bucket_options(settings, self._prefix)
        self._store = S3Store(bucket, **options)
        impatient = {**options["client_options"], "timeout": "3s", "connect_timeout": "3s"}
        self._impatient = S3Store(
            bucket,
            **options | {"client_options": impatient},
            retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=3)},
        )

    def check(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            obstore.head(self._impatient, "probe")

    def uri(self, key: str) -> str:
        return f"{self.root}/{key}"

    def s3_options(self) -> dict[str, str]:
        return self._secret

    def draft(self, expected_bytes: int | None = None) -> Draft:  # noqa: ARG002 - buckets never fill
        return _BucketDraft(self._store, f"{DRAFTS}/{uuid4().hex}")

    def partial(self, name: str, expected_bytes: int | None = None) -> Partial:  # noqa: ARG002
        return _BucketPartial(self._store, f"{DRAFTS}/{name}.partial")

    def exists(self, key: str) -> bool:
        try:
            obstore.head(self._store, key)
        except FileNotFoundError:
            return False
        return True

    def read(self, key: str) -> Iterator[bytes]:
        yield from _pieces(self._store, key)

    def delete(self, key: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, key)

    def delete_folder(self, prefix: str) -> int:
        keys = [found.key for found in self.list(prefix)]
        if keys:
            obstore.delete(self._store, keys)
        return len(keys)

    def list(self, prefix: str) -> Iterator[StoredObject]:
        for batch in obstore.list(self._store, prefix):
            for meta in batch:
                yield StoredObject(meta["path"], meta["size"], meta["last_modified"])


def _pieces(store: S3Store, key: str) -> Iterator[bytes]:
    """The object's bytes. Raises: FileNotFoundError."""
    for piece in obstore.get(store, key).stream(min_chunk_size=READ_BYTES):
        yield bytes(piece)


def _put(store: S3Store, key: str, pieces: Iterator[bytes]) -> None:
    """Write a large object, which appears whole or not at all."""
    obstore.put(
        store,
        key,
        pieces,
        use_multipart=True,
        chunk_size=PART_BYTES,
        max_concurrency=PARTS_AT_ONCE,
    )


def _bucket_options(settings: Settings, prefix: str) -> dict[str, Any]:
    """What is set: where there is no access key, the environment or the machine's role has one."""
    secret = settings.s3_secret_access_key
    options = {
        "prefix": prefix or None,
        "region": settings.s3_region,
        "endpoint": settings.s3_endpoint,
        "access_key_id": settings.s3_access_key_id,
        "secret_access_key": secret.get_secret_value() if secret else None,
        "virtual_hosted_style_request": settings.s3_endpoint is None,
        "client_options": {"allow_http": (settings.s3_endpoint or "").startswith("http://")},
    }
    return {name: value for name, value in options.items() if value is not None}


def _secret_options(settings: Settings) -> dict[str, str]:
    secret = settings.s3_secret_access_key
    options = {"REGION": settings.s3_region}
    if settings.s3_access_key_id and secret:
        options |= {"KEY_ID": settings.s3_access_key_id, "SECRET": secret.get_secret_value()}
    if settings.s3_endpoint:
        scheme, _, host = settings.s3_endpoint.partition("://")
        uses_tls = "false" if scheme == "http" else "true"
        options |= {"ENDPOINT": host or scheme, "URL_STYLE": "path", "USE_SSL": uses_tls}
    return options


class _BucketDraft:
    def __init__(self, store: S3Store, key: str) -> None:
        self._store = store
        self._key = key
        self._writer = obstore.open_writer(store, key, buffer_size=PART_BYTES)

    def write(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._writer.write(piece)

    def finish(self, key: str) -> None:
        self._writer.close()
        if obstore.head(self._store, self._key)["size"] > LARGEST_COPY_BYTES:
            with read_ahead(_pieces(self._store, self._key)) as pieces:
                _put(self._store, key, pieces)
            obstore.delete(self._store, self._key)
        else:
            obstore.rename(self._store, self._key, key)

    def abort(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if not self._writer.closed():
                self._writer.close()
            obstore.delete(self._store, self._key)


class _BucketPartial:
    """What is being written lies in parts, each an object named by its offset, until it is whole.

    They are put together by reading them once more, which costs no memory.
    """

    def __init__(self, store: S3Store, folder: str) -> None:
        self._store = store
        self._folder = folder
        self._parts: list[str] = []
        self._rest = bytearray()
        self._written = 0
        for offset, key, size in sorted(self._found()):
            if offset == self._written and size:
                self._parts.append(key)
                self._written += size
        self.size_bytes = self._written

    def kept(self) -> Iterator[bytes]:
        for key in self._parts:
            yield from _pieces(self._store, key)

    def write(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._rest += piece
            while len(self._rest) >= PART_BYTES:
                self._put(PART_BYTES)

    def finish(self, key: str) -> None:
        if self._parts:
            rest = [bytes(self._rest)] if self._rest else []
            with read_ahead(chain(self.kept(), rest)) as pieces:
                _put(self._store, key, pieces)
        else:
            obstore.put(self._store, key, bytes(self._rest))
        self.abort()

    def abort(self) -> None:
        self._rest.clear()
        keys = [key for _, key, _ in self._found()]
        if keys:
            obstore.delete(self._store, keys)

    def pause(self) -> None:
        if self._rest:
            self._put(len(self._rest))

    def _found(self) -> list[tuple[int, str, int]]:
        """Offset, key and size of each part that is there."""
        return [
            (int(meta["path"].rpartition("/")[2]), meta["path"], meta["size"])
            for batch in obstore.list(self._store, self._folder)
            for meta in batch
        ]

    def _put(self, size: int) -> None:
        key = f"{self._folder}/{self._written:020}"
        obstore.put(self._store, key, bytes(self._rest[:size]), use_multipart=False)
        del self._rest[:size]
        self._parts.append(key)
        self._written += size
