"""Pages of a dataset's rows, in any order, at one version, however deep."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from rowmill.datasets.cursors import Position
from rowmill.datasets.filters import Condition, Filters
from rowmill.datasets.ordering import Order
from rowmill.datasets.rendering import array, row_json
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Reader
from rowmill.mill import Column, quote_identifier

BEFORE_FIRST = -1


@dataclass(frozen=True)
class RecordsQuery:
    """Which rows, of which columns, in which order, behind which row."""

    columns: tuple[Column, ...]
    filters: Filters
    order: Order
    limit: int
    behind: Position | None = None
    skip: int = 0


@dataclass(frozen=True)
class RecordsPage:
    """Rows as the text of a JSON array, and the place behind the last one if more follow."""

    items: str
    next: Position | None


def page(lakes: Lakes, reading: Reading, query: RecordsQuery) -> RecordsPage:
    """One page. Raises: CursorExpired, QueryTimedOut, ServiceUnavailable."""
    if reading.version is None:
        return RecordsPage("[]", None)
    with lakes.reader(reading.workspace_id) as reader:
        if query.filters or query.order or query.skip:
            rows = _searched(reader, reading, query)
        else:
            rows = reader.rows_in_order(
                reading.table_name,
                reading.version,
                columns=[column.name for column in query.columns],
                select=row_json(query.columns),
                after=query.behind.row_id if query.behind else BEFORE_FIRST,
                limit=query.limit + 1,
            )
    shown = rows[: query.limit]
    items = array(row[-1] for row in shown)
    if len(rows) <= query.limit:
        return RecordsPage(items, None)
    row_id, *keys, _ = shown[-1]
    return RecordsPage(items, Position(reading.version, row_id, tuple(keys)))


def count(lakes: Lakes, reading: Reading, filters: Filters) -> int:
    """How many rows match; kept in memory, because it is true of the version for good."""
    if not filters or reading.version is None:
        return reading.row_count
    key = ("count", reading.dataset_id, reading.version, json.dumps(filters.normalised()))
    known = lakes.results.get(key)
    if known is not None:
        return int(known)
    condition = filters.condition()
    with lakes.reader(reading.workspace_id) as reader:
        table = reader.table_at(reading.table_name, reading.version)
        found = reader.value(
            f"SELECT count(*) FROM {table} WHERE {condition.sql}", condition.parameters
        )
    lakes.results.put(key, str(found).encode(), weight=len(key[-1]) + 200)
    return int(found)


def _searched(reader: Reader, reading: Reading, query: RecordsQuery) -> list[tuple[str, ...]]:
    """Row id, sort values as text, and JSON of each row; one row more than the page has."""
    assert reading.version is not None
    condition = _condition(reader, reading, query)
    sorted_by = [key.column for key in query.order.keys]
    names = _names([*query.columns, *sorted_by])
    keys = "".join(f", CAST({name} AS VARCHAR)" for name in _names(sorted_by))
    # The inner query finds the rows by few columns; only for those found is the JSON written.
    return reader.rows(
        f"""
        SELECT _row_id{keys}, {row_json(query.columns)}
        FROM (
            SELECT rowid AS _row_id, {", ".join(names)}
            FROM {reader.table_at(reading.table_name, reading.version)}
            WHERE {condition.sql}
            ORDER BY {query.order.sql("rowid")}
            LIMIT {query.limit + 1} OFFSET {query.skip}
        )
        ORDER BY {query.order.sql("_row_id")}
        """,
        condition.parameters,
    )


def _condition(reader: Reader, reading: Reading, query: RecordsQuery) -> Condition:
    condition = query.filters.condition()
    position = query.behind
    if position is None:
        return condition
    keys = position.keys if position.keys is not None else _keys(reader, reading, query, position)
    behind = query.order.behind(keys, position.row_id)
    return Condition(
        f"{condition.sql} AND ({behind.sql})", (*condition.parameters, *behind.parameters)
    )


def _keys(
    reader: Reader, reading: Reading, query: RecordsQuery, position: Position
) -> Sequence[str | None]:
    """The values of a row in the sort columns, which were too long for the cursor."""
    names = _names([key.column for key in query.order.keys])
    table = reader.table_at(reading.table_name, position.version)
    texts = ", ".join(f"CAST({name} AS VARCHAR)" for name in names)
    return reader.rows(f"SELECT {texts} FROM {table} WHERE rowid = {position.row_id}")[0]


def _names(columns: Sequence[Column]) -> list[str]:
    """Quoted names, each once."""
    return list(dict.fromkeys(quote_identifier(column.name) for column in columns))
