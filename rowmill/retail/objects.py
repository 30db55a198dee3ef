"""Rows of sales and products as the published API writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from rowmill.datasets.columns import Columns
from rowmill.datasets.rendering import value_json
from rowmill.lake import Output
from rowmill.mill import Column, quote_literal
from rowmill.retail.sources import Source
from rowmill.templates.roles import Roles

SALE_KEYS = {
    "product_id": "item_number",
    "sale_date": "date",
    "quantity": "quantity",
    "price": "unit_price",
}
"""What the published API calls the roles of a sale."""

PRODUCT_KEYS = {
    "product_name": "item_name",
    "name": "item_name",
    "barcode": "barcode",
    "price": "price",
    "quantity": "quantity",
    "last_updated": "updated",
}
"""What the published API calls the roles of a product."""


def object_json(members: Mapping[str, str]) -> str:
    """An SQL expression: a JSON object. Args: `members` maps keys to SQL that gives JSON text."""
    parts = []
    for position, (key, sql) in enumerate(members.items()):
        opening = f"{',' if position else '{'}{json.dumps(key)}:"
        parts += [quote_literal(opening), sql]
    return f"concat({', '.join(parts)}, '}}')"


def text_json(sql: str) -> str:
    """An SQL expression: a text as JSON text."""
    return f"coalesce(CAST(to_json({sql}) AS VARCHAR), 'null')"


def product_id(roles: Roles) -> str:
    """An SQL expression: what identifies a product, its item number or else its barcode."""
    return f"coalesce({roles.text('item_number')}, {roles.text('barcode')})"


def category(roles: Roles) -> str:
    """An SQL expression: the name of a row's category, or its number where it has no name."""
    return f"coalesce({roles.text('category_name')}, {roles.text('category')})"


def sale_output(source: Source) -> Output:
    """A sale: `id`, the published keys, then every other column by its name."""
    roles = source.roles
    members = {
        "id": "CAST(_row_id AS VARCHAR)",
        "product_id": text_json(roles.text("item_number")),
        **_named(roles, {key: role for key, role in SALE_KEYS.items() if key != "product_id"}),
    }
    return _output(members, source.reading.columns, roles.names(*SALE_KEYS.values()))


def product_output(source: Source) -> Output:
    """A product: the published keys, then every other column by its name."""
    roles = source.roles
    members = {
        "product_id": text_json(product_id(roles)),
        "category": text_json(category(roles)),
        **_named(roles, PRODUCT_KEYS),
    }
    shown = roles.names("item_number", *PRODUCT_KEYS.values())
    return _output(members, source.reading.columns, shown)


def _named(roles: Roles, keys: Mapping[str, str]) -> dict[str, str]:
    """JSON of the columns that play these roles, null where none does."""
    return {
        key: value_json(column) if (column := roles.get(role)) is not None else "'null'"
        for key, role in keys.items()
    }


def _output(members: dict[str, str], columns: Columns, shown: Sequence[str]) -> Output:
    others: dict[str, Column] = {c.name: c for c in columns if c.name not in shown}
    extra = {name: value_json(c) for name, c in others.items() if name not in members}
    return Output([column.name for column in columns], object_json({**members, **extra}))
