"""Running statements while the job tells how far they are, and stops them when it is to stop."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import duckdb

from rowmill.errors import RowmillError, ServiceUnavailable
from rowmill.lake import Reader

REPORT_SECONDS: Final = 0.25
CANCEL_SECONDS: Final = 0.05


class OutOfMemory(RowmillError):
    """The operation needs more memory than this server gives to queries. Narrow its columns."""

    status = 422


class Watched:
    """A reader whose statements run in a thread of their own, watched from this one.

    `report` is called about four times a second with how much of a statement is done, 0 to 100;
    what it raises ends the statement.
    """

    def __init__(self, reader: Reader, report: Callable[[float], None]) -> None:
        """Nothing runs yet."""
        self.reader = reader
        self.report = report
        self._thread = ThreadPoolExecutor(1, "operation")
        self._reported = 0.0
        reader.track_progress()

    def __enter__(self) -> Self:
        """Ready."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Nothing runs any more."""
        self._thread.shutdown()

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of the result. Raises: OutOfMemory, whatever `report` raises."""
        running = self._thread.submit(self.reader.rows, statement, parameters)
        while not running.done():
            wait([running], REPORT_SECONDS)
            if not running.done():
                self._report(running)
        try:
            return running.result()
        except ServiceUnavailable as error:
            if isinstance(error.__cause__, duckdb.OutOfMemoryException):
                raise OutOfMemory from error
            raise

    def tick(self) -> None:
        """Report from a loop between statements, not more often than four times a second."""
        if time.monotonic() - self._reported >= REPORT_SECONDS:
            self._reported = time.monotonic()
            self.report(0.0)

    def _report(self, running: Future[list[tuple[Any, ...]]]) -> None:
        try:
            self.report(self.reader.progress())
        except BaseException:
            # Again and again: a statement that has not quite begun does not notice it.
            while not running.done():
                self.reader.cancel()
                wait([running], CANCEL_SECONDS)
            with suppress(Exception):
                running.result()
            raise
