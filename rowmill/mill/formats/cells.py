"""What the cells of a workbook hold, as text: numbers to their last digit, dates in ISO form."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from rowmill.mill.texts import Kind

DateStyle = Literal["date", "time", "elapsed"]
Cell = tuple[int, str, Kind]  # column, from 0
Row = tuple[int, list[Cell]]  # number, from 1, as spreadsheet programs show it

EXCEL_DIGITS: Final = 15  # beyond these, Excel itself writes digits of the double
DOUBLE_DIGITS: Final = 17
LONGEST: Final = 38

_BUILT_IN: Final[dict[int, DateStyle]] = {
    **dict.fromkeys((14, 15, 16, 17, 22), "date"),
    **dict.fromkeys((*range(27, 32), 34, 35, 36, *range(50, 59)), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 45, 47), "time"),
    46: "elapsed",
}
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.')
_BRACKETS: Final = re.compile(r"\[[^\]]*\]")
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_MIDNIGHT: Final = datetime(1900, 1, 1)  # noqa: DTZ001 - the dates of workbooks have no zone
_MILLISECONDS: Final = 86_400_000
_LAST_SERIAL: Final = 2_958_466  # the first day of the year 10000
_NO_LEAP_DAY: Final = 60  # 29 February 1900, which Excel knows and the calendar does not


def date_style(number: int, code: str | None) -> DateStyle | None:
    """How numbers of a format, by its number or its own code, are dates; None if they are not."""
    if code is None:
        return _BUILT_IN.get(number)
    bare = _LITERAL.sub("", code).split(";")[0]
    if _ELAPSED.search(bare):
        return "elapsed"
    bare = _BRACKETS.sub("", bare).lower()
    if bare.strip() in {"general", "standard"}:
        return None
    has_time = "h" in bare or "s" in bare
    if "y" in bare or "d" in bare or ("m" in bare and not has_time):
        return "date"
    return "time" if has_time else None


def serial_text(text: str, style: DateStyle, *, uses_1904: bool) -> tuple[str, Kind] | None:
    """A date or time that is stored as a number of days; None if it is none."""
    try:
        serial = float(text)
    except ValueError:
        return None
    if not 0 <= serial < _LAST_SERIAL:
        return None
    if style == "elapsed":
        return elapsed_text(timedelta(days=serial)), Kind.TEXT
    days, milliseconds = divmod(round(serial * _MILLISECONDS), _MILLISECONDS)
    moment = timedelta(milliseconds=milliseconds)
    if style == "time" and days == 0:
        return _time_text((_MIDNIGHT + moment).time()), Kind.TEXT
    day = _day(days, uses_1904=uses_1904)
    if day is None:
        return None
    return moment_text(datetime.combine(day, time()) + moment), Kind.MOMENT


def _day(days: int, *, uses_1904: bool) -> date | None:
    if uses_1904:
        return date(1904, 1, 1) + timedelta(days=days)
    if days in {0, _NO_LEAP_DAY}:
        return None
    start = date(1899, 12, 31) if days < _NO_LEAP_DAY else date(1899, 12, 30)
    return start + timedelta(days=days)


def moment_text(value: datetime) -> str:
    """A date where it is midnight, otherwise a date with time, to the millisecond."""
    if value.time() == time():
        return value.date().isoformat()
    return f"{value.date().isoformat()} {_time_text(value.time())}"


def _time_text(value: time) -> str:
    return value.isoformat("milliseconds" if value.microsecond else "seconds")


def elapsed_text(value: timedelta) -> str:
    """A duration in hours, minutes and seconds: `26:30:00`."""
    seconds = round(value.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def number_text(text: str) -> str:
    """A number of a workbook without exponent and without zeros at the end, if that is possible.

    Up to 15 digits stand as they are. 16 or 17 are what Excel writes for a double: the
    shortest number that is the same double. More than 17 come from other programs, and stay.
    """
    text = text.strip()
    if text.isdigit():
        return text
    return _shortened(text) if text.strip("-0.") else "0"


def _shortened(text: str) -> str:
    if "e" in text or "E" in text:
        return _plain(text)
    if len(text) <= EXCEL_DIGITS:
        return text.rstrip("0").rstrip(".") if "." in text else text
    digits = sum(character.isdigit() for character in text.lstrip("-0."))
    if EXCEL_DIGITS < digits <= DOUBLE_DIGITS and "." in text:
        return _plain(text)
    if "." in text:
        return text.rstrip("0").rstrip(".")
    return text


def _plain(text: str) -> str:
    try:
        return double_text(float(text))
    except ValueError:
        return text


def double_text(value: float) -> str:
    """The shortest text of a double, without exponent if 38 digits suffice."""
    shortest = repr(value)
    if "e" not in shortest:
        return shortest.removesuffix(".0")
    plain = format(Decimal(shortest), "f")
    return plain if len(plain) <= LONGEST else shortest


def cell_of(value: Any) -> tuple[str, Kind] | None:
    """The text of a value that a library has read; None where there is none."""
    if isinstance(value, bool):
        return ("true" if value else "false"), Kind.BOOLEAN
    if isinstance(value, int | float):
        return double_text(float(value)), Kind.NUMBER
    if isinstance(value, datetime):
        return moment_text(value), Kind.MOMENT
    if isinstance(value, date):
        return value.isoformat(), Kind.MOMENT
    if isinstance(value, time | timedelta):
        text = elapsed_text(value) if isinstance(value, timedelta) else _time_text(value)
        return text, Kind.TEXT
    return (str(value), Kind.TEXT) if value else None
