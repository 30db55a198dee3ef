"""An invoice: the rows of a sales dataset that share a number, and what they say together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, Final

from rowmill.datasets.columns import Columns
from rowmill.invoices.numbers import id_of
from rowmill.mill import Column
from rowmill.mill.columns import kind_of
from rowmill.templates.roles import Roles

STORE_ROLES: Final = {
    "number": "store_number",
    "name": "store_name",
    "address": "address",
    "city": "city",
    "zip": "zip",
    "location": "store_location",
    "county_number": "county_number",
    "county": "county",
}
HEADER_ROLES: Final = ("date", *STORE_ROLES.values(), "country", "customer")
FIGURES: Final = ("quantity", "unit_price", "unit_cost", "amount")
LINE_ROLES: Final = (
    "item_number", "item_name", "category", "category_name", "vendor_number", "vendor_name",
    "pack", "volume_ml", *FIGURES,
)  # fmt: skip
ROLES: Final = ("number", "line", *HEADER_ROLES, *LINE_ROLES)
EXACT_INTEGER: Final = 2**53
BEHIND_ALL: Final = 2**63

Values = dict[str, str | None]
"""The values of a row by column name, as DuckDB writes them as text."""


@dataclass(frozen=True)
class Row:
    """A row of the dataset; `row_id` is null where it is not there yet."""

    row_id: int | None
    values: Values


@dataclass(frozen=True)
class Invoice:
    """Rows with one number, in their order, and the columns that say what is what."""

    number: str
    rows: tuple[Row, ...]
    columns: Columns
    roles: Roles

    @property
    def tag(self) -> str:
        """Changes whenever anything of the invoice does."""
        values = [row.values for row in self.rows]
        text = json.dumps([self.number, values], sort_keys=True)
        return f'"{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"'

    @cached_property
    def line_numbers(self) -> list[int]:
        """What each row's line is called: its own number, or its place where these are no use."""
        own = [self._whole(row, "line") for row in self.rows]
        known = [number for number in own if number is not None]
        if len(set(known)) == len(self.rows):
            return known
        return list(range(1, len(self.rows) + 1))

    def value(self, row: Row, role: str) -> str | None:
        """The text that a row has in a role, null where there is no such column."""
        column = self.roles.get(role)
        return row.values.get(column.name) if column else None

    def head(self, role: str) -> str | None:
        """What the first row that says anything says."""
        texts = (self.value(row, role) for row in self.rows)
        return next((text for text in texts if text is not None), None)

    def summary(self) -> dict[str, Any]:
        """The invoice without its lines, as JSON."""
        return {
            "invoice_id": id_of(self.number),
            "number": self.number,
            "date": self._moment("date"),
            "store": {name: self.head(role) for name, role in STORE_ROLES.items()},
            "customer": self.head("customer"),
            "country": self.head("country"),
            "line_count": len(self.rows),
            "totals": self.totals(),
        }

    def full(self) -> dict[str, Any]:
        """The invoice as JSON."""
        lines = [self._line(*pair) for pair in zip(self.line_numbers, self.rows, strict=True)]
        return {**self.summary(), "lines": lines}

    def totals(self) -> dict[str, str | None]:
        """Exact sums. Cost and profit are null where no line tells its cost."""
        sold = [self.amount(row) for row in self.rows]
        cost = [self._cost(row) for row in self.rows]
        pairs = zip(sold, cost, strict=True)
        gained = [a - c for a, c in pairs if a is not None and c is not None]
        units = _total(self.figure(row, "quantity") for row in self.rows)
        return {
            "quantity": _plain(units, 0),
            "amount": _plain(_total(sold)),
            "cost": _plain(_total(cost)) if any(c is not None for c in cost) else None,
            "profit": _plain(sum(gained, Decimal(0))) if gained else None,
        }

    def figure(self, row: Row, role: str) -> Decimal | None:
        """A number of a row, null where it has none."""
        return number_in(self.value(row, role))

    def amount(self, row: Row) -> Decimal | None:
        """What a row was sold for: its amount, or quantity × unit price."""
        amount = self.figure(row, "amount")
        if amount is not None:
            return amount
        return _times(self.figure(row, "quantity"), self.figure(row, "unit_price"))

    def _cost(self, row: Row) -> Decimal | None:
        return _times(self.figure(row, "quantity"), self.figure(row, "unit_cost"))

    def _line(self, number: int, row: Row) -> dict[str, Any]:
        named = {role: self.value(row, role) for role in LINE_ROLES}
        if named["amount"] is None:
            named["amount"] = _plain(self.amount(row))
        return {"line": number, **named, "extra": self._extra(row)}

    def _extra(self, row: Row) -> dict[str, Any]:
        played = {column.name for column in self.roles.columns.values()}
        return {
            column.name: json_value(row.values.get(column.name), column)
            for column in self.columns
            if column.name not in played
        }

    def _moment(self, role: str) -> str | None:
        column = self.roles.get(role)
        found = json_value(self.head(role), column) if column else None
        return None if found is None else str(found)

    def _whole(self, row: Row, role: str) -> int | None:
        found = self.figure(row, role)
        return int(found) if found is not None and found == found.to_integral_value() else None


def number_in(text: str | None) -> Decimal | None:
    """The number that a text is, null where it is none."""
    try:
        found = Decimal(text) if text is not None else None
    except InvalidOperation:
        return None
    return found if found is None or found.is_finite() else None


def json_value(text: str | None, column: Column) -> Any:
    """A value as the API writes it, from its text."""
    if text is None:
        return None
    match kind_of(column.type):
        case "integer":
            number = int(text)
            return number if abs(number) <= EXACT_INTEGER else text
        case "boolean":
            return text == "true"
        case "timestamp":
            return text.replace(" ", "T")
        case "timestamptz":
            return text.replace(" ", "T").replace("+00", "Z")
        case _:
            return text


def group(rows: Iterable[tuple[str, Row]], columns: Columns, roles: Roles) -> dict[str, Invoice]:
    """Invoices by number, the rows of each in the order of their lines."""
    found: dict[str, list[Row]] = {}
    for number, row in rows:
        found.setdefault(number, []).append(row)
    return {
        number: Invoice(number, tuple(in_order(own, roles)), columns, roles)
        for number, own in found.items()
    }


def in_order(rows: Sequence[Row], roles: Roles) -> list[Row]:
    """The rows by the numbers of their lines, then as they came; new ones stand last."""
    line = roles.get("line")

    def place(row: Row) -> tuple[Decimal, int]:
        number = number_in(row.values.get(line.name)) if line else None
        return (
            number if number is not None else Decimal("Infinity"),
            row.row_id if row.row_id is not None else BEHIND_ALL,
        )

    return sorted(rows, key=place)


def _times(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one * other


def _total(figures: Iterable[Decimal | None]) -> Decimal:
    return sum((figure for figure in figures if figure is not None), Decimal(0))


def _plain(number: Decimal | None, places: int = 2) -> str | None:
    """The number with at least that many decimals, and no zeros behind them."""
    if number is None:
        return None
    text = format(number, "f")
    whole, _, fraction = text.partition(".")
    fraction = fraction.rstrip("0").ljust(places, "0")
    return f"{whole}.{fraction}" if fraction else whole


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The names of the members that differ."""
    names = [*before, *(name for name in after if name not in before)]
    return [name for name in names if before.get(name) != after.get(name)]
