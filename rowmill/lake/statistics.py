"""Keeping the bounds right that DuckLake holds of each column of a table.

DuckLake 1.0 loses a column's smallest and largest value when its type is widened, and takes those
of the next file for the whole table's (duckdb/ducklake#1308). DuckDB trusts the bounds: it skips
rows that lie outside, and packs numbers by them, so that old rows are missed or read wrongly, and
an update would write down what it misread. What each file holds stays known, so the bounds of
columns whose type has changed are made from that, before and after each commit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from decimal import Decimal
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Engine, text

_RETYPED: Final = """
    SELECT c.table_id, c.column_id, max(c.column_type) FILTER (WHERE c.end_snapshot IS NULL)
    FROM {schema}.ducklake_table AS t JOIN {schema}.ducklake_column AS c USING (table_id)
    WHERE t.table_name = :table AND t.end_snapshot IS NULL
    GROUP BY c.table_id, c.column_id
    HAVING count(DISTINCT c.column_type) > 1 AND bool_or(c.end_snapshot IS NULL)
"""
_BOUNDS_OF_FILES: Final = """
    SELECT column_id, min_value, max_value, value_count, null_count
    FROM {schema}.ducklake_file_column_stats
    WHERE table_id = :table_id AND column_id = ANY(:column_ids)
"""
_BOUNDS: Final = """
    SELECT column_id, min_value, max_value FROM {schema}.ducklake_table_column_stats
    WHERE table_id = :table_id AND column_id = ANY(:column_ids)
"""
_CORRECT: Final = """
    UPDATE {schema}.ducklake_table_column_stats SET min_value = :low, max_value = :high
    WHERE table_id = :table_id AND column_id = :column_id
"""
# Processes keep what they know of a table until its lake has given out another file id.
_FORGET: Final = """
    UPDATE {schema}.ducklake_snapshot SET next_file_id = next_file_id + 1
    WHERE snapshot_id = (SELECT max(snapshot_id) FROM {schema}.ducklake_snapshot)
"""

Bounds = tuple[str | None, str | None]
UNKNOWN: Final[Bounds] = (None, None)


def repair(engine: Engine, schema: str, table_name: str) -> bool:
    """Correct the bounds of the columns whose type has changed; returns whether any were wrong.

    Only for the holder of the workspace's commit lock.
    """
    with engine.begin() as connection:
        rows = connection.execute(text(_RETYPED.format(schema=schema)), {"table": table_name}).all()
        if not rows:
            return False
        types = {column_id: column_type for _, column_id, column_type in rows}
        asked = {"table_id": rows[0][0], "column_ids": list(types)}
        right = _right_bounds(connection, schema, asked, types)
        known = connection.execute(text(_BOUNDS.format(schema=schema)), asked).all()
        wrong = [column_id for column_id, *bounds in known if tuple(bounds) != right[column_id]]
        for column_id in wrong:
            low, high = right[column_id]
            values = {"low": low, "high": high, "column_id": column_id}
            connection.execute(text(_CORRECT.format(schema=schema)), asked | values)
        if wrong:
            connection.execute(text(_FORGET.format(schema=schema)))
        return bool(wrong)


def _right_bounds(
    connection: Connection, schema: str, asked: dict[str, Any], types: dict[int, str]
) -> dict[int, Bounds]:
    """The smallest and largest value of each column in any file, where all files tell."""
    lows: dict[int, list[str]] = defaultdict(list)
    highs: dict[int, list[str]] = defaultdict(list)
    untold: set[int] = set()
    statement = text(_BOUNDS_OF_FILES.format(schema=schema))
    for column_id, low, high, values, nulls in connection.execute(statement, asked):
        if low is not None and high is not None:
            lows[column_id].append(low)
            highs[column_id].append(high)
        elif values is None or values not in {0, nulls}:
            untold.add(column_id)
    found = dict.fromkeys(types, UNKNOWN)
    for column_id in lows.keys() - untold:
        order = partial(_ordered, types[column_id])
        found[column_id] = min(lows[column_id], key=order), max(highs[column_id], key=order)
    return found


def _ordered(column_type: str, value: str) -> Decimal | float | str:
    """What the text of a value is compared by; dates and times are in order as they are."""
    if column_type.startswith(("decimal", "int", "uint", "hugeint", "uhugeint")):
        return Decimal(value)
    if column_type.startswith("float"):
        number = float(value)
        return -math.inf if math.isnan(number) else number
    return value
