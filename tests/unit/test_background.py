"""An event loop beside synchronous code."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from rowmill.background import BackgroundLoop, read_ahead


async def answer() -> int:
    return 42


async def forever() -> None:
    """Does not even end when it is cancelled, at once."""
    try:
        await asyncio.sleep(3600)
    finally:
        await asyncio.sleep(3600)


def test_results_and_failures_come_back() -> None:
    with BackgroundLoop("tried") as loop:
        assert loop.run(answer()) == 42
        with pytest.raises(ZeroDivisionError):
            loop.run(failing())


async def failing() -> float:
    return 1 / 0


def test_what_never_ends_is_left_behind_in_time_and_leaves_no_thread() -> None:
    began = time.monotonic()
    with BackgroundLoop("tried") as loop, pytest.raises(TimeoutError):
        loop.run(forever(), 0.1)
    assert time.monotonic() - began < 5
    assert "tried" not in [thread.name for thread in threading.enumerate()]


def test_a_closed_loop_says_so() -> None:
    loop = BackgroundLoop("tried")
    loop.close()
    loop.close()
    with pytest.raises(RuntimeError, match="closed"):
        loop.run(answer())


def test_pieces_read_ahead_are_the_same_and_failures_come_with_them() -> None:
    with read_ahead(bytes([number]) for number in range(100)) as pieces:
        assert b"".join(pieces) == bytes(range(100))

    def breaking() -> Iterator[bytes]:
        yield b"first"
        raise OSError("gone")

    with read_ahead(breaking()) as pieces:
        assert next(pieces) == b"first"
        with pytest.raises(OSError, match="gone"):
            next(pieces)


def test_pieces_that_nobody_wants_any_more_are_not_read() -> None:
    read: list[int] = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(len(read))
            yield b"x"

    with read_ahead(endless(), most=2) as pieces:
        assert next(pieces) == b"x"
    assert len(read) < 10
    assert "read ahead" not in [thread.name for thread in threading.enumerate()]
