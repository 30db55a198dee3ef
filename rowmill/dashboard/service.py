"""The dashboard: totals, key figures, periods, breakdowns and places of the sales that match."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from rowmill.dashboard import figures
from rowmill.dashboard.figures import Figures, Group, Summary
from rowmill.dashboard.places import place_of
from rowmill.dashboard.questions import FILTERS, Question
from rowmill.datasets.cursors import fingerprint
from rowmill.datasets.rendering import array
from rowmill.errors import invalid
from rowmill.lake import Lakes
from rowmill.retail import sources, stock
from rowmill.retail.sources import Source, Sources
from rowmill.retail.stock import Levels
from rowmill.templates import measures

MOST_PERIODS: Final = 5000  # filled up with zeros where there are fewer
STOCK_FILTERS: Final = {
    "item_number": "items", "item_name": "items", "store_name": "stores", "store_number": "stores",
}  # fmt: skip
ZERO: Final = Decimal(0)
CENT: Final = Decimal("0.01")
SHARE: Final = Decimal("0.0001")


@dataclass(frozen=True)
class Board:
    """What a question is answered from, and the tag of the answer."""

    sources: Sources
    question: Question
    tag: str


def prepare(session: Session, workspace_id: Any, question: Question) -> Board:
    """Look up the workspace's sales, products and stock as they are now."""
    found = sources.find(session, workspace_id)
    return Board(found, question, found.tag("dashboard", *question.normalised()))


def answer(lakes: Lakes, board: Board) -> bytes:
    """The answer as JSON, from memory where it is known.

    Raises: Invalid, QueryTimedOut, ServiceUnavailable, CursorExpired.
    """
    key = ("dashboard", board.sources.workspace_id, board.tag)
    known: bytes | None = lakes.results.get(key)
    if known is None:
        known = json.dumps(_answer(lakes, board), separators=(",", ":")).encode()
        lakes.results.put(key, known, weight=len(known) + 300)
    return known


def values(
    lakes: Lakes, found: Sources, question: Question, field: str, search: str, limit: int
) -> bytes:
    """The values of a filter that contain `search`, whatever the case, the most frequent first.

    The other filters of the question narrow them. Raises: Invalid.
    """
    if field not in FILTERS:
        raise invalid("field", f"'{field[:50]}' is no filter; it is one of {', '.join(FILTERS)}.")
    source = found.sales
    if source is None or not source.roles.has(field):
        return b'{"items":[]}'
    name = fingerprint(field, search, limit, *question.normalised())
    key = ("dashboard-values", source.dataset.id, source.version, name)
    known: bytes | None = lakes.results.get(key)
    if known is None:
        known = f'{{"items":{_values(lakes, source, question, field, search, limit)}}}'.encode()
        lakes.results.put(key, known, weight=len(known) + 300)
    return known


def _values(
    lakes: Lakes, source: Source, question: Question, field: str, search: str, limit: int
) -> str:
    condition = question.condition(source.roles, without=field)
    text = source.roles.text(field)
    with lakes.reader(source.reading.workspace_id) as reader:
        rows = reader.select(
            source.reading.table_name,
            source.version,
            [*question.columns(source.roles), *source.roles.names(field)],
            lambda from_: (
                f"SELECT {text} AS _value, count(*) AS _rows FROM {from_}"
                f" WHERE {condition.sql} AND {text} IS NOT NULL"
                f" AND contains(lower({text}), lower(CAST(? AS VARCHAR)))"
                f" GROUP BY 1 ORDER BY _rows DESC, _value LIMIT {limit}"
            ),
            [*condition.parameters, search],
        )
    return array(json.dumps({"value": row[0], "count": row[1]}) for row in rows)


def _answer(lakes: Lakes, board: Board) -> dict[str, Any]:
    source, question = board.sources.sales, board.question
    if source is None:
        return _empty(lakes, board)
    question = _dated(lakes, source, question)
    found = figures.summarise(lakes, source.reading, source.roles, question)
    missing = figures.unknown(source.roles)
    before = question.previous()
    earlier = figures.totals(lakes, source.reading, source.roles, before) if before else None
    on_hand = _on_hand(lakes, board)
    total = found.total
    stock_now = on_hand if on_hand is not None else total.units
    if on_hand is not None:
        missing.pop("stock", None)
    elif "units" in missing:
        missing["stock"] = missing["units"]
    first, last = _bounds(lakes, source)
    return {
        **_heading(board, source, question),
        "first_date": _day(first),
        "last_date": _day(last),
        "total_sales": _money(total.sales),
        "total_profit": _money(total.profit),
        "total_stock": _text(stock_now),
        "stock_basis": "on_hand" if on_hand is not None else "units_sold",
        "kpis": _kpis(total, earlier, stock_now, is_on_hand=on_hand is not None),
        "series": _series(found.periods, question, source, on_hand),
        "breakdowns": _breakdowns(source, found),
        "stores": _stores(found.places),
        "unavailable": missing,
    }


def _empty(lakes: Lakes, board: Board) -> dict[str, Any]:
    """A workspace without sales has none: zeros."""
    on_hand = _on_hand(lakes, board)
    nothing = Figures(ZERO, ZERO, ZERO, 0)
    shown = on_hand if on_hand is not None else ZERO
    return {
        **_heading(board, None, board.question),
        "first_date": None,
        "last_date": None,
        "total_sales": _money(ZERO),
        "total_profit": _money(ZERO),
        "total_stock": _text(shown),
        "stock_basis": "on_hand" if on_hand is not None else "units_sold",
        "kpis": _kpis(nothing, None, shown, is_on_hand=on_hand is not None),
        "series": [],
        "breakdowns": {},
        "stores": [],
        "unavailable": {},
    }


def _heading(board: Board, source: Source | None, question: Question) -> dict[str, Any]:
    dataset = source.dataset if source else None
    return {
        "dataset": {"id": str(dataset.id), "slug": dataset.slug, "name": dataset.name}
        if dataset
        else None,
        "version": source.version if source else None,
        "grain": question.grain,
        "date_from": _day(question.date_from),
        "date_to": _day(question.date_to),
        "filters": {role: list(values) for role, values in board.question.filters},
        "available_filters": [role for role in FILTERS if source and source.roles.has(role)],
    }


def _dated(lakes: Lakes, source: Source, question: Question) -> Question:
    """With one date given, the other is the first or last one that there is."""
    if (question.date_from is None) == (question.date_to is None) or not source.roles.has("date"):
        return question
    first, last = _bounds(lakes, source)
    begin, end = question.date_from or first, question.date_to or last
    if begin is None or end is None or begin > end:
        return question
    return Question(question.filters, begin, end, question.grain, question.top)


def _bounds(lakes: Lakes, source: Source) -> tuple[date | None, date | None]:
    """First and last day of all sales, whatever is asked for."""
    if not source.roles.has("date"):
        return None, None
    column = source.roles.columns["date"]
    catalog = lakes.catalog(source.reading.workspace_id)
    table = source.reading.table_name
    first, last = catalog.value_range(table, column.name, source.version)
    return _date(first), _date(last)


def _on_hand(lakes: Lakes, board: Board) -> Decimal | None:
    """Units on hand of the items and stores that are asked for, if a dataset tells them."""
    asked: dict[str, tuple[str, ...]] = {}
    for role, accepted in board.question.filters:
        if role in STOCK_FILTERS:
            name = STOCK_FILTERS[role]
            asked[name] = (*asked.get(name, ()), *accepted)
    if not stock.has_openings(board.sources):
        return None
    levels = Levels(items=asked.get("items", ()), stores=asked.get("stores", ()))
    return Decimal(stock.total_on_hand(lakes, board.sources, levels) or 0)


def _kpis(
    total: Figures, earlier: Figures | None, stock_now: Decimal | None, *, is_on_hand: bool
) -> dict[str, Any]:
    now = _measured(total)
    before = _measured(earlier) if earlier else dict.fromkeys(now)
    kpis = {
        name: {
            "value": _shown(name, value),
            "previous": _shown(name, before[name]),
            "change": _change(value, before[name]),
        }
        for name, value in now.items()
    }
    then = None if is_on_hand or earlier is None else earlier.units
    kpis["stock"] = {
        "value": _text(stock_now),
        "previous": _text(then),
        "change": _change(stock_now, then),
    }
    return kpis


def _measured(found: Figures) -> dict[str, Decimal | None]:
    orders = Decimal(found.orders)
    margin = average = None
    if found.sales is not None:
        average = found.sales / orders if orders else ZERO
        if found.profit is not None:
            margin = found.profit / found.sales if found.sales else ZERO
    return {
        "sales": found.sales,
        "profit": found.profit,
        "margin": margin,
        "units": found.units,
        "orders": orders,
        "average_order": average,
    }


def _shown(name: str, value: Decimal | None) -> str | int | None:
    if value is None:
        return None
    if name == "orders":
        return int(value)
    if name == "margin":
        return _text(value.quantize(SHARE, ROUND_HALF_UP))
    if name == "average_order":
        return _text(value.quantize(CENT, ROUND_HALF_UP))
    return _text(value) if name == "units" else _money(value)


def _change(now: Decimal | None, before: Decimal | None) -> float | None:
    """By which share it grew; null where there is nothing to compare with."""
    if now is None or before is None or before == 0:
        return None
    return round(float((now - before) / abs(before)), 4)


def _series(
    periods: Sequence[Group], question: Question, source: Source, on_hand: Decimal | None
) -> list[dict[str, Any]]:
    """One entry a period, in order, zeros where nothing was sold.

    Stock on hand is counted back from today's level by what was sold since.
    """
    found = {day: group.figures for group in periods if (day := _date(group.key)) is not None}
    if not found:
        return []
    has_profit = measures.profit(source.roles) is not None
    nothing = Figures(ZERO, ZERO if has_profit else None, ZERO, 0)
    days = list(_periods(min(found), max(found), question.grain))
    if len(days) > MOST_PERIODS:
        days = sorted(found)
    entries, level = [], on_hand
    for day in reversed(days):
        each = found.get(day, nothing)
        shown = level if level is not None else each.units or ZERO
        entries.append({"period": day.isoformat(), **_figures(each), "stock": _text(shown)})
        if level is not None:
            level += each.units or ZERO
    return entries[::-1]


def _periods(first: date, last: date, grain: str) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        if grain in {"day", "week"}:
            day += timedelta(days=1 if grain == "day" else 7)
        else:
            month = day.month - 1 + (1 if grain == "month" else 3)
            day = date(day.year + month // 12, month % 12 + 1, 1)


def _breakdowns(source: Source, found: Summary) -> dict[str, Any]:
    roles, names = figures.dimensions(source.roles), found.labels
    return {
        name: {
            "filter": roles[name],
            "items": [
                {
                    "value": group.key,
                    "label": names.get(group.key or "", group.key)
                    if roles[name] == "item_number"
                    else group.key,
                    **_figures(group.figures),
                }
                for group in groups
            ],
            "rest": _rest(found.total, groups),
        }
        for name, groups in found.breakdowns.items()
    }


def _rest(total: Figures, groups: Sequence[Group]) -> dict[str, Any] | None:
    """What the groups that are not shown have together."""
    left = groups[0].count - len(groups) if groups else 0
    if left <= 0:
        return None
    return {"groups": left, **_figures(total.minus([group.figures for group in groups]))}


def _stores(places: Sequence[Group]) -> list[dict[str, Any]]:
    stores = []
    for group in places:
        place = place_of(group.place)
        if place is not None:
            where = {"longitude": place.longitude, "latitude": place.latitude}
            stores.append({"store": group.key, **where, **_figures(group.figures)})
    return stores


def _figures(found: Figures) -> dict[str, Any]:
    return {
        "sales": _money(found.sales),
        "profit": _money(found.profit),
        "units": _text(found.units),
        "orders": found.orders,
    }


def _money(value: Decimal | None) -> str | None:
    """Exact, with two decimals at least."""
    if value is None:
        return None
    text = _text(value) or "0"
    whole, _, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def _text(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _date(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError:
        return None
