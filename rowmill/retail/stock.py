"""Stock on hand of each item in each store: opening + received - sold since the opening's date.

An opening is a row of the stock dataset, the latest of an item and store; for items that it does
not list, the quantity of the products dataset. A sale counts from the opening's day or moment on;
one without a date always counts. Nothing is rounded, and nothing below zero is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa

from rowmill.datasets.rendering import value_json
from rowmill.lake import Lakes
from rowmill.mill import Column, quote_literal, sql_type
from rowmill.mill.columns import decimal_parts
from rowmill.retail import holding
from rowmill.retail.objects import object_json
from rowmill.retail.pages import Key, Page, Request, behind, order_by
from rowmill.retail.sources import Clauses, Sources
from rowmill.templates.builtin import PRODUCTS, SALES, STOCK
from rowmill.templates.roles import Roles

SORTS: Final = ("item", "-item", "name", "-name", "store", "-store", "on_hand", "-on_hand",
                "sold", "-sold")  # fmt: skip
_TEXTS: Final = ("item_number", "item_name", "store_number", "store_name")
_SORTED_BY: Final = {"item": "item_number", "name": "item_name", "store": "store_number"}
_NO_TEXT: Final = "CAST(NULL AS VARCHAR)"
_NO_TOTALS: Final = '{"levels":0,"on_hand":0,"low":0,"negative":0,"without_opening":0}'
_NO_OPENINGS: Final = (
    "SELECT CAST(NULL AS VARCHAR) AS item, CAST(NULL AS VARCHAR) AS store,"
    " CAST(NULL AS VARCHAR) AS item_name, CAST(NULL AS VARCHAR) AS store_number,"
    " CAST(NULL AS VARCHAR) AS store_name, 0 AS opening, 0 AS received,"
    " CAST(NULL AS TIMESTAMP) AS opened, CAST(NULL AS DOUBLE) AS minimum WHERE false"
)
_SALE_ROLES: Final = ("item_number", "item_name", "store_number", "store_name", "quantity", "date")
_STOCK_ROLES: Final = (*_SALE_ROLES, "received", "minimum")
_PRODUCT_ROLES: Final = ("item_number", "barcode", "item_name", "quantity", "updated")


@dataclass(frozen=True)
class Levels:
    """Which levels are asked for.

    `minimum` stands in for the reorder level of items without one; `item` and `store` are numbers
    or names, `search` is a part of an item's number or name.
    """

    search: str = ""
    items: tuple[str, ...] = ()
    stores: tuple[str, ...] = ()
    low: bool | None = None
    negative: bool | None = None
    minimum: str | None = None
    sort: str = "item"

    def normalised(self) -> tuple[Any, ...]:
        """The wish as plain values."""
        flags = [self.low, self.negative, self.minimum, self.sort]
        return (self.search, sorted(self.items), sorted(self.stores), *flags)

    def keys(self, number: str) -> tuple[Key, ...]:
        """What the levels are ordered by. Args: `number` is the type of quantities."""
        field = self.sort.removeprefix("-")
        name = _SORTED_BY.get(field, field)
        column_type = number if name in {"on_hand", "sold"} else "text"
        first = Key(name, column_type, self.sort.startswith("-"))
        ties = [Key("item_number", "text"), Key("store_number", "text"), Key("store_name", "text")]
        return (first, *(key for key in ties if key.name != name))

    def condition(self) -> tuple[str, list[Any]]:
        """What follows WHERE, and what it binds."""
        parts, values = ["true"], list[Any]()
        if self.search:
            parts.append(
                "(contains(lower(item_number), lower(CAST(? AS VARCHAR)))"
                " OR contains(lower(item_name), lower(CAST(? AS VARCHAR))))"
            )
            values += [self.search, self.search]
        for names, given in (("item", self.items), ("store", self.stores)):
            if given:
                marks = ", ".join("CAST(? AS VARCHAR)" for _ in given)
                parts.append(f"({names}_number IN ({marks}) OR {names}_name IN ({marks}))")
                values += [*given, *given]
        for name, wanted in (("is_low", self.low), ("is_negative", self.negative)):
            if wanted is not None:
                parts.append(name if wanted else f"NOT {name}")
        return " AND ".join(parts), values


def page(
    lakes: Lakes,
    found: Sources,
    wanted: Request,
    after: list[str | None] | None,
    levels: Levels,
) -> tuple[Page, str]:
    """A page of levels, and totals of all that match as JSON text."""
    held = _held(lakes, found)
    if held is None:
        return Page([], None), _NO_TOTALS
    number = _number(found)
    keys = levels.keys(number)
    condition, values = levels.condition()
    rest = behind(keys, after)
    members = {column.name: value_json(column) for column in _columns(number)}
    sums = {name: value_json(column) for name, column in _totals(number).items()}
    texts = ", ".join(key.text for key in keys)

    def statement(name: str) -> str:
        return f"""
            WITH levels AS MATERIALIZED (
                SELECT * FROM ({_marked(name, levels.minimum)}) WHERE {condition}
            ), totals AS (
                SELECT count(*) AS levels,
                       CAST(coalesce(sum(on_hand), 0) AS {sql_type(number)}) AS total_on_hand,
                       count(*) FILTER (WHERE is_low) AS low,
                       count(*) FILTER (WHERE is_negative) AS negative,
                       count(*) FILTER (WHERE opening IS NULL) AS without_opening
                FROM levels
            ), page AS (
                SELECT true AS is_there, * FROM levels WHERE {rest.sql}
                ORDER BY {order_by(keys)} LIMIT {wanted.limit + 1}
            )
            SELECT (SELECT {object_json(sums)} FROM totals), is_there,
                   {object_json(members)}, {texts}
            FROM (SELECT true) LEFT JOIN page ON true ORDER BY {order_by(keys)}
        """

    with lakes.reader(found.workspace_id) as reader:
        rows = reader.rows_of(held, statement, [*values, *rest.parameters])
    return wanted.page(found, [row[2:] for row in rows if row[1]]), rows[0][0]


def stores(lakes: Lakes, found: Sources, search: str, limit: int) -> list[tuple[str, str]]:
    """Numbers and names of the stores that have levels, by name; either may be empty.

    Args: `search` is a part of the number or name.
    """
    held = _held(lakes, found)
    if held is None:
        return []

    def statement(name: str) -> str:
        return f"""
            SELECT coalesce(store_number, ''), coalesce(any_value(store_name), '') AS store
            FROM {name}
            WHERE (store_number IS NOT NULL OR store_name IS NOT NULL)
              AND contains(lower(concat_ws(chr(0), store_number, store_name)), lower(?))
            GROUP BY store_number, CASE WHEN store_number IS NULL THEN store_name END
            ORDER BY store, store_number LIMIT {limit:d}
        """

    with lakes.reader(found.workspace_id) as reader:
        return [(row[0], row[1]) for row in reader.rows_of(held, statement, [search])]


def total_on_hand(lakes: Lakes, found: Sources, levels: Levels | None = None) -> str | None:
    """Units on hand of all items that have an opening, as exact text; None where none has."""
    held = _held(lakes, found) if has_openings(found) else None
    if held is None:
        return None
    wanted = levels or Levels()
    condition, values = wanted.condition()
    with lakes.reader(found.workspace_id) as reader:
        rows = reader.rows_of(
            held,
            lambda name: (
                f"SELECT CAST(sum(on_hand) AS VARCHAR)"
                f" FROM ({_marked(name, wanted.minimum)}) WHERE {condition}"
            ),
            values,
        )
    total: str | None = rows[0][0]
    return total


def _held(lakes: Lakes, found: Sources) -> pa.Table | None:
    """All levels at these versions, from memory where they are known; None without any data."""
    needs = _needs(found)
    if not needs:
        return None
    return holding.levels(lakes, found, needs, lambda clauses: _levels(found, clauses))


def _marked(name: str, minimum: str | None) -> str:
    """The levels that are held under a name, with what depends on the wish."""
    least = f"CAST({quote_literal(minimum)} AS DOUBLE)" if minimum is not None else "NULL"
    return f"SELECT *, coalesce(on_hand <= coalesce(minimum, {least}), false) AS is_low FROM {name}"


def has_openings(found: Sources) -> bool:
    """Whether a stock or products dataset tells how many there were of anything."""
    return _has_stock(found) or _has_product_quantities(found)


def _levels(found: Sources, clauses: Clauses) -> str:
    """The statement of all levels."""
    number = sql_type(_number(found))
    openings = [
        *([_stock(found.roles(STOCK.name), clauses)] if _has_stock(found) else []),
        *([_products(found, clauses)] if _has_product_quantities(found) else []),
    ] or [_no_openings()]
    on_hand = "opening + received - sold"
    return f"""
        WITH openings AS MATERIALIZED ({" UNION ALL BY NAME ".join(openings) or _NO_OPENINGS}),
        sold AS ({_sold(found, clauses)}),
        joined AS (
            SELECT coalesce(o.item, s.item) AS item_number,
                   coalesce(o.item_name, s.item_name) AS item_name,
                   coalesce(o.store_number, s.store_number) AS store_number,
                   coalesce(o.store_name, s.store_name) AS store_name,
                   CAST(o.opening AS {number}) AS opening, o.opened AS opening_date,
                   CAST(coalesce(o.received, 0) AS {number}) AS received,
                   CAST(coalesce(s.sold, 0) AS {number}) AS sold, o.minimum
            FROM openings AS o FULL JOIN sold AS s
              ON o.item = s.item AND o.store IS NOT DISTINCT FROM s.store
        )
        SELECT * REPLACE (CAST(minimum AS DOUBLE) AS minimum),
               CAST({on_hand} AS {number}) AS on_hand,
               coalesce({on_hand} < 0, false) AS is_negative,
               CASE WHEN opening IS NULL THEN 'no_opening' WHEN {on_hand} < 0 THEN 'negative' END
                 AS warning
        FROM joined
    """


def _no_openings() -> str:
    """The openings of a workspace that has sales only."""
    return f"""
        SELECT {_NO_TEXT} AS item, {_NO_TEXT} AS store, {_NO_TEXT} AS item_name,
               {_NO_TEXT} AS store_number, {_NO_TEXT} AS store_name, 0 AS opening, 0 AS received,
               CAST(NULL AS TIMESTAMP) AS opened, NULL AS minimum
        WHERE false
    """


def _stock(roles: Roles, clauses: Clauses) -> str:
    """The openings of the stock dataset: of each item and store the rows of the latest date."""
    opened = _moment(roles, "date")
    return f"""
        SELECT item, store, any_value(item_name) AS item_name,
               any_value(store_number) AS store_number, any_value(store_name) AS store_name,
               sum(opening) AS opening, sum(received) AS received, max(opened) AS opened,
               max(minimum) AS minimum
        FROM (
            SELECT {roles.text("item_number")} AS item, {_store(roles)} AS store,
                   {roles.text("item_name")} AS item_name,
                   {roles.text("store_number")} AS store_number,
                   {roles.text("store_name")} AS store_name,
                   {roles.name("quantity")} AS opening,
                   {roles.name("received") if roles.has("received") else "0"} AS received,
                   {opened} AS opened,
                   {roles.name("minimum") if roles.has("minimum") else "NULL"} AS minimum,
                   rank() OVER (PARTITION BY item, store ORDER BY {opened} DESC NULLS LAST) AS place
            FROM {clauses[STOCK.name]}
        ) WHERE place = 1 AND item IS NOT NULL GROUP BY item, store
    """


def _products(found: Sources, clauses: Clauses) -> str:
    """The openings of the products dataset, of items that the stock dataset does not list."""
    roles = found.roles(PRODUCTS.name)
    item = holding.item(PRODUCTS.name, roles)
    unlisted = ""
    if _has_stock(found):
        listed = found.roles(STOCK.name).text("item_number")
        unlisted = (
            f" AND {item} NOT IN (SELECT {listed} FROM {clauses[STOCK.name]}"
            f" WHERE {listed} IS NOT NULL)"
        )
    return f"""
        SELECT {item} AS item, {_NO_TEXT} AS store, any_value({roles.text("item_name")})
                 AS item_name, {_NO_TEXT} AS store_number, {_NO_TEXT} AS store_name,
               sum({roles.name("quantity")}) AS opening, 0 AS received,
               max({_moment(roles, "updated")}) AS opened, NULL AS minimum
        FROM {clauses[PRODUCTS.name]}
        WHERE {item} IS NOT NULL AND {roles.name("quantity")} IS NOT NULL{unlisted}
        GROUP BY 1
    """


def _sold(found: Sources, clauses: Clauses) -> str:
    """What was sold of each item in each store since its opening."""
    roles = found.roles(SALES.name)
    if SALES.name not in clauses:
        return (
            f"SELECT {_NO_TEXT} AS item, {_NO_TEXT} AS store, {_NO_TEXT} AS item_name,"
            f" {_NO_TEXT} AS store_number, {_NO_TEXT} AS store_name, 0 AS sold WHERE false"
        )
    listed = _store(found.roles(STOCK.name)) != _NO_TEXT
    since = "true"
    if roles.has("date"):
        kind = sql_type(roles.columns["date"].type)
        since = f"o.opened IS NULL OR s.at IS NULL OR s.at >= CAST(o.opened AS {kind})"
    sales = _sales_by_store(found, clauses) if listed else _sales(roles, clauses, _NO_TEXT)
    return f"""
        SELECT s.item, s.store, any_value(s.item_name) AS item_name,
               any_value(s.store_number) AS store_number, any_value(s.store_name) AS store_name,
               sum(s.quantity) FILTER (WHERE {since}) AS sold
        FROM ({sales}) AS s
        LEFT JOIN openings AS o ON o.item = s.item AND o.store IS NOT DISTINCT FROM s.store
        GROUP BY s.item, s.store
    """


def _sales_by_store(found: Sources, clauses: Clauses) -> str:
    """The sales with their stores, as far as the item was counted by store. One that was counted
    without, as those of the products dataset are, is sold from that one count wherever it is sold.
    """
    sales = _sales(found.roles(SALES.name), clauses, _same_store(found))
    own = ", ".join(
        f"CASE WHEN b.item IS NOT NULL THEN a.{name} END AS {name}"
        for name in ("store", "store_number", "store_name")
    )
    return f"""
        SELECT a.item, a.item_name, a.quantity, a.at, {own}
        FROM ({sales}) AS a
        LEFT JOIN (SELECT DISTINCT item FROM openings WHERE store IS NOT NULL) AS b
          ON b.item = a.item
    """


def _sales(roles: Roles, clauses: Clauses, store: str) -> str:
    """The sales of numbered items, their stores identified by the expression `store`."""
    is_listed = store != _NO_TEXT
    return f"""
        SELECT {roles.text("item_number")} AS item, {store} AS store,
               {roles.text("item_name")} AS item_name,
               {roles.text("store_number") if is_listed else _NO_TEXT} AS store_number,
               {roles.text("store_name") if is_listed else _NO_TEXT} AS store_name,
               {roles.name("quantity")} AS quantity,
               {roles.name("date") if roles.has("date") else "NULL"} AS at
        FROM {clauses[SALES.name]} WHERE {roles.text("item_number")} IS NOT NULL
    """


def _same_store(found: Sources) -> str:
    """What identifies a sale's store in the way in which the stock dataset does."""
    role = "store_number" if found.roles(STOCK.name).has("store_number") else "store_name"
    return found.roles(SALES.name).text(role)


def _store(roles: Roles) -> str:
    for role in ("store_number", "store_name"):
        if roles.has(role):
            return roles.text(role)
    return _NO_TEXT


def _moment(roles: Roles, role: str) -> str:
    """A role's date or time as a time without zone, which every sale's date compares with."""
    return (
        f"CAST({roles.name(role)} AS TIMESTAMP)" if roles.has(role) else "CAST(NULL AS TIMESTAMP)"
    )


def _has_stock(found: Sources) -> bool:
    return found.roles(STOCK.name).has("item_number", "quantity")


def _has_product_quantities(found: Sources) -> bool:
    roles = found.roles(PRODUCTS.name)
    return roles.has("quantity") and (roles.has("item_number") or roles.has("barcode"))


def _needs(found: Sources) -> dict[str, list[str]]:
    needs: dict[str, list[str]] = {}
    if _has_stock(found):
        needs[STOCK.name] = found.roles(STOCK.name).names(*_STOCK_ROLES)
    if _has_product_quantities(found):
        needs[PRODUCTS.name] = found.roles(PRODUCTS.name).names(*_PRODUCT_ROLES)
    if found.roles(SALES.name).has("item_number", "quantity"):
        needs[SALES.name] = found.roles(SALES.name).names(*_SALE_ROLES)
    return needs


def _number(found: Sources) -> str:
    """The type that holds every quantity: whole numbers, decimals, or doubles where there are."""
    columns = [
        column
        for name in (STOCK.name, PRODUCTS.name, SALES.name)
        for role in ("quantity", "received")
        if (column := found.roles(name).get(role)) is not None
    ]
    if any(column.type == "double" for column in columns):
        return "double"
    parts = [decimal_parts(column.type) for column in columns]
    scale = max((part[1] for part in parts if part is not None), default=0)
    return f"decimal(38,{scale})" if scale else "integer"


def _columns(number: str) -> tuple[Column, ...]:
    texts = tuple(Column(name, "", "text") for name in _TEXTS)
    return (
        *texts,
        Column("opening", "", number),
        Column("opening_date", "", "timestamp"),
        *(Column(name, "", number) for name in ("received", "sold", "on_hand")),
        Column("minimum", "", "double"),
        *(Column(name, "", "boolean") for name in ("is_low", "is_negative")),
        Column("warning", "", "text"),
    )


def _totals(number: str) -> dict[str, Column]:
    names = ("levels", "low", "negative", "without_opening")
    counts = {name: Column(name, "", "integer") for name in names}
    return {
        "levels": counts.pop("levels"),
        "on_hand": Column("total_on_hand", "", number),
        **counts,
    }
