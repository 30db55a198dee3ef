"""Grouped figures over a dataset: group by columns and grains of time, measured by metrics."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rowmill.datasets.columns import Columns
from rowmill.datasets.filters import Filters
from rowmill.datasets.ordering import SortKey
from rowmill.datasets.rendering import array, row_json
from rowmill.datasets.service import Reading
from rowmill.errors import Invalid, invalid
from rowmill.lake import Lakes
from rowmill.mill import Column, quote_identifier, sql_type
from rowmill.mill.columns import decimal_parts, kind_of

GRAINS: Final = ("hour", "day", "week", "month", "quarter", "year")
METRICS: Final = ("count", "sum", "avg", "min", "max", "count_distinct")
MOST_DIGITS: Final = 38
_TIMES: Final = {"date", "timestamp", "timestamptz"}
_NUMBERS: Final = {"integer", "decimal", "double"}


@dataclass(frozen=True)
class Figure:
    """A column of the result: how it is called and typed, computed, and from which columns."""

    column: Column
    sql: str
    needs: tuple[str, ...] = ()

    @property
    def definition(self) -> str:
        """The item of SELECT."""
        return f"{self.sql} AS {quote_identifier(self.column.name)}"


@dataclass(frozen=True)
class AggregateQuery:
    """What to group by, what to measure, in which order, how much of it at most."""

    groups: tuple[Figure, ...]
    metrics: tuple[Figure, ...]
    filters: Filters
    order: tuple[SortKey, ...]
    limit: int

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The columns of the result, in order."""
        return (*self.groups, *self.metrics)

    def needs(self) -> list[str]:
        """Names of the dataset's columns that have to be read, each once."""
        named = (name for figure in self.figures for name in figure.needs)
        return list(dict.fromkeys([*named, *self.filters.columns()]))

    def normalised(self) -> str:
        """The query as text: equal queries, and only they, are equal."""
        figures = [[figure.column.name, figure.sql] for figure in self.figures]
        order = [key.sql for key in self.order]
        groups = len(self.groups)
        return json.dumps([figures, groups, self.filters.normalised(), order, self.limit])


def parse_groups(text: str | None, columns: Columns) -> tuple[Figure, ...]:
    """Read `order_date:month,country`. Raises: Invalid about `group_by`."""
    return tuple(_group(part, columns) for part in _parts(text))


def parse_metrics(text: str | None, columns: Columns) -> tuple[Figure, ...]:
    """Read `count,sum:sales`; without any, `count`. Raises: Invalid about `metrics`."""
    return tuple(_metric(part, columns) for part in _parts(text) or ["count"])


def parse_order(
    text: str | None, groups: Sequence[Figure], metrics: Sequence[Figure]
) -> tuple[SortKey, ...]:
    """Read `-sum_sales,country`, by the names that the result's columns have.

    Groups that are equal in it, and all of them where there is none, are in ascending order.
    Raises: Invalid about `sort`.
    """
    results = Columns(tuple(figure.column for figure in (*groups, *metrics)))
    keys: dict[Column, SortKey] = {}
    for part in _parts(text):
        column = results.get(part.removeprefix("-"), "sort")
        keys.setdefault(column, SortKey(column, part.startswith("-")))
    for group in groups:
        keys.setdefault(group.column, SortKey(group.column))
    return tuple(keys.values())


def check_names(figures: Sequence[Figure]) -> None:
    """Raises: Invalid where two columns of the result would have one name."""
    names = [figure.column.name for figure in figures]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Invalid(f"The result would have several columns named {', '.join(twice)}.")


def answer(lakes: Lakes, reading: Reading, query: AggregateQuery) -> bytes:
    """The answer as JSON, `{columns, items, version, truncated}`, from memory where it is known.

    Raises: QueryTimedOut, ServiceUnavailable, CursorExpired, Invalid where a sum is too large.
    """
    key = ("query", reading.dataset_id, reading.version, query.normalised())
    known: bytes | None = lakes.results.get(key)
    if known is None:
        known = _computed(lakes, reading, query)
        lakes.results.put(key, known, weight=len(known) + len(key[-1]) + 200)
    return known


def items(lakes: Lakes, reading: Reading, query: AggregateQuery) -> list[str]:
    """Each row of the result as JSON text; one more than the limit where there are more."""
    if reading.version is None:
        return []
    columns = [figure.column for figure in query.figures]
    condition = query.filters.condition()
    grouping = "GROUP BY ALL" if query.groups else ""
    order = ", ".join(key.sql for key in query.order) or "1"
    definitions = ", ".join(figure.definition for figure in query.figures)
    with lakes.reader(reading.workspace_id) as reader:
        rows = reader.select(
            reading.table_name,
            reading.version,
            query.needs(),
            lambda source: (
                f"""
                SELECT {row_json(columns)} FROM (
                    SELECT {definitions} FROM {source} WHERE {condition.sql} {grouping}
                    ORDER BY {order} LIMIT {query.limit + 1}
                ) ORDER BY {order}
            """
            ),
            condition.parameters,
        )
    return [row[0] for row in rows]


def _computed(lakes: Lakes, reading: Reading, query: AggregateQuery) -> bytes:
    rows = items(lakes, reading, query)
    columns = [
        {"name": each.column.name, "type": each.column.type, "label": each.column.label}
        for each in query.figures
    ]
    return (
        f'{{"columns":{json.dumps(columns)},"items":{array(rows[: query.limit])},'
        f'"version":{json.dumps(reading.version)},'
        f'"truncated":{json.dumps(len(rows) > query.limit)}}}'
    ).encode()


def _parts(text: str | None) -> list[str]:
    return [part.strip() for part in (text or "").split(",") if part.strip()]


def _group(part: str, columns: Columns) -> Figure:
    name, separator, grain = part.rpartition(":")
    if not separator or columns.find(part) is not None:
        column = columns.get(part, "group_by")
        return Figure(column, quote_identifier(column.name), (column.name,))
    column = columns.get(name, "group_by")
    if grain not in GRAINS:
        raise invalid("group_by", f"'{grain[:50]}' is no grain; it is one of {', '.join(GRAINS)}.")
    kind = kind_of(column.type)
    if kind not in _TIMES or (kind == "date" and grain == "hour"):
        raise invalid("group_by", f"'{column.name}' has no {grain}: it is of type {column.type}.")
    truncated = f"date_trunc('{grain}', {quote_identifier(column.name)})"
    result = Column(f"{column.name}_{grain}", f"{column.label} ({grain})", column.type)
    sql = f"CAST({truncated} AS {sql_type(column.type)})"
    return Figure(result, sql, (column.name,))


def _metric(part: str, columns: Columns) -> Figure:
    function, separator, name = part.partition(":")
    if function not in METRICS:
        known = ", ".join(METRICS)
        raise invalid("metrics", f"'{function[:50]}' is no metric; it is one of {known}.")
    if function == "count" and not separator:
        return Figure(Column("count", "Count", "integer"), "count(*)")
    column = columns.get(name, "metrics")
    quoted = quote_identifier(column.name)
    if function in {"sum", "avg"} and kind_of(column.type) not in _NUMBERS:
        raise invalid(
            "metrics", f"'{column.name}' cannot be added up: it is of type {column.type}."
        )
    sql = f"count(DISTINCT {quoted})" if function == "count_distinct" else f"{function}({quoted})"
    label = f"{function.replace('_', ' ').capitalize()} of {column.label}"
    result = Column(f"{function}_{column.name}", label, _type(function, column))
    return Figure(result, sql, (column.name,))


def _type(function: str, column: Column) -> str:
    """The type of a metric. Sums of exact numbers stay exact."""
    if function in {"count", "count_distinct"}:
        return "integer"
    if function == "avg":
        return "double"
    parts = decimal_parts(column.type)
    if function == "sum" and parts is not None:
        return f"decimal({MOST_DIGITS},{parts[1]})"
    return column.type
