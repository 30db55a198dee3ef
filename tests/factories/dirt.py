"""Sales in Iowa's layout with the dirt of its years, and what they add up to.

The sums are made by Python's own `csv` and `Decimal` alone, record by record.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from rowmill.mill import quote_identifier, quote_literal
from tests.factories.layouts import IOWA, IOWA_OLD
from tests.factories.sales import COLUMNS, rows_query

OLD_HEADER = IOWA_OLD.split(",")

# How a program that took them for numbers wrote some of the values of a column.
_FLOAT = "{0} || '.0'"
_MARKED = "format('{{:,}}', {0}::BIGINT)"
_DIRT = {
    "Store Number": (("i % 11 = 0", _MARKED), ("i % 13 = 0", _FLOAT)),
    "Zip Code": (("i % 7 = 0", _FLOAT), ("i % 1009 = 0", "'712-2'")),
    "Store Location": (("i % 5 = 0", "NULL"),),
    "County Number": (("i % 6 = 0", _FLOAT), ("i % 101 = 0", "NULL")),
    "County": (("i % 101 = 0", "NULL"),),
    "Category": (("i % 4 = 0", _FLOAT), ("i % 97 = 0", "NULL")),
    "Category Name": (("i % 97 = 0", "NULL"),),
    "Vendor Number": (("i % 9 = 0", _FLOAT),),
    "Item Number": (("i % 8 = 0", _FLOAT), ("i % 15 = 0", _MARKED)),
    "Bottle Volume (ml)": (("i % 3 = 0", _MARKED),),
    "Bottles Sold": (
        ("i % 1013 = 0", "'-' || {0}"),
        ("i % 17 = 0", "format('{{:,}}', {0}::BIGINT * 500)"),
    ),
    "Sale (Dollars)": (
        ("i % 1013 = 0", "'-' || {0}"),
        ("i % 17 = 0", "format('{{:,.2f}}', {0}::DECIMAL(18,2) * 500)"),
        ("i % 19 = 0", "'$' || {0}"),
    ),
    "State Bottle Cost": (("i % 19 = 0", "'$' || {0}"),),
    "State Bottle Retail": (("i % 19 = 0", "'$' || {0}"),),
}


@dataclass
class Sums:
    """What sales add up to; the groups by store and item are amounts and quantities."""

    rows: int = 0
    amount: Decimal = Decimal(0)
    cost: Decimal = Decimal(0)
    quantity: int = 0
    stores: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    items: Counter[str] = field(default_factory=Counter)

    def add(self, record: dict[str, str]) -> None:
        """Count one record, known by the portal's headers."""
        quantity = int(_number(record["Bottles Sold"]))
        amount = _number(record["Sale (Dollars)"])
        self.rows += 1
        self.amount += amount
        self.quantity += quantity
        self.cost += _number(record["State Bottle Cost"]) * quantity
        self.stores[_identifier(record["Store Number"])] += amount
        self.items[_identifier(record["Item Number"])] += quantity


def write_dirty_sales(path: Path, rows: int, *, first: int = 0, is_old: bool = False) -> Path:
    """Write records from number `first` on, and a blank one; `is_old` is the other spelling."""
    names = OLD_HEADER if is_old else IOWA.split(",")
    values = (
        f"{_value(column)} AS {quote_identifier(name)}"
        for column, name in zip(COLUMNS, names, strict=True)
    )
    query = (
        f"SELECT {', '.join(values)} FROM (SELECT row_number() OVER () + {first} AS i, * "
        f"FROM ({rows_query(rows, first=first)}))"
    )
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY ({query}) TO {quote_literal(str(path))} (FORMAT csv, HEADER)")
    with path.open("a") as file:
        file.write("," * (len(COLUMNS) - 1) + "\n")
    return path


def _value(column: str) -> str:
    name = f"{quote_identifier(column)}::VARCHAR"
    cases = "".join(
        f" WHEN {test} THEN {form.format(name)}" for test, form in _DIRT.get(column, ())
    )
    return f"CASE{cases} ELSE {name} END" if cases else name


def sums_of(*paths: Path) -> Sums:
    """What the records of some files add up to."""
    sums = Sums()
    for path in paths:
        for record in _records(path):
            sums.add(record)
    return sums


def _records(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for values in reader:
            if any(values):
                yield dict(zip(COLUMNS, values, strict=True))


def _number(text: str) -> Decimal:
    return Decimal(text.replace("$", "").replace(",", "") or 0)


def _identifier(text: str) -> str:
    return text.removesuffix(".0").replace(",", "")
