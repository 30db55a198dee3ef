"""What a commit does to a table, counted in the lake."""

from __future__ import annotations

import dataclasses
import threading
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from rowmill.lake import Commit, CommitFailed, DuplicateKeys, SchemaMismatch, Writer
from rowmill.models import ImportMode
from tests.factories.datasets import Table

TEN = "SELECT i::BIGINT AS id, 'n' || i AS name FROM range(10) AS r(i)"
TEN_ROWS = [(i, f"n{i}") for i in range(10)]


def counts(commit: Commit) -> tuple[int, int, int]:
    return commit.inserted, commit.updated, commit.unchanged


def test_the_first_import_makes_the_table_with_its_rows(table: Table) -> None:
    commit = table.append("SELECT i::BIGINT AS id, i + 1 AS _record FROM range(10) AS r(i)")
    assert counts(commit) == (10, 0, 0)
    assert (commit.row_count, commit.changed) == (10, True)
    assert commit.size_bytes > 0
    assert table.rows() == [(i,) for i in range(10)]


def test_an_import_without_rows_makes_an_empty_table(table: Table) -> None:
    commit = table.append(f"SELECT * FROM ({TEN}) LIMIT 0")
    assert (commit.changed, commit.row_count) == (True, 0)
    assert table.rows() == []


def test_appending_nothing_makes_no_version(table: Table) -> None:
    first = table.append(TEN)
    second = table.append(f"SELECT * FROM ({TEN}) LIMIT 0")
    assert (second.changed, second.version, second.row_count) == (False, first.version, 10)


def test_replacing_leaves_only_the_new_rows_and_columns(table: Table) -> None:
    first = table.append(TEN)
    second = table.replace("SELECT 'a' AS id, 1.5::DECIMAL(9,2) AS price FROM range(3)")
    assert (counts(second), second.row_count) == ((3, 0, 0), 3)
    assert table.rows() == [("a", Decimal("1.50"))] * 3
    assert table.rows(first.version) == TEN_ROWS


def test_an_upsert_touches_only_rows_that_differ(table: Table) -> None:
    first = table.append(TEN)
    second = table.upsert(
        "SELECT i::BIGINT AS id, CASE WHEN i < 8 THEN 'n' || i ELSE 'x' END AS name"
        " FROM range(5, 12) AS r(i)",
        "id",
    )
    assert (counts(second), second.row_count) == ((2, 2, 3), 12)
    assert kinds_of_changes(table, second.version) == {
        "insert": 2, "update_preimage": 2, "update_postimage": 2,
    }  # fmt: skip
    assert table.rows(first.version) == TEN_ROWS


def kinds_of_changes(table: Table, version: int) -> dict[str, int]:
    with table.lakes.reader(table.workspace_id) as reader:
        rows = reader.rows(
            f"SELECT change_type, count(*) FROM {reader.alias}.table_changes("
            f"'{table.name}', {version}, {version}) GROUP BY 1"
        )
    return dict(rows)


def test_an_upsert_that_changes_nothing_makes_no_version(table: Table) -> None:
    first = table.append(TEN)
    second = table.upsert(TEN, "id")
    assert (counts(second), second.changed) == ((0, 0, 10), False)
    assert (second.version, second.row_count) == (first.version, 10)


def test_an_upsert_leaves_columns_alone_that_the_file_does_not_have(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id, 'a' AS name, 'Oslo' AS city")
    table.upsert("SELECT 1::BIGINT AS id, 'b' AS name", "id")
    assert table.rows(select="id, name, city") == [(1, "b", "Oslo")]


def test_an_upsert_into_an_empty_table_adds_the_files_as_they_are(table: Table) -> None:
    commit = table.upsert(TEN, "id")
    assert counts(commit) == (10, 0, 0)
    paths = [f.path for f in catalog_files(table)]
    assert len(paths) == 1
    assert paths[0].startswith("import-")


def catalog_files(table: Table) -> list[Any]:
    catalog = table.lakes.catalog(table.workspace_id)
    return catalog.data_files(table.name, catalog.latest_version())


def test_key_parts_may_be_null_and_still_find_their_row(table: Table) -> None:
    table.append("SELECT 'a' AS region, NULL::BIGINT AS id, 1::BIGINT AS n")
    commit = table.upsert(
        "SELECT * FROM (VALUES ('a', NULL::BIGINT, 2::BIGINT), ('a', 7, 3)) AS v(region, id, n)",
        "region", "id",
    )  # fmt: skip
    assert counts(commit) == (1, 1, 0)
    assert sorted(table.rows(), key=str) == [("a", 7, 3), ("a", None, 2)]


def test_two_rows_of_one_key_are_refused_before_anything_changes(table: Table) -> None:
    twice = "SELECT 1::BIGINT AS id, 'n' || i AS name FROM range(2) AS r(i)"
    with pytest.raises(DuplicateKeys):
        table.upsert(twice, "id")
    assert not catalog_files(table)
    table.append(TEN)
    with pytest.raises(DuplicateKeys):
        table.upsert(twice, "id")
    assert table.rows() == TEN_ROWS


def test_an_upsert_of_keys_alone_inserts_the_new_ones(table: Table) -> None:
    table.append("SELECT i::BIGINT AS id FROM range(3) AS r(i)")
    commit = table.upsert("SELECT i::BIGINT AS id FROM range(1, 5) AS r(i)", "id")
    assert (counts(commit), commit.row_count) == ((2, 0, 2), 5)


def test_new_columns_are_added_and_old_rows_have_nulls_there(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id")
    table.append("SELECT 2::BIGINT AS id, true AS flag")
    table.upsert("SELECT 1::BIGINT AS id, 'x' AS note", "id")
    assert table.rows(select="id, flag, note") == [(1, None, "x"), (2, True, None)]


@pytest.mark.parametrize(
    ("narrow", "wide"),
    [("DECIMAL(5,2)", "DECIMAL(12,3)"), ("BIGINT", "DOUBLE"), ("DATE", "TIMESTAMP")],
)
def test_wider_types_widen_the_column(table: Table, narrow: str, wide: str) -> None:
    value = "DATE '2024-02-29'" if narrow == "DATE" else "7"
    first = table.append(f"SELECT {value}::{narrow} AS v")
    second = table.append(f"SELECT {value}::{wide} AS v")
    types = [table.rows(c.version, select="typeof(v)") for c in (first, second)]
    assert types == [[(narrow,)], [(wide,)] * 2]


def test_a_type_that_does_not_fit_is_refused_by_name(table: Table) -> None:
    table.append(TEN)
    with pytest.raises(SchemaMismatch, match="'id'") as caught:
        table.append("SELECT 'x' AS id")
    assert caught.value.extra == {"column": "id"}
    assert table.rows() == TEN_ROWS


def test_staged_rows_that_are_not_of_the_announced_type_are_refused(table: Table) -> None:
    table.append(TEN)
    with pytest.raises(SchemaMismatch, match="VARCHAR"):
        table.commit(table.staged("SELECT 'x' AS id", columns={"id": "BIGINT"}))


def test_a_column_that_never_had_a_value_takes_any_type(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id, NULL::VARCHAR AS note")
    table.append("SELECT 2::BIGINT AS id, DATE '2024-02-29' AS note")
    assert table.rows(select="id, typeof(note)") == [(1, "DATE"), (2, "DATE")]


def test_a_failed_upsert_does_not_fix_the_type_of_a_column_for_later_ones(table: Table) -> None:
    table.append(TEN)
    evolved = table.staged("SELECT 1::BIGINT AS id, 5::BIGINT AS extra", ImportMode.UPSERT)
    with table.lakes.writer(table.workspace_id) as writer:
        writer._transact(evolved, writer._evolve, "columns:test")
    table.upsert("SELECT 1::BIGINT AS id, 'text' AS extra", "id")
    assert table.rows(select="extra")[1] == ("text",)


@pytest.mark.parametrize("mode", list(ImportMode))
def test_an_import_is_committed_once_however_often_it_is_tried(
    table: Table, mode: ImportMode
) -> None:
    table.append(TEN)
    query = "SELECT i::BIGINT AS id, 'm' || i AS name FROM range(8, 14) AS r(i)"
    staged = table.staged(query, mode, key=["id"])
    first = table.commit(staged)
    assert table.commit(staged) == first
    assert table.lakes.catalog(table.workspace_id).latest_version() == first.version


def test_an_import_tried_by_many_at_once_is_committed_once(table: Table) -> None:
    staged = table.staged(TEN)
    threads = [threading.Thread(target=table.commit, args=[staged]) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [commit.row_count for commit in table.commits] == [10] * 5
    assert len({commit.version for commit in table.commits}) == 1


class LosesAnswers:
    """A connection whose COMMIT succeeds, and whose answer then is lost."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor

    def execute(self, statement: str, *arguments: Any) -> duckdb.DuckDBPyConnection:
        result = self._cursor.execute(statement, *arguments)
        if statement == "COMMIT":
            raise duckdb.IOException("server closed the connection unexpectedly")
        return result


def test_a_lost_answer_does_not_lose_the_commit(table: Table) -> None:
    staged = table.staged(TEN)
    with table.lakes.writer(table.workspace_id) as writer:
        losing = Writer(
            LosesAnswers(writer._cursor),  # type: ignore[arg-type]
            writer._alias, writer._catalog, writer._store,
        )  # fmt: skip
        commit = losing.commit_import(staged)
    assert (counts(commit), commit.changed) == ((10, 0, 0), True)
    assert table.commit(staged) == commit


def test_a_failed_commit_leaves_nothing_and_can_be_repeated(table: Table) -> None:
    table.append(TEN)
    staged = table.staged("SELECT 10::BIGINT AS id, 'n10' AS name")
    missing = dataclasses.replace(staged, files=[*staged.files, f"{staged.files[0]}.gone"])
    with pytest.raises(CommitFailed):
        table.commit(missing)
    assert table.rows() == TEN_ROWS
    assert table.commit(staged).row_count == 11


def test_the_author_and_message_of_a_commit_are_kept(table: Table) -> None:
    commit = table.append(TEN)
    newest = table.lakes.catalog(table.workspace_id).snapshots(limit=1)[0]
    assert (newest.version, newest.author, newest.message) == (
        commit.version, "ada", "append rows",
    )  # fmt: skip
    assert newest.marker is not None
    assert newest.marker.startswith("import:")


def test_a_dropped_table_stays_readable_at_older_versions_only(table: Table) -> None:
    commit = table.append(TEN)
    with table.lakes.writer(table.workspace_id) as writer:
        writer.drop_table(table.name)
        writer.drop_table(table.name)
    catalog = table.lakes.catalog(table.workspace_id)
    assert not catalog.has_table(table.name, catalog.latest_version())
    assert table.rows(commit.version) == TEN_ROWS


def test_versions_are_listed_newest_first_and_in_pages(table: Table) -> None:
    versions = [table.append(TEN).version for _ in range(3)]
    catalog = table.lakes.catalog(table.workspace_id)
    newest = [s.version for s in catalog.snapshots(limit=2)]
    older = [s.version for s in catalog.snapshots(limit=10, before=newest[-1])]
    assert newest == versions[:0:-1]
    assert older == [versions[0], 0]
