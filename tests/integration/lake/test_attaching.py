"""Catalogs come and go under their readers, one per workspace, and data folders move."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from rowmill.errors import ServiceUnavailable
from rowmill.lake import DataFile, Lakes
from rowmill.models import catalog_name, new_id
from rowmill.postgres import EmbeddedPostgres
from rowmill.settings import Settings
from rowmill.store import FolderStore, open_store
from tests.factories.datasets import Table


def table_in(lakes: Lakes, workspace_id: UUID | None = None) -> Table:
    return Table(lakes, lakes.store, workspace_id or new_id())


def test_two_workspaces_have_their_own_rows_under_the_same_name(lakes: Lakes) -> None:
    one, other = table_in(lakes), table_in(lakes)
    one.append("SELECT 1::BIGINT AS id")
    other.append("SELECT 2::BIGINT AS id")
    assert (one.rows(), other.rows()) == ([(1,)], [(2,)])


def test_a_workspace_is_attached_without_looking_at_any_other(
    lakes: Lakes, capfd: pytest.CaptureFixture[str]
) -> None:
    own, other = table_in(lakes), table_in(lakes)
    own.append("SELECT 1::BIGINT AS id")
    other.append("SELECT 1::BIGINT AS id")
    again = Lakes(lakes.settings, lakes._database_url, lakes.store)
    again._instance.execute("SET GLOBAL pg_debug_show_queries = true")
    capfd.readouterr()
    with again.reader(own.workspace_id) as reader:
        assert reader.rows("SELECT 1") == [(1,)]
    asked = "".join(capfd.readouterr())
    again.close()
    schema = catalog_name(own.workspace_id)
    catalog_queries = [query for query in asked.split(";") if "pg_namespace" in query]
    assert catalog_queries
    assert all(f"nspname IN ('{schema}')" in query for query in catalog_queries)


def test_rows_are_never_kept_inside_the_catalog(lakes: Lakes) -> None:
    table = table_in(lakes)
    table.append("SELECT 1::BIGINT AS id")
    table.execute("INSERT INTO {table} VALUES (2)")
    catalog = lakes.catalog(table.workspace_id)
    assert catalog.is_prepared()
    assert len(catalog.data_files(table.name, catalog.latest_version())) == 2


def test_a_catalog_left_half_made_is_finished_by_the_next_who_comes(lakes: Lakes) -> None:
    table = table_in(lakes)
    table.append("SELECT 1::BIGINT AS id")
    schema = catalog_name(table.workspace_id)
    with lakes._engine.begin() as connection:
        connection.execute(
            text(f"DELETE FROM {schema}.ducklake_metadata WHERE key = 'data_inlining_row_limit'")
        )
    again = Lakes(lakes.settings, lakes._database_url, lakes.store)
    assert not again.catalog(table.workspace_id).is_prepared()
    assert table_in(again, table.workspace_id).rows() == [(1,)]
    assert again.catalog(table.workspace_id).is_prepared()
    again.close()


def test_many_processes_may_make_a_catalog_at_once(settings: Settings, database_url: str) -> None:
    workspace_id = new_id()
    several = [Lakes(settings, database_url, open_store(settings)) for _ in range(4)]
    tables = [table_in(lakes, workspace_id) for lakes in several]
    queries = [f"SELECT {n}::BIGINT AS id" for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(Table.append, tables, queries))
    assert sorted(tables[0].rows()) == [(0,), (1,), (2,), (3,)]
    for lakes in several:
        lakes.close()


def test_what_one_process_commits_another_sees_at_once(
    settings: Settings, database_url: str
) -> None:
    workspace_id = new_id()
    one, other = (Lakes(settings, database_url, open_store(settings)) for _ in range(2))
    writes, reads = table_in(one, workspace_id), table_in(other, workspace_id)
    writes.append("SELECT 1::BIGINT AS id")
    assert reads.rows() == [(1,)]
    writes.append("SELECT 2::BIGINT AS id, 'x' AS note")
    assert reads.rows() == [(1, None), (2, "x")]
    reads.upsert("SELECT 1::BIGINT AS id, 'y' AS note", "id")
    assert writes.rows() == [(1, "y"), (2, "x")]
    one.close()
    other.close()


def test_the_workspaces_unused_for_longest_are_let_go_but_never_under_a_reader(
    settings: Settings, database_url: str
) -> None:
    few = settings.model_copy(update={"open_workspaces": 2})
    lakes = Lakes(few, database_url, open_store(few))
    tables = [table_in(lakes) for _ in range(4)]
    for table in tables:
        table.append("SELECT 1::BIGINT AS id")
    assert lakes.attached_workspaces() == [t.workspace_id for t in tables[2:]]
    with lakes.reader(tables[0].workspace_id) as reader:
        for table in tables[1:]:
            assert table.rows() == [(1,)]
        assert tables[0].workspace_id in lakes.attached_workspaces()
        assert reader.rows(f"SELECT id FROM {reader.table_at('sales', 1)}") == [(1,)]
    assert len(lakes.attached_workspaces()) == 2
    lakes.close()


def test_attaching_and_letting_go_at_full_tilt_serves_every_reader(
    settings: Settings, database_url: str
) -> None:
    one = settings.model_copy(update={"open_workspaces": 1})
    lakes = Lakes(one, database_url, open_store(one))
    tables = [table_in(lakes) for _ in range(3)]
    for n, table in enumerate(tables):
        table.append(f"SELECT {n}::BIGINT AS id")
    with ThreadPoolExecutor(6) as pool:
        reads = [(n, pool.submit(tables[n].rows)) for _ in range(5) for n in (0, 1, 2, 0, 1, 2)]
    assert all(read.result() == [(n,)] for n, read in reads)
    lakes.close()


def test_a_data_folder_can_be_moved_as_a_whole(
    settings: Settings, database_url: str, tmp_path: Path
) -> None:
    before = FolderStore(tmp_path / "before", min_free_bytes=0)
    lakes = Lakes(settings, database_url, before)
    table = table_in(lakes)
    table.append("SELECT i::BIGINT AS id FROM range(10) AS r(i)")
    table.upsert("SELECT 3::BIGINT AS id, 'x' AS note", "id")
    rows = table.rows()
    assert all(entry.is_relative for entry in catalog_files(table))
    lakes.close()
    shutil.move(tmp_path / "before", tmp_path / "after")
    moved = Lakes(settings, database_url, FolderStore(tmp_path / "after", min_free_bytes=0))
    table = table_in(moved, table.workspace_id)
    assert table.rows() == rows
    table.append("SELECT 10::BIGINT AS id, NULL::VARCHAR AS note")
    assert all(entry.is_relative for entry in catalog_files(table))
    assert len(table.rows()) == 11
    moved.close()


def catalog_files(table: Table) -> list[DataFile]:
    catalog = table.lakes.catalog(table.workspace_id)
    return list(catalog.data_files(table.name, catalog.latest_version()))


def test_nothing_is_downloaded_and_no_extension_beyond_the_wheels_is_loaded(
    lakes: Lakes,
) -> None:
    table = table_in(lakes)
    table.append("SELECT 1::BIGINT AS id")
    with lakes.reader(table.workspace_id) as reader:
        loaded = reader.rows(
            "SELECT extension_name FROM duckdb_extensions()"
            " WHERE loaded AND install_mode NOT IN ('STATICALLY_LINKED', 'NOT_INSTALLED')"
        )
        settings = reader.rows(
            "SELECT value FROM duckdb_settings() WHERE name IN"
            " ('autoinstall_known_extensions', 'autoload_known_extensions')"
        )
    assert {name for (name,) in loaded} <= {"ducklake", "postgres_scanner"}
    assert settings == [("false",), ("false",)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    """A PostgreSQL that a test may restart."""
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    yield server
    server.stop()


def restart(server: EmbeddedPostgres, how: signal.Signals) -> None:
    process = server._postmaster()
    assert process is not None
    process.send_signal(how)
    process.wait(30)
    server.start()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT, signal.SIGKILL])
def test_a_restarted_database_is_found_again(
    settings: Settings, server: EmbeddedPostgres, how: signal.Signals
) -> None:
    lakes = Lakes(settings, server.url, open_store(settings))
    table = table_in(lakes)
    table.append("SELECT 1::BIGINT AS id")
    with lakes.reader(table.workspace_id) as reader:
        source = reader.table_at(table.name, 1)
        assert reader.rows(f"SELECT * FROM {source}") == [(1,)]
        restart(server, how)
        assert reader.rows(f"SELECT * FROM {source}") == [(1,)]
    assert table.append("SELECT 2::BIGINT AS id").row_count == 2
    lakes.close()


def test_a_database_that_is_away_is_said_to_be_and_comes_back(
    settings: Settings, server: EmbeddedPostgres
) -> None:
    lakes = Lakes(settings, server.url, open_store(settings))
    table = table_in(lakes)
    table.append("SELECT 1::BIGINT AS id")
    process = server._postmaster()
    assert process is not None
    with lakes.reader(table.workspace_id) as reader:
        process.send_signal(signal.SIGQUIT)
        process.wait(30)
        with pytest.raises(ServiceUnavailable):
            reader.rows(f"SELECT count(*) FROM {reader.table_at(table.name, 1)} WHERE id > 0")
    server.start()
    assert table.rows() == [(1,)]
    lakes.close()


def test_a_lost_lock_connection_does_not_block_the_next_commit(lakes: Lakes) -> None:
    table = table_in(lakes)
    table.append("SELECT 1::BIGINT AS id")
    staged = table.staged("SELECT 2::BIGINT AS id")
    with (
        pytest.raises(OperationalError),
        lakes.writer(table.workspace_id),
        psycopg.connect(lakes._database_url, autocommit=True) as other,
    ):
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    assert table.commit(staged).row_count == 2
