"""Recognising dates and times in text, and writing down how they are read.

A recognised text yields the strptime pattern that reads it. Where two numbers could each
be the day, it yields two patterns, and the column as a whole decides. Years have four
digits: a year of two digits does not say its century, so such text is no date by itself.
"""

from __future__ import annotations

import re
from calendar import month_name
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Kind = Literal["date", "timestamp", "timestamptz"]

FIRST_YEAR: Final = 1000
MAX_FORMATS: Final = 8

_TIME: Final = (
    r"(?:(?P<gap>[T ]|, ?)(?P<hour>\d{1,2}):(?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?P<fraction>\.\d{1,6})?)?(?P<half>(?P<space> ?)[AaPp][Mm])?"
    r"(?P<zone> ?(?:Z|[+-](?:0\d|1[0-5])(?::?[0-5]\d)?))?)?"
)
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>\d{4})(?P<mark>[-/.])(?P<a>\d{1,2})(?P=mark)(?P<b>\d{1,2})" + _TIME, re.ASCII
)
_YEAR_LAST: Final = re.compile(
    r"(?P<a>\d{1,2})(?P<mark>[-/. ])(?P<b>\d{1,2})(?P=mark)(?P<year>\d{4})" + _TIME, re.ASCII
)
_DAY_NAMED: Final = re.compile(
    r"(?P<day>\d{1,2})(?P<mark>[-/. ]?)(?P<month>[A-Za-z]{3,9})(?P<mark2>[-/. ]?)(?P<year>\d{4})"
    + _TIME,
    re.ASCII,
)
_NAMED_DAY: Final = re.compile(
    r"(?P<month>[A-Za-z]{3,9})(?P<mark>[-/ ])(?P<day>\d{1,2})(?P<mark2>,? |[-/])(?P<year>\d{4})"
    + _TIME,
    re.ASCII,
)
_MONTHS: Final = [name.lower() for name in month_name[1:]]
_MONTH_NUMBERS: Final = {
    **{name: number for number, name in enumerate(_MONTHS, start=1)},
    **{name[:3]: number for number, name in enumerate(_MONTHS, start=1)},
}


@dataclass(frozen=True)
class DateShape:
    """How a text can be read as a date; a pattern is None where that reading is impossible."""

    kind: Kind
    day_first: str | None
    month_first: str | None

    @property
    def needs_order(self) -> bool:
        """Whether the two readings differ, so that something else must decide."""
        return self.day_first != self.month_first


def date_shape(text: str) -> DateShape | None:
    """How this text reads as a date or time, None if it is neither."""
    if not 8 <= len(text) <= 48 or not any(character.isdigit() for character in text[:12]):
        return None
    for recognise in (_year_first, _year_last, _with_month_name):
        shape = recognise(text)
        if shape is not None:
            return shape
    return None


def _year_first(text: str) -> DateShape | None:
    match = _YEAR_FIRST.fullmatch(text)
    if match is None or not _is_date(match["year"], match["a"], match["b"]):
        return None
    mark = match["mark"]
    return _shape(match, f"%Y{mark}%m{mark}%d", f"%Y{mark}%m{mark}%d")


def _year_last(text: str) -> DateShape | None:
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    mark, year, a, b = match["mark"], match["year"], match["a"], match["b"]
    day_first = f"%d{mark}%m{mark}%Y" if _is_date(year, b, a) else None
    month_first = f"%m{mark}%d{mark}%Y" if _is_date(year, a, b) else None
    return _shape(match, day_first, month_first) if day_first or month_first else None


def _with_month_name(text: str) -> DateShape | None:
    match = _DAY_NAMED.fullmatch(text) or _NAMED_DAY.fullmatch(text)
    if match is None:
        return None
    month = _MONTH_NUMBERS.get(match["month"].lower())
    if month is None or not _is_date(match["year"], str(month), match["day"]):
        return None
    code = "%b" if len(match["month"]) == 3 else "%B"
    parts = (code, "%d") if match.re is _NAMED_DAY else ("%d", code)
    pattern = f"{parts[0]}{match['mark']}{parts[1]}{match['mark2']}%Y"
    return _shape(match, pattern, pattern)


def _shape(
    match: re.Match[str], day_first: str | None, month_first: str | None
) -> DateShape | None:
    if match["hour"] is None:
        return DateShape("date", day_first, month_first)
    if not _is_time(match):
        return None
    time = _time_pattern(match)
    return DateShape(
        "timestamptz" if match["zone"] else "timestamp",
        day_first and day_first + time,
        month_first and month_first + time,
    )


def _time_pattern(match: re.Match[str]) -> str:
    pattern = match["gap"] + ("%I" if match["half"] else "%H") + ":%M"
    pattern += (":%S" if match["second"] else "") + (".%f" if match["fraction"] else "")
    pattern += f"{match['space']}%p" if match["half"] else ""
    if match["zone"]:
        pattern += " %z" if match["zone"].startswith(" ") else "%z"
    return pattern


def _is_date(year: str, month: str, day: str) -> bool:
    if int(year) < FIRST_YEAR:
        return False
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _is_time(match: re.Match[str]) -> bool:
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    hours = range(1, 13) if match["half"] else range(24)
    return hour in hours and minute < 60 and second < 60


@dataclass(frozen=True)
class DateColumn:
    """What the dates of a column have in common under one order of day and month.

    `needs_order` is true if another order would have read at least one of them differently.
    """

    kind: Kind
    formats: tuple[str, ...]
    needs_order: bool


def date_column(shapes: Iterable[DateShape | None], *, day_first: bool) -> DateColumn | None:
    """How all these shapes are read in this order, None if one of them cannot be."""
    formats: Counter[str] = Counter()
    kinds: set[Kind] = set()
    needs_order = False
    for shape in shapes:
        if shape is None:
            return None
        pattern = shape.day_first if day_first else shape.month_first
        if pattern is None:
            return None
        formats[pattern] += 1
        kinds.add(shape.kind)
        needs_order |= shape.needs_order
    kind = _common_kind(kinds)
    if kind is None or len(formats) > MAX_FORMATS:
        return None
    patterns = tuple(pattern for pattern, _ in formats.most_common())
    return DateColumn(kind, patterns, needs_order)


def _common_kind(kinds: set[Kind]) -> Kind | None:
    """A date among times is midnight; a time with a zone agrees only with its like."""
    if kinds == {"timestamptz"}:
        return "timestamptz"
    if "timestamptz" in kinds or not kinds:
        return None
    return "timestamp" if "timestamp" in kinds else "date"
