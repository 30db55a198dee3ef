"""Numbers in text: which marks they use, and the narrowest type that keeps every digit.

A number is only what its own text says exactly: `007`, `+5` and `1_000` are text, because
their text would be lost. The patterns serve both Python and DuckDB's RE2.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Final

from rowmill.mill.columns import INTEGER_DIGITS, MAX_PRECISION, SMALL_PRECISION

LEAST_SCALE: Final = 2

_SCIENTIFIC: Final = re.compile(r"-?[0-9]+(?:\.[0-9]*)?[eE][+-]?[0-9]{1,3}")
_NOT_A_DIGIT: Final = re.compile(r"[^0-9]+")


@dataclass(frozen=True)
class Marks:
    """The signs inside numbers: between groups of three digits, and before the decimals."""

    thousands: str
    decimal: str


PLAIN: Final = Marks("", ".")
STYLES: Final = (
    PLAIN,
    Marks(",", "."),
    Marks("", ","),
    Marks(".", ","),
    *(Marks(space, mark) for space in (" ", "\u00a0", "\u202f") for mark in ",."),
    *(Marks(apostrophe, mark) for apostrophe in "'\u2019" for mark in ".,"),
)


def whole_pattern(marks: Marks) -> str:
    """A pattern of the digits before the decimals, without leading zeros."""
    if not marks.thousands:
        return "(?:0|[1-9][0-9]*)"
    return f"(?:0|[1-9][0-9]{{0,2}}(?:[{marks.thousands}][0-9]{{3}})+|[1-9][0-9]*)"


def number_pattern(marks: Marks, scale: int | None = None, sign: str = "-?") -> str:
    """A pattern of numbers with at most `scale` decimals, any number if it is None.

    Decimals beyond the scale are allowed where they are zeros: nothing is lost with them.
    """
    whole, mark = whole_pattern(marks), marks.decimal
    if scale is None:
        return f"{sign}(?:{whole}(?:[{mark}][0-9]*)?|[{mark}][0-9]+)"
    if scale == 0:
        return f"{sign}{whole}(?:[{mark}]0*)?"
    tail = f"[{mark}][0-9]{{0,{scale}}}0*"
    return f"{sign}(?:{whole}(?:{tail})?|[{mark}][0-9]{{1,{scale}}}0*)"


@lru_cache(maxsize=64)
def _compiled(marks: Marks) -> re.Pattern[str]:
    return re.compile(number_pattern(marks))


def is_number(text: str, marks: Marks) -> bool:
    """Whether the text is a number written with these marks."""
    return _compiled(marks).fullmatch(text) is not None


def number_styles(values: Collection[str]) -> list[Marks]:
    """The styles in which every one of the values is a number, the plainest first.

    Styles that differ only in marks which no value uses count as one.
    """
    used = set("".join(values))
    fitting = []
    for marks in STYLES:
        if not _is_used(marks, used):
            continue
        if all(map(_compiled(marks).fullmatch, values)):
            fitting.append(marks)
    return fitting


def _is_used(marks: Marks, used: set[str]) -> bool:
    """Whether a style earns its place: its thousands mark occurs, or it is about decimals."""
    if marks == PLAIN:
        return True
    if marks.thousands:
        has_thousands = marks.thousands in used
        return has_thousands and (marks.decimal in used or marks.decimal == _usual(marks))
    return marks.decimal in used


def _usual(marks: Marks) -> str:
    """The decimal mark that usually goes with a thousands mark, where no decimals occur."""
    return "." if marks.thousands in {",", "'", "\u2019"} else ","


def number_type(values: Collection[str], marks: Marks) -> str | None:
    """The narrowest type that holds all these numbers exactly, None if there is none."""
    if all(marks.decimal not in value for value in values):
        longest = _places(values, marks)[0]
        return "integer" if longest <= INTEGER_DIGITS else decimal_type(longest, 0)
    return decimal_for(values, marks)


def decimal_for(values: Collection[str], marks: Marks) -> str | None:
    """The decimal, of two places at least, that holds all these numbers exactly."""
    whole, fraction = _places(values, marks)
    return decimal_type(whole, max(fraction, LEAST_SCALE))


def _places(values: Collection[str], marks: Marks) -> tuple[int, int]:
    """The most digits before and after the decimal mark."""
    whole = fraction = 0
    for value in values:
        before, _, after = value.partition(marks.decimal)
        digits = before.replace(marks.thousands, "") if marks.thousands else before
        whole = max(whole, len(digits) - digits.startswith("-"))
        fraction = max(fraction, len(after))
    return whole, fraction


def decimal_type(whole: int, fraction: int) -> str | None:
    """The decimal for so many digits before and after the mark, None beyond 38 digits."""
    for precision in (SMALL_PRECISION, MAX_PRECISION):
        if whole + fraction <= precision:
            return f"decimal({precision},{fraction})"
    return None


def is_double(values: Collection[str]) -> bool:
    """Whether the values use scientific notation and a double keeps every digit of each."""
    has_exponent = any("e" in value or "E" in value for value in values)
    return has_exponent and all(map(_survives_as_double, values))


def _survives_as_double(text: str) -> bool:
    if not (_SCIENTIFIC.fullmatch(text) or is_number(text, PLAIN)):
        return False
    value = float(text)
    return abs(value) < float("inf") and Decimal(repr(value)) == Decimal(text)


def has_leading_zero(text: str) -> bool:
    """Whether this is a number written with zeros before its first digit, such as `007`."""
    digits = _NOT_A_DIGIT.sub("", text.partition(".")[0])
    return len(digits) > 1 and digits.startswith("0")
