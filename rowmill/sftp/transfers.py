"""Reading and writing a remote file with many requests on the way at once, in constant memory."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from typing import TypeVar

import asyncssh

T = TypeVar("T")

BLOCK_BYTES = 64 * 1024
IN_FLIGHT_BYTES = 4 * 1024 * 1024
PULL_BYTES = 1024 * 1024


def _depth(block: int) -> int:
    return max(16, min(128, IN_FLIGHT_BYTES // block))


async def _first(waiting: deque[tuple[int, asyncio.Task[T]]], silence: float) -> T:
    """The result of the oldest request. Raises: TimeoutError after `silence` seconds."""
    return await asyncio.wait_for(waiting.popleft()[1], silence)


async def _forget(waiting: deque[tuple[int, asyncio.Task[T]]]) -> None:
    tasks = [task for _, task in waiting]
    waiting.clear()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class Reading:
    """A remote file from an offset to its end, in order."""

    def __init__(
        self, file: asyncssh.SFTPClientFile, offset: int, block: int, silence: float
    ) -> None:
        """Args: no more than `block` bytes are asked for at once; `silence` in seconds."""
        self._file = file
        self._offset = offset  # of what is asked for next
        self._block = min(block or BLOCK_BYTES, BLOCK_BYTES)
        self._silence = silence
        self._waiting: deque[tuple[int, asyncio.Task[bytes]]] = deque()
        self._size: int | None = None
        self._has_ended = False

    async def begin(self) -> None:
        """Look how long the file is, so that no more is asked for than there is."""
        self._size = (await asyncio.wait_for(self._file.stat(), self._silence)).size

    async def pull(self) -> bytes:
        """What has arrived, at most about `PULL_BYTES`; nothing at the end of the file."""
        pieces: list[bytes] = []
        size = 0
        while not self._has_ended and size < PULL_BYTES:
            self._ask()
            if pieces and not self._is_here():
                break
            piece = await self._next()
            pieces.append(piece)
            size += len(piece)
        return b"".join(pieces)

    async def close(self) -> None:
        await _forget(self._waiting)
        await asyncio.wait_for(self._file.close(), self._silence)

    def _ask(self) -> None:
        """Keep the requests coming, up to the size the file had, and one beyond to see its end."""
        while len(self._waiting) < _depth(self._block):
            is_beyond = self._size is not None and self._offset >= self._size
            if is_beyond and self._waiting:
                break
            request = self._read(self._block, self._offset)
            self._waiting.append((self._offset, asyncio.ensure_future(request)))
            self._offset += self._block

    async def _read(self, size: int, offset: int) -> bytes:
        data: bytes = await self._file.read(size, offset)
        return data

    def _is_here(self) -> bool:
        task = self._waiting[0][1]
        return task.done() and not task.cancelled() and task.exception() is None

    async def _next(self) -> bytes:
        offset = self._waiting[0][0]
        data = await _first(self._waiting, self._silence)
        while data and len(data) < self._block:  # a server may give less than it was asked for
            missing = self._read(self._block - len(data), offset + len(data))
            more = await asyncio.wait_for(missing, self._silence)
            if not more:
                break
            data += more
        self._has_ended = len(data) < self._block
        return data


class Writing:
    """A remote file that is written from its beginning."""

    def __init__(self, file: asyncssh.SFTPClientFile, block: int, silence: float) -> None:
        self._file = file
        self._block = min(block or BLOCK_BYTES, BLOCK_BYTES)
        self._silence = silence
        self._waiting: deque[tuple[int, asyncio.Task[int]]] = deque()
        self.size = 0

    async def push(self, piece: bytes) -> None:
        """Send a piece; returns when it is on its way."""
        for start in range(0, len(piece), self._block):
            if len(self._waiting) >= _depth(self._block):
                await _first(self._waiting, self._silence)
            block = piece[start : start + self._block]
            request = self._file.write(block, self.size)
            self._waiting.append((self.size, asyncio.ensure_future(request)))
            self.size += len(block)

    async def finish(self) -> int | None:
        """Wait until all is written, and durable where the server can; its size over there."""
        while self._waiting:
            await _first(self._waiting, self._silence)
        with contextlib.suppress(asyncssh.SFTPOpUnsupported):
            await asyncio.wait_for(self._file.fsync(), self._silence)
        size = (await asyncio.wait_for(self._file.stat(), self._silence)).size
        await asyncio.wait_for(self._file.close(), self._silence)
        return size

    async def abandon(self) -> None:
        await _forget(self._waiting)
        await asyncio.wait_for(self._file.close(), self._silence)
