"""Counts and sums of sales: by day, by product and day, by category. Sums are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rowmill.datasets.cursors import fingerprint
from rowmill.datasets.rendering import value_json
from rowmill.lake import Lakes
from rowmill.mill import Column, sql_type
from rowmill.retail import filtering
from rowmill.retail.filtering import Parameters, Selection
from rowmill.retail.objects import category, object_json
from rowmill.retail.pages import Key, Page, Request, behind, order_by
from rowmill.retail.sources import Clauses, Source, Sources
from rowmill.templates import measures
from rowmill.templates.builtin import PRODUCTS, SALES
from rowmill.templates.roles import Roles

DAY: Final = Key("sale_date", "date")
PRODUCT: Final = Key("product_id", "text")
CATEGORY: Final = Key("category", "text")
COUNT: Final = Column("count", "Count", "integer")

_CATEGORY_ROLES: Final = (
    "item_number", "category_name", "category", "quantity", "unit_price", "amount",
)  # fmt: skip

Behind = list[str | None] | None


@dataclass(frozen=True)
class Figures:
    """One grouped list: its keys in order, what is measured, and the statement that gives both.

    `needs` are the columns wanted of each source.
    """

    keys: tuple[Key, ...]
    measured: tuple[Column, ...]
    statement: str
    needs: dict[str, list[str]]
    parameters: tuple[Any, ...] = ()

    def page(self, lakes: Lakes, found: Sources, wanted: Request, after: Behind) -> Page:
        """The groups behind those keys, from memory where they are known."""
        memory = (
            wanted.name,
            fingerprint(found.versions(), *wanted.query),
            wanted.limit,
            str(after),
        )
        key = ("retail", found.workspace_id, *memory)
        rows: list[tuple[Any, ...]] | None = lakes.results.get(key)
        if rows is None:
            rows = self._rows(lakes, found, wanted.limit + 1, after)
            lakes.results.put(key, rows, weight=sum(len(row[0]) + 100 for row in rows) + 300)
        return wanted.page(found, rows)

    def _rows(
        self, lakes: Lakes, found: Sources, limit: int, after: Behind
    ) -> list[tuple[Any, ...]]:
        columns = [Column(key.name, key.name, key.type) for key in self.keys]
        members = {column.name: value_json(column) for column in (*columns, *self.measured)}
        texts = ", ".join(key.text for key in self.keys)
        order = order_by(self.keys)
        rest = behind(self.keys, after)

        def statement(clauses: Clauses) -> str:
            return (
                f"SELECT {object_json(members)}, {texts} FROM ("
                f"SELECT * FROM ({self.statement.format(**clauses)}) WHERE {rest.sql}"
                f" ORDER BY {order} LIMIT {limit}) ORDER BY {order}"
            )

        return found.select(lakes, self.needs, statement, (*self.parameters, *rest.parameters))


def daily_count(
    lakes: Lakes, found: Sources, wanted: Request, after: Behind, parameters: Parameters
) -> Page:
    """Sales of each day: `{sale_date, count}`."""
    source = found.sales
    if source is None:
        return Page([], None)
    chosen = filtering.of_sales(lakes, found, source, parameters)
    return _counted(source, chosen, (DAY,)).page(lakes, found, wanted, after)


def product_daily_count(
    lakes: Lakes, found: Sources, wanted: Request, after: Behind, parameters: Parameters
) -> Page:
    """Sales of each product on each day: `{sale_date, product_id, count}`."""
    source = found.sales
    if source is None:
        return Page([], None)
    chosen = filtering.of_sales(lakes, found, source, parameters)
    return _counted(source, chosen, (DAY, PRODUCT)).page(lakes, found, wanted, after)


def category_sales(
    lakes: Lakes, found: Sources, wanted: Request, after: Behind, parameters: Parameters
) -> Page:
    """What each category was sold for: `{category, total_sales, total_count}`.

    Sales whose category nobody knows are under null.
    """
    source = found.sales
    if source is None:
        return Page([], None)
    chosen = filtering.of_sales(lakes, found, source, parameters)
    roles = source.roles
    total, total_type = _total(roles)
    names = roles.names(*_CATEGORY_ROLES)
    statement = f"""
        SELECT {_category_of_sale(found)} AS category,
               CAST(coalesce(sum(sold), 0) AS {sql_type(total_type)}) AS total_sales,
               CAST(sum(n) AS BIGINT) AS total_count
        FROM (
            SELECT {roles.text("item_number")} AS item, {category(roles)} AS own,
                   sum({total}) AS sold, count(*) AS n
            FROM {{{SALES.name}}} WHERE {chosen.sql}
            GROUP BY ALL
        ) AS sold {_joined_products(found)}
        GROUP BY ALL
    """
    measured = (Column("total_sales", "Total", total_type), Column("total_count", "", "integer"))
    needs = {SALES.name: list(dict.fromkeys([*names, *chosen.columns])), **_product_needs(found)}
    figures = Figures((CATEGORY,), measured, statement, needs, chosen.parameters)
    return figures.page(lakes, found, wanted, after)


def categories(lakes: Lakes, found: Sources, wanted: Request, after: Behind) -> Page:
    """The names of all categories, of products and of sales, each once."""
    parts, needs = [], {}
    for name in (PRODUCTS.name, SALES.name):
        roles = found.roles(name)
        if name in found.found and (roles.has("category_name") or roles.has("category")):
            parts.append(f"SELECT {category(roles)} AS category FROM {{{name}}}")
            needs[name] = roles.names("category_name", "category")
    if not parts:
        return Page([], None)
    union = " UNION ".join(parts)
    statement = f"SELECT category FROM ({union}) WHERE category IS NOT NULL GROUP BY ALL"
    page = Figures((CATEGORY,), (), statement, needs).page(lakes, found, wanted, after)
    # A category is its name, and no object with one member.
    return Page([item[len('{"category":') : -1] for item in page.items], page.next_cursor)


def _counted(source: Source, chosen: Selection, keys: Sequence[Key]) -> Figures:
    roles = source.roles
    day = f"CAST({roles.name('date')} AS DATE)" if roles.has("date") else "CAST(NULL AS DATE)"
    groups = {DAY: day, PRODUCT: roles.text("item_number")}
    selected = ", ".join(f"{groups[key]} AS {key.sql}" for key in keys)
    statement = (
        f"SELECT {selected}, count(*) AS count FROM {{{SALES.name}}}"
        f" WHERE {chosen.sql} GROUP BY ALL"
    )
    names = [*roles.names("date", "item_number"), *chosen.columns]
    needs = {SALES.name: list(dict.fromkeys(names))}
    return Figures(tuple(keys), (COUNT,), statement, needs, chosen.parameters)


def _total(roles: Roles) -> tuple[str, str]:
    """What a sale came to, price × quantity or else its amount, and the type of a sum of that."""
    ways = [measures.priced_quantity(roles)]
    scales = [measures.scale(roles, "quantity", "unit_price") if ways[0] else 0]
    if roles.has("amount"):
        ways.append(roles.name("amount"))
        scales.append(measures.scale(roles, "amount"))
    known = [scale for scale in scales if scale is not None]
    sql = ", ".join(way for way in ways if way)
    if len(known) < len(scales):
        return f"coalesce({sql})", "double"
    return (f"coalesce({sql})" if sql else "0"), f"decimal(38,{max(known)})"


def _category_of_sale(found: Sources) -> str:
    return "coalesce(own, known.category)" if _tells_categories(found) else "own"


def _joined_products(found: Sources) -> str:
    """A join with the one category that each product has, by item number or else by barcode."""
    if not _tells_categories(found):
        return ""
    roles = found.roles(PRODUCTS.name)
    name = category(roles)
    ways = [
        f"SELECT {roles.text(role)} AS item, {name} AS category, {rank} AS rank"
        f" FROM {{{PRODUCTS.name}}} WHERE {roles.text(role)} IS NOT NULL AND {name} IS NOT NULL"
        for rank, role in enumerate(("item_number", "barcode"))
        if roles.has(role)
    ]
    return (
        f"LEFT JOIN (SELECT item, arg_min(category, rank) AS category"
        f" FROM ({' UNION ALL '.join(ways)}) GROUP BY item) AS known ON known.item = sold.item"
    )


def _tells_categories(found: Sources) -> bool:
    roles = found.roles(PRODUCTS.name)
    is_known = roles.has("category") or roles.has("category_name")
    return is_known and (roles.has("item_number") or roles.has("barcode"))


def _product_needs(found: Sources) -> dict[str, list[str]]:
    if not _tells_categories(found):
        return {}
    names = found.roles(PRODUCTS.name).names("item_number", "barcode", "category_name", "category")
    return {PRODUCTS.name: names}
