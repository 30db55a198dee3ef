"""The derived measures of sales, as exact SQL over whatever columns a dataset has."""

from __future__ import annotations

from typing import Final

from rowmill.mill import Column
from rowmill.mill.columns import decimal_parts
from rowmill.templates.roles import Roles

MOST_DIGITS: Final = 38
INTEGER_DIGITS: Final = 19


def sales(roles: Roles) -> str | None:
    """What a row was sold for: its amount, or quantity × unit price where it has none.

    None where the columns tell neither.
    """
    priced = priced_quantity(roles)
    if not roles.has("amount"):
        return priced
    return f"coalesce({roles.name('amount')}, {priced})" if priced else roles.name("amount")


def priced_quantity(roles: Roles) -> str | None:
    """Quantity × unit price of a row, None where one of the columns is missing."""
    if not roles.has("quantity", "unit_price"):
        return None
    return product(roles.columns["unit_price"], roles.columns["quantity"], roles)


def cost(roles: Roles) -> str | None:
    """What a row's items cost: quantity × unit cost, None where one of the columns is missing."""
    if not roles.has("quantity", "unit_cost"):
        return None
    return product(roles.columns["unit_cost"], roles.columns["quantity"], roles)


def profit(roles: Roles) -> str | None:
    """Sales minus cost of a row, None where the columns do not tell both."""
    sold, paid = sales(roles), cost(roles)
    return f"({sold} - {paid})" if sold and paid else None


def scale(roles: Roles, *names: str) -> int | None:
    """The decimals that a sum over a product of these roles has; None where it is a double."""
    scales = [_scale(roles.columns[name]) for name in names if roles.has(name)]
    known = [each for each in scales if each is not None]
    return sum(known) if len(known) == len(scales) else None


def product(left: Column, right: Column, roles: Roles) -> str:
    """An SQL expression: two columns multiplied, exactly where both are exact."""
    names = {column.name: role for role, column in roles.columns.items()}
    a, b = (roles.name(names[column.name]) for column in (left, right))
    digits = _digits(left), _digits(right)
    if None in digits or sum(each or 0 for each in digits) <= MOST_DIGITS:
        return f"({a} * {b})"
    # Wider than any decimal: the larger one gives up digits before its point that no price has.
    scales = (_scale(left) or 0, _scale(right) or 0)
    return (
        f"(CAST({a} AS DECIMAL({MOST_DIGITS // 2},{scales[0]})) * "
        f"CAST({b} AS DECIMAL({MOST_DIGITS // 2},{scales[1]})))"
    )


def _digits(column: Column) -> int | None:
    """The digits of a column's type, None where it is a double."""
    parts = decimal_parts(column.type)
    if parts is not None:
        return parts[0]
    return INTEGER_DIGITS if column.type == "integer" else None


def _scale(column: Column) -> int | None:
    parts = decimal_parts(column.type)
    if parts is not None:
        return parts[1]
    return 0 if column.type == "integer" else None
