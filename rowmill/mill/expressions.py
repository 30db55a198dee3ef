"""Values of a column as Polars makes them of its fields, and the proof that they are faithful.

A value proves itself by the form of its text. There is one way to write an integer, a date or a
time: `007`, `1e3` or `8/4/2021` are none of these, whatever they were taken for. A decimal has to
be written plainly. What DuckDB makes of such texts is the same value (see `casts`, and the tests
that hold the two ways against each other).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from rowmill.mill.casts import faithful_pattern
from rowmill.mill.columns import decimal_parts, kind_of
from rowmill.mill.dates import FIRST_YEAR
from rowmill.mill.duck import reference
from rowmill.mill.plan import PlanColumn

_TYPES: Final = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "double": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
    "timestamptz": pl.Datetime("us", "UTC"),
}
_PADDED_PARTS: Final = re.compile(r"%[YmdHMS]|[- /.:,T]")
_DIGITS: Final = {"%Y": "[0-9]{4}", "%S": "[0-5][0-9]"}  # second 60 is that of another minute
_KINDS: Final = {"text", "integer", "decimal", "boolean", "date", "timestamp"}


@dataclass(frozen=True)
class Field:
    """A field as it is read, and the value that is made of it.

    `dtype` is what Polars reads it as, `value` what is made of `reference(position)`, as the
    column `value_name(position)`, and `proof` an expression on both: true where the value is
    faithful, or null for want of one; None where nothing is to be proven.
    """

    dtype: pl.DataType
    value: pl.Expr
    proof: pl.Expr | None = None


def value_name(position: int) -> str:
    """The name of the value of a field."""
    return f"v{position}"


def polars_type(column_type: str) -> pl.DataType:
    """The Polars type of a column type."""
    parts = decimal_parts(column_type)
    return pl.Decimal(*parts) if parts else _TYPES[column_type]


def is_known(column: PlanColumn) -> bool:
    """Whether `field_of` knows how the column is written."""
    kind = kind_of(column.type)
    if kind == "text":
        return True
    if column.trim or column.thousands or column.decimal != "." or column.currency is not None:
        return False
    if kind in {"date", "timestamp"} and not _are_padded(column.formats):
        return False
    return kind in _KINDS


def field_of(column: PlanColumn, position: int, *, has_blanks: bool, is_native: bool) -> Field:
    """How the field at a position is read.

    Args: `has_blanks` says that there are empty texts in quotes, which are no values either.
        `is_native` has integers read as such: they are not proven here.
    """
    kind = kind_of(column.type)
    raw, value = pl.col(reference(position)), pl.col(value_name(position))
    if kind == "integer" and is_native:
        return Field(pl.Int64(), raw)
    text = pl.when(raw.str.len_bytes() > 0).then(raw) if has_blanks else raw
    if kind == "text":
        return Field(pl.String(), text, _is_clean(value) if column.identifier else None)
    if kind == "boolean":
        lower = text.str.to_lowercase()
        return Field(pl.String(), lower == "true", value | (lower == "false"))
    if kind in {"date", "timestamp"}:
        return _moment(kind, column.formats[0], text, value)
    cast = text.cast(polars_type(column.type), strict=False)
    if kind == "integer":
        return Field(pl.String(), cast, value.cast(pl.String).eq_missing(text))
    return Field(pl.String(), cast, _is_read(text, faithful_pattern(column), value))


def _are_padded(formats: Sequence[str]) -> bool:
    """Whether there is one way to write a moment, in which every part has its full length."""
    return len(formats) == 1 and not _PADDED_PARTS.sub("", formats[0])


def _is_clean(text: pl.Expr) -> pl.Expr:
    """Whether an identifier was taken for a number by no program, and so needs no cleaning."""
    return ~(
        text.str.ends_with(".0")
        | text.str.contains(",", literal=True)
        | text.str.starts_with(" ")
        | text.str.ends_with(" ")
    )


def _is_read(text: pl.Expr, pattern: str, value: pl.Expr) -> pl.Expr:
    """Whether a text is of that form, a regular expression, and has a value."""
    return text.str.contains(f"^(?:{pattern})$") & (value.is_not_null() | text.is_null())


def _moment(kind: str, pattern: str, text: pl.Expr, value: pl.Expr) -> Field:
    cast = (
        text.str.to_date(pattern, strict=False, cache=False)
        if kind == "date"
        else text.str.to_datetime(pattern, time_unit="us", strict=False, cache=False)
    )
    is_read = _is_read(text, _PADDED_PARTS.sub(_digits_or_mark, pattern), value)
    return Field(pl.String(), cast, is_read & (value >= pl.date(FIRST_YEAR, 1, 1)))


def _digits_or_mark(part: re.Match[str]) -> str:
    """What a part of a date's or time's pattern looks like, as a regular expression."""
    return _DIGITS.get(part[0], "[0-9]{2}" if part[0].startswith("%") else f"[{part[0]}]")
