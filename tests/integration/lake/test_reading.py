"""Reading at a version: deadlines, expired versions, and many readers at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import duckdb
import pytest

from rowmill.errors import CursorExpired, Invalid, QueryTimedOut, ServiceUnavailable
from rowmill.lake import Lakes
from rowmill.models import new_id
from rowmill.settings import Settings
from tests.factories.datasets import Table

ENDLESS = "SELECT count(*) FROM range(1000000000) AS a, range(1000000000) AS b"


def test_a_reader_sees_its_version_while_others_write(table: Table) -> None:
    first = table.append("SELECT 1::BIGINT AS id")
    with table.lakes.reader(table.workspace_id) as reader:
        source = reader.table_at(table.name, first.version)
        table.append("SELECT 2::BIGINT AS id")
        assert reader.rows(f"SELECT id FROM {source}") == [(1,)]


def test_a_query_is_cancelled_at_its_deadline(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id")
    started = time.monotonic()
    with (
        table.lakes.reader(table.workspace_id, timeout_seconds=0.2) as reader,
        pytest.raises(QueryTimedOut),
    ):
        reader.rows(ENDLESS)
    assert time.monotonic() - started < 5


def test_the_deadline_counts_for_everything_a_reader_runs(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id")
    with table.lakes.reader(table.workspace_id, timeout_seconds=0.1) as reader:
        time.sleep(0.3)
        with pytest.raises(QueryTimedOut):
            reader.rows("SELECT 1")


def test_a_cancelled_query_is_no_timeout(table: Table) -> None:
    table.append("SELECT 1::BIGINT AS id")
    with table.lakes.reader(table.workspace_id) as reader:
        threading.Timer(0.2, reader.cancel).start()
        with pytest.raises(duckdb.InterruptException):
            reader.rows(ENDLESS)


def test_an_expired_version_is_gone(table: Table) -> None:
    first = table.append("SELECT 1::BIGINT AS id")
    table.append("SELECT 2::BIGINT AS id")
    with table.lakes.writer(table.workspace_id) as writer:
        writer.expire_versions(older_than=timedelta(0), keep=[])
    with table.lakes.reader(table.workspace_id) as reader, pytest.raises(CursorExpired):
        reader.rows(f"SELECT * FROM {reader.table_at(table.name, first.version)}")


def test_a_sum_too_large_is_the_askers_mistake(table: Table) -> None:
    table.append("SELECT 9e37::DECIMAL(38,0) AS v FROM range(5)")
    with table.lakes.reader(table.workspace_id) as reader, pytest.raises(Invalid):
        reader.rows(f"SELECT sum(v) FROM {reader.table_at(table.name, 1)}")


def test_a_query_beyond_the_memory_limit_is_refused_and_the_next_one_works(
    settings: Settings, table: Table
) -> None:
    small = settings.model_copy(update={"query_memory_bytes": 64 * 1024**2})
    lakes = Lakes(small, table.lakes._database_url, table.store)
    table.append("SELECT 1::BIGINT AS id")
    with lakes.reader(table.workspace_id) as reader:
        with pytest.raises(ServiceUnavailable, match="memory"):
            reader.rows("SELECT list(i) FROM range(50000000) AS r(i)")
        assert reader.rows("SELECT 1") == [(1,)]
    lakes.close()


def test_many_readers_and_writers_of_many_workspaces_do_not_disturb_each_other(
    lakes: Lakes, table: Table
) -> None:
    tables = [table, *(Table(lakes, lakes.store, _id) for _id in _ids(3))]
    for each in tables:
        each.append("SELECT i::BIGINT AS id FROM range(100) AS r(i)")

    def work(each: Table) -> int:
        for _ in range(3):
            each.append("SELECT 1::BIGINT AS id")
        return len(each.rows())

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(work, [*tables, *tables]))
    assert all(103 <= count <= 106 for count in seen)
    assert [len(each.rows()) for each in tables] == [106] * 4


def _ids(count: int) -> list[UUID]:
    return [new_id() for _ in range(count)]
