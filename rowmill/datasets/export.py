"""A dataset as a stream of CSV, written by DuckDB into a pipe: no more memory for more rows."""

from __future__ import annotations

import csv
import io
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any
from urllib.parse import quote

from rowmill.datasets.filters import Filters
from rowmill.datasets.names import name_of_file
from rowmill.datasets.ordering import Order
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Reader
from rowmill.mill import Column, quote_identifier

PIECE_BYTES = 256 * 1024
_FORMULA = re.compile(r"[=+\-@\t\r]")


@dataclass(frozen=True)
class ExportQuery:
    """Which rows and columns, in which order; `safe` keeps spreadsheets from running cells."""

    columns: tuple[Column, ...]
    filters: Filters
    order: Order
    safe: bool

    def normalised(self) -> list[Any]:
        """The query as plain values, for its tag."""
        names = [column.name for column in self.columns]
        return [names, self.filters.normalised(), self.order.normalised(), self.safe]


class Export:
    """A CSV that is being written. Read its pieces, then close it, whatever happens meanwhile."""

    def __init__(self, lakes: Lakes, reading: Reading, query: ExportQuery) -> None:
        """Begins to write at once, in a thread of its own, as fast as the pieces are read."""
        self._lakes = lakes
        self._reading = reading
        self._query = query
        self._reader: Reader | None = None
        self._error: BaseException | None = None
        self._lock = threading.Lock()
        self._is_closed = False
        self._source, self._sink = os.pipe()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def pieces(self) -> Iterator[bytes]:
        """The bytes, in order. Raises what went wrong in writing, where something did."""
        yield header(self._query)
        while piece := os.read(self._source, PIECE_BYTES):
            yield piece
        self._thread.join()
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Stop writing, if it still goes on, and let go of everything."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
        # The writer may wait for room in the pipe, so what it still writes is read, and dropped.
        self._cancel()
        while os.read(self._source, PIECE_BYTES):
            self._cancel()
        self._thread.join()
        os.close(self._source)

    def _cancel(self) -> None:
        with self._lock:
            if self._reader is not None:
                self._reader.cancel()

    def _write(self) -> None:
        try:
            self._copy()
        except BaseException as error:  # noqa: BLE001 - raised again where the pieces are read
            self._error = error
        finally:
            os.close(self._sink)

    def _copy(self) -> None:
        if self._reading.version is None:
            return
        with self._lakes.reader(self._reading.workspace_id, timeout_seconds=inf) as reader:
            with self._lock:
                if self._is_closed:
                    return
                self._reader = reader
            try:
                statement = copy_statement(reader, self._reading, self._query, self._sink)
                reader.run(statement, self._query.filters.condition().parameters)
            finally:
                with self._lock:
                    self._reader = None


def copy_statement(reader: Reader, reading: Reading, query: ExportQuery, sink: int) -> str:
    """COPY of the rows, without a header, into the file descriptor `sink`."""
    assert reading.version is not None
    values = ", ".join(_value(column, safe=query.safe) for column in query.columns)
    source = reader.scan(reading.table_name, reading.version)
    # Without an order DuckDB keeps the one of the files, and has nothing to hold back in memory.
    order = f"ORDER BY {query.order.sql}" if query.order else ""
    return f"""
        COPY (
            SELECT {values} FROM {source}
            WHERE {query.filters.condition().sql} {order}
        ) TO '/dev/fd/{sink}' (FORMAT csv, HEADER false, USE_TMP_FILE false)
    """


def header(query: ExportQuery) -> bytes:
    """The first line: the labels, as they were sent."""
    buffer = io.StringIO()
    labels = [column.label or column.name for column in query.columns]
    if query.safe:
        labels = [f"'{label}" if _FORMULA.match(label) else label for label in labels]
    csv.writer(buffer, lineterminator="\n").writerow(labels)
    return buffer.getvalue().encode()


def _value(column: Column, *, safe: bool) -> str:
    name = quote_identifier(column.name)
    if not safe or column.type != "text":
        return name
    # Only text: a negative number is no formula.
    is_formula = f"regexp_matches({name}, '^[=+\\-@\\t\\r]')"
    return f"CASE WHEN {is_formula} THEN concat('''', {name}) ELSE {name} END AS {name}"


def disposition(file_name: str) -> str:
    """`Content-Disposition` of a download under that name, in any script (RFC 6266)."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def export_name(original: str | None, name: str) -> str:
    """The original's name as a CSV: `Sales.xlsx` → `Sales.csv`, `Sales.CSV` stays."""
    if original is not None and original.lower().endswith(".csv"):
        return re.split(r"[/\\]", original)[-1]
    return f"{name_of_file(original or name)}.csv"
