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
from rowmill.lake import Lakes, Output, Reader, Search
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
    output = Output([column.name for column in query.columns], row_json(query.columns))
    with lakes.reader(reading.workspace_id) as reader:
        if query.filters or query.order or query.skip:
            search = _search(reader, reading, query)
            rows = reader.search(reading.table_name, reading.version, search, output)
        else:
            rows = reader.rows_in_order(
                reading.table_name,
                reading.version,
                output,
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
    known: int | None = lakes.results.get(key)
    if known is not None:
        return known
    condition = filters.condition()
    with lakes.reader(reading.workspace_id) as reader:
        [(found,)] = reader.select(
            reading.table_name,
            reading.version,
            filters.columns(),
            lambda source: f"SELECT count(*) FROM {source} WHERE {condition.sql}",
            condition.parameters,
        )
    lakes.results.put(key, int(found), weight=len(key[-1]) + 200)
    return int(found)


def _search(reader: Reader, reading: Reading, query: RecordsQuery) -> Search:
    """One row more than the page has, each with its sort values as text."""
    condition = _condition(reader, reading, query)
    sorted_by = [key.column.name for key in query.order.keys]
    return Search(
        columns=list(dict.fromkeys([*sorted_by, *query.filters.columns()])),
        condition=condition.sql,
        parameters=condition.parameters,
        order=query.order.sql,
        keys=[f"CAST({quote_identifier(name)} AS VARCHAR)" for name in sorted_by],
        limit=query.limit + 1,
        offset=query.skip,
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
    assert reading.version is not None
    texts = [f"CAST({quote_identifier(key.column.name)} AS VARCHAR)" for key in query.order.keys]
    output = Output([key.column.name for key in query.order.keys], ", ".join(texts))
    after = position.row_id - 1
    row = reader.rows_in_order(reading.table_name, reading.version, output, after=after, limit=1)[0]
    return row[1:]
