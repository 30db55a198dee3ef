"""Key figures of data that looks like sales: a column of amounts, and what it can be split by."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from rowmill.datasets import suggest
from rowmill.datasets.aggregates import AggregateQuery, Figure, items
from rowmill.datasets.explore import Exploration
from rowmill.datasets.filters import Filters
from rowmill.datasets.ordering import SortKey
from rowmill.datasets.rendering import array
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes
from rowmill.mill import Column, quote_identifier
from rowmill.mill.columns import decimal_parts

TOP: Final = 10
MOST_QUARTERS: Final = 1000
_ORDER: Final = re.compile(
    r"(order|invoice|transaction|receipt|sale)_?(number|num|no|nr|id|code)$|^(order|invoice)$"
)
_BREAKDOWNS: Final = {
    "country": re.compile(r"country(_?name)?$"),
    "customer": re.compile(r"(customer|client|buyer)(_?name)?$"),
    "product": re.compile(r"product_?(line|name|category)?$|category_?name$|item_?(name|desc)"),
    "city": re.compile(r"city$"),
}
_TOTAL: Final = "total_sales"
_ORDERS: Final = "order_count"


@dataclass(frozen=True)
class SalesColumns:
    """The columns that make data look like sales; only the amount has to be there."""

    amount: Column
    order: Column | None
    time: Column | None
    breakdowns: dict[str, Column]


def find_columns(reading: Reading, exploration: Exploration) -> SalesColumns | None:
    """The roles of the columns, or null where there is no column of amounts."""
    amounts = [m.column for m in exploration.measures if suggest.is_money(m.column.name)]
    if not amounts:
        return None
    breakdowns = {
        name: column
        for name, pattern in _BREAKDOWNS.items()
        if (column := _first(reading, pattern)) is not None
    }
    time = exploration.time.column if exploration.time else None
    return SalesColumns(amounts[0], _first(reading, _ORDER), time, breakdowns)


def aggregates(lakes: Lakes, reading: Reading, exploration: Exploration, filters: Filters) -> str:
    """The text of a JSON object of key figures over the rows that match; empty for other data.

    `total_sales`, `order_count` (distinct orders, or rows where nothing numbers orders),
    `average_order_value`, `sales_by_quarter`, and for each of country, customer, product and city
    that there is the ten largest, as `sales_by_<name>`.
    """
    columns = find_columns(reading, exploration)
    if columns is None:
        return "{}"
    key = ("sales", reading.dataset_id, reading.version, json.dumps(filters.normalised()))
    known: str | None = lakes.results.get(key)
    if known is None:
        known = _figures(lakes, reading, columns, filters)
        lakes.results.put(key, known, weight=len(known) + len(key[-1]) + 200)
    return known


def _figures(lakes: Lakes, reading: Reading, columns: SalesColumns, filters: Filters) -> str:
    measured = _Measured(lakes, reading, filters, columns)
    total = measured.items((), (), 1)
    members = [total[0][1:-1]] if total else []
    if columns.time is not None:
        quarter = _quarter(columns.time)
        by_time = measured.items((quarter,), (SortKey(quarter.column),), MOST_QUARTERS)
        members.append(f'"sales_by_quarter":{array(by_time)}')
    for name, column in columns.breakdowns.items():
        quoted = quote_identifier(column.name)
        group = Figure(Column(name, column.label, column.type), quoted, (column.name,))
        order = (SortKey(_column(_TOTAL, columns.amount.type), descending=True),)
        top = measured.items((group,), (*order, SortKey(group.column)), TOP)
        members.append(f'"sales_by_{name}":{array(top)}')
    return f"{{{','.join(members)}}}"


@dataclass(frozen=True)
class _Measured:
    """Total and number of orders over the rows that match, in whatever groups."""

    lakes: Lakes
    reading: Reading
    filters: Filters
    columns: SalesColumns

    def items(
        self, groups: tuple[Figure, ...], order: tuple[SortKey, ...], limit: int
    ) -> list[str]:
        amount, number = self.columns.amount, self.columns.order
        orders = f"count(DISTINCT {quote_identifier(number.name)})" if number else "count(*)"
        needs = (amount.name, *((number.name,) if number else ()))
        total = f"sum({quote_identifier(amount.name)})"
        parts = decimal_parts(amount.type)
        total_type = f"decimal(38,{parts[1]})" if parts else amount.type
        figures = (
            Figure(_column(_TOTAL, total_type), f"coalesce({total}, 0)", needs),
            Figure(_column(_ORDERS, "integer"), orders, needs),
        )
        average = Figure(
            _column("average_order_value", "double"),
            f"CASE WHEN {orders} = 0 THEN 0 ELSE round({total} / {orders}, 2) END",
            needs,
        )
        metrics = figures if groups else (*figures, average)
        query = AggregateQuery(groups, metrics, self.filters, order, limit)
        return items(self.lakes, self.reading, query)[:limit]


def _quarter(time: Column) -> Figure:
    name = quote_identifier(time.name)
    text = f"concat(CAST(year({name}) AS VARCHAR), '-Q', CAST(quarter({name}) AS VARCHAR))"
    sql = f"CASE WHEN {name} IS NOT NULL THEN {text} END"
    return Figure(Column("quarter", "Quarter", "text"), sql, (time.name,))


def _column(name: str, column_type: str) -> Column:
    return Column(name, name.replace("_", " ").capitalize(), column_type)


def _first(reading: Reading, pattern: re.Pattern[str]) -> Column | None:
    """The first column whose name matches; one that is the pattern as a whole counts before."""
    whole = (column for column in reading.columns if pattern.match(column.name))
    return next(whole, None) or next(
        (column for column in reading.columns if pattern.search(column.name)), None
    )
