"""Changes of single rows, as the lake keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import duckdb
import pytest

from rowmill.lake import (
    Change,
    CommitFailed,
    Deletion,
    EditCommit,
    Insertion,
    RowGone,
    TableEdit,
    Update,
    Writer,
)
from rowmill.models import new_id
from tests.factories.datasets import Table

TEN = "SELECT i::BIGINT AS id, 'n' || i AS name FROM range(10) AS r(i)"
COLUMNS = {"id": "BIGINT", "name": "VARCHAR"}


def edit(
    table: Table,
    changes: Sequence[Change],
    columns: dict[str, str] | None = None,
    edit_id: UUID | None = None,
) -> EditCommit:
    wanted = TableEdit(edit_id or new_id(), table.name, columns or COLUMNS, changes, "ada", "edit")
    with table.lakes.writer(table.workspace_id) as writer:
        return writer.commit_edit(wanted)


def test_rows_are_changed_together_and_the_others_stay(table: Table) -> None:
    before = table.append(TEN)
    commit = edit(
        table,
        [
            Update(3, {"name": "changed"}),
            Update(4, {"id": "44"}),
            Deletion(5),
            Insertion({"id": "10", "name": "new"}),
            Insertion({"id": "11"}),
        ],
    )
    expected = [(i, f"n{i}") for i in range(10) if i != 5]
    expected[3], expected[4] = (3, "changed"), (44, "n4")
    assert table.rows() == [*expected, (10, "new"), (11, None)]
    assert commit.version == before.version + 1
    assert (commit.row_count, commit.size_bytes > before.size_bytes) == (11, True)
    assert table.rows(before.version) == [(i, f"n{i}") for i in range(10)]


def test_a_changed_row_keeps_its_id(table: Table) -> None:
    table.append(TEN)
    edit(table, [Update(3, {"name": "changed"})])
    assert table.rows(select="rowid, name")[3] == (3, "changed")


def test_the_first_row_makes_the_table(table: Table) -> None:
    commit = edit(table, [Insertion({"id": "1", "name": "a"})])
    assert (table.rows(), commit.row_count) == ([(1, "a")], 1)


def test_columns_are_added_and_widened_with_the_change(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id, 1.5::DECIMAL(5,2) AS price")
    wide = {"id": "BIGINT", "price": "DECIMAL(18,4)", "note": "VARCHAR"}
    edit(table, [Update(0, {"price": "123456.7891", "note": "x"})], wide)
    assert [tuple(map(str, row)) for row in table.rows()] == [("1", "123456.7891", "x")]


def test_a_row_that_is_gone_undoes_the_whole_change(table: Table) -> None:
    before = table.append(TEN)
    edit(table, [Deletion(5)])
    for gone in (Update(5, {"name": "x"}), Deletion(5)):
        with pytest.raises(RowGone):
            edit(table, [Insertion({"id": "99"}), gone])
    assert table.lakes.catalog(table.workspace_id).latest_version() == before.version + 1


def test_an_edit_is_committed_once_however_often_it_is_tried(table: Table) -> None:
    table.append(TEN)
    edit_id, changes = new_id(), [Insertion({"id": "10"})]
    first = edit(table, changes, edit_id=edit_id)
    assert edit(table, changes, edit_id=edit_id) == first
    assert len(table.rows()) == 11


class LosesAnswers:
    """A connection whose COMMIT succeeds, and whose answer then is lost."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def execute(self, statement: str, *arguments: Any) -> duckdb.DuckDBPyConnection:
        result = self._cursor.execute(statement, *arguments)
        if statement == "COMMIT":
            raise duckdb.IOException("server closed the connection unexpectedly")
        return result


def test_a_lost_answer_does_not_lose_the_edit(table: Table) -> None:
    table.append(TEN)
    wanted = TableEdit(new_id(), table.name, COLUMNS, [Deletion(0)])
    with table.lakes.writer(table.workspace_id) as writer:
        losing = Writer(
            LosesAnswers(writer._cursor),  # type: ignore[arg-type]
            writer._alias, writer._catalog, writer._store,
        )  # fmt: skip
        assert losing.commit_edit(wanted).row_count == 9


def test_a_value_that_does_not_fit_leaves_nothing(table: Table) -> None:
    table.append(TEN)
    with pytest.raises(CommitFailed):
        edit(table, [Insertion({"id": "1"}), Update(1, {"id": "no number"})])
    assert table.rows() == [(i, f"n{i}") for i in range(10)]
