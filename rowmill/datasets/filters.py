"""Filters as clients write them, `field__operator=value`, and as conditions in SQL."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rowmill.datasets.columns import Columns
from rowmill.datasets.values import UnreadableValue, Value, read_value
from rowmill.errors import FieldError, Invalid
from rowmill.mill import Column, quote_identifier
from rowmill.mill.columns import kind_of

SEPARATOR: Final = "__"
EQUAL: Final = "eq"
_COMPARISONS: Final = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_TEXT_SEARCHES: Final = ("contains", "icontains", "startswith")
OPERATORS: Final = (
    EQUAL, "ne", *_COMPARISONS, "in", "between", "isnull", *_TEXT_SEARCHES,
)  # fmt: skip


@dataclass(frozen=True)
class Filter:
    """One condition on a column. `values` is what the operator compares with, as text."""

    column: Column
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """A SQL condition and the parameters it binds, in order."""

    sql: str
    parameters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filters:
    """Conditions that all hold, in a settled order: equal requests are equal values."""

    items: tuple[Filter, ...] = ()

    def condition(self) -> Condition:
        """What follows WHERE."""
        if not self.items:
            return Condition("true")
        parts = [_condition(item) for item in self.items]
        return Condition(
            " AND ".join(f"({part.sql})" for part in parts),
            tuple(parameter for part in parts for parameter in part.parameters),
        )

    def columns(self) -> list[str]:
        """Names of the columns that are filtered by, each once."""
        return list(dict.fromkeys(item.column.name for item in self.items))

    def normalised(self) -> list[list[str]]:
        """The filters as plain values, for hashes and cache keys."""
        return [[item.column.name, item.operator, *item.values] for item in self.items]

    def __bool__(self) -> bool:
        """Whether anything is filtered."""
        return bool(self.items)


def parse(
    parameters: Iterable[tuple[str, str]], columns: Columns, reserved: Collection[str] = ()
) -> Filters:
    """The filters among query parameters; `reserved` ones mean something else.

    A plain `field=value` given several times accepts any of the values. Raises: Invalid with
    every parameter that names no column, no operator, or has a value its column cannot have.
    """
    items: list[Filter] = []
    errors: list[FieldError] = []
    for name, text in parameters:
        if name in reserved:
            continue
        try:
            items.append(_parsed(name, text, columns))
        except UnreadableValue as error:
            errors.append({"field": name, "message": str(error)})
    if errors:
        summary = " ".join(f"{error['field']}: {error['message']}" for error in errors)
        raise Invalid(summary, errors=errors)
    return Filters(tuple(sorted(_merged(items), key=_settled)))


def _settled(item: Filter) -> tuple[str, str, tuple[str, ...]]:
    return item.column.name, item.operator, item.values


def _merged(items: Iterable[Filter]) -> list[Filter]:
    """The same with repeated equalities on a column joined into one `in`."""
    equal: dict[Column, dict[str, None]] = {}
    others = []
    for item in items:
        if item.operator == EQUAL:
            equal.setdefault(item.column, {}).update(dict.fromkeys(item.values))
        else:
            others.append(item)
    joined = [
        Filter(column, EQUAL if len(values) == 1 else "in", tuple(sorted(values)))
        for column, values in equal.items()
    ]
    return joined + others


def _parsed(name: str, text: str, columns: Columns) -> Filter:
    column, operator = _column_and_operator(name, columns)
    values = _split(text) if operator in {"in", "between"} else (text,)
    if operator == "between" and len(values) != 2:
        raise UnreadableValue("It takes two values with a comma between them.")
    if operator == "isnull":
        read_value(text, "boolean")
    elif operator not in _TEXT_SEARCHES:
        if kind_of(column.type) == "boolean" and operator in _COMPARISONS:
            raise UnreadableValue("True and false have no order.")
        for value in values:
            read_value(value, column.type)
    return Filter(column, operator, values)


def _column_and_operator(name: str, columns: Columns) -> tuple[Column, str]:
    field, separator, operator = name.rpartition(SEPARATOR)
    if separator and operator in OPERATORS and (column := columns.find(field)) is not None:
        return column, operator
    if (column := columns.find(name)) is not None:
        return column, EQUAL
    if separator and columns.find(field) is not None:
        known = ", ".join(OPERATORS)
        raise UnreadableValue(f"There is no operator '{operator[:100]}'. It is one of {known}.")
    raise UnreadableValue(columns.unknown(field if separator else name))


def _split(text: str) -> tuple[str, ...]:
    """Values with commas between them; one that holds a comma stands in double quotes."""
    if '"' not in text:
        return tuple(text.split(","))
    return tuple(next(csv.reader([text]), [""]))


def _condition(item: Filter) -> Condition:
    column = quote_identifier(item.column.name)
    if item.operator == "isnull":
        is_null = read_value(item.values[0], "boolean").text == "true"
        return Condition(f"{column} IS {'' if is_null else 'NOT '}NULL")
    if item.operator in _TEXT_SEARCHES:
        return _text_search(item, column)
    values = [read_value(value, item.column.type) for value in item.values]
    return Condition(_COMPILERS[item.operator](column, values), tuple(v.text for v in values))


def _text_search(item: Filter, column: str) -> Condition:
    """Searches look at a value of any type as the text that people see of it."""
    text = column if item.column.type == "text" else f"CAST({column} AS VARCHAR)"
    if item.operator == "icontains":
        return Condition(f"contains(lower({text}), lower(CAST(? AS VARCHAR)))", item.values)
    function = "contains" if item.operator == "contains" else "starts_with"
    return Condition(f"{function}({text}, CAST(? AS VARCHAR))", item.values)


def _comparison(sign: str) -> Callable[[str, Sequence[Value]], str]:
    return lambda column, values: f"{column} {sign} {values[0].sql}"


_COMPILERS: Final[dict[str, Callable[[str, Sequence[Value]], str]]] = {
    EQUAL: _comparison("="),
    "ne": _comparison("IS DISTINCT FROM"),
    "in": lambda column, values: f"{column} IN ({', '.join(value.sql for value in values)})",
    "between": lambda column, values: f"{column} BETWEEN {values[0].sql} AND {values[1].sql}",
    **{name: _comparison(sign) for name, sign in _COMPARISONS.items()},
}
