"""Figures of sales: totals, periods and breakdowns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from rowmill.dashboard import groups
from rowmill.dashboard.groups import Groups, Sums
from rowmill.dashboard.questions import Question
from rowmill.datasets.service import Reading
from rowmill.lake import Lakes
from rowmill.templates import measures
from rowmill.templates.roles import Roles

MOST_PLACES: Final = 5000
BREAKDOWNS: Final = {
    "city": ("city",),
    "county": ("county", "county_number"),
    "zip": ("zip",),
    "category": ("category_name", "category"),
    "vendor": ("vendor_name", "vendor_number"),
    "store": ("store_name", "store_number"),
    "item": ("item_number", "item_name"),
    "country": ("country",),
    "customer": ("customer",),
}
"""Each breakdown with the roles it goes by, the first one that there is."""


@dataclass(frozen=True)
class Figures:
    """Sales, profit and so on of some rows; null is what the columns do not tell."""

    sales: Decimal | None
    profit: Decimal | None
    units: Decimal | None
    orders: int

    def minus(self, others: Sequence[Figures]) -> Figures:
        """What is left when these are taken away."""
        return Figures(
            _less(self.sales, [each.sales for each in others]),
            _less(self.profit, [each.profit for each in others]),
            _less(self.units, [each.units for each in others]),
            max(0, self.orders - sum(each.orders for each in others)),
        )


@dataclass(frozen=True)
class Group:
    """The figures of one period, or of one value of a breakdown, null where there is none.

    `count` is how many groups its breakdown has; `place` is the text that says where a store is.
    """

    key: Any
    place: str | None
    figures: Figures
    count: int


@dataclass(frozen=True)
class Summary:
    """Everything about the rows that a question is about. Groups of breakdowns: largest first.

    `labels` is what items are called, by number.
    """

    total: Figures
    periods: list[Group]
    breakdowns: dict[str, list[Group]]
    places: list[Group]
    labels: dict[str, str]


def dimensions(roles: Roles) -> dict[str, str]:
    """The breakdowns that the columns allow, each with the role it goes by."""
    found = {
        name: next((role for role in by if roles.has(role)), None)
        for name, by in BREAKDOWNS.items()
    }
    return {name: role for name, role in found.items() if role is not None}


def summarise(lakes: Lakes, reading: Reading, roles: Roles, question: Question) -> Summary:
    """Raises: Invalid, QueryTimedOut, ServiceUnavailable, CursorExpired."""
    dims = dimensions(roles)
    found = groups.find(lakes, reading, roles, question, list(dims.items()))
    breakdowns = {name: _listed(found, name, question.top) for name in dims}
    if dims.get("item") == "item_number":
        keys = [group.key for group in breakdowns["item"] if group.key is not None]
        _name_items(lakes, reading, roles, found, keys)
    return Summary(
        total=_total(found, roles),
        periods=_listed(found, groups.PERIOD, None),
        breakdowns=breakdowns,
        places=_listed(found, groups.PLACE, MOST_PLACES),
        labels={key: label for key, label in found.labels.items() if label is not None},
    )


def totals(lakes: Lakes, reading: Reading, roles: Roles, question: Question) -> Figures:
    """The totals alone."""
    return _total(groups.find(lakes, reading, roles, question, None), roles)


def unknown(roles: Roles) -> dict[str, str]:
    """The figures that the columns do not tell, each with the reason."""
    missing = {}
    if measures.sales(roles) is None:
        missing["sales"] = "The sales dataset has no column of amounts, nor quantity and price."
    if measures.profit(roles) is None:
        missing["profit"] = "The sales dataset has no unit cost, or no quantity."
    if not roles.has("quantity"):
        missing["units"] = "The sales dataset has no column of quantities."
    if not roles.has("date"):
        missing["series"] = "The sales dataset has no column of dates."
    for name in BREAKDOWNS:
        if name not in dimensions(roles):
            missing[name] = f"The sales dataset has no column that tells the {name}."
    return missing


def _name_items(
    lakes: Lakes, reading: Reading, roles: Roles, found: Groups, keys: Sequence[str]
) -> None:
    """Find out what items are called, by number, where it is not known yet."""
    asked = [key for key in keys if key not in found.labels]
    if not asked or reading.version is None or not roles.has("item_number", "item_name"):
        return
    number, name = roles.text("item_number"), roles.text("item_name")
    marks = ", ".join("?" * len(asked))
    with lakes.reader(reading.workspace_id) as reader:
        rows = reader.select(
            reading.table_name,
            reading.version,
            roles.names("item_number", "item_name"),
            lambda source: (
                f"SELECT {number}, max({name}) FROM {source} WHERE {number} IN ({marks}) GROUP BY 1"
            ),
            asked,
        )
    found.labels.update(dict(rows))


def _listed(found: Groups, name: str, most: int | None) -> list[Group]:
    """The largest groups of a breakdown."""
    count = found.counts.get(name, 0)
    return [
        Group(value, place, _figures(sums), count)
        for (_, value, place), sums in found.ranked(name)[:most]
    ]


def _figures(sums: Sums) -> Figures:
    return Figures(sums.sales, sums.profit, sums.units, sums.orders)


def _total(found: Groups, roles: Roles) -> Figures:
    """Zeros where nothing matched, nulls only where the columns do not tell."""
    sums = found.sums.get((groups.TOTAL, None, None))
    total = _figures(sums) if sums else Figures(None, None, None, 0)
    missing = unknown(roles)
    nothing = Decimal(0)
    return Figures(
        None if "sales" in missing else total.sales or nothing,
        None if "profit" in missing else total.profit or nothing,
        None if "units" in missing else total.units or nothing,
        total.orders,
    )


def _less(whole: Decimal | None, parts: Sequence[Decimal | None]) -> Decimal | None:
    if whole is None:
        return None
    return whole - sum((part for part in parts if part is not None), Decimal(0))
