"""Rows as JSON text, written inside DuckDB: no value passes through a type that could change it.

A value is a string where a reader's double would lose digits: integers beyond 2^53, decimals of
more than 15 significant digits, doubles that are no number. Times are ISO 8601.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from rowmill.mill import Column, quote_identifier, quote_literal
from rowmill.mill.columns import decimal_parts, kind_of

LARGEST_EXACT_INTEGER = 2**53
EXACT_DIGITS = 15
_TIME_TEXTS = {
    "date": "{}",
    "timestamp": "replace({}, ' ', 'T')",
    # The connection's time zone is UTC, so the text ends in +00.
    "timestamptz": "replace(replace({}, ' ', 'T'), '+00', 'Z')",
}


def row_json(columns: Sequence[Column]) -> str:
    """An SQL expression: the row as a JSON object of these columns, by name."""
    return object_json([(column.name, value_json(column)) for column in columns])


def object_json(members: Sequence[tuple[str, str]]) -> str:
    """An SQL expression: a JSON object of names and SQL expressions that give JSON text."""
    parts = []
    for position, (name, value) in enumerate(members):
        opening = f"{',' if position else '{'}{json.dumps(name)}:"
        parts += [quote_literal(opening), value]
    return f"concat({', '.join(parts)}, '}}')" if parts else "'{}'"


def value_json(column: Column) -> str:
    """An SQL expression: the column's value as JSON text."""
    return f"coalesce({_json_of(column)}, 'null')"


def value_text(column: Column) -> str:
    """An SQL expression: the column's value as plain text, null where it is null."""
    name = quote_identifier(column.name)
    text = f"CAST({name} AS VARCHAR)"
    parts = decimal_parts(column.type)
    if parts is not None and parts[0] == parts[1]:
        # DuckDB writes .50 where all digits are decimals; that is no number in JSON.
        return f"regexp_replace({text}, '^(-?)[.]', '\\10.')"
    return text


def _json_of(column: Column) -> str:
    """JSON text of a value, null where it is null."""
    name, text = quote_identifier(column.name), value_text(column)
    match kind_of(column.type):
        case "text":
            return f"CAST(to_json({name}) AS VARCHAR)"
        case "boolean":
            return text
        case "integer":
            limit = LARGEST_EXACT_INTEGER
            return _number_if(f"{name} BETWEEN -{limit} AND {limit}", text)
        case "decimal":
            return _decimal(name, text, column.type)
        case "double":
            return _double(name, text)
        case kind:
            return _quoted(_TIME_TEXTS[kind].format(text))


def _decimal(name: str, text: str, column_type: str) -> str:
    parts = decimal_parts(column_type)
    assert parts is not None
    precision, scale = parts
    if precision <= EXACT_DIGITS:
        return text
    limit = f"{10 ** (EXACT_DIGITS - scale)}" if scale <= EXACT_DIGITS else _fraction(scale)
    return _number_if(f"{name} > -{limit} AND {name} < {limit}", text)


def _fraction(scale: int) -> str:
    """The smallest number of that many decimals that has more than fifteen digits."""
    return "0." + "0" * (scale - EXACT_DIGITS - 1) + "1"


def _double(name: str, text: str) -> str:
    special = (
        f"CASE WHEN isnan({name}) THEN '\"NaN\"'"
        f" WHEN {name} > 0 THEN '\"Infinity\"' WHEN {name} < 0 THEN '\"-Infinity\"' END"
    )
    return f"CASE WHEN isfinite({name}) THEN {text} ELSE {special} END"


def _number_if(condition: str, text: str) -> str:
    return f"CASE WHEN {condition} THEN {text} ELSE {_quoted(text)} END"


def _quoted(text: str) -> str:
    return f"'\"' || {text} || '\"'"


def array(rows: Iterable[str]) -> str:
    """A JSON array of values that are JSON text already."""
    return f"[{','.join(rows)}]"
