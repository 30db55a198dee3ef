"""The filters of the published API: its own words, and any column of the dataset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from rowmill.datasets import filters
from rowmill.datasets.filters import SEPARATOR
from rowmill.errors import invalid
from rowmill.lake import Lakes
from rowmill.retail.objects import PRODUCT_KEYS, SALE_KEYS, category, product_id
from rowmill.retail.sources import Source, Sources
from rowmill.templates.builtin import PRODUCTS
from rowmill.templates.roles import Roles

RESERVED: Final = ("limit", "cursor")
_OWN: Final = ("date", "sale_date", "product_id", "category")

Parameters = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Selection:
    """Which rows of a source are meant: a condition, what it binds, which columns it names."""

    sql: str = "true"
    parameters: tuple[Any, ...] = ()
    columns: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any row might be left out."""
        return self.sql != "true"

    def __and__(self, other: Selection) -> Selection:
        """The rows that both mean."""
        if not self or not other:
            return self or other
        return Selection(
            f"({self.sql}) AND ({other.sql})",
            (*self.parameters, *other.parameters),
            tuple(dict.fromkeys((*self.columns, *other.columns))),
        )


NOTHING: Final = Selection("false")


def of_sales(lakes: Lakes, found: Sources, source: Source, parameters: Parameters) -> Selection:
    """The sales that match `date`, `product_id`, `category` and filters on columns.

    A category is looked for by name, in the sale itself and in its product. Raises: Invalid.
    """
    given = _own(parameters)
    chosen = _others(source, parameters, SALE_KEYS)
    if days := [*given.get("date", []), *given.get("sale_date", [])]:
        chosen &= _on_days(source.roles, days)
    if products := given.get("product_id"):
        chosen &= _among(source.roles, ("item_number",), source.roles.text("item_number"), products)
    for name in given.get("category", []):
        chosen &= _of_category(lakes, found, source, name)
    return chosen


def of_products(source: Source, parameters: Parameters) -> Selection:
    """The products that match `product_id`, `category` and filters on columns. Raises: Invalid."""
    roles = source.roles
    given = _own(parameters)
    rest = [(name, text) for name, text in parameters if name not in {"product_id", "category"}]
    chosen = _others(source, rest, PRODUCT_KEYS, own=())
    if ids := given.get("product_id"):
        chosen &= _among(roles, ("item_number", "barcode"), product_id(roles), ids)
    if names := given.get("category"):
        chosen &= _among(roles, ("category_name", "category"), category(roles), names)
    return chosen


def _own(parameters: Parameters) -> dict[str, list[str]]:
    given: dict[str, list[str]] = {}
    for name, text in parameters:
        if name in _OWN:
            given.setdefault(name, []).append(text)
    return given


def _others(
    source: Source,
    parameters: Iterable[tuple[str, str]],
    keys: Mapping[str, str],
    own: Sequence[str] = _OWN,
) -> Selection:
    """Filters on columns, by their names, labels, or what the published API calls them."""
    renamed = [
        (_renamed(name, keys, source.roles), text)
        for name, text in parameters
        if name not in RESERVED and name not in own
    ]
    chosen = filters.parse(renamed, source.reading.columns)
    if not chosen:
        return Selection()
    condition = chosen.condition()
    return Selection(condition.sql, condition.parameters, tuple(chosen.columns()))


def _renamed(name: str, keys: Mapping[str, str], roles: Roles) -> str:
    """The parameter with the name of the column in place of the published key or the role."""
    field, separator, operator = name.partition(SEPARATOR)
    column = roles.get(keys.get(field, field))
    return f"{column.name}{separator}{operator}" if column is not None else name


def _on_days(roles: Roles, days: Sequence[str]) -> Selection:
    try:
        wanted = [date.fromisoformat(day.strip()).isoformat() for day in days]
    except ValueError as error:
        raise invalid("date", "It takes a date, such as 2025-04-02.") from error
    if not roles.has("date"):
        return NOTHING
    marks = ", ".join("CAST(? AS DATE)" for _ in wanted)
    sql = f"CAST({roles.name('date')} AS DATE) IN ({marks})"
    return Selection(sql, tuple(wanted), tuple(roles.names("date")))


def _among(roles: Roles, names: Sequence[str], sql: str, values: Sequence[str]) -> Selection:
    if not any(roles.has(name) for name in names):
        return NOTHING
    marks = ", ".join("CAST(? AS VARCHAR)" for _ in values)
    return Selection(f"{sql} IN ({marks})", tuple(values), tuple(roles.names(*names)))


def _of_category(lakes: Lakes, found: Sources, source: Source, name: str) -> Selection:
    roles = source.roles
    ways: list[Selection] = []
    if roles.has("category_name") or roles.has("category"):
        ways.append(_among(roles, ("category_name", "category"), category(roles), [name]))
    if found.products is not None and roles.has("item_number"):
        known = ids_of_category(lakes, found, name)
        sql = f"{roles.text('item_number')} IN (SELECT unnest(CAST(? AS VARCHAR[])))"
        without = f"{category(roles)} IS NULL AND " if ways else ""
        columns = roles.names("item_number", "category_name", "category")
        ways.append(Selection(f"{without}{sql}", (known,), tuple(columns)))
    if not ways:
        return NOTHING
    return Selection(
        " OR ".join(f"({way.sql})" for way in ways),
        tuple(parameter for way in ways for parameter in way.parameters),
        tuple(dict.fromkeys(column for way in ways for column in way.columns)),
    )


def ids_of_category(lakes: Lakes, found: Sources, name: str) -> list[str]:
    """Item numbers and barcodes of the products of a category."""
    roles = found.roles(PRODUCTS.name)
    needs = {PRODUCTS.name: roles.names("item_number", "barcode", "category", "category_name")}
    numbers = (roles.text("item_number"), roles.text("barcode"))
    rows = found.select(
        lakes,
        needs,
        lambda clauses: (
            f"SELECT DISTINCT unnest([{', '.join(numbers)}]) FROM {clauses[PRODUCTS.name]}"
            f" WHERE {category(roles)} = CAST(? AS VARCHAR)"
        ),
        [name],
    )
    return [row[0] for row in rows if row[0] is not None]
