"""From the texts of a column to its type: the narrowest one in which no text loses anything.

A column has one reading, several (then other evidence must choose: the rest of the file,
or the other columns), or none, and then it is text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rowmill.mill.columns import (
    MOST_INTEGER_DIGITS,
    SMALL_PRECISION,
    decimal_parts,
    kind_of,
)
from rowmill.mill.dates import DateColumn, DateShape, date_column, date_shape
from rowmill.mill.declared import FAMILIES, IDENTIFIER
from rowmill.mill.money import common_sign, without_sign
from rowmill.mill.numerals import (
    LEAST_SCALE,
    PLAIN,
    Marks,
    decimal_for,
    decimal_type,
    is_double,
    is_number,
    number_styles,
    number_type,
)
from rowmill.mill.plan import PlanColumn

BLANK: Final = " \t"
_MIDNIGHT: Final = re.compile(r"[T ,]0?0:00(?::00(?:[.]0+)?)?$")
_DATE_KINDS: Final = {"date", "timestamp", "timestamptz"}
_ORDERS: Final = (True, False)
_ISO: Final = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S")
_ISO_ZONED: Final = ("%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%z")


@dataclass(frozen=True)
class Reading:
    """One way to read a column: its type, and what turns its texts into values.

    `day_first` is set where the order of day and month made a difference. `currency` as a
    PlanColumn has it.
    """

    type: str
    formats: tuple[str, ...] = ()
    marks: Marks = PLAIN
    trim: bool = False
    day_first: bool | None = None
    currency: str | None = None

    def applied_to(self, column: PlanColumn) -> PlanColumn:
        """The column, read in this way."""
        return replace(
            column,
            type=self.type,
            formats=self.formats,
            thousands=self.marks.thousands,
            decimal=self.marks.decimal,
            trim=self.trim,
            currency=self.currency,
        )


TEXT: Final = Reading("text")


def readings(values: Collection[str]) -> list[Reading]:
    """Every equally good reading of these texts (none empty); no reading means text."""
    trimmed = {value.strip(BLANK) for value in values} - {""}
    if not trimmed:
        return []
    trim = any(value != value.strip(BLANK) for value in values)
    found = _booleans(trimmed) or _numbers(trimmed) or _amounts(trimmed) or _dates(trimmed)
    return [replace(reading, trim=trim) for reading in found]


def _booleans(values: Collection[str]) -> list[Reading]:
    is_boolean = all(value.lower() in {"true", "false"} for value in values)
    return [Reading("boolean")] if is_boolean else []


def _numbers(values: Collection[str]) -> list[Reading]:
    found = []
    for marks in number_styles(values):
        column_type = number_type(values, marks)
        if column_type:
            found.append(Reading(column_type, marks=marks))
    if not found and is_double(values):
        found.append(Reading("double"))
    return found


def _amounts(values: Collection[str]) -> list[Reading]:
    found = common_sign(values)
    if found is None:
        return []
    sign, numbers = found
    types = ((decimal_for(numbers, marks), marks) for marks in number_styles(numbers))
    return [Reading(each, marks=marks, currency=sign) for each, marks in types if each]


def _dates(values: Collection[str]) -> list[Reading]:
    shapes = []
    for value in values:
        shape = date_shape(value)
        if shape is None:
            return []
        shapes.append(shape)
    return _date_readings(shapes)


def _date_readings(shapes: Iterable[DateShape]) -> list[Reading]:
    known = list(shapes)
    found = [
        _date_reading(date_column(known, day_first=order), day_first=order) for order in _ORDERS
    ]
    return [reading for reading in dict.fromkeys(found) if reading is not None]


def _date_reading(column: DateColumn | None, *, day_first: bool) -> Reading | None:
    if column is None:
        return None
    order = day_first if column.needs_order else None
    return Reading(column.kind, formats=column.formats, day_first=order)


def fixed_readings(
    values: Collection[str], column_type: str, *, may_widen: bool = False
) -> list[Reading]:
    """The ways to read a column whose type is given, by those of its texts that fit.

    Of a family of types the texts choose one, and a type that `may_widen` becomes one that holds
    them, too. Never empty: without any evidence, ISO dates and
    plain numbers are expected. Only decimals may carry a currency sign.
    """
    trim = any(value != value.strip(BLANK) for value in values)
    currency = None
    if column_type.startswith("decimal"):
        currency, values = without_sign(values)
    if column_type in FAMILIES:
        column_type = _chosen_type(values, column_type)
    elif may_widen:
        column_type = _widened_type(values, column_type)
    kind = kind_of(column_type)
    if kind in _DATE_KINDS:
        found = _fixed_dates(values, zoned=kind == "timestamptz")
    elif kind in {"integer", "decimal"}:
        found = _fixed_numbers(values)
    else:
        found = [TEXT]
    trim = trim and kind != "text"
    return [replace(reading, type=column_type, trim=trim, currency=currency) for reading in found]


def _chosen_type(values: Collection[str], family: str) -> str:
    """The narrowest type of a family that holds those of the texts which fit the family."""
    trimmed = {value.strip(BLANK) for value in values} - {""}
    if family == "moment":
        kinds = [(shape.kind, text) for text in trimmed if (shape := date_shape(text))]
        zoned = sum(kind == "timestamptz" for kind, _ in kinds)
        if zoned * 2 > len(kinds):
            return "timestamptz"
        has_times = any(kind == "timestamp" and not _MIDNIGHT.search(text) for kind, text in kinds)
        return "timestamp" if has_times else "date"
    if family == IDENTIFIER:
        return "text"
    marks = _fixed_numbers(trimmed)[0].marks
    numbers = {value.lstrip("+") for value in trimmed if is_number(value.lstrip("+"), marks)}
    if family == "number":
        numbers = {_without_zeros(value, marks) for value in numbers}
    if family == "number":
        return (number_type(numbers, marks) if numbers else None) or "integer"
    return decimal_for(numbers, marks) or f"decimal({SMALL_PRECISION},{LEAST_SCALE})"


def _widened_type(values: Collection[str], column_type: str) -> str:
    """A type for the texts that fit a number or a date, and for all values of the type."""
    if column_type in _DATE_KINDS:
        chosen = _chosen_type(values, "moment")
        return chosen if (column_type, chosen) == ("date", "timestamp") else column_type
    chosen = _chosen_type(values, "number")
    if chosen == "integer":
        return column_type
    precision, scale = decimal_parts(chosen) or (0, 0)
    known = decimal_parts(column_type) or (MOST_INTEGER_DIGITS, 0)
    whole = max(precision - scale, known[0] - known[1])
    if scale <= known[1] and precision <= known[0]:
        return column_type
    return decimal_type(whole, max(scale, known[1])) or column_type


def _without_zeros(text: str, marks: Marks) -> str:
    """The number without decimals that are all zeros: `12.0` is a whole number."""
    whole, mark, fraction = text.partition(marks.decimal)
    return text if mark and fraction.strip("0") else whole or "0"


def _fixed_dates(values: Collection[str], *, zoned: bool) -> list[Reading]:
    found = (date_shape(value.strip(BLANK)) for value in values)
    shapes = [shape for shape in found if shape and (shape.kind == "timestamptz") is zoned]
    groups = [_readable(shapes, day_first=order) for order in _ORDERS]
    most = max(map(len, groups))
    if not most:
        return [Reading("date", formats=_ISO_ZONED if zoned else _ISO)]
    candidates = [
        _common_formats(group, day_first=order)
        for group, order in zip(groups, _ORDERS, strict=True)
        if len(group) == most
    ]
    return list(dict.fromkeys(candidates))


def _readable(shapes: Sequence[DateShape], *, day_first: bool) -> list[DateShape]:
    return [shape for shape in shapes if (shape.day_first if day_first else shape.month_first)]


def _common_formats(shapes: Sequence[DateShape], *, day_first: bool) -> Reading:
    patterns = (shape.day_first if day_first else shape.month_first for shape in shapes)
    formats = tuple(dict.fromkeys(pattern for pattern in patterns if pattern))
    needs_order = any(shape.needs_order for shape in shapes)
    return Reading("date", formats=formats, day_first=day_first if needs_order else None)


def _fixed_numbers(values: Collection[str]) -> list[Reading]:
    trimmed = {value.strip(BLANK) for value in values} - {""}
    styles = number_styles(trimmed)
    if not styles:
        numeric = {value for value in trimmed if _is_numeric(value)}
        styles = number_styles(numeric) if numeric else [PLAIN]
    return [Reading("integer", marks=marks) for marks in styles or [PLAIN]]


def _is_numeric(text: str) -> bool:
    return any(is_number(text, marks) for marks in (PLAIN, Marks(",", "."), Marks(".", ",")))
