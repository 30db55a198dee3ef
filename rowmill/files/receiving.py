"""Receiving a body into the object store: in constant memory, hashed on the way.

Bytes go from the socket to the draft of an object in pieces of a few mebibytes. Receiving,
hashing and writing happen side by side, the latter two in threads, so the event loop stays
free. Multipart bodies are parsed as they come, the file never passes through a temporary copy.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from email.message import Message
from typing import Protocol
from urllib.parse import unquote
from uuid import UUID

from fastapi import Request
from python_multipart import MultipartParser
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from rowmill.errors import BadRequest, TooLarge
from rowmill.models.files import object_key
from rowmill.store import Draft, Store
from rowmill.workspaces.quotas import ADVICE, QuotaExceeded

PIECE_BYTES = 2 * 1024 * 1024
PIECES_AHEAD = 3  # that are received and not yet written
LONGEST_FIELD_BYTES = 64 * 1024
MOST_FIELDS = 100


class EmptyUpload(BadRequest):
    """The file is empty: it has no bytes at all. Nothing was imported."""


class MissingFile(BadRequest):
    """Send the file as the multipart field `file`."""


class BrokenUpload(BadRequest):
    """The body ended before it was complete. Nothing was kept; send it again."""


@dataclass
class Received:
    """A body that is complete and safe in the store. `fields` are the form's other fields."""

    name: str
    content_type: str
    sha256: str
    size_bytes: int
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Limits:
    """What a body may be at most, in bytes. `room_bytes` are what the workspace has left."""

    body_bytes: int
    room_bytes: int | None = None

    def check(self, size_bytes: int) -> None:
        """Raises: TooLarge, QuotaExceeded."""
        if self.room_bytes is not None and size_bytes > self.room_bytes:
            raise QuotaExceeded(
                f"This workspace has room for {self.room_bytes:,} more bytes, and the file is"
                f" larger. Nothing of it was kept. {ADVICE}",
                quota="storage_bytes",
                left=self.room_bytes,
            )
        if size_bytes > self.body_bytes:
            raise TooLarge(
                f"This server accepts uploads of up to {self.body_bytes:,} bytes. "
                "Split the file, or ask the administrator to raise ROWMILL_MAX_UPLOAD_BYTES.",
                limit_bytes=self.body_bytes,
            )


class Sink(Protocol):
    """Takes the pieces of a body."""

    def write(self, *pieces: bytes) -> None:
        """Called in a worker thread."""


class Intake:
    """One file on its way into the store."""

    def __init__(self, draft: Draft, limits: Limits) -> None:
        """Args: `draft` is finished by `keep` or removed by `abort`."""
        self._draft = draft
        self._limits = limits
        self._hash = hashlib.sha256()
        self._hasher = ThreadPoolExecutor(1, "hash")
        self._hashed = self._hasher.submit(self._update_hash, ())
        self.size_bytes = 0

    def write(self, *pieces: bytes) -> None:
        """Store some pieces, and hash them at the same time, or until the next are stored.

        Raises: TooLarge, OutOfSpace.
        """
        self.size_bytes += sum(map(len, pieces))
        self._limits.check(self.size_bytes)
        before, self._hashed = self._hashed, self._hasher.submit(self._update_hash, pieces)
        self._draft.write(*pieces)
        before.result()

    def take_up(self, pieces: Iterable[bytes]) -> None:
        """Count and hash what the draft holds from an earlier attempt."""
        for piece in pieces:
            self.size_bytes += len(piece)
            self._hash.update(piece)
        self._limits.check(self.size_bytes)

    def keep(self, workspace_id: UUID) -> str:
        """Make the bytes durable under their content's address; returns the SHA-256 in hex.

        Raises: EmptyUpload.
        """
        self._hasher.shutdown()
        self._hashed.result()
        if self.size_bytes == 0:
            raise EmptyUpload
        sha256 = self._hash.hexdigest()
        self._draft.finish(object_key(workspace_id, sha256))
        return sha256

    def abort(self) -> None:
        """Leave nothing behind."""
        self.close()
        self._draft.abort()

    def close(self) -> None:
        """Write nothing more; what becomes of the draft is for others to say."""
        self._hasher.shutdown()

    def _update_hash(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._hash.update(piece)


async def receive_body(
    request: Request, store: Store, limits: Limits, workspace_id: UUID, name: str
) -> Received:
    """Store the request's raw body. Raises: TooLarge, OutOfSpace, EmptyUpload, BrokenUpload."""
    expected = _content_length(request)
    limits.check(expected or 0)
    intake = Intake(await run_in_threadpool(store.draft, expected), limits)
    try:
        await _pour(request, intake)
        sha256 = await run_in_threadpool(intake.keep, workspace_id)
    except BaseException:
        await run_in_threadpool(intake.abort)
        raise
    content_type = request.headers.get("content-type", "application/octet-stream")
    return Received(name, content_type, sha256, intake.size_bytes)


async def receive_form(
    request: Request, store: Store, limits: Limits, workspace_id: UUID
) -> Received:
    """Store the `file` of a multipart form, whatever the order of its fields.

    Raises: TooLarge, OutOfSpace, EmptyUpload, BrokenUpload, MissingFile.
    """
    expected = _content_length(request)
    limits.check(max(0, (expected or 0) - LONGEST_FIELD_BYTES))
    form = _Form(request, lambda: Intake(store.draft(expected), limits))
    try:
        await _pour(request, form)
        sha256 = await run_in_threadpool(form.keep, workspace_id)
    except BaseException:
        await run_in_threadpool(form.abort)
        raise
    return Received(form.name, form.content_type, sha256, form.size_bytes, form.fields)


async def _pour(request: Request, sink: Sink) -> None:
    """Pass the body to the sink: while some of it is written, the next is received."""
    writer = ThreadPoolExecutor(1, "write")
    writings: deque[Future[None]] = deque()
    try:
        async for pieces in _pieces(request):
            if len(writings) == PIECES_AHEAD:
                await asyncio.wrap_future(writings.popleft())
            writings.append(writer.submit(sink.write, *pieces))
        while writings:
            await asyncio.wrap_future(writings.popleft())
    except ClientDisconnect as error:
        raise BrokenUpload from error
    finally:  # nobody may touch the sink before it is done
        await run_in_threadpool(writer.shutdown, cancel_futures=True)


async def _pieces(request: Request) -> AsyncIterator[list[bytes]]:
    """The body in pieces as they come, some mebibytes at a time."""
    waiting: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        waiting.append(chunk)
        size += len(chunk)
        if size >= PIECE_BYTES:
            yield waiting
            waiting, size = [], 0
    if size:
        yield waiting


def _content_length(request: Request) -> int | None:
    length = request.headers.get("content-length", "")
    return int(length) if length.isdigit() else None


class _Form:
    """A multipart body as it is parsed: small fields are collected, the file is streamed."""

    def __init__(self, request: Request, begin: Callable[[], Intake]) -> None:
        kind, options = parse_options_header(request.headers.get("content-type", ""))
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise MissingFile
        self.name = ""
        self.content_type = "application/octet-stream"
        self.fields: dict[str, str] = {}
        self._begin = begin
        self._intake: Intake | None = None
        self._is_complete = False
        self._field: str | None = None
        self._header = (bytearray(), bytearray())
        self._headers = Message()
        self._value = bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._on_part_begin,
                "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
                "on_header_end": self._on_header_end,
                "on_headers_finished": self._on_headers_finished,
                "on_part_data": self._on_part_data,
                "on_part_end": self._on_part_end,
                "on_end": self._on_end,
            },
        )

    @property
    def size_bytes(self) -> int:
        return self._intake.size_bytes if self._intake else 0

    def write(self, *pieces: bytes) -> None:
        try:
            self._parser.write(b"".join(pieces))
        except MultipartParseError as error:
            raise BadRequest("The multipart body is malformed.") from error

    def keep(self, workspace_id: UUID) -> str:
        if not self._is_complete:
            raise BrokenUpload
        if self._intake is None:
            raise MissingFile
        return self._intake.keep(workspace_id)

    def abort(self) -> None:
        if self._intake is not None:
            self._intake.abort()

    def _on_part_begin(self) -> None:
        self._headers = Message()
        self._value = bytearray()
        self._field = None

    def _on_header_end(self) -> None:
        name, value = (bytes(part).decode("utf-8", "replace") for part in self._header)
        self._headers[name.strip()] = value
        self._header = (bytearray(), bytearray())

    def _on_headers_finished(self) -> None:
        disposition = self._headers.get("content-disposition", "")
        _, options = parse_options_header(disposition.encode())
        self._field = options.get(b"name", b"").decode("utf-8", "replace")
        if self._field != "file":
            if len(self.fields) >= MOST_FIELDS:
                raise BadRequest(f"A form has at most {MOST_FIELDS} fields.")
            return
        if self._intake is not None:
            raise BadRequest("Send one file in each request.")
        self.name = unquote(options.get(b"filename", b"").decode("utf-8", "replace"))
        self.content_type = self._headers.get("content-type", self.content_type)
        self._intake = self._begin()

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._field == "file" and self._intake is not None:
            self._intake.write(data[start:end])
            return
        self._value.extend(data[start:end])
        if len(self._value) > LONGEST_FIELD_BYTES:
            raise BadRequest(f"The field '{self._field}' is too long.")

    def _on_part_end(self) -> None:
        if self._field and self._field != "file":
            self.fields[self._field] = self._value.decode("utf-8", "replace")

    def _on_end(self) -> None:
        self._is_complete = True
