"""The same lake on an S3-compatible bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest
from moto.server import ThreadedMotoServer
from pydantic import SecretStr

from rowmill.errors import CursorExpired, ServiceUnavailable
from rowmill.lake import Lakes, Output
from rowmill.models import new_id
from rowmill.settings import Settings
from rowmill.store import open_store
from tests.factories.datasets import Table, write_parquet

BUCKET = "rowmill-test"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The address of an S3 server with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.put(f"http://{host}:{port}/{BUCKET}").raise_for_status()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def lakes(settings: Settings, database_url: str, endpoint: str) -> Iterator[Lakes]:
    """Lakes that keep their files in the bucket."""
    remote = settings.model_copy(
        update={
            "storage_url": f"s3://{BUCKET}/{new_id()}",
            "s3_endpoint": endpoint,
            "s3_access_key_id": "it's a key",
            "s3_secret_access_key": SecretStr("secret"),
        }
    )
    lakes = Lakes(remote, database_url, open_store(remote))
    yield lakes
    lakes.close()


@pytest.fixture
def table(lakes: Lakes) -> Table:
    """A table that does not exist yet."""
    return Table(lakes, lakes.store, new_id())


def test_every_kind_of_commit_works_on_a_bucket(table: Table) -> None:
    first = table.append("SELECT i::BIGINT AS id, 'a' AS v FROM range(100) AS r(i)")
    second = table.upsert("SELECT i::BIGINT AS id, 'b' AS v FROM range(90, 110) AS r(i)", "id")
    assert (second.inserted, second.updated, second.row_count) == (10, 10, 110)
    third = table.replace("SELECT 1::BIGINT AS id, 'c' AS v")
    assert [c.row_count for c in (first, second, third)] == [100, 110, 1]
    assert len(table.rows(first.version)) == 100
    catalog = table.lakes.catalog(table.workspace_id)
    assert all(file.is_relative for file in catalog.data_files(table.name, second.version))


def test_pages_are_read_straight_from_the_bucket(table: Table) -> None:
    table.append("SELECT i::BIGINT AS id, 'a' AS v FROM range(100) AS r(i)")
    version = table.upsert("SELECT 40::BIGINT AS id, 'b' AS v", "id").version
    output = Output(["id", "v"], "id, v")
    with table.lakes.reader(table.workspace_id) as reader:
        files = reader._layout(table.name, version).files
        page = reader.rows_in_order(table.name, version, output, after=37, limit=5)
    assert all(file.uri.startswith("s3://") for file in files)
    assert page == table.rows(version, "rowid, id, v")[38:43]


def test_orphans_and_expired_files_leave_the_bucket(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id")
    table.replace("SELECT 2::BIGINT AS id")
    folder = f"lake/{table.workspace_id}/main/{table.name}"
    write_parquet(table.store, f"{folder}/import-none-1/part-0.parquet", "SELECT 1")
    with table.lakes.writer(table.workspace_id) as writer:
        assert writer.collect_orphans(older_than=timedelta(hours=1)) == 0
        assert writer.collect_orphans(older_than=timedelta(0)) == 1
        writer.expire_versions(older_than=timedelta(0), keep=[])
        assert writer.remove_expired_files(older_than=timedelta(0)) == 1
    assert len(list(table.store.list(folder))) == 1
    assert table.rows() == [(2,)]


def test_a_file_that_is_gone_is_told_from_a_bucket_that_is_away(table: Table) -> None:
    version = table.append("SELECT 1::BIGINT AS id").version
    query = f"SELECT id FROM {{}}.{table.name} AT (VERSION => {version}) WHERE id > 0"
    table.store.delete_folder(f"lake/{table.workspace_id}")
    fresh = Lakes(table.lakes.settings, table.lakes._database_url, table.store)
    with fresh.reader(table.workspace_id) as reader, pytest.raises(CursorExpired):
        reader.rows(query.format(reader.alias))
    fresh.close()
    away = table.lakes.settings.model_copy(update={"s3_endpoint": "http://127.0.0.1:9"})
    lakes = Lakes(away, table.lakes._database_url, table.store)
    with lakes.reader(table.workspace_id) as reader, pytest.raises(ServiceUnavailable):
        reader.rows(query.format(reader.alias))
    lakes.close()
