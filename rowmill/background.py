"""Threads of their own: for an event loop that synchronous code uses, and for a source of bytes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from queue import Full, Queue
from typing import Any, Self, TypeVar

T = TypeVar("T")


@contextmanager
def read_ahead(pieces: Iterable[bytes], most: int = 4) -> Iterator[Iterator[bytes]]:
    """The pieces, taken by another thread, up to `most` of them ahead.

    For libraries that must not be called from where they take pieces themselves.
    """
    ahead = _Ahead(pieces, most)
    ahead.start()
    try:
        yield ahead.given()
    finally:
        ahead.abandoned.set()
        ahead.join()


class _Ahead(threading.Thread):
    """Puts pieces into a queue; behind the last one None, or what went wrong."""

    def __init__(self, pieces: Iterable[bytes], most: int) -> None:
        super().__init__(name="read ahead", daemon=True)
        self.abandoned = threading.Event()
        self._pieces = pieces
        self._waiting: Queue[bytes | BaseException | None] = Queue(most)

    def run(self) -> None:
        try:
            for piece in self._pieces:
                self._offer(piece)
                if self.abandoned.is_set():
                    return
        except BaseException as error:  # noqa: BLE001 - raised where the pieces are used
            self._offer(error)
        else:
            self._offer(None)

    def given(self) -> Iterator[bytes]:
        while (item := self._waiting.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item

    def _offer(self, item: bytes | BaseException | None) -> None:
        while not self.abandoned.is_set():
            with suppress(Full):
                self._waiting.put(item, timeout=0.1)
                return


class BackgroundLoop:
    """Runs coroutines for any thread that asks, until it is closed."""

    def __init__(self, name: str) -> None:
        """Args: `name` is the thread's, as seen in a dump of all threads."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """The coroutine's result. Raises: TimeoutError after `timeout` seconds, and what it raises.

        The coroutine is cancelled then, and where the caller is interrupted; its end is not
        waited for.
        """
        if self._loop.is_closed():
            coroutine.close()
            raise RuntimeError("The loop has been closed.")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(timeout)
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Cancel what still runs and end the thread. A second call does nothing."""
        if self._loop.is_closed():
            return
        asyncio.run_coroutine_threadsafe(_cancel_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
