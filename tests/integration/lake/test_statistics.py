"""A column that was widened is read, filtered, updated and merged by what is really in it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from rowmill.lake import Lakes, TableEdit, Update
from rowmill.models import new_id
from rowmill.settings import Settings
from rowmill.store import open_store
from tests.factories.datasets import Table

WIDENINGS = [
    ("INTEGER", "0", "BIGINT", ["5000000000", "6000000000", "7000000000"]),
    ("DECIMAL(9,2)", "0.50", "DECIMAL(18,3)", ["5000000.125", "6000000.125", "9.125"]),
    ("DATE", "'2020-01-01'", "TIMESTAMP", [f"'202{n}-01-01 12:00:00'" for n in range(1, 4)]),
]


@pytest.fixture
def other(settings: Settings, database_url: str, table: Table) -> Iterator[Table]:
    """The same table, as another process sees it."""
    lakes = Lakes(settings, database_url, open_store(settings))
    yield Table(lakes, lakes.store, table.workspace_id)
    lakes.close()


def counted(table: Table, value: str) -> int:
    """How many rows have a value, as DuckLake finds them."""
    version = table.lakes.catalog(table.workspace_id).latest_version()
    with table.lakes.reader(table.workspace_id) as reader:
        source = reader.table_at(table.name, version)
        [(count,)] = reader.rows(f"SELECT count(*) FROM {source} WHERE v = {value}")
    return int(count)


def update(table: Table, row_id: int, kind: str, value: str) -> None:
    changes = [Update(row_id, {"v": value.strip("'")})]
    columns = {"id": "BIGINT", "v": kind}
    with table.lakes.writer(table.workspace_id) as writer:
        writer.commit_edit(TableEdit(new_id(), table.name, columns, changes, "ada", "edit"))


@pytest.mark.parametrize(("narrow", "old", "wide", "new"), WIDENINGS)
def test_old_rows_are_found_and_kept_through_edits_after_a_widening(
    table: Table, other: Table, narrow: str, old: str, wide: str, new: list[str]
) -> None:
    table.append(f"SELECT i::BIGINT AS id, {old}::{narrow} AS v FROM range(10) AS r(i)")
    assert counted(other, old) == 10
    table.append(f"SELECT 10::BIGINT AS id, {new[0]}::{wide} AS v")
    assert counted(other, old) == 10
    update(other, 5, wide, new[1])
    update(table, 6, wide, new[2])
    values: dict[Any, int] = {}
    for _, value in table.rows(select="id, v"):
        values[value] = values.get(value, 0) + 1
    assert sorted(values.values()) == [1, 1, 1, 8]
    for each in (table, other):
        assert counted(each, old) == 8
        assert [counted(each, value) for value in new] == [1, 1, 1]


def test_rows_of_a_widened_key_are_updated_and_not_doubled(table: Table, other: Table) -> None:
    table.append("SELECT i::INTEGER AS v, 'a' AS note FROM range(10) AS r(i)")
    table.upsert("SELECT 5000000000::BIGINT AS v, 'b' AS note", "v")
    other.upsert("SELECT 6000000000::BIGINT AS v, 'c' AS note", "v")
    commit = table.upsert("SELECT i::BIGINT AS v, 'd' AS note FROM range(3, 6) AS r(i)", "v")
    assert (commit.inserted, commit.updated, commit.row_count) == (0, 3, 12)


def test_bounds_that_a_dead_process_left_wrong_are_mended_before_the_next_write(
    table: Table,
) -> None:
    table.append("SELECT i::BIGINT AS id, 0.50::DECIMAL(9,2) AS v FROM range(10) AS r(i)")
    table.append("SELECT 10::BIGINT AS id, 7.125::DECIMAL(18,3) AS v")
    catalog = table.lakes.catalog(table.workspace_id)
    with catalog.engine.begin() as connection:
        connection.execute(
            text(
                f"UPDATE {catalog.schema}.ducklake_table_column_stats"
                " SET min_value = '7.125' WHERE max_value = '7.125'"
            )
        )
    update(table, 3, "DECIMAL(18,3)", "2.25")
    assert counted(table, "0.50") == 9
    expected = [Decimal("0.500")] * 10 + [Decimal("7.125")]
    expected[3] = Decimal("2.250")
    assert [row[0] for row in table.rows(select="v")] == expected
