"""What the parameters of the list of invoices mean, together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from rowmill import paging
from rowmill.datasets import service as datasets
from rowmill.datasets.answers import entity_tag
from rowmill.datasets.cursors import Position, fingerprint
from rowmill.datasets.filters import Filter, Filters
from rowmill.datasets.ordering import Order, SortKey
from rowmill.datasets.values import UnreadableValue, read_value
from rowmill.errors import invalid
from rowmill.invoices.listing import FACES, SORTS, Listed, Wanted
from rowmill.invoices.reading import Book
from rowmill.paging import InvalidCursor
from rowmill.templates.roles import Roles

SEARCHED: Final = {
    "search": FACES,
    "number": ("number",),
    "customer": ("customer",),
    "store": ("store_name", "store_number"),
    "item": ("item_name", "item_number"),
    "city": ("city",),
}
NEWEST_FIRST: Final = "-date"


@dataclass(frozen=True)
class Wish:
    """The parameters as they were sent; `texts` are those of SEARCHED."""

    texts: Mapping[str, str | None]
    date_from: str | None
    date_to: str | None
    sort: str | None
    limit: int
    cursor: str | None


@dataclass(frozen=True)
class Asked:
    """A page that was asked for, the book to read it in, its tag, and what signs its cursors."""

    book: Book
    wanted: Wanted
    name: str
    tag: str
    key: bytes

    def cursor(self, page: Listed) -> str | None:
        """The cursor of the page behind this one."""
        if page.next is None:
            return None
        place = page.next
        return paging.encode(
            self.key,
            {
                "invoices": str(self.book.dataset.id),
                "query": self.name,
                "version": place.version,
                "row": place.row_id,
                "keys": place.keys,
            },
        )


def read(session: Session, book: Book, wish: Wish, key: bytes) -> Asked:
    """Raises: Invalid, InvalidCursor, CursorExpired. Args: `key` has signed the cursor."""
    place: dict[str, Any] | None = None
    if wish.cursor is not None:
        place = paging.decode(key, wish.cursor)
        if place.get("invoices") != str(book.dataset.id):
            raise InvalidCursor
        reading = datasets.reading_of_version(session, book.dataset, place["version"])
        book = replace(book, reading=reading, roles=Roles.of(book.dataset, reading))
    wanted = _wanted(book, wish)
    name = fingerprint(wanted.normalised())
    if place is not None:
        if place["query"] != name:
            raise InvalidCursor("This cursor belongs to other filters or another order.")
        behind = Position(place["version"], place["row"], tuple(place["keys"]))
        wanted = replace(wanted, behind=behind)
    tag = entity_tag(book.reading, "invoices", name, wish.limit, wish.cursor)
    return Asked(book, wanted, name, tag, key)


def _wanted(book: Book, wish: Wish) -> Wanted:
    searches = tuple(
        (SEARCHED[name], text.strip())
        for name, text in wish.texts.items()
        if text is not None and text.strip()
    )
    field, descending = _sort(wish.sort)
    order = Order() if field == "amount" else _order(book, field, descending=descending)
    return Wanted(
        filters=_dates(book, wish),
        searches=searches,
        order=order,
        limit=wish.limit,
        by_amount=field == "amount",
        descending=descending,
    )


def _sort(text: str | None) -> tuple[str, bool]:
    wanted = (text or NEWEST_FIRST).strip()
    field = wanted.removeprefix("-")
    if field not in SORTS:
        known = ", ".join(SORTS)
        raise invalid("sort", f"'{field[:50]}' is no order; it is one of {known}, or -{SORTS[0]} …")
    return field, wanted.startswith("-")


def _order(book: Book, field: str, *, descending: bool) -> Order:
    """By the column that plays the role; without one, by number."""
    names = ("store_name", "store_number") if field == "store" else (field,)
    column = next((book.roles.columns[name] for name in names if book.roles.has(name)), None)
    column = column or book.roles.get("number")
    return Order((SortKey(column, descending),) if column else ())


def _dates(book: Book, wish: Wish) -> Filters:
    """That the date lies between two, both inclusive."""
    column, items = book.roles.get("date"), []
    for field, text in (("date_from", wish.date_from), ("date_to", wish.date_to)):
        if not text or column is None:
            continue
        try:
            read_value(text, column.type)
        except UnreadableValue as error:
            raise invalid(field, str(error)) from error
        if field == "date_from":
            items.append(Filter(column, "gte", (text,)))
        else:
            items.append(last_day(Filter(column, "lte", (text,))))
    return Filters(tuple(items))


def last_day(until: Filter) -> Filter:
    """A date without a time means its last moment."""
    [text] = until.values
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return until
    if until.column.type == "date" or day == date.max:
        return until
    return Filter(until.column, "lt", ((day + timedelta(days=1)).isoformat(),))
