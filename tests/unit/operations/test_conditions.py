"""What conditions of a filter mean, tried on rows in DuckDB."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from rowmill.datasets.columns import Columns
from rowmill.errors import Invalid
from rowmill.mill import Column
from rowmill.operations.conditions import Comparison, Scalar, compile_comparisons

COLUMNS = Columns(
    (
        Column("number", "Order No.", "text"),
        Column("city", "City", "text"),
        Column("amount", "Amount ($)", "decimal(18,2)"),
        Column("day", "Day", "date"),
        Column("paid", "Paid?", "boolean"),
    )
)
ROWS = """
    SELECT * FROM (VALUES
        (1, '0007', 'Paris', 95.70, DATE '2024-02-29', true),
        (2, '0012', 'Oslo', 120.00, DATE '2024-03-01', false),
        (3, 'A-9', 'paris', 5.00, DATE '2024-03-02', true),
        (4, NULL, NULL, NULL, NULL, NULL)
    ) AS t(id, number, city, amount, day, paid)
"""


@pytest.fixture(scope="module")
def duck() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"CREATE TABLE t AS SELECT * REPLACE (amount::DECIMAL(18,2) AS amount) FROM ({ROWS})"
        )
        yield connection


def passing(duck: duckdb.DuckDBPyConnection, *tests: tuple[str, str, Scalar]) -> list[int]:
    condition = compile_comparisons([Comparison(*test) for test in tests], COLUMNS)
    statement = f"SELECT id FROM t WHERE {condition.sql} ORDER BY id"
    return [row[0] for row in duck.execute(statement, list(condition.parameters)).fetchall()]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        (("amount", ">", "95.7"), [2]),
        (("amount", "gte", 95.7), [1, 2]),
        (("Amount ($)", "<", 100), [1, 3]),
        (("amount", "lte", "9e1"), [3]),
        (("amount", "==", "120"), [2]),
        (("amount", "!=", 120), [1, 3, 4]),
        (("amount", "contains", "5.7"), [1]),
        (("day", "<=", "2024-03-01"), [1, 2]),
        (("day", "gt", "2024-03-01"), [3]),
        (("day", "contains", "-03-"), [2, 3]),
        (("city", "==", "paris"), [3]),
        (("city", "contains", "PAR"), [1, 3]),
        (("city", "not_contains", "par"), [2, 4]),
        (("city", "neq", "Paris"), [2, 3, 4]),
        (("city", "contains", "%"), []),
        (("city", "eq", None), [4]),
        (("city", "!=", None), [1, 2, 3]),
        (("paid", "==", True), [1, 3]),
        (("paid", "==", "false"), [2]),
        (("number", "==", "0007"), [1]),
        (("number", "==", "7"), []),
        (("number", "==", 7), [1]),
        (("number", ">", 7), [2]),
        (("number", "contains", 1), [2]),
    ],
    ids=lambda value: " ".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_a_condition_compares_by_the_type_of_its_column(
    duck: duckdb.DuckDBPyConnection, test: tuple[str, str, Scalar], expected: list[int]
) -> None:
    assert passing(duck, test) == expected


def test_all_conditions_have_to_hold_also_on_one_column(
    duck: duckdb.DuckDBPyConnection,
) -> None:
    assert passing(duck, ("city", "==", "Paris"), ("city", "==", "Oslo")) == []
    assert passing(duck, ("amount", ">", 4), ("amount", "<", 100), ("paid", "==", True)) == [1, 3]


@pytest.mark.parametrize(
    ("test", "field", "named"),
    [
        (("town", "==", "x"), "filters.0.column", "town"),
        (("city", "like", "x"), "filters.0.operator", "like"),
        (("day", ">", "soon"), "filters.0.value", "day"),
        (("paid", ">", True), "filters.0.value", "paid"),
        (("amount", "<", None), "filters.0.value", "null"),
    ],
)
def test_what_means_nothing_is_refused_and_named(
    test: tuple[str, str, Scalar], field: str, named: str
) -> None:
    with pytest.raises(Invalid) as caught:
        compile_comparisons([Comparison(*test)], COLUMNS)
    assert caught.value.errors[0]["field"] == field
    assert named in caught.value.detail


def test_a_value_is_never_part_of_the_statement(duck: duckdb.DuckDBPyConnection) -> None:
    assert passing(duck, ("city", "==", "'; DROP TABLE t; --")) == []
    assert passing(duck, ("city", "contains", "' OR true OR '")) == []
