"""What a column is, and the closed set of types that a column can have.

Types are written as plain strings, in plans, in the API and in the database:
`text, integer, decimal(p,s), double, boolean, date, timestamp, timestamptz`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_PRECISION: Final = 38
SMALL_PRECISION: Final = 18  # DuckDB keeps decimals up to this precision in eight bytes
MOST_INTEGER_DIGITS: Final = 19  # that a BIGINT may have
INTEGER_DIGITS: Final = 18  # every whole number of this length fits a BIGINT

_SQL_TYPES: Final = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "double": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}
_DECIMAL: Final = re.compile(r"decimal\((\d{1,2}),(\d{1,2})\)")


@dataclass(frozen=True)
class Column:
    """A column of a dataset: its name in SQL and the API, its label as sent, its type."""

    name: str
    label: str
    type: str


def decimal_parts(column_type: str) -> tuple[int, int] | None:
    """Precision and scale of a decimal type, None for every other type.

    Raises:
        ValueError: the type is none of ours, or a decimal that DuckDB cannot hold.
    """
    if column_type in _SQL_TYPES:
        return None
    match = _DECIMAL.fullmatch(column_type)
    if match is None:
        raise ValueError(f"{column_type!r} is not a column type")
    precision, scale = int(match[1]), int(match[2])
    if not 1 <= precision <= MAX_PRECISION or scale > precision:
        raise ValueError(f"{column_type!r} is not a decimal that can be stored")
    return precision, scale


def is_column_type(column_type: str) -> bool:
    """Whether this is one of the types, decimals with a usable precision and scale."""
    try:
        decimal_parts(column_type)
    except ValueError:
        return False
    return True


def kind_of(column_type: str) -> str:
    """The type without its parameters: `decimal` for every decimal(p,s)."""
    return "decimal" if decimal_parts(column_type) else column_type


def sql_type(column_type: str) -> str:
    """The DuckDB type of a column type.

    Raises:
        ValueError: the type is none of ours.
    """
    parts = decimal_parts(column_type)
    return f"DECIMAL({parts[0]},{parts[1]})" if parts else _SQL_TYPES[column_type]
