"""Columns of every type, and running conditions on rows of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from rowmill.datasets.columns import Columns
from rowmill.datasets.filters import Condition
from rowmill.mill import Column, quote_identifier, sql_type

COLUMNS = Columns(
    (
        Column("name", "Name", "text"),
        Column("quantity", "QUANTITY", "integer"),
        Column("price", "Price (Dollars)", "decimal(10,2)"),
        Column("weight", "Weight", "double"),
        Column("shipped", "Shipped", "boolean"),
        Column("day", "Order Day", "date"),
        Column("made", "Made at", "timestamp"),
        Column("seen", "Seen at", "timestamptz"),
    )
)


def run(
    rows: Sequence[Sequence[Any]], select: str, condition: Condition, order: str = "_row_id"
) -> list[tuple[Any, ...]]:
    """`select` of the rows that meet a condition. Row ids count from 0."""
    definitions = ", ".join(f"{quote_identifier(c.name)} {sql_type(c.type)}" for c in COLUMNS)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE t (_row_id BIGINT, {definitions})")
        if rows:
            marks = ", ".join("?" * (len(COLUMNS) + 1))
            numbered = [[n, *row] for n, row in enumerate(rows)]
            connection.executemany(f"INSERT INTO t VALUES ({marks})", numbered)
        statement = f"SELECT {select} FROM t WHERE {condition.sql} ORDER BY {order}"
        return connection.execute(statement, list(condition.parameters)).fetchall()
