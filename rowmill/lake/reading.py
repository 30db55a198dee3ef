from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isinf
from types import TracebackType
from typing import Any, Protocol, Self

import duckdb

from rowmill.errors import CursorExpired, QueryTimedOut, ServiceUnavailable
from rowmill.lake.layout import Layout, TooManyFiles
from rowmill.lake.layouts import UnknownLayout
from rowmill.mill import quote_identifier

_VERSION_GONE = re.compile(r"No snapshot found at version", re.IGNORECASE)
_DATABASE_AWAY = re.compile(
    r"connection|terminat|server closed|Failed to (prepare|execute|run)|"
    r"unsuccessful query result|IO Error: Unable to connect",
    re.IGNORECASE,
)
_FILE_GONE = re.compile(r"No such file|No files found|404 \(Not Found\)|NoSuchKey", re.IGNORECASE)


class Reader:
    """A connection on one workspace's lake, with a deadline for all that runs on it.

    It belongs to one thread; `cancel` may be called from any.
    """

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        alias: str,
        layouts: LayoutFinder,
        timeout_seconds: float,
    ) -> None:
        """Args: `alias` is the name under which the workspace's catalog is attached."""
        self._cursor = cursor
        self._alias = alias
        self._layouts = layouts
        self._deadline = _Deadline(cursor, timeout_seconds)

    def table_at(self, table_name: str, version: int) -> str:
        """The table as it was at a version, for a FROM clause. Give it an alias with AS."""
        return f"{self._alias}.{quote_identifier(table_name)} AT (VERSION => {int(version)})"

    def rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Every row of the result.

        A connection to PostgreSQL that was lost is made again, and the statement repeated, once.
        """
        with _read_errors(self._deadline):
            try:
                return self._cursor.execute(statement, list(parameters)).fetchall()
            except duckdb.Error as error:
                if not _DATABASE_AWAY.search(str(error)):
                    raise
                return self._cursor.execute(statement, list(parameters)).fetchall()

    def value(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        """The one value of a result of one row and one column."""
        return self.rows(statement, parameters)[0][0]

    def rows_in_order(
        self,
        table_name: str,
        version: int,
        *,
        columns: Sequence[str],
        select: str,
        after: int,
        limit: int,
    ) -> list[tuple[Any, ...]]:
        """The next `limit` rows behind row id `after`, in the table's own order.

        That order is the one of the row ids, which a row keeps for life; -1 is before the first.
        Each row is its row id and what the SQL list `select` makes of the `columns` it names.
        """
        wanted = _Wanted(columns, select, after, limit)
        try:
            return self._from_files(table_name, version, wanted)
        except (TooManyFiles, UnknownLayout):
            return self.rows(
                f"SELECT rowid, {select} FROM {self.table_at(table_name, version)}"
                " WHERE rowid > ? ORDER BY rowid LIMIT ?",
                [after, limit],
            )

    def _from_files(self, table_name: str, version: int, wanted: _Wanted) -> list[tuple[Any, ...]]:
        with _read_errors(self._deadline):
            layout = self._layouts.find(self._cursor, table_name, version)
        try:
            return self._rows_of_layout(layout, wanted)
        except CursorExpired:
            # The files were merged into others and removed since the layout was looked up.
            self._layouts.forget(table_name, version)
            with _read_errors(self._deadline):
                layout = self._layouts.find(self._cursor, table_name, version)
            return self._rows_of_layout(layout, wanted)

    def _rows_of_layout(self, layout: Layout, wanted: _Wanted) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        after, factor = wanted.after, 1
        while (missing := wanted.limit - len(found)) > 0:
            window = layout.window(after, missing, factor)
            if window is None:
                break
            found += self.rows(
                f"SELECT _row_id, {wanted.select} FROM {layout.source(window, wanted.columns)}"
                f" ORDER BY _row_id LIMIT {missing}"
            )
            after, factor = window.high, factor * 4
        return found

    def run(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        """Run a statement that has an effect of its own, such as COPY, once."""
        with _read_errors(self._deadline):
            self._cursor.execute(statement, list(parameters)).fetchall()

    def cancel(self) -> None:
        """Stop what is running; it raises `duckdb.InterruptException` in its thread."""
        self._cursor.interrupt()

    def close(self) -> None:
        """End the connection and its deadline."""
        self._deadline.stop()
        self._cursor.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class LayoutFinder(Protocol):
    """Where the layouts of a workspace's tables come from."""

    def find(self, cursor: duckdb.DuckDBPyConnection, table_name: str, version: int) -> Layout:
        """Raises: UnknownLayout."""

    def forget(self, table_name: str, version: int) -> None:
        """Look it up anew the next time."""


@dataclass(frozen=True)
class _Wanted:
    columns: Sequence[str]
    select: str
    after: int
    limit: int


class _Deadline:
    """Interrupts a connection at a moment, unless stopped before."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, seconds: float) -> None:
        self._cursor = cursor
        self.has_passed = False
        self._is_over = False
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        if not isinf(seconds):
            self._timer = threading.Timer(seconds, self._pass)
            self._timer.daemon = True
            self._timer.start()

    def _pass(self) -> None:
        with self._lock:
            if not self._is_over:
                self.has_passed = True
                self._cursor.interrupt()

    def stop(self) -> None:
        """From here on the connection is left alone, and may be closed."""
        with self._lock:
            self._is_over = True
        if self._timer is not None:
            self._timer.cancel()


@contextmanager
def _read_errors(deadline: _Deadline) -> Iterator[None]:
    """Turn what DuckDB reports into the errors that a caller can act on."""
    if deadline.has_passed:
        raise QueryTimedOut
    try:
        yield
    except duckdb.InterruptException as error:
        if deadline.has_passed:
            raise QueryTimedOut from error
        raise
    except duckdb.OutOfMemoryException as error:
        raise ServiceUnavailable(
            "The query needs more memory than this server gives to queries. Narrow the filters."
        ) from error
    except duckdb.Error as error:
        message = str(error)
        if _VERSION_GONE.search(message) or _FILE_GONE.search(message):
            raise CursorExpired from error
        if _DATABASE_AWAY.search(message):
            raise ServiceUnavailable("The database is not reachable. Try again.") from error
        raise
