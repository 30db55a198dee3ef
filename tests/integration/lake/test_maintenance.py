"""Keeping a lake small without anyone who reads it noticing."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from rowmill.lake import Lakes, Output, staging_folder
from rowmill.models import new_id
from tests.factories.datasets import Table, write_parquet

NO_AGE = timedelta(0)
ID = Output(["id"], '"id"')


def files_of(table: Table) -> int:
    catalog = table.lakes.catalog(table.workspace_id)
    return len(catalog.data_files(table.name, catalog.latest_version()))


def merge(table: Table) -> int:
    with table.lakes.writer(table.workspace_id) as writer:
        return writer.merge_small_files(table.name)


def stored(table: Table) -> set[str]:
    return {found.key for found in table.store.list(f"lake/{table.workspace_id}")}


def test_merging_files_changes_no_version_and_no_row_id(table: Table) -> None:
    versions = [
        table.append(f"SELECT i::BIGINT AS id FROM range({n * 5}, {n * 5 + 5}) AS r(i)").version
        for n in range(4)
    ]
    before = {version: table.rows(version, "rowid, id") for version in versions}
    assert merge(table) == 3
    assert files_of(table) == 1
    assert {version: table.rows(version, "rowid, id") for version in versions} == before
    table.append("SELECT 20::BIGINT AS id")
    assert (merge(table), files_of(table)) == (1, 1)
    assert len(table.rows()) == 21


def test_files_of_updated_rows_are_not_merged_because_that_changes_row_ids(table: Table) -> None:
    table.append("SELECT i::BIGINT AS id, 'a' AS v FROM range(5) AS r(i)")
    table.upsert("SELECT 3::BIGINT AS id, 'b' AS v", "id")
    table.append("SELECT 5::BIGINT AS id, 'c' AS v")
    before = table.rows(select="rowid, id, v")
    assert merge(table) == 0
    assert table.rows(select="rowid, id, v") == before


def test_a_page_read_by_remembered_files_survives_their_removal(table: Table) -> None:
    for n in range(3):
        version = table.append(f"SELECT {n}::BIGINT AS id").version
    catalog = table.lakes.catalog(table.workspace_id)
    with table.lakes.reader(table.workspace_id) as reader:
        first = reader.rows_in_order(table.name, version, ID, after=-1, limit=10)
        old = [f"{file.path}" for file in catalog.data_files(table.name, version)]
        merge(table)
        with table.lakes.writer(table.workspace_id) as writer:
            assert writer.remove_expired_files(older_than=NO_AGE) == 3
        assert not any(key.endswith(path) for key in stored(table) for path in old)
        again = reader.rows_in_order(table.name, version, ID, after=-1, limit=10)
    assert again == first == [(0, 0), (1, 1), (2, 2)]


def test_versions_expire_except_those_kept_and_the_newest(table: Table) -> None:
    versions = [table.append(f"SELECT {n}::BIGINT AS id").version for n in range(4)]
    with table.lakes.writer(table.workspace_id) as writer:
        assert writer.expire_versions(older_than=timedelta(days=1), keep=[]) == 0
        assert writer.expire_versions(older_than=NO_AGE, keep=[versions[1]]) == 3
        assert writer.expire_versions(older_than=NO_AGE, keep=[versions[1]]) == 0
    catalog = table.lakes.catalog(table.workspace_id)
    assert [s.version for s in catalog.snapshots(limit=10)] == [versions[3], versions[1]]
    assert table.rows(versions[1]) == [(0,), (1,)]
    assert len(table.rows()) == 4


def test_what_only_expired_versions_needed_is_deleted(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id")
    table.replace("SELECT 2::BIGINT AS id")
    before = stored(table)
    with table.lakes.writer(table.workspace_id) as writer:
        writer.expire_versions(older_than=NO_AGE, keep=[])
        assert writer.remove_expired_files(older_than=timedelta(hours=1)) == 0
        assert writer.remove_expired_files(older_than=NO_AGE) == 1
    assert len(before - stored(table)) == 1
    assert table.rows() == [(2,)]


def test_orphans_are_collected_when_they_are_old_and_never_what_a_version_needs(
    lakes: Lakes, table: Table
) -> None:
    table.append("SELECT 1::BIGINT AS id")
    table.upsert("SELECT 1::BIGINT AS id, 'x' AS v", "id")
    needed = stored(table)
    orphan = staging_folder(table.workspace_id, table.name, new_id(), 1) + "/part-0.parquet"
    write_parquet(table.store, orphan, "SELECT 1")
    assert lakes.collect_orphans(table.workspace_id, older_than=timedelta(hours=1)) == 0
    os.utime(Path(table.store.uri(orphan)), (0, 0))
    assert lakes.collect_orphans(table.workspace_id, older_than=timedelta(hours=1)) == 1
    assert stored(table) == needed
    assert table.rows(select="id, v") == [(1, "x")]


def test_collecting_orphans_does_not_make_a_catalog(lakes: Lakes) -> None:
    workspace_id = new_id()
    assert lakes.collect_orphans(workspace_id, older_than=NO_AGE) == 0
    assert not lakes.catalog(workspace_id).is_prepared()
