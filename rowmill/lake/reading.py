from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isinf
from typing import Any, Protocol, TypeVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from rowmill.errors import CursorExpired, Invalid, QueryTimedOut, ServiceUnavailable
from rowmill.lake.differences import Difference, difference
from rowmill.lake.layout import Layout, TooManyFiles
from rowmill.lake.layouts import UnknownLayout
from rowmill.mill import quote_identifier

Result = TypeVar("Result")

SAMPLE_PIECES = 8
BATCH_ROWS = 8192

_VERSION_GONE = re.compile(r"No snapshot found at version", re.IGNORECASE)
_DATABASE_AWAY = re.compile(
    r"Unable to connect to Postgres|connection to server|server closed the connection"
    r"|terminating connection|Failed to (prepare|execute|query|copy|run)|for DuckLake:"
    r"|unsuccessful query result|no connection to the server",
    re.IGNORECASE,
)
_FILE_GONE = re.compile(r"No files found|Cannot open file|404 \(Not Found\)|NoSuchKey")


@dataclass(frozen=True)
class Output:
    """What is wanted of each row: a list of SQL expressions, and the columns that they name."""

    columns: Sequence[str]
    select: str


@dataclass(frozen=True)
class Source:
    """A table at a version for a FROM clause, with `_row_id`.

    `is_ordered` says whether a scan gives the rows in the order of their ids.
    """

    sql: str
    is_ordered: bool


@dataclass(frozen=True)
class Part:
    """One of the tables that a statement reads: at which version, and which columns of it."""

    table_name: str
    version: int
    columns: Sequence[str]


@dataclass(frozen=True)
class Search:
    """Which rows, in which order. SQL in it may name `columns`, and row ids as `_row_id`.

    Attributes:
        condition: what follows WHERE; it binds `parameters`.
        order: what follows ORDER BY.
        keys: expressions that are wanted of each row besides its output.
    """

    columns: Sequence[str]
    condition: str
    parameters: Sequence[Any]
    order: str
    keys: Sequence[str]
    limit: int
    offset: int = 0


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
        self.alias = alias
        self._layouts = layouts
        self._deadline = _Deadline(cursor, timeout_seconds)

    def table_at(self, table_name: str, version: int) -> str:
        """The table as it was at a version, for a FROM clause. Give it an alias with AS."""
        return f"{self.alias}.{quote_identifier(table_name)} AT (VERSION => {int(version)})"

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

    def rows_in_order(
        self, table_name: str, version: int, output: Output, *, after: int, limit: int
    ) -> list[tuple[Any, ...]]:
        """The next `limit` rows behind row id `after`, in the table's own order.

        That order is the one of the row ids, which a row keeps for life; -1 is before the first.
        Each row is its row id and its output.
        """
        self._keep_footers()
        try:
            return self._with_layout(
                table_name, version, lambda layout: self._next_rows(layout, output, after, limit)
            )
        except (TooManyFiles, UnknownLayout):
            return self.rows(
                f"SELECT _row_id, {output.select} FROM {self.scan(table_name, version)}"
                " WHERE _row_id > ? ORDER BY _row_id LIMIT ?",
                [after, limit],
            )

    def select(
        self,
        table_name: str,
        version: int,
        columns: Sequence[str],
        statement: Callable[[str], str],
        parameters: Sequence[Any] = (),
    ) -> list[tuple[Any, ...]]:
        """Rows of a statement over the whole table, made by `statement` from its FROM clause.

        That clause offers the `columns` named and `_row_id`.
        """
        try:
            return self._with_layout(
                table_name,
                version,
                lambda layout: self.rows(
                    statement(layout.source(layout.whole(), columns)), parameters
                ),
            )
        except (TooManyFiles, UnknownLayout):
            return self.rows(statement(self.scan(table_name, version)), parameters)

    def select_from(
        self,
        parts: Sequence[Part],
        statement: Callable[[Sequence[str]], str],
        parameters: Sequence[Any] = (),
    ) -> list[tuple[Any, ...]]:
        """Like `select`, for a statement over several tables: it gets their FROM clauses."""
        return self._from_parts(parts, lambda clauses: self.rows(statement(clauses), parameters))

    def table_from(
        self, parts: Sequence[Part], statement: Callable[[Sequence[str]], str]
    ) -> pa.Table:
        """The result of a statement over several tables, to be held and read by `rows_of`."""

        def read(clauses: Sequence[str]) -> pa.Table:
            with _read_errors(self._deadline):
                return self._cursor.execute(statement(clauses)).to_arrow_table()

        return self._from_parts(parts, read)

    def rows_of(
        self, held: pa.Table, statement: Callable[[str], str], parameters: Sequence[Any] = ()
    ) -> list[tuple[Any, ...]]:
        """Rows of a statement over a table that is held in memory: it gets the table's name."""
        name = f"held_{id(held)}"
        self._cursor.register(name, held)
        try:
            return self.rows(statement(name), parameters)
        finally:
            self._cursor.unregister(name)

    def difference(
        self, table_name: str, since: int, until: int, *, most: int
    ) -> Difference | None:
        """Which rows differ between two versions.

        Null where more than `most` do, or where that cannot be told by the files alone.
        """
        try:
            old, new = self._layout(table_name, since), self._layout(table_name, until)
            return difference(self.rows, old, new, most=most)
        except (UnknownLayout, CursorExpired):
            return None

    def select_rows(
        self,
        table_name: str,
        version: int,
        row_ids: Sequence[int],
        columns: Sequence[str],
        statement: Callable[[str], str],
    ) -> list[tuple[Any, ...]]:
        """Like `select`, over these rows alone."""

        def read(layout: Layout) -> list[tuple[Any, ...]]:
            return self.rows(statement(layout.source_of_rows(row_ids, columns)))

        try:
            return self._with_layout(table_name, version, read)
        except (TooManyFiles, UnknownLayout):
            wanted = f"WHERE _row_id IN ({', '.join(map(str, row_ids)) or 'NULL'})"
            scan = self.scan(table_name, version)
            return self.rows(statement(f"(SELECT * FROM {scan} {wanted})"))

    def changed_values(
        self, table_name: str, since: int, until: int, output: Output, *, most: int
    ) -> set[Any] | None:
        """What one expression gives for all rows that differ, as they were and as they are.

        Null where `difference` is.
        """
        found = self.difference(table_name, since, until, most=most)
        if found is None:
            return None
        values: set[Any] = set()
        for version, row_ids in ((since, found.before), (until, found.after)):
            if row_ids:
                rows = self.select_rows(
                    table_name,
                    version,
                    row_ids,
                    output.columns,
                    lambda source: f"SELECT DISTINCT {output.select} FROM {source}",
                )
                values.update(row[0] for row in rows)
        return values

    def _from_parts(self, parts: Sequence[Part], read: Callable[[Sequence[str]], Result]) -> Result:
        try:
            return read([self._clause(part) for part in parts])
        except CursorExpired:
            # Files were merged into others and removed since a layout was looked up.
            for part in parts:
                self._layouts.forget(part.table_name, part.version)
            return read([self._clause(part) for part in parts])

    def _clause(self, part: Part) -> str:
        try:
            layout = self._layout(part.table_name, part.version)
            return layout.source(layout.whole(), part.columns)
        except (TooManyFiles, UnknownLayout):
            return self.scan(part.table_name, part.version)

    def search(
        self, table_name: str, version: int, search: Search, output: Output
    ) -> list[tuple[Any, ...]]:
        """The rows that a search finds, in its order: row id, keys, output.

        The search reads the columns it needs; the others are read for the rows that it found.
        """
        needed = list(dict.fromkeys([*search.columns, *output.columns]))
        if len(needed) == len(set(search.columns)):
            return self._found(table_name, version, search, needed, output.select)
        found = self._found(table_name, version, search, search.columns, None)
        row_ids = [row[0] for row in found]
        outputs = self._outputs(table_name, version, row_ids, output) if row_ids else {}
        return [(*row, *outputs[row[0]]) for row in found]

    def _found(
        self,
        table_name: str,
        version: int,
        search: Search,
        columns: Sequence[str],
        select: str | None,
    ) -> list[tuple[Any, ...]]:
        """Row id, keys, and what `select` says of each row that a search finds."""
        values = "".join(f", {part}" for part in [*search.keys, *([select] if select else [])])

        return self.select(
            table_name,
            version,
            columns,
            lambda source: (
                f"SELECT _row_id{values} FROM {source} WHERE {search.condition}"
                f" ORDER BY {search.order} LIMIT {search.limit} OFFSET {search.offset}"
            ),
            search.parameters,
        )

    def _outputs(
        self, table_name: str, version: int, row_ids: Sequence[int], output: Output
    ) -> dict[int, tuple[Any, ...]]:
        self._keep_footers()
        rows = self.select_rows(
            table_name,
            version,
            row_ids,
            output.columns,
            lambda source: f"SELECT _row_id, {output.select} FROM {source}",
        )
        return {row[0]: row[1:] for row in rows}

    def _keep_footers(self) -> None:
        """Let DuckDB keep the footers of the files that are read from here on.

        A page is found by the footers of one or two files, and the next one by the same. A scan of
        thousands of files would only fill memory with theirs.
        """
        with _read_errors(self._deadline):
            self._cursor.execute("SET SESSION parquet_metadata_cache = true")

    def _next_rows(
        self, layout: Layout, output: Output, after: int, limit: int
    ) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        factor = 1
        while (missing := limit - len(found)) > 0:
            window = layout.window(after, missing, factor)
            if window is None:
                break
            found += self.rows(
                f"SELECT _row_id, {output.select} FROM {layout.source(window, output.columns)}"
                f" ORDER BY _row_id LIMIT {missing}"
            )
            after, factor = window.high, factor * 4
        return found

    def scan(self, table_name: str, version: int) -> str:
        """The table as DuckLake reads it, for a FROM clause, with its row ids as `_row_id`."""
        return f"(SELECT rowid AS _row_id, * FROM {self.table_at(table_name, version)})"

    def source(self, table_name: str, version: int, columns: Sequence[str]) -> Source:
        """The whole table with the `columns` named, for statements that run long.

        Its files are looked up now: merged ones that are about to go are not among them.
        """
        self._layouts.forget(table_name, version)
        try:
            layout = self._layout(table_name, version)
            sql = layout.source(layout.whole(), columns)
        except (TooManyFiles, UnknownLayout):
            return Source(self.scan(table_name, version), is_ordered=False)
        # Rows of updated files have any order, and leaving out deleted ones is a join, which
        # keeps none.
        return Source(sql, is_ordered=all(file.is_dense for file in layout.files))

    def track_progress(self) -> None:
        """Have `progress` know of the statements that run from here on."""
        with _read_errors(self._deadline):
            self._cursor.execute("SET enable_progress_bar = true")
            self._cursor.execute("SET enable_progress_bar_print = false")

    def progress(self) -> float:
        """How much of the running statement is done, 0 to 100, from any thread."""
        return min(max(self._cursor.query_progress(), 0.0), 100.0)

    def _with_layout(
        self,
        table_name: str,
        version: int,
        read: Callable[[Layout], list[tuple[Any, ...]]],
    ) -> list[tuple[Any, ...]]:
        """Read by the table's layout. Raises: TooManyFiles, UnknownLayout."""
        try:
            return read(self._layout(table_name, version))
        except CursorExpired:
            # The files were merged into others and removed since the layout was looked up.
            self._layouts.forget(table_name, version)
            return read(self._layout(table_name, version))

    def _layout(self, table_name: str, version: int) -> Layout:
        with _read_errors(self._deadline):
            return self._layouts.find(self._cursor, table_name, version)

    def sample(self, table_name: str, version: int, columns: Sequence[str], rows: int) -> str:
        """About that many rows for a FROM clause, in pieces from all over the table.

        The same version always gives the same rows.
        """
        try:
            layout = self._layout(table_name, version)
            windows = layout.spread(rows, SAMPLE_PIECES)
        except (TooManyFiles, UnknownLayout):
            names = ", ".join(map(quote_identifier, columns))
            table = self.table_at(table_name, version)
            return f"(SELECT {names} FROM {table} LIMIT {rows})"
        return f"({' UNION ALL '.join(layout.source(one, columns) for one in windows)})"

    def texts(self, statement: str, parameters: Sequence[Any] = ()) -> Iterator[bytes]:
        """The result of one column of text, its values one after the other, in pieces.

        Rows are computed as the pieces are read, and never all of them held.
        """
        with _read_errors(self._deadline):
            result = self._cursor.execute(statement, list(parameters))
            batches = result.to_arrow_reader(BATCH_ROWS)
        while True:
            with _read_errors(self._deadline):
                batch = next(batches, None)
            if batch is None:
                return
            text: Any = batch.column(0)
            yield text.buffers()[2].to_pybytes()[: pc.sum(pc.binary_length(text)).as_py()]

    def cancel(self) -> None:
        """Stop what is running; it raises `duckdb.InterruptException` in its thread."""
        self._cursor.interrupt()

    def close(self) -> None:
        """End the connection and its deadline."""
        self._deadline.stop()
        self._cursor.close()


class LayoutFinder(Protocol):
    """Where the layouts of a workspace's tables come from."""

    def find(self, cursor: duckdb.DuckDBPyConnection, table_name: str, version: int) -> Layout:
        """Raises: UnknownLayout."""

    def forget(self, table_name: str, version: int) -> None:
        """Look it up anew the next time."""


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
    except duckdb.OutOfRangeException as error:
        raise Invalid("A number of the result is too large to be computed.") from error
    except duckdb.OutOfMemoryException as error:
        raise ServiceUnavailable(
            "The query needs more memory than this server gives to queries. Narrow the filters."
        ) from error
    except (duckdb.Error, pa.ArrowException) as error:
        raise _named(error) from error


def _named(error: Exception) -> Exception:
    message = str(error)
    if _VERSION_GONE.search(message):
        return CursorExpired()
    if _DATABASE_AWAY.search(message):
        return ServiceUnavailable("The database is not reachable. Try again.")
    if _FILE_GONE.search(message):
        return CursorExpired()
    if isinstance(error, duckdb.HTTPException) or "Could not connect" in message:
        return ServiceUnavailable("The object store is not reachable. Try again.")
    return error
