"""What a dashboard is asked: which rows of the sales, in which grain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from rowmill.datasets.filters import Condition
from rowmill.datasets.values import UnreadableValue, read_value
from rowmill.errors import FieldError, Invalid, invalid
from rowmill.mill import quote_identifier
from rowmill.templates.roles import Roles

GRAINS: Final = ("day", "week", "month", "quarter")
FILTERS: Final = (
    "store_name", "city", "zip", "store_location", "county_number", "county", "category",
    "category_name", "vendor_number", "vendor_name", "item_number",
    "store_number", "item_name", "country", "customer",
)  # fmt: skip


@dataclass(frozen=True)
class Question:
    """Filters by role, each with the values that it accepts; an empty one stands for none.

    Dates are inclusive.
    """

    filters: tuple[tuple[str, tuple[str, ...]], ...]
    date_from: date | None
    date_to: date | None
    grain: str
    top: int

    def normalised(self) -> list[object]:
        """The same as plain values, for tags and cache keys."""
        dates = [str(self.date_from), str(self.date_to)]
        return [[list(each) for each in self.filters], dates, self.grain, self.top]

    def previous(self) -> Question | None:
        """The same about the days before, as many of them; null where no first day is given."""
        if self.date_from is None or self.date_to is None:
            return None
        days = (self.date_to - self.date_from).days + 1
        try:
            begin = self.date_from - timedelta(days=days)
        except OverflowError:
            return None
        return replace(self, date_from=begin, date_to=self.date_from - timedelta(days=1))

    def condition(self, roles: Roles, *, without: str | None = None) -> Condition:
        """What follows WHERE. Raises: Invalid where a filter has no column, or no such value."""
        parts, parameters, errors = ["true"], list[str](), list[FieldError]()
        for role, values in self.filters:
            if role == without:
                continue
            try:
                part = _accepts(roles, role, values)
            except UnreadableValue as error:
                errors.append({"field": role, "message": str(error)})
                continue
            parts.append(part.sql)
            parameters += part.parameters
        if errors:
            summary = " ".join(f"{error['field']}: {error['message']}" for error in errors)
            raise Invalid(summary, errors=errors)
        dates = self._dates(roles)
        return Condition(" AND ".join([*parts, dates.sql]), (*parameters, *dates.parameters))

    def columns(self, roles: Roles) -> list[str]:
        """Names of the columns that the condition looks at."""
        dated = self.date_from is not None or self.date_to is not None
        return roles.names(*(role for role, _ in self.filters), *(["date"] if dated else []))

    def _dates(self, roles: Roles) -> Condition:
        parts, parameters = ["true"], list[str]()
        for field, day, sign in (
            ("date_from", self.date_from, ">="),
            ("date_to", self.date_to, "<"),
        ):
            if day is None:
                continue
            if not roles.has("date"):
                raise invalid(field, "The sales dataset has no column of dates.")
            if sign == "<" and day == date.max:
                continue
            bound = day if sign == ">=" else day + timedelta(days=1)
            column = roles.columns["date"]
            value = read_value(bound.isoformat(), column.type)
            parts.append(f"{roles.name('date')} {sign} {value.sql}")
            parameters.append(value.text)
        return Condition(" AND ".join(parts), tuple(parameters))


def ask(
    given: Mapping[str, Sequence[str]],
    *,
    date_from: date | None,
    date_to: date | None,
    grain: str,
    top: int,
) -> Question:
    """Equal questions become equal values. Raises: Invalid where the dates run backwards."""
    if date_from is not None and date_to is not None and date_from > date_to:
        raise invalid("date_to", "It lies before date_from.")
    filters = tuple((role, tuple(sorted(set(given[role])))) for role in FILTERS if given.get(role))
    return Question(filters, date_from, date_to, grain, top)


def _accepts(roles: Roles, role: str, values: Sequence[str]) -> Condition:
    column = roles.get(role)
    if column is None:
        raise UnreadableValue("The sales dataset has no column for this.")
    name = quote_identifier(column.name)
    wanted = [read_value(value, column.type) for value in values if value != ""]
    ways = []
    if wanted:
        ways.append(f"{name} IN ({', '.join(value.sql for value in wanted)})")
    if len(wanted) < len(values):
        ways.append(f"{name} IS NULL")
    return Condition(f"({' OR '.join(ways)})", tuple(value.text for value in wanted))
