"""Why a value does not fit the type of its column, in words for the person who sent it."""

from __future__ import annotations

from typing import Final

from rowmill.mill.columns import decimal_parts, kind_of
from rowmill.mill.dates import date_shape
from rowmill.mill.infer import BLANK
from rowmill.mill.money import amount
from rowmill.mill.numerals import Marks, has_leading_zero, is_number
from rowmill.mill.plan import PlanColumn

SHOWN: Final = 60

_NAMES: Final = {
    "integer": "an integer",
    "decimal": "a decimal number",
    "double": "a number",
    "boolean": "true or false",
    "date": "a date",
    "timestamp": "a date with time",
    "timestamptz": "a date with time and time zone",
}


def why_not(column: PlanColumn, value: str) -> tuple[str, str]:
    """A stable code and a sentence that says why the value is not of the column's type."""
    kind = kind_of(column.type)
    shown = repr(value if len(value) <= SHOWN else value[:SHOWN] + "…")
    text = value.strip(BLANK)
    if kind in {"integer", "decimal", "double"}:
        return _number(column, text, shown)
    if kind in {"date", "timestamp", "timestamptz"}:
        return _date(kind, text, shown)
    return f"not_{kind}", f"{shown} is not {_NAMES[kind]}"


def _number(column: PlanColumn, text: str, shown: str) -> tuple[str, str]:
    kind = kind_of(column.type)
    marks = Marks(column.thousands, column.decimal)
    found = amount(text) if column.currency is not None else None
    if found and column.currency and found.sign not in {column.currency, ""}:
        return (
            "other_currency",
            f"{shown} carries another sign than its column's {column.currency!r}",
        )
    text = found.number if found else text
    if has_leading_zero(text) and text.isascii() and text.lstrip("+-").isdigit():
        return "leading_zeros", f"{shown} has leading zeros, which a number would lose"
    if not is_number(text.removeprefix("+"), marks):
        return f"not_{kind}", f"{shown} is not {_NAMES[kind]}"
    parts = decimal_parts(column.type)
    decimals = text.partition(marks.decimal)[2].rstrip("0")
    if parts is None and kind == "integer" and decimals:
        return "too_many_decimals", f"{shown} is not {_NAMES[kind]}: it has decimals"
    if parts is not None and len(decimals) > parts[1]:
        reason = f"{shown} has more decimals than {column.type} holds"
        return "too_many_decimals", reason
    return "out_of_range", f"{shown} is too large for {column.type}"


def _date(kind: str, text: str, shown: str) -> tuple[str, str]:
    shape = date_shape(text)
    if shape is None:
        return f"not_{kind}", f"{shown} is not {_NAMES[kind]}"
    if shape.kind == "timestamptz" != kind:
        return "has_time_zone", f"{shown} has a time zone, which {kind} does not hold"
    if kind == "timestamptz" != shape.kind:
        return "no_time_zone", f"{shown} has no time zone"
    if kind == "date" and shape.kind == "timestamp":
        return "has_time", f"{shown} has a time of day, which a date does not hold"
    reason = f"{shown} is written differently from the other dates of the column"
    return "other_date_format", reason
