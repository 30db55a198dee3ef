"""Figures of sales in one scan: totals, periods and breakdowns as sets of one grouping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import duckdb

from rowmill.dashboard.questions import Question
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Reader
from rowmill.mill import Column, quote_identifier
from rowmill.mill.columns import decimal_parts, kind_of
from rowmill.templates import measures
from rowmill.templates.roles import Roles

NARROW_DIGITS: Final = 9  # products of two such numbers are computed in a machine's word
MOST_PLACES: Final = 5000
BREAKDOWNS: Final = {
    "city": ("city",),
    "county": ("county", "county_number"),
    "zip": ("zip",),
    "category": ("category_name", "category"),
    "vendor": ("vendor_name", "vendor_number"),
    "store": ("store_name", "store_number"),
    "item": ("item_number", "item_name"),
    "country": ("country",),
    "customer": ("customer",),
}
"""Each breakdown with the roles it goes by, the first one that there is."""
COST_ROLES: Final = ("unit_cost", "quantity")
TOTAL: Final = "total"
PERIOD: Final = "period"
PLACE: Final = "place"


@dataclass(frozen=True)
class Figures:
    """Sales, profit and so on of some rows; null is what the columns do not tell."""

    sales: Decimal | None
    profit: Decimal | None
    units: Decimal | None
    orders: int

    def minus(self, others: Sequence[Figures]) -> Figures:
        """What is left when these are taken away."""
        return Figures(
            _less(self.sales, [each.sales for each in others]),
            _less(self.profit, [each.profit for each in others]),
            _less(self.units, [each.units for each in others]),
            max(0, self.orders - sum(each.orders for each in others)),
        )


@dataclass(frozen=True)
class Group:
    """The figures of one period, or of one value of a breakdown, null where there is none.

    `count` is how many groups its breakdown has; `place` is the text that says where a store is.
    """

    key: Any
    place: str | None
    figures: Figures
    count: int


@dataclass(frozen=True)
class Summary:
    """Everything about the rows that a question is about. Groups of breakdowns: largest first."""

    total: Figures
    periods: list[Group]
    breakdowns: dict[str, list[Group]]
    places: list[Group]


def dimensions(roles: Roles) -> dict[str, str]:
    """The breakdowns that the columns allow, each with the role it goes by."""
    found = {
        name: next((role for role in by if roles.has(role)), None)
        for name, by in BREAKDOWNS.items()
    }
    return {name: role for name, role in found.items() if role is not None}


def summarise(lakes: Lakes, reading: Reading, roles: Roles, question: Question) -> Summary:
    """Raises: Invalid, QueryTimedOut, ServiceUnavailable, CursorExpired."""
    rows = _grouped(lakes, reading, roles, question, list(dimensions(roles).items()))
    groups: dict[str, list[Group]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(_group(row))
    total = groups[TOTAL][0].figures if TOTAL in groups else Figures(None, None, None, 0)
    breakdowns = {name: groups.get(name, []) for name in dimensions(roles)}
    return Summary(
        total=_known(total, roles),
        periods=groups.get(PERIOD, []),
        breakdowns=breakdowns,
        places=groups.get(PLACE, []),
    )


def totals(lakes: Lakes, reading: Reading, roles: Roles, question: Question) -> Figures:
    """The totals alone."""
    rows = _grouped(lakes, reading, roles, question, None)
    return _known(_group(rows[0]).figures, roles)


def unknown(roles: Roles) -> dict[str, str]:
    """The figures that the columns do not tell, each with the reason."""
    missing = {}
    if measures.sales(roles) is None:
        missing["sales"] = "The sales dataset has no column of amounts, nor quantity and price."
    if measures.profit(roles) is None:
        missing["profit"] = "The sales dataset has no unit cost, or no quantity."
    if not roles.has("quantity"):
        missing["units"] = "The sales dataset has no column of quantities."
    if not roles.has("date"):
        missing["series"] = "The sales dataset has no column of dates."
    for name in BREAKDOWNS:
        if name not in dimensions(roles):
            missing[name] = f"The sales dataset has no column that tells the {name}."
    return missing


def labels(lakes: Lakes, reading: Reading, roles: Roles, keys: Sequence[str]) -> dict[str, str]:
    """What items are called, by number."""
    if not keys or reading.version is None or not roles.has("item_number", "item_name"):
        return {}
    number, name = roles.text("item_number"), roles.text("item_name")
    marks = ", ".join("?" * len(keys))
    with lakes.reader(reading.workspace_id) as reader:
        rows = reader.select(
            reading.table_name,
            reading.version,
            roles.names("item_number", "item_name"),
            lambda source: (
                f"SELECT {number}, max({name}) FROM {source} WHERE {number} IN ({marks}) GROUP BY 1"
            ),
            list(keys),
        )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def _grouped(
    lakes: Lakes,
    reading: Reading,
    roles: Roles,
    question: Question,
    dims: list[tuple[str, str]] | None,
) -> list[tuple[Any, ...]]:
    """Rows of set, key, place, sales, cost, sales of known cost, units, orders, groups."""
    assert reading.version is not None
    condition = question.condition(roles)
    needed = [*question.columns(roles), *roles.names("amount", "unit_price", *COST_ROLES)]
    if dims is not None:
        needed += roles.names(*(role for _, role in dims), "date", "store_location")
    with lakes.reader(reading.workspace_id) as reader:
        is_unique = _is_unique(lakes, reader, reading, roles)
        needed += [] if is_unique else roles.names("number")

        def run(*, narrow: bool) -> list[tuple[Any, ...]]:
            def statement(source: str) -> str:
                counts = None if is_unique else "number"
                rows = _rows_sql(roles, dims, source, condition.sql, counts, narrow=narrow)
                return _statement(roles, dims, rows, question, is_unique=is_unique)

            table, version = reading.table_name, reading.version or 0
            return reader.select(table, version, needed, statement, condition.parameters)

        try:
            return run(narrow=True)
        except duckdb.ConversionException:  # some number is longer than a machine's word allows
            return run(narrow=False)


def _rows_sql(
    roles: Roles,
    dims: list[tuple[str, str]] | None,
    source: str,
    condition: str,
    counts: str | None,
    *,
    narrow: bool,
) -> str:
    """The rows with what is added up of each, and what they are grouped by."""
    sales = _sales(roles, narrow=narrow) or "0"
    cost = _product(roles, "unit_cost", narrow=narrow) or "CAST(NULL AS DECIMAL(18,2))"
    units = roles.name("quantity") if roles.has("quantity") else "0"
    number = roles.name(counts) if counts and roles.has(counts) else "1"
    keys = [f"{roles.text(role)} AS _d{place}" for place, (_, role) in enumerate(dims or [])]
    if dims is not None:
        date = roles.name("date") if roles.has("date") else "CAST(NULL AS DATE)"
        keys += [f"{date} AS _date", f"{roles.text('store_location')} AS _place"]
    listed = "".join(f", {key}" for key in keys)
    return (
        f"SELECT {sales} AS _s, {cost} AS _c, {units} AS _u, {number} AS _n{listed}"
        f" FROM {source} WHERE {condition}"
    )


def _statement(
    roles: Roles,
    dims: list[tuple[str, str]] | None,
    rows: str,
    question: Question,
    *,
    is_unique: bool,
) -> str:
    counted = "count(*)" if is_unique or not roles.has("number") else "count(DISTINCT _n)"
    sums = (
        "sum(_s) AS s, sum(_c) AS c, sum(_s) FILTER (WHERE _c IS NOT NULL) AS k,"
        f" sum(_u) AS u, {counted} AS o"
    )
    if dims is None:
        return f"SELECT '{TOTAL}', NULL, NULL, s, c, k, u, o, 1 FROM (SELECT {sums} FROM ({rows}))"
    sets, names, keys = ["()"], [], []
    for place, (name, _) in enumerate(dims):
        sets.append(f"(_d{place})")
        names.append((f"_d{place}", name))
        keys.append(f"_d{place}")
    store = next((key for key, name in names if name == "store"), None)
    if roles.has("date"):
        sets.append("(_period)")
        names.append(("_period", PERIOD))
    with_places = store is not None and roles.has("store_location")
    if with_places:
        sets.append(f"({store}, _place)")
    cases = " ".join(f"WHEN grouping({key}) = 0 THEN '{name}'" for key, name in names)
    place_case = "WHEN grouping(_place) = 0 THEN '" + PLACE + "'" if with_places else ""
    chosen = " ".join(f"WHEN grouping({key}) = 0 THEN CAST({key} AS VARCHAR)" for key, _ in names)
    kinds = f"CASE {place_case} {cases} ELSE '{TOTAL}' END" if names else f"'{TOTAL}'"
    key = f"CASE {chosen} END" if names else "NULL"
    return f"""
        WITH found AS (
            SELECT {kinds} AS _set, {key} AS _key,
                   {"_place" if with_places else "NULL"} AS _place, {sums}
            FROM (SELECT *, date_trunc('{question.grain}', _date) AS _period FROM ({rows}))
            GROUP BY GROUPING SETS ({", ".join(sets)})
        )
        SELECT *, count(*) OVER (PARTITION BY _set) FROM found
        QUALIFY _set = '{PERIOD}' OR row_number() OVER (
            PARTITION BY _set ORDER BY s DESC NULLS LAST, _key
        ) <= CASE _set WHEN '{PLACE}' THEN {MOST_PLACES} ELSE {question.top} END
        ORDER BY _set, s DESC NULLS LAST, _key
    """


def _sales(roles: Roles, *, narrow: bool) -> str | None:
    priced = _product(roles, "unit_price", narrow=narrow)
    if not roles.has("amount"):
        return priced
    return f"coalesce({roles.name('amount')}, {priced})" if priced else roles.name("amount")


def _product(roles: Roles, role: str, *, narrow: bool) -> str | None:
    """Quantity × unit price, or unit cost."""
    if not roles.has(role, "quantity"):
        return None
    columns = roles.columns[role], roles.columns["quantity"]
    casts = [_narrowed(column) for column in columns]
    if narrow and all(casts):
        return " * ".join(f"{cast}" for cast in casts)
    return measures.product(*columns, roles)


def _narrowed(column: Column) -> str | None:
    """The column as a short decimal; null where it is none."""
    parts = decimal_parts(column.type)
    scale = parts[1] if parts else 0
    if (parts is None and kind_of(column.type) != "integer") or scale > NARROW_DIGITS // 2:
        return None
    return f"CAST({quote_identifier(column.name)} AS DECIMAL({NARROW_DIGITS},{scale}))"


def _is_unique(lakes: Lakes, reader: Reader, reading: Reading, roles: Roles) -> bool:
    """Whether every row has a number of its own, so that orders are rows; asked once a version."""
    if not roles.has("number") or reading.version is None:
        return False
    key = ("unique", reading.dataset_id, reading.version)
    known: bool | None = lakes.results.get(key)
    if known is None:
        name = roles.name("number")
        [(known,)] = reader.select(
            reading.table_name,
            reading.version,
            roles.names("number"),
            # Different hashes are different numbers; equal ones only cost the slower way.
            lambda source: (
                f"SELECT count(DISTINCT hash({name})) = count(*) AND count({name}) = count(*)"
                f" FROM {source}"
            ),
        )
        lakes.results.put(key, bool(known), weight=200)
    return bool(known)


def _group(row: tuple[Any, ...]) -> Group:
    _, key, place, sales, cost, costed, units, orders, count = row
    profit = None if costed is None or cost is None else _exact(costed) - _exact(cost)
    figures = Figures(_exact_or_none(sales), profit, _exact_or_none(units), int(orders))
    return Group(key, place, figures, int(count))


def _known(total: Figures, roles: Roles) -> Figures:
    """Zeros where nothing matched, nulls only where the columns do not tell."""
    missing = unknown(roles)
    nothing = Decimal(0)
    return Figures(
        None if "sales" in missing else total.sales or nothing,
        None if "profit" in missing else total.profit or nothing,
        None if "units" in missing else total.units or nothing,
        total.orders,
    )


def _exact(value: Any) -> Decimal:
    """Decimals and whole numbers as they are; doubles by their shortest text."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _exact_or_none(value: Any) -> Decimal | None:
    return None if value is None else _exact(value)


def _less(whole: Decimal | None, parts: Sequence[Decimal | None]) -> Decimal | None:
    if whole is None:
        return None
    return whole - sum((part for part in parts if part is not None), Decimal(0))
