"""What to show first of a table: its time, measures and dimensions, told from a few figures.

Pure judgement on names, types and counts; `explore` gathers the figures.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from rowmill.mill import Column
from rowmill.mill.columns import kind_of

Grain = Literal["hour", "day", "month", "quarter", "year"]
MOST_MEASURES: Final = 8
MOST_DIMENSIONS: Final = 10
MOST_DISTINCT: Final = 1000
LONGEST_LABEL: Final = 60
_NUMBERS: Final = {"integer", "decimal", "double"}
_TIMES: Final = {"date", "timestamp", "timestamptz"}

_THING = (
    "order|customer|client|product|item|invoice|store|shop|user|vendor|supplier|employee|category|"
    "account|transaction|session|county|line|serial|ticket|policy|contract|row|record|document"
)
_IDENTITY: Final = re.compile(
    rf"(^|_)(id|ids|key|uuid|guid|code|no|nr|num|number|zip|zipcode|plz|postal|postcode|phone|fax|"
    rf"tel|telephone|mobile|iban|ssn|sku|ean|upc|gtin|barcode|isbn|index|seq|lat|lng|lon|latitude|"
    rf"longitude|location|url|link|email|hash)(_|\d*$)|({_THING})(id|no|nr|num|number|code|key)s?$|"
    r"(postal|zip)_?code|phone|e_?mail"
)
_THING_ALONE: Final = re.compile(rf"(^|_)({_THING})$")
_CALENDAR: Final = re.compile(r"(^|_)(year|month|quarter|qtr|week|weekday|day|hour)(_|$)")
_FREE_TEXT: Final = re.compile(
    r"address|street|comment|note|remark|firstname|lastname|first_name|last_name|title$|message"
)
_MONEY: Final = re.compile(
    r"sales|revenue|turnover|amount|dollars|total|gross|(^|_)(sale|net)(_|$)"
)
_QUANTITY: Final = re.compile(r"quantity|qty|units|sold|ordered|orders|count$|pieces")
_ADDITIVE: Final = re.compile(
    r"profit|cost|tax|fee|discount|shipping|payment|paid|spen[dt]|income|expense|budget|volume|"
    r"weight|value|hours|minutes|clicks|impressions|views|visits"
)
_RATE: Final = re.compile(
    r"price|msrp|unit_|_unit$|each|rate|percent|pct|ratio|(^|_)per_|avg|average|mean|score|rating|"
    r"retail|bottle_|margin|(^|_)age|temperature|height|width|length|size|pack$|level|grade"
)
_WHOLE: Final = re.compile(r"total|amount|sales|revenue|extended|sold")
_BEST_TIME: Final = re.compile(
    r"order|sale|invoice|transaction|event|created|purchase|^date$|^day$"
)
_WORST_TIME: Final = re.compile(r"birth|dob|updated|modified|expir|due|deliver|ship|closed|end")
_BEST_DIMENSION: Final = re.compile(
    r"country|region|category|status|type|segment|channel|brand|product_?line|department|size$"
)
_GOOD_DIMENSION: Final = re.compile(
    r"city|state|territory|county|product|customer|vendor|supplier|store|shop|item|team|gender"
)


@dataclass(frozen=True)
class Profile:
    """Figures on a column, from the whole table or from a sample of its rows.

    Attributes:
        rows: how many rows were looked at.
        values: how many of them are not null.
        distinct: how many different values they hold.
        length: longest of them, in characters of text.
    """

    column: Column
    rows: int
    values: int
    distinct: int
    length: int

    @property
    def kind(self) -> str:
        """The column's type without parameters."""
        return kind_of(self.column.type)

    @property
    def filled(self) -> float:
        """The share of rows that have a value."""
        return self.values / self.rows if self.rows else 0.0

    @property
    def is_almost_unique(self) -> bool:
        """Whether nearly every value occurs once."""
        return self.values > 20 and self.distinct > 0.95 * self.values


@dataclass(frozen=True)
class Measure:
    """A column to add up, or to average where a sum would mean nothing."""

    column: Column
    aggregate: Literal["sum", "avg"]


@dataclass(frozen=True)
class Dimension:
    """A column to break figures down by; `distinct` as far as the rows looked at tell."""

    column: Column
    distinct: int


def time_column(profiles: Sequence[Profile]) -> Column | None:
    """The column of the moment that a row is about."""
    candidates = [p for p in profiles if p.kind in _TIMES and p.distinct > 1 and p.filled >= 0.5]
    return min(candidates, key=_time_rank).column if candidates else None


def _time_rank(profile: Profile) -> tuple[int, float]:
    name = profile.column.name
    rank = 0 if _BEST_TIME.search(name) else 1
    return (2 if _WORST_TIME.search(name) else rank), -round(profile.filled, 1)


def grain(first: datetime, last: datetime, column: Column) -> Grain:
    """The grain that shows the span in a number of steps that fits a chart."""
    span = last - first
    if span <= timedelta(days=2) and kind_of(column.type) != "date":
        return "hour"
    if span <= timedelta(days=120):
        return "day"
    if span <= timedelta(days=365 * 6):
        return "month"
    return "quarter" if span <= timedelta(days=365 * 20) else "year"


def measures(profiles: Sequence[Profile]) -> list[Measure]:
    """The columns worth adding up or averaging, amounts of money before quantities and others."""
    found = [p for p in profiles if _is_measure(p)]
    chosen = [Measure(p.column, _aggregate(p.column.name)) for p in found]
    return sorted(chosen, key=_measure_rank)[:MOST_MEASURES]


def _is_measure(profile: Profile) -> bool:
    name = profile.column.name
    return (
        profile.kind in _NUMBERS
        and not _IDENTITY.search(name)
        and not _CALENDAR.search(name)
        and profile.distinct > 2
        and profile.filled >= 0.1
        and not (profile.kind == "integer" and _only_names(profile))
    )


def _only_names(profile: Profile) -> bool:
    """Whether whole numbers name things (a category, a running number) and measure nothing."""
    name = profile.column.name
    is_known = any(words.search(name) for words in (_MONEY, _QUANTITY, _ADDITIVE, _RATE))
    return bool(_THING_ALONE.search(name)) or (profile.is_almost_unique and not is_known)


def _aggregate(name: str) -> Literal["sum", "avg"]:
    if _RATE.search(name) and not _WHOLE.search(name):
        return "avg"
    is_additive = any(words.search(name) for words in (_MONEY, _QUANTITY, _ADDITIVE))
    return "sum" if is_additive else "avg"


def _measure_rank(measure: Measure) -> int:
    name = measure.column.name
    if measure.aggregate == "avg":
        return 3
    return 0 if _MONEY.search(name) else 1 if _QUANTITY.search(name) else 2


def dimensions(profiles: Sequence[Profile]) -> list[Dimension]:
    """The columns worth breaking down by, those that say most in a short list first."""
    found = sorted((p for p in profiles if _is_dimension(p)), key=_dimension_rank)
    return [Dimension(p.column, p.distinct) for p in found[:MOST_DIMENSIONS]]


def _is_dimension(profile: Profile) -> bool:
    name = profile.column.name
    if not 2 <= profile.distinct <= MOST_DISTINCT or profile.filled < 0.2:
        return False
    if profile.kind == "integer":
        return bool(_CALENDAR.search(name)) and profile.distinct <= 60
    return (
        profile.kind in {"text", "boolean"}
        and profile.length <= LONGEST_LABEL
        and not profile.is_almost_unique
        and not _IDENTITY.search(name)
        and not _FREE_TEXT.search(name)
    )


def _dimension_rank(profile: Profile) -> tuple[int, bool]:
    name = profile.column.name
    if profile.kind == "integer":
        return 3, False
    rank = 0 if _BEST_DIMENSION.search(name) else 1 if _GOOD_DIMENSION.search(name) else 2
    return rank, profile.distinct > 50


def is_money(name: str) -> bool:
    """Whether a column of that name holds whole amounts of money, such as sales."""
    return bool(_MONEY.search(name)) and _aggregate(name) == "sum"
