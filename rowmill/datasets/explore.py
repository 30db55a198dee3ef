"""Looking at a dataset for the first time, and looking up its values."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rowmill.datasets import suggest
from rowmill.datasets.filters import Condition, Filters
from rowmill.datasets.rendering import array, value_json
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Reader
from rowmill.mill import Column, quote_identifier

SAMPLE_ROWS = 20_000
LONGEST_VALUE = 1000  # characters; nobody chooses a longer one from a list
EXPLORATION_BYTES = 10_000  # about
MOST_COLUMNS = 200  # of a very wide table the first ones are looked at


@dataclass(frozen=True)
class TimeSpan:
    """The column of time, the grain to show it in, and its first and last value as ISO text.

    Rows deleted since may have held the first or last value.
    """

    column: Column
    grain: suggest.Grain
    first: str
    last: str


@dataclass(frozen=True)
class Exploration:
    """What to show first of a dataset."""

    time: TimeSpan | None
    measures: list[suggest.Measure]
    dimensions: list[suggest.Dimension]


def explore(lakes: Lakes, reading: Reading) -> Exploration:
    """Choose time, measures and dimensions, from a bounded number of rows spread over the table."""
    if reading.version is None or not reading.row_count:
        return Exploration(None, [], [])
    key = ("explore", reading.dataset_id, reading.version)
    known: Exploration | None = lakes.results.get(key)
    if known is not None:
        return known
    with lakes.reader(reading.workspace_id) as reader:
        profiles = _profiles(reader, reading)
        column = suggest.time_column(profiles)
        time = _time_span(lakes, reading, column) if column is not None else None
    found = Exploration(time, suggest.measures(profiles), suggest.dimensions(profiles))
    lakes.results.put(key, found, weight=EXPLORATION_BYTES)
    return found


def values_of(
    lakes: Lakes, reading: Reading, column: Column, *, search: str, filters: Filters, limit: int
) -> str:
    """The most frequent values of a column that contain `search`, whatever the case.

    Returns the text of a JSON array of `{value, count}`. Nulls and texts too long to choose are
    left out.
    """
    if reading.version is None:
        return "[]"
    key = (
        "values",
        reading.dataset_id,
        reading.version,
        json.dumps([column.name, search, filters.normalised(), limit]),
    )
    known: bytes | None = lakes.results.get(key)
    if known is None:
        condition = _matching(column, search, filters)
        known = _values(lakes, reading, column, condition, filters.columns(), limit)
        lakes.results.put(key, known, weight=len(known) + len(key[-1]) + 200)
    return known.decode()


def _matching(column: Column, search: str, filters: Filters) -> Condition:
    name, condition = quote_identifier(column.name), filters.condition()
    sql, parameters = f"{condition.sql} AND {name} IS NOT NULL", condition.parameters
    if column.type == "text":
        sql += f" AND length({name}) <= {LONGEST_VALUE}"
    if search:
        sql += f" AND contains(lower(CAST({name} AS VARCHAR)), lower(CAST(? AS VARCHAR)))"
        parameters = (*parameters, search)
    return Condition(sql, parameters)


def _values(
    lakes: Lakes,
    reading: Reading,
    column: Column,
    condition: Condition,
    filtered_by: Sequence[str],
    limit: int,
) -> bytes:
    assert reading.version is not None
    name = quote_identifier(column.name)
    with lakes.reader(reading.workspace_id) as reader:
        rows = reader.select(
            reading.table_name,
            reading.version,
            [column.name, *filtered_by],
            lambda source: (
                f"""
                SELECT concat('{{"value":', {value_json(column)}, ',"count":', _rows, '}}') FROM (
                    SELECT {name}, count(*) AS _rows FROM {source}
                    WHERE {condition.sql} GROUP BY {name}
                    ORDER BY _rows DESC, {name} LIMIT {limit}
                ) ORDER BY _rows DESC, {name}
            """
            ),
            condition.parameters,
        )
    return array(row[0] for row in rows).encode()


def _profiles(reader: Reader, reading: Reading) -> list[suggest.Profile]:
    assert reading.version is not None
    columns = reading.columns.items[:MOST_COLUMNS]
    names = [column.name for column in columns]
    if reading.row_count <= SAMPLE_ROWS:
        source = reader.table_at(reading.table_name, reading.version)
    else:
        source = reader.sample(reading.table_name, reading.version, names, SAMPLE_ROWS)
    figures = ", ".join(
        f"count({name}), count(DISTINCT {name}), coalesce(max(length(CAST({name} AS VARCHAR))), 0)"
        for name in map(quote_identifier, names)
    )
    row = reader.rows(f"SELECT count(*), {figures} FROM {source}")[0]
    return [
        suggest.Profile(column, row[0], *row[1 + 3 * position : 4 + 3 * position])
        for position, column in enumerate(columns)
    ]


def _time_span(lakes: Lakes, reading: Reading, column: Column) -> TimeSpan | None:
    """First and last value as the catalog has them for the version's files: nothing is scanned."""
    assert reading.version is not None
    catalog = lakes.catalog(reading.workspace_id)
    first, last = catalog.value_range(reading.table_name, column.name, reading.version)
    try:
        bounds = [_moment(text or "") for text in (first, last)]
    except ValueError:  # unknown, infinite, or before the common era
        return None
    grain = suggest.grain(bounds[0], bounds[1], column)
    return TimeSpan(column, grain, *(_iso(bound, column) for bound in bounds))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _iso(moment: datetime, column: Column) -> str:
    if column.type == "date":
        return moment.date().isoformat()
    if column.type == "timestamp":
        return moment.replace(tzinfo=None).isoformat()
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
