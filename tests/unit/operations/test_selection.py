"""Which rows are kept, against Python's own account of random tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rowmill.datasets.columns import Columns
from rowmill.lake import Source
from rowmill.mill import Column
from rowmill.models import OperationKind
from rowmill.operations import selection
from rowmill.operations.selection import Wish, select_rows

COLUMNS = Columns(tuple(Column(name, name, "text") for name in ("a", "b", "c")))
CELL = st.sampled_from([None, "", "x", "X", "y", "x "])
TABLE = st.lists(st.tuples(CELL, CELL, CELL), max_size=30)

Row = tuple[Any, ...]


def kept(rows: Sequence[Row], wish: Wish) -> list[Row]:
    """The rows that an operation keeps, in its order. Row ids have gaps and the order is theirs."""
    with duckdb.connect(":memory:") as duck:
        duck.execute("CREATE TABLE t (_row_id BIGINT, a VARCHAR, b VARCHAR, c VARCHAR)")
        numbered = [(3 * position + 5, *row) for position, row in enumerate(rows)]
        if numbered:
            duck.executemany("INSERT INTO t VALUES (?, ?, ?, ?)", numbered)

        def run(statement: str, parameters: Sequence[Any]) -> list[Row]:
            return duck.execute(statement, list(parameters)).fetchall()

        source = Source("t", is_ordered=True)
        chosen = select_rows(run, source, wish.resolve(COLUMNS), len(rows))
        found = run(chosen.statement("a, b, c"), chosen.parameters)
    assert len(found) == chosen.rows_out == len(rows) - chosen.removed
    return found


def first_of_each(rows: Sequence[Row], key: Sequence[int]) -> list[Row]:
    seen: dict[Row, Row] = {}
    for row in rows:
        seen.setdefault(tuple(row[i] for i in key), row)
    return list(seen.values())


@settings(max_examples=60)
@given(TABLE)
def test_dedup_keeps_the_first_of_equal_rows(rows: list[Row]) -> None:
    assert kept(rows, Wish(OperationKind.DEDUP)) == first_of_each(rows, [0, 1, 2])


@settings(max_examples=60)
@given(TABLE)
def test_unique_keeps_the_first_row_of_each_value(rows: list[Row]) -> None:
    assert kept(rows, Wish(OperationKind.UNIQUE, ("b",))) == first_of_each(rows, [1])


@settings(max_examples=60)
@given(TABLE)
def test_columns_narrow_what_counts_as_equal(rows: list[Row]) -> None:
    assert kept(rows, Wish(OperationKind.DEDUP, ("c", "a"))) == first_of_each(rows, [2, 0])


def test_rows_of_equal_hashes_are_told_apart_by_their_values(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selection, "HASH", "length(concat({}))")
    rows: list[Row] = [("x", "y", None), ("y", "x", None), ("x", "y", None), ("xy", "", None)]
    rows += [("z" * length, "", "") for length in range(3, 12)]
    assert kept(rows, Wish(OperationKind.DEDUP)) == [*rows[:2], *rows[3:]]


def test_more_ids_than_are_marked_by_bits_are_sorted_on_disk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(selection, "MOST_BITS", 3)
    rows = [(str(i % 700), "b", "c") for i in range(3000)]
    assert kept(rows, Wish(OperationKind.DEDUP)) == first_of_each(rows, [0, 1, 2])
