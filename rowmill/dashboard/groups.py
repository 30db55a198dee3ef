"""Sums of sales by everything that the dashboard shows, in one scan; after an edit, without one.

What was added up of one version serves the next: the rows of the invoices that changed are taken
out as they were and put in as they are. Sums of decimals are exact, so nothing drifts; where
they are not, or where too much has changed, all rows are added up again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import duckdb

from rowmill.dashboard.questions import Question
from rowmill.datasets.cursors import fingerprint
from rowmill.datasets.filters import Condition
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes, Reader
from rowmill.mill import Column, quote_identifier
from rowmill.mill.columns import decimal_parts, kind_of
from rowmill.retail import numbers
from rowmill.templates import measures
from rowmill.templates.roles import Roles

NARROW_DIGITS: Final = 9  # products of two such numbers are computed in a machine's word
MOST_HELD: Final = 5000  # groups of a breakdown that are kept; where there are more, the largest
MOST_LINES: Final = 20_000  # rows of changed invoices that are added up one by one
GROUP_BYTES: Final = 500
COST_ROLES: Final = ("unit_cost", "quantity")
TOTAL: Final = "total"
PERIOD: Final = "period"
PLACE: Final = "place"

Key = tuple[str, Any, str | None]
"""What a group is of (TOTAL, PERIOD, PLACE or a breakdown), its value, and its place."""

_SUMS: Final = (
    "coalesce(sum(_s), 0), count(_s), coalesce(sum(_c), 0), count(_c),"
    " coalesce(sum(_s) FILTER (WHERE _c IS NOT NULL), 0),"
    " count(_s) FILTER (WHERE _c IS NOT NULL), coalesce(sum(_u), 0), count(_u),"
    " {orders}, count(*)"
)
_ROWS: Final = 9


@dataclass(frozen=True)
class Sums:
    """Sums over some rows, and over how many values each: all of them can be taken apart again.

    `parts` are sales, cost, sales of rows whose cost is known, and units, each with the number of
    values behind it; then the number of orders, and of rows.
    """

    parts: tuple[Any, ...]

    @property
    def sales(self) -> Decimal | None:
        """What was sold; null where no row tells."""
        return _exact(self.parts[0]) if self.parts[1] else None

    @property
    def profit(self) -> Decimal | None:
        """Sales minus cost of the rows that tell both."""
        return _exact(self.parts[4]) - _exact(self.parts[2]) if self.parts[5] else None

    @property
    def units(self) -> Decimal | None:
        """How many were sold."""
        return _exact(self.parts[6]) if self.parts[7] else None

    @property
    def orders(self) -> int:
        """How many orders."""
        return int(self.parts[8])

    @property
    def is_empty(self) -> bool:
        """Whether there is no row behind it."""
        return not self.parts[_ROWS]

    @property
    def is_exact(self) -> bool:
        """Whether nothing was rounded."""
        return not any(isinstance(part, float) for part in self.parts)

    def plus(self, other: Sums, sign: int = 1) -> Sums:
        """With the rows of the other, or without them where the sign is -1."""
        return Sums(tuple(a + sign * b for a, b in zip(self.parts, other.parts, strict=True)))


@dataclass(frozen=True)
class Groups:
    """The sums of all groups at a version.

    `counts` says how many groups each breakdown has; where there are more than MOST_HELD, only
    the largest are here. `labels` is what items are called, as far as anyone asked.
    """

    version: int
    roles: Roles
    sums: Mapping[Key, Sums]
    counts: Mapping[str, int]
    labels: dict[str, str | None] = field(default_factory=dict)

    @property
    def is_derivable(self) -> bool:
        """Whether the groups of another version can be made from these."""
        is_whole = sum(self.counts.values()) == len(self.sums)
        return is_whole and all(sums.is_exact for sums in self.sums.values())

    def ranked(self, name: str) -> list[tuple[Key, Sums]]:
        """The groups of a breakdown, the largest first."""
        mine = [(key, sums) for key, sums in self.sums.items() if key[0] == name]
        return sorted(mine, key=_rank)


def _rank(group: tuple[Key, Sums]) -> tuple[bool, Decimal, bool, str]:
    (_, value, _), sums = group
    sales = sums.sales
    return sales is None, -(sales or Decimal(0)), value is None, str(value)


def find(
    lakes: Lakes,
    reading: Reading,
    roles: Roles,
    question: Question,
    dims: Sequence[tuple[str, str]] | None,
) -> Groups:
    """The groups of each breakdown in `dims` (name and role), of periods and places; or the total.

    Raises: Invalid, QueryTimedOut, ServiceUnavailable, CursorExpired.
    """
    scan = _Scan(roles, question, dims)
    name = fingerprint(question.normalised(), dims)
    key = ("dashboard-groups", reading.dataset_id, name)
    with lakes.reader(reading.workspace_id) as reader:
        known: Groups | None = lakes.results.get(key)
        if known is not None and known.roles == roles and known.version == reading.version:
            return known
        found = None
        if known is not None and known.roles == roles and known.is_derivable:
            found = _derived(lakes, reader, reading, scan, known)
        if found is None:
            is_unique = numbers.are_unique(lakes, reader, reading, roles)
            found = scan.groups(reader, reading, is_unique=is_unique)
        if known is None or known.version < found.version:
            lakes.results.put(key, found, weight=GROUP_BYTES * (len(found.sums) + 1))
        return found


def _derived(
    lakes: Lakes, reader: Reader, reading: Reading, scan: _Scan, known: Groups
) -> Groups | None:
    """The groups of this version by what changed since they were known; null where too much did."""
    changed = numbers.affected(lakes, reader, reading, scan.roles, known.version)
    if changed is None or reading.version is None:
        return None
    condition = changed.condition(scan.roles)
    sums, counts, labels = dict(known.sums), dict(known.counts), dict(known.labels)
    for version, sign in ((known.version, -1), (reading.version, 1)):
        parts = scan.sums(reader, reading.table_name, version, condition)
        if parts is None:
            return None
        for key, part in parts.items():
            present = sums.get(key)
            if present is None and sign < 0:
                return None
            total = part if present is None else present.plus(part, sign)
            counts[key[0]] = counts.get(key[0], 0) + (present is None) - total.is_empty
            sums[key] = total
            labels.pop(str(key[1]), None)
            if total.is_empty:
                del sums[key]
    return Groups(reading.version, scan.roles, sums, counts, labels)


@dataclass(frozen=True)
class _Scan:
    """How the rows of a question are added up."""

    roles: Roles
    question: Question
    dims: Sequence[tuple[str, str]] | None

    def groups(self, reader: Reader, reading: Reading, *, is_unique: bool) -> Groups:
        """The groups of all the question's rows."""
        assert reading.version is not None
        rows = self._select(
            reader,
            reading.table_name,
            reading.version,
            numbers.EVERY_ROW,
            lambda rows: self._statement(rows, counts_rows=is_unique),
            counts_rows=is_unique,
        )
        sums = {(row[0], row[1], row[2]): Sums(row[3:-1]) for row in rows}
        counts = {row[0]: row[-1] for row in rows}
        return Groups(reading.version, self.roles, sums, counts)

    def sums(
        self, reader: Reader, table_name: str, version: int, condition: Condition
    ) -> dict[Key, Sums] | None:
        """The groups of the few rows for which a further condition holds; null if they are many.

        They are added up here: so few, they take less time than the planning of all the groupings.
        """
        names = [f"CAST(_d{place} AS VARCHAR)" for place in range(len(self._dims))]
        if self.dims is not None:
            names += ["CAST(_period AS VARCHAR)", "_place"]
        listed = "".join(f", {name}" for name in names)
        rows = self._select(
            reader,
            table_name,
            version,
            condition,
            lambda rows: f"SELECT _s, _c, _u, _n{listed} FROM ({rows}) LIMIT {MOST_LINES + 1}",
            counts_rows=False,
        )
        if len(rows) > MOST_LINES:
            return None
        lines: dict[Key, list[tuple[Any, ...]]] = defaultdict(list)
        for sales, cost, units, number, *values in rows:
            for key in self._keys(values):
                lines[key].append((sales, cost, units, number))
        has_numbers = self.roles.has("number")
        return {key: _added(mine, has_numbers=has_numbers) for key, mine in lines.items()}

    def _keys(self, values: Sequence[str | None]) -> list[Key]:
        """The groups that a row belongs to, by its dimensions, period and place."""
        keys: list[Key] = [(TOTAL, None, None)]
        for (name, _), value in zip(self._dims, values, strict=False):
            keys.append((name, value, None))
            if name == "store" and self.roles.has("store_location"):
                keys.append((PLACE, value, values[-1]))
        if self.dims is not None and self.roles.has("date"):
            keys.append((PERIOD, values[-2], None))
        return keys

    def _select(
        self,
        reader: Reader,
        table_name: str,
        version: int,
        condition: Condition,
        statement: Callable[[str], str],
        *,
        counts_rows: bool,
    ) -> list[tuple[Any, ...]]:
        """What a statement makes of the question's rows for which a further condition holds."""
        asked, roles = self.question.condition(self.roles), self.roles
        columns = [*self.question.columns(roles)]
        columns += roles.names("number", "amount", "unit_price", *COST_ROLES)
        if self.dims is not None:
            columns += roles.names(*(role for _, role in self.dims), "date", "store_location")
        where = f"({asked.sql}) AND {condition.sql}"
        parameters = [*asked.parameters, *condition.parameters]

        def run(*, narrow: bool) -> list[tuple[Any, ...]]:
            return reader.select(
                table_name,
                version,
                columns,
                lambda source: statement(
                    self._values(source, where, counts_rows=counts_rows, narrow=narrow)
                ),
                parameters,
            )

        try:
            return run(narrow=True)
        except duckdb.ConversionException:  # some number is longer than a machine's word allows
            return run(narrow=False)

    def _values(self, source: str, where: str, *, counts_rows: bool, narrow: bool) -> str:
        """The rows with what is added up of each, and what they are grouped by."""
        roles = self.roles
        sales = _sales(roles, narrow=narrow) or "0"
        cost = _product(roles, "unit_cost", narrow=narrow) or "CAST(NULL AS DECIMAL(18,2))"
        units = roles.name("quantity") if roles.has("quantity") else "0"
        number = roles.name("number") if not counts_rows and roles.has("number") else "1"
        keys = [f"{roles.text(role)} AS _d{place}" for place, (_, role) in enumerate(self._dims)]
        if self.dims is not None:
            date = roles.name("date") if roles.has("date") else "CAST(NULL AS DATE)"
            period = f"date_trunc('{self.question.grain}', {date})"
            keys += [f"{period} AS _period", f"{roles.text('store_location')} AS _place"]
        listed = "".join(f", {key}" for key in keys)
        return (
            f"SELECT {sales} AS _s, {cost} AS _c, {units} AS _u, {number} AS _n{listed}"
            f" FROM {source} WHERE {where}"
        )

    @property
    def _dims(self) -> Sequence[tuple[str, str]]:
        return self.dims or ()

    def _statement(self, rows: str, *, counts_rows: bool) -> str:
        is_counted = counts_rows or not self.roles.has("number")
        sums = _SUMS.format(orders="count(*)" if is_counted else "count(DISTINCT _n)")
        if self.dims is None or not (self.dims or self.roles.has("date")):
            return f"SELECT '{TOTAL}', NULL, NULL, {sums}, 1 FROM ({rows})"
        names = [(f"_d{place}", name) for place, (name, _) in enumerate(self.dims)]
        store = next((key for key, name in names if name == "store"), None)
        if self.roles.has("date"):
            names.append(("_period", PERIOD))
        sets = ["()", *(f"({key})" for key, _ in names)]
        kinds = [f"WHEN grouping({key}) = 0 THEN '{name}'" for key, name in names]
        place = "NULL"
        if store is not None and self.roles.has("store_location"):
            place = "_place"
            sets.append(f"({store}, _place)")
            kinds.insert(0, f"WHEN grouping(_place) = 0 THEN '{PLACE}'")
        chosen = " ".join(
            f"WHEN grouping({key}) = 0 THEN CAST({key} AS VARCHAR)" for key, _ in names
        )
        return f"""
            WITH found AS (
                SELECT CASE {" ".join(kinds)} ELSE '{TOTAL}' END AS _set,
                       CASE {chosen} ELSE NULL END AS _key, {place} AS _place,
                       {sums}
                FROM ({rows}) GROUP BY GROUPING SETS ({", ".join(sets)})
            )
            SELECT *, count(*) OVER (PARTITION BY _set) FROM found
            QUALIFY _set = '{PERIOD}' OR row_number() OVER (
                PARTITION BY _set ORDER BY #4 DESC, _key
            ) <= {MOST_HELD}
        """


def _added(lines: Sequence[tuple[Any, ...]], *, has_numbers: bool) -> Sums:
    """The sums of lines of sales, cost, units and number; the same as those of _SUMS."""
    sales = [line[0] for line in lines if line[0] is not None]
    cost = [line[1] for line in lines if line[1] is not None]
    costed = [line[0] for line in lines if line[0] is not None and line[1] is not None]
    units = [line[2] for line in lines if line[2] is not None]
    numbers = {line[3] for line in lines} - {None}
    parts = [part for values in (sales, cost, costed, units) for part in (sum(values), len(values))]
    return Sums((*parts, len(numbers) if has_numbers else len(lines), len(lines)))


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


def _exact(value: Any) -> Decimal:
    """Decimals and whole numbers as they are; doubles by their shortest text."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
