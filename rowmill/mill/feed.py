"""Handing text to DuckDB while it is being made: a thread writes, DuckDB reads a pipe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


class Feed(Thread):
    """Writes chunks into a pipe, whose other end DuckDB opens by `path`."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__(name="feed", daemon=True)
        self._chunks = chunks
        self._reader, self._writer = os.pipe()
        self.path = f"/dev/fd/{self._reader}"
        self.error: BaseException | None = None

    def run(self) -> None:
        """Write everything, or until nobody reads any more."""
        try:
            with os.fdopen(self._writer, "wb", buffering=0) as pipe:
                for chunk in self._chunks:
                    _write_all(pipe.fileno(), chunk)
        except BrokenPipeError:
            pass
        except BaseException as error:  # noqa: BLE001  # raised again by the reading thread
            self.error = error

    def close(self) -> None:
        """Stop reading, and wait until the writer has noticed."""
        os.close(self._reader)
        self.join()


def _write_all(descriptor: int, chunk: bytes) -> None:
    view = memoryview(chunk)
    while view:
        view = view[os.write(descriptor, view) :]


@contextmanager
def feeding(chunks: Iterator[bytes]) -> Iterator[str]:
    """The path under which DuckDB reads these chunks, once.

    An error of the writer is raised in the end, before any that it caused in the reader.
    """
    feed = Feed(chunks)
    feed.start()
    try:
        yield feed.path
    finally:
        feed.close()
        if feed.error is not None:
            raise feed.error
