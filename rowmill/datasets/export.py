"""A dataset as a stream of CSV, its lines written inside DuckDB: no more memory for more rows."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from math import inf
from typing import Any
from urllib.parse import quote

from rowmill.datasets.filters import Filters
from rowmill.datasets.names import name_of_file
from rowmill.datasets.ordering import Order
from rowmill.datasets.rendering import value_text
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Reader
from rowmill.mill import Column, quote_identifier

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
    """A CSV that is being written, as fast as its pieces are read. Close it, whatever happens."""

    def __init__(self, lakes: Lakes, reading: Reading, query: ExportQuery) -> None:
        """Nothing is read before the first piece is asked for."""
        self._lakes = lakes
        self._reading = reading
        self._query = query
        self._reader: Reader | None = None
        self._open = ExitStack()
        self._at_work = threading.Lock()
        self._is_closed = False

    def pieces(self) -> Iterator[bytes]:
        """The bytes, in order. Raises: CursorExpired, ServiceUnavailable."""
        yield header(self._query)
        if self._reading.version is None:
            return
        texts = self._texts()
        while True:
            with self._at_work:
                piece = None if self._is_closed else next(texts, None)
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """Stop what is running, from any thread, and let go of everything."""
        self._is_closed = True
        # Again and again: a query that has not quite begun does not notice being cancelled.
        while not self._at_work.acquire(timeout=0.05):
            if (reader := self._reader) is not None:
                reader.cancel()
        with self._open:
            self._reader = None
        self._at_work.release()

    def _texts(self) -> Iterator[bytes]:
        reader = self._open.enter_context(
            self._lakes.reader(self._reading.workspace_id, timeout_seconds=inf)
        )
        self._reader = reader
        condition = self._query.filters.condition()
        # Without an order DuckDB keeps the one of the files, and has nothing to hold back.
        order = f"ORDER BY {self._query.order.sql}" if self._query.order else ""
        assert self._reading.version is not None
        yield from reader.texts(
            f"SELECT {line(self._query)}"
            f" FROM {reader.scan(self._reading.table_name, self._reading.version)}"
            f" WHERE {condition.sql} {order}",
            condition.parameters,
        )


def header(query: ExportQuery) -> bytes:
    """The first line: the labels, as they were sent."""
    buffer = io.StringIO()
    labels = [column.label or column.name for column in query.columns]
    if query.safe:
        labels = [f"'{label}" if _FORMULA.match(label) else label for label in labels]
    csv.writer(buffer, lineterminator="\n").writerow(labels)
    return buffer.getvalue().encode()


def line(query: ExportQuery) -> str:
    """An SQL expression: a row as a line of CSV (RFC 4180), its end included."""
    # A blank line would be no row at all, so the only value of a row is never written as nothing.
    null = '""' if len(query.columns) == 1 else ""
    cells = ", ',', ".join(_cell(column, null, safe=query.safe) for column in query.columns)
    return f"concat({cells}, chr(10))"


def _cell(column: Column, null: str, *, safe: bool) -> str:
    name, text = quote_identifier(column.name), value_text(column)
    if column.type != "text":
        return f"coalesce({text}, '{null}')"
    if safe:
        # Only text: a negative number is no formula.
        is_formula = f"regexp_matches({name}, '^[=+\\-@\\t\\r]')"
        text = f"CASE WHEN {is_formula} THEN concat('''', {name}) ELSE {name} END"
    has_to_be_quoted = f"{name} = '' OR regexp_matches({name}, '[\",\\r\\n]')"
    quoted = f"concat('\"', replace({text}, '\"', '\"\"'), '\"')"
    return (
        f"CASE WHEN {name} IS NULL THEN '{null}' WHEN {has_to_be_quoted} THEN {quoted}"
        f" ELSE {text} END"
    )


def disposition(file_name: str) -> str:
    """`Content-Disposition` of a download under that name, in any script (RFC 6266)."""
    plain = re.sub(r'[^ -~]|["\\%]', "_", file_name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def export_name(original: str | None, name: str) -> str:
    """The original's name as a CSV: `Sales.xlsx` → `Sales.csv`, `Sales.CSV` stays."""
    if original is not None and original.lower().endswith(".csv"):
        return re.split(r"[/\\]", original)[-1]
    return f"{name_of_file(original or name)}.csv"
