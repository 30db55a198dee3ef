"""The conditions of a filter, as clients send them, and as SQL over a dataset's columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from rowmill.datasets import filters
from rowmill.datasets.columns import Columns
from rowmill.datasets.filters import Condition
from rowmill.errors import Invalid, invalid
from rowmill.mill import Column, quote_identifier

NOT_CONTAINS: Final = "not_contains"
OPERATORS: Final = {
    ">": "gt", "gt": "gt", ">=": "gte", "gte": "gte", "<": "lt", "lt": "lt", "<=": "lte",
    "lte": "lte", "==": "eq", "eq": "eq", "!=": "ne", "neq": "ne", "ne": "ne",
    "contains": "icontains", NOT_CONTAINS: NOT_CONTAINS,
}  # fmt: skip
"""What clients write, and what it is called among the filters of records."""

Scalar = str | bool | int | float | None


@dataclass(frozen=True)
class Comparison:
    """One condition: a column by name or label, an operator as clients write it, a value."""

    column: str
    operator: str
    value: Scalar

    def to_dict(self) -> dict[str, Any]:
        """The test as plain JSON values."""
        return {"column": self.column, "operator": self.operator, "value": self.value}


def check_operators(tests: Sequence[Comparison]) -> None:
    """Raises: Invalid naming the first operator that there is not."""
    for position, test in enumerate(tests):
        if test.operator not in OPERATORS:
            known = ", ".join(OPERATORS)
            raise invalid(
                _field(position, "operator"),
                f"There is no operator '{test.operator[:100]}'. It is one of {known}.",
            )


def check_columns(tests: Sequence[Comparison], columns: Columns) -> None:
    """Raises: Invalid naming the first column that there is not."""
    for position, test in enumerate(tests):
        columns.get(test.column, _field(position, "column"))


def compile_comparisons(tests: Sequence[Comparison], columns: Columns) -> Condition:
    """What follows WHERE, where all of the tests have to hold.

    Raises: Invalid naming an unknown column or operator, or a value its column cannot have.
    """
    check_operators(tests)
    parts = [_compiled(test, columns, position) for position, test in enumerate(tests)]
    return Condition(
        " AND ".join(f"({part.sql})" for part in parts) or "true",
        tuple(parameter for part in parts for parameter in part.parameters),
    )


def _compiled(test: Comparison, columns: Columns, position: int) -> Condition:
    column = columns.get(test.column, _field(position, "column"))
    operator = OPERATORS[test.operator]
    if test.value is None:
        return _of_null(column, operator, position)
    if operator == NOT_CONTAINS:
        found = _as_records_filter(column, "icontains", test.value, position)
        return Condition(f"NOT coalesce({found.sql}, false)", found.parameters)
    if column.type == "text" and operator != "icontains" and _is_number(test.value):
        return _as_numbers(column, operator, test.value)
    return _as_records_filter(column, operator, test.value, position)


def _of_null(column: Column, operator: str, position: int) -> Condition:
    """Equal to null is blank; nothing is larger, smaller or part of it."""
    if operator not in {"eq", "ne"}:
        raise invalid(_field(position, "value"), "null can only be compared by == and !=.")
    negation = "NOT " if operator == "ne" else ""
    return Condition(f"{quote_identifier(column.name)} IS {negation}NULL")


_SIGNS: Final = {
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "eq": "=",
    "ne": "IS DISTINCT FROM",
}


def _as_numbers(column: Column, operator: str, value: Scalar) -> Condition:
    """A number against a column of texts: those that are numbers are compared as such.

    Identifiers with leading zeros are kept as texts, and a client that sends 7 means 007 too.
    """
    number = f"TRY_CAST({quote_identifier(column.name)} AS DOUBLE)"
    condition = f"{number} {_SIGNS[operator]} CAST(? AS DOUBLE)"
    return Condition(f"coalesce({condition}, false)", (str(value),))


def _as_records_filter(column: Column, operator: str, value: Scalar, position: int) -> Condition:
    name = f"{column.name}{filters.SEPARATOR}{operator}"
    try:
        return filters.parse([(name, _text(value))], Columns((column,))).condition()
    except Invalid as error:
        message = error.errors[0]["message"] if error.errors else error.detail
        raise invalid(_field(position, "value"), f"{column.name}: {message}") from error


def _text(value: Scalar) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _field(position: int, part: str) -> str:
    return f"filters.{position}.{part}"
