"""Pages of invoices, in any order, at one version.

Rows are read in the order asked for and gathered to invoices, so a page needs no account of all
invoices: an invoice stands where the first of its matching rows does. Only an order by amounts
has to add up every invoice.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rowmill.datasets.cursors import Position
from rowmill.datasets.filters import Condition, Filters
from rowmill.datasets.ordering import Order
from rowmill.invoices.content import Invoice
from rowmill.invoices.reading import Book, find_all
from rowmill.lake import Lakes, Output, Reader, Search
from rowmill.mill import quote_identifier, sql_type
from rowmill.mill.columns import kind_of
from rowmill.retail import numbers
from rowmill.templates import measures

ROWS_PER_INVOICE: Final = 4  # looked at first; more where invoices turn out to be longer
MOST_ROWS: Final = 20_000
NARROW, WIDE = "DECIMAL(18,6)", "DECIMAL(38,6)"  # in which amounts are compared
FACES: Final = ("number", "customer", "store_number", "store_name", "item_number", "item_name")
SORTS: Final = ("date", "number", "amount", "customer", "store")


@dataclass(frozen=True)
class Wanted:
    """Which invoices, in which order. `search` is looked for in every column of FACES."""

    filters: Filters
    searches: tuple[tuple[tuple[str, ...], str], ...]
    order: Order
    limit: int
    by_amount: bool = False
    descending: bool = False
    behind: Position | None = None

    def normalised(self) -> list[object]:
        """The same as plain values, for cursors, tags and cache keys."""
        added_up = [self.by_amount, self.descending]
        return [self.filters.normalised(), self.searches, self.order.normalised(), added_up]


@dataclass(frozen=True)
class Listed:
    """A page of invoices, and the place behind the last one if more follow."""

    invoices: Sequence[Invoice]
    next: Position | None


@dataclass(frozen=True)
class _Place:
    """An invoice's number, empty where a row has none, and what it stands where it does by."""

    number: str
    row_id: int
    keys: tuple[str | None, ...]


def page(lakes: Lakes, book: Book, wanted: Wanted) -> Listed:
    """One page. Raises: CursorExpired, QueryTimedOut, ServiceUnavailable."""
    if not book.is_numbered or book.reading.version is None:
        return Listed([], None)
    with lakes.reader(book.reading.workspace_id) as reader:
        if wanted.by_amount:
            is_row = numbers.are_unique(lakes, reader, book.reading, book.roles)
            places = _added_up(reader, book, wanted, is_row=is_row)
        else:
            places = _gathered(reader, book, wanted)
    shown = places[: wanted.limit]
    found = find_all(lakes, book, [place.number for place in shown])
    invoices = [found[place.number] for place in shown if place.number in found]
    if len(places) <= wanted.limit:
        return Listed(invoices, None)
    last = shown[-1]
    return Listed(invoices, Position(book.reading.version, last.row_id, last.keys))


def count(lakes: Lakes, book: Book, wanted: Wanted) -> int:
    """How many invoices match; kept in memory, because it is true of the version for good."""
    reading = book.reading
    if not book.is_numbered or reading.version is None:
        return 0
    name = json.dumps([wanted.filters.normalised(), wanted.searches])
    key = ("invoices", reading.dataset_id, reading.version, name)
    known: int | None = lakes.results.get(key)
    if known is None:
        condition, number = _matching(book, wanted), book.roles.name("number")
        with lakes.reader(reading.workspace_id) as reader:
            [(known,)] = reader.select(
                reading.table_name,
                reading.version,
                [*_filtered_by(book, wanted), *book.roles.names("number")],
                lambda source: (
                    f"SELECT count(DISTINCT {number}) FROM {source} WHERE {condition.sql}"
                ),
                condition.parameters,
            )
        assert known is not None
        lakes.results.put(key, known, weight=len(name) + 200)
    return known


def _gathered(reader: Reader, book: Book, wanted: Wanted) -> list[_Place]:
    """The places of one invoice more than the page has, in order."""
    assert book.reading.version is not None
    found: dict[str, _Place] = {}
    behind, take = wanted.behind, (wanted.limit + 1) * ROWS_PER_INVOICE
    while len(found) <= wanted.limit:
        rows = _rows(reader, book, wanted, behind, take)
        fresh: dict[str, _Place] = {}
        for row in rows:
            if row.number and row.number not in found:
                fresh.setdefault(row.number, row)
        for row in _not_shown_before(reader, book, wanted, list(fresh.values())):
            found[row.number] = row
        if len(rows) < take:
            break
        behind = Position(book.reading.version, rows[-1].row_id, rows[-1].keys)
        take = min(take * 4, MOST_ROWS)
    return list(found.values())


def _rows(
    reader: Reader, book: Book, wanted: Wanted, behind: Position | None, take: int
) -> list[_Place]:
    """The next matching rows in the order asked for."""
    assert book.reading.version is not None
    condition = _matching(book, wanted)
    if behind is not None:
        after = wanted.order.behind(behind.keys or (), behind.row_id)
        condition = Condition(
            f"{condition.sql} AND ({after.sql})", (*condition.parameters, *after.parameters)
        )
    sorted_by = [key.column.name for key in wanted.order.keys]
    number = book.roles.columns["number"].name
    search = Search(
        columns=list(dict.fromkeys([*sorted_by, *_filtered_by(book, wanted)])),
        condition=condition.sql,
        parameters=condition.parameters,
        order=wanted.order.sql,
        keys=[f"CAST({quote_identifier(name)} AS VARCHAR)" for name in sorted_by],
        limit=take,
    )
    output = Output([number], f"CAST({quote_identifier(number)} AS VARCHAR)")
    rows = reader.search(book.reading.table_name, book.reading.version, search, output)
    return [_Place(row[-1] or "", row[0], tuple(row[1:-1])) for row in rows]


def _not_shown_before(
    reader: Reader, book: Book, wanted: Wanted, rows: Sequence[_Place]
) -> list[_Place]:
    """Those of the rows whose invoice stood on no page before.

    Where an invoice's lines differ in what is sorted by, or lie far apart, it may have.
    """
    if wanted.behind is None or not rows:
        return list(rows)
    if _is_sorted_by_number(book, wanted):
        last = (wanted.behind.keys or (None,))[0]
        return [row for row in rows if row.number != last]
    assert book.reading.version is not None
    number, condition = book.roles.name("number"), _matching(book, wanted)
    behind = wanted.order.behind(wanted.behind.keys or (), wanted.behind.row_id)
    found = list(dict.fromkeys(row.number for row in rows))
    sorted_by = [key.column.name for key in wanted.order.keys]
    marks = ", ".join([_mark(book)] * len(found))
    earlier = reader.select(
        book.reading.table_name,
        book.reading.version,
        [*_filtered_by(book, wanted), *sorted_by, *book.roles.names("number")],
        lambda source: (
            f"SELECT DISTINCT CAST({number} AS VARCHAR) FROM {source}"
            f" WHERE {number} IN ({marks}) AND {condition.sql}"
            f" AND NOT coalesce({behind.sql}, false)"
        ),
        [*found, *condition.parameters, *behind.parameters],
    )
    shown = {row[0] for row in earlier}
    return [row for row in rows if row.number not in shown]


def _added_up(reader: Reader, book: Book, wanted: Wanted, *, is_row: bool) -> list[_Place]:
    """Places in the order of the invoices' amounts, every invoice added up.

    The filters say which invoices; their amounts are those of all their lines.
    Args: `is_row` says that each invoice is one row, which spares the adding up.
    """
    rows = _sums(reader, book, wanted, is_row=is_row, is_narrow=True)
    if any(amount is None for _, _, amount in rows):
        rows = _sums(reader, book, wanted, is_row=is_row, is_narrow=False)
    return [_Place(number, row_id, (amount, number)) for number, row_id, amount in rows]


def _sums(
    reader: Reader, book: Book, wanted: Wanted, *, is_row: bool, is_narrow: bool
) -> list[tuple[str, int, str | None]]:
    """Numbers, row ids and amounts. Narrow ones are compared several times as fast as others; those
    that are too large for that are null, and come first.
    """
    assert book.reading.version is not None
    cast, key_type = ("TRY_CAST", NARROW) if is_narrow else ("CAST", WIDE)
    number, condition = book.roles.name("number"), _matching(book, wanted)
    direction, sign = ("DESC", "<") if wanted.descending else ("ASC", ">")
    total = measures.sales(book.roles) or "0"
    if is_row:
        key, row_id, end = f"coalesce({total}, 0)", "_row_id", f"AND {condition.sql}"
    else:
        key, row_id = f"coalesce(sum({total}), 0)", "min(_row_id) AS _row_id"
        end = f"GROUP BY {number} HAVING bool_or({condition.sql})"
    behind, parameters = "", [*condition.parameters]
    if wanted.behind is not None and wanted.behind.keys is not None:
        value, last = wanted.behind.keys
        mark = f"{cast}(? AS {key_type})"
        behind = f" WHERE _key {sign} {mark} OR (_key = {mark} AND _number > {_mark(book)})"
        behind += " OR _key IS NULL" if is_narrow else ""
        parameters += [value or "", value or "", last or ""]
    return reader.select(
        book.reading.table_name,
        book.reading.version,
        [
            *_filtered_by(book, wanted),
            *book.roles.names("number", "amount", "quantity", "unit_price"),
        ],
        lambda source: (
            f"SELECT CAST(_number AS VARCHAR), _row_id, CAST(_key AS VARCHAR) FROM ("
            f" SELECT {number} AS _number, {row_id}, {cast}({key} AS {key_type}) AS _key"
            f" FROM {source} WHERE {number} IS NOT NULL {end}"
            f"){behind} ORDER BY _key {direction} NULLS FIRST, _number LIMIT {wanted.limit + 1}"
        ),
        parameters,
    )


def _matching(book: Book, wanted: Wanted) -> Condition:
    """Holds for the rows that are asked for."""
    condition = wanted.filters.condition()
    parts = [condition.sql]
    parameters = [*condition.parameters]
    for roles, text in wanted.searches:
        columns = [book.roles.columns[role] for role in roles if book.roles.has(role)]
        texts = [
            quote_identifier(column.name)
            if kind_of(column.type) == "text"
            else f"CAST({quote_identifier(column.name)} AS VARCHAR)"
            for column in columns
        ]
        ways = [f"contains(lower({each}), lower(CAST(? AS VARCHAR)))" for each in texts]
        parts.append(f"({' OR '.join(ways or ['false'])})")
        parameters += [text] * len(ways)
    return Condition(" AND ".join(parts), tuple(parameters))


def _filtered_by(book: Book, wanted: Wanted) -> list[str]:
    searched = [role for roles, _ in wanted.searches for role in roles]
    return [*wanted.filters.columns(), *book.roles.names(*searched)]


def _mark(book: Book) -> str:
    return f"CAST(? AS {_sql_type(book)})"


def _sql_type(book: Book) -> str:
    return sql_type(book.roles.columns["number"].type)


def _is_sorted_by_number(book: Book, wanted: Wanted) -> bool:
    """Whether the rows of one invoice stand together anyway."""
    keys = wanted.order.keys
    return bool(keys) and keys[0].column == book.roles.columns["number"]
