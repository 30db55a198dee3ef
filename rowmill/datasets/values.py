"""Values as clients write them, read as the type of a column; exact, or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Final

from rowmill.mill.columns import decimal_parts

INTEGER_RANGE = range(-(2**63), 2**63)
INTEGER_DIGITS = 19
MOST_DIGITS = 38

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_TRUE, _FALSE = {"true", "t", "1", "yes"}, {"false", "f", "0", "no"}
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SPECIAL_DOUBLES = {"nan", "infinity", "-infinity"}


@dataclass(frozen=True)
class Value:
    """A value for a SQL statement: its text, bound, cast to `sql_type`."""

    text: str
    sql_type: str

    @property
    def sql(self) -> str:
        """The expression, with one parameter, which is `text`."""
        return f"CAST(? AS {self.sql_type})"


class UnreadableValue(ValueError):
    """The text is no value of the type. Its message says what would be."""


def read_value(text: str, column_type: str) -> Value:
    """The text as a value that compares exactly with those of a column of the type.

    Raises: UnreadableValue.
    """
    parts = decimal_parts(column_type)
    if parts is not None:
        return _number(text, *parts)
    return _READERS[column_type](text)


def _boolean(text: str) -> Value:
    lowered = text.strip().lower()
    if lowered in _TRUE | _FALSE:
        return Value("true" if lowered in _TRUE else "false", "BOOLEAN")
    raise UnreadableValue("It takes true or false.")


def _integer(text: str) -> Value:
    """A whole number as the column's own type; others can be compared with whole numbers too."""
    plain = _plain_number(text)
    if "." not in plain and int(plain) in INTEGER_RANGE:
        return Value(plain, "BIGINT")
    return _exact(plain, INTEGER_DIGITS, 0)


def _number(text: str, precision: int, scale: int) -> Value:
    plain = _plain_number(text)
    whole, _, fraction = plain.removeprefix("-").partition(".")
    if len(whole) <= precision - scale and len(fraction) <= scale:
        return Value(plain, f"DECIMAL({precision},{scale})")
    return _exact(plain, precision - scale, scale)


def _exact(plain: str, whole_digits: int, scale: int) -> Value:
    """A decimal that DuckDB can bring to one type with the column's, which has such digits."""
    whole, _, fraction = plain.removeprefix("-").partition(".")
    needed = max(len(fraction), scale)
    if max(len(whole), whole_digits) + needed > MOST_DIGITS:
        raise UnreadableValue("It has more digits than can be compared exactly.")
    return Value(plain, f"DECIMAL({MOST_DIGITS},{needed})")


def _plain_number(text: str) -> str:
    """Digits with an optional sign and fraction, neither of them longer than it has to be."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        raise UnreadableValue("It takes a number, such as -12.5.")
    plain = format(Decimal(stripped), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain if plain not in {"-0", ""} else "0"


def _double(text: str) -> Value:
    stripped = text.strip()
    if stripped.lower() in _SPECIAL_DOUBLES:
        return Value(stripped, "DOUBLE")
    if not _NUMBER.fullmatch(stripped) or not isfinite(float(stripped)):
        raise UnreadableValue("It takes a number, such as -12.5.")
    return Value(stripped, "DOUBLE")


def _moment(text: str, sql_type: str) -> Value:
    """A date or a time. A date stands for its first moment; times without a zone are in UTC."""
    # A plus sign that was not encoded reaches us as a blank.
    stripped = re.sub(r" (\d{2}:?\d{2})$", r"+\1", text.strip())
    try:
        if _DATE.fullmatch(stripped):
            return Value(date.fromisoformat(stripped).isoformat(), sql_type)
        moment = datetime.fromisoformat(stripped)
    except ValueError as error:
        example = "2026-01-31" if sql_type == "DATE" else "2026-01-31T12:00:00"
        raise UnreadableValue(f"It takes a date or time, such as {example}.") from error
    if sql_type == "TIMESTAMPTZ":
        return Value(moment.isoformat(), sql_type)
    if moment.tzinfo is not None:
        raise UnreadableValue("The column's times have no time zone; leave it out.")
    return Value(moment.isoformat(), "TIMESTAMP")


_READERS: Final[dict[str, Callable[[str], Value]]] = {
    "text": lambda text: Value(text, "VARCHAR"),
    "boolean": _boolean,
    "integer": _integer,
    "double": _double,
    "date": lambda text: _moment(text, "DATE"),
    "timestamp": lambda text: _moment(text, "TIMESTAMP"),
    "timestamptz": lambda text: _moment(text, "TIMESTAMPTZ"),
}
