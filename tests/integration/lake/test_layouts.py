"""Reading straight from the files gives what DuckLake gives, after any history, at any version."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rowmill.lake import Lakes, Output, Reader, Search
from rowmill.lake.layout import MOST_SOURCES, TooManyFiles
from rowmill.models import new_id
from tests.factories.datasets import Table

OPERATIONS = ("append", "upsert", "update", "delete", "replace", "add column", "widen", "merge")


@dataclass
class History:
    """A table, changed at random. `types` are the columns besides `id` and `v`."""

    table: Table
    types: dict[str, str] = field(default_factory=dict)
    next_id: int = 0
    seen: dict[int, list[tuple[Any, ...]]] = field(default_factory=dict)

    def apply(self, operation: str, size: int) -> None:
        """Change the table, and remember what its new version looks like to DuckLake."""
        table = self.table
        match operation:
            case "upsert" if self.next_id:
                start = max(self.next_id - size, 0)
                table.upsert(self.query(start, start + size + 2, "u"), "id")
                self.next_id = max(self.next_id, start + size + 2)
            case "update" if self.next_id:
                table.execute(f"UPDATE {{table}} SET v = 'w' WHERE id % {size + 1} = 0")
            case "delete" if self.next_id:
                table.execute(f"DELETE FROM {{table}} WHERE id % {size + 1} = 1")
            case "merge" if self.next_id:
                with table.lakes.writer(table.workspace_id) as writer:
                    writer.merge_small_files(table.name)
            case _:
                self.load(operation, size)
        version = table.lakes.catalog(table.workspace_id).latest_version()
        self.seen.setdefault(version, table.rows(version, "rowid, *"))

    def load(self, operation: str, size: int) -> None:
        if operation == "add column":
            self.types[f"c{len(self.types)}"] = "DECIMAL(5,2)"
        if operation == "widen":
            self.types = dict.fromkeys(self.types, "DECIMAL(9,3)")
        query = self.query(self.next_id, self.next_id + size, operation[0])
        self.table.replace(query) if operation == "replace" else self.table.append(query)
        self.next_id += size

    def query(self, start: int, end: int, v: str) -> str:
        more = "".join(
            f", CASE WHEN i % 3 > 0 THEN i / 10 END::{sql} AS {name}"
            for name, sql in self.types.items()
        )
        return f"SELECT i::BIGINT AS id, '{v}' || i % 4 AS v{more} FROM range({start}, {end}) r(i)"


def pages(
    reader: Reader, table: Table, version: int, output: Output, limit: int
) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    while True:
        after = found[-1][0] if found else -1
        page = reader.rows_in_order(table.name, version, output, after=after, limit=limit)
        found += page
        if len(page) < limit:
            return found


def sorted_by_v(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=lambda row: (row[1], row[0]), reverse=False)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(OPERATIONS), st.integers(1, 12)), min_size=1, max_size=7
    ),
    limit=st.integers(1, 20),
)
def test_pages_and_searches_equal_a_scan_at_every_version(
    lakes: Lakes, steps: list[tuple[str, int]], limit: int
) -> None:
    history = History(Table(lakes, lakes.store, new_id()))
    for operation, size in steps:
        history.apply(operation, size)
    table = history.table
    for version, expected in history.seen.items():
        assert table.rows(version, "rowid, *") == expected, "the past has changed"
        with lakes.reader(table.workspace_id) as reader:
            source = reader.table_at(table.name, version)
            names = [name for name, *_ in reader.rows(f"DESCRIBE SELECT * FROM {source}")]
            output = Output(names, ", ".join(f'"{name}"' for name in names))
            assert pages(reader, table, version, output, limit) == expected
            search = Search(["v", "id"], "id >= ?", [3], "v, _row_id", ["v"], limit=1000)
            found = reader.search(table.name, version, search, output)
            wanted = [(row[0], row[names.index("v") + 1], *row[1:]) for row in expected]
            id_at = names.index("id") + 2
            assert found == sorted_by_v([row for row in wanted if row[id_at] >= 3])
            sample = reader.sample(table.name, version, names, 16)
            assert set(reader.rows(f"SELECT {output.select} FROM {sample}")) <= {
                row[1:] for row in expected
            }


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(OPERATIONS), st.integers(1, 12)), min_size=2, max_size=6
    )
)
def test_the_difference_of_any_two_versions_leads_from_one_to_the_other(
    lakes: Lakes, steps: list[tuple[str, int]]
) -> None:
    history = History(Table(lakes, lakes.store, new_id()))
    for operation, size in steps:
        history.apply(operation, size)
    table = history.table
    for since, old in history.seen.items():
        for until, new in history.seen.items():
            with lakes.reader(table.workspace_id) as reader:
                found = reader.difference(table.name, since, until, most=10_000)
                columns = ["id", "v"]
                if found is None:  # files that were merged hold rows of several versions
                    assert any(operation == "merge" for operation, _ in steps)
                    continue
                kept = {row[:3] for row in old if row[0] not in set(found.before)}
                after = reader.select_rows(
                    table.name, until, found.after, columns, lambda rows: f"SELECT * FROM {rows}"
                )
                before = reader.select_rows(
                    table.name, since, found.before, columns, lambda rows: f"SELECT * FROM {rows}"
                )
            assert sorted([*kept, *after]) == sorted(row[:3] for row in new)
            assert sorted([*kept, *before]) == sorted(row[:3] for row in old)


def test_a_large_difference_is_not_looked_through(table: Table) -> None:
    first = table.append("SELECT i::BIGINT AS id FROM range(1000) AS r(i)").version
    second = table.append("SELECT i::BIGINT AS id FROM range(1000, 1100) AS r(i)").version
    with table.lakes.reader(table.workspace_id) as reader:
        assert reader.difference(table.name, first, second, most=99) is None
        found = reader.difference(table.name, first, second, most=100)
    assert found is not None
    assert (found.before, sorted(found.after)) == ([], list(range(1000, 1100)))


def test_the_latest_version_is_read_from_its_files_after_updates_and_deletions(
    table: Table,
) -> None:
    table.append("SELECT i::BIGINT AS id, 'a' AS v FROM range(100) AS r(i)")
    table.upsert("SELECT i::BIGINT AS id, 'b' AS v FROM range(50, 120, 3) AS r(i)", "id")
    table.execute("DELETE FROM {table} WHERE id % 7 = 0")
    version = table.lakes.catalog(table.workspace_id).latest_version()
    output = Output(["id", "v"], "id, v")
    with table.lakes.reader(table.workspace_id) as reader:
        layout = reader._layout(table.name, version)
        assert len(layout.whole().files) >= 2
        assert pages(reader, table, version, output, 7) == table.rows(version, "rowid, id, v")


def test_rows_in_more_files_than_are_worth_opening_are_read_by_a_scan(table: Table) -> None:
    table.append("SELECT i::BIGINT AS id, 0::BIGINT AS v FROM range(40) AS r(i)")
    for n in range(MOST_SOURCES + 1):
        table.upsert(
            f"SELECT i::BIGINT AS id, {n + 1}::BIGINT AS v FROM (VALUES ({n}), (39 - {n})) r(i)",
            "id",
        )
        table.execute(f"DELETE FROM {{table}} WHERE id = {39 - n} AND v = {n + 1}")
    version = table.commits[-1].version
    output = Output(["id", "v"], "id, v")
    with table.lakes.reader(table.workspace_id) as reader:
        with pytest.raises(TooManyFiles):
            reader._layout(table.name, version).window(18, 5)
        assert pages(reader, table, version, output, 7) == table.rows(version, "rowid, id, v")


def test_the_small_files_of_many_edits_are_read_together(table: Table) -> None:
    table.append("SELECT i::BIGINT AS id, 0::INTEGER AS v FROM range(100) AS r(i)")
    for n in range(MOST_SOURCES * 2):
        table.execute(f"UPDATE {{table}} SET v = {n + 1} WHERE id = {n * 3}")
    table.append("SELECT 100::BIGINT AS id, 5000000000::BIGINT AS v")  # widens the column
    table.upsert("SELECT 98::BIGINT AS id, 6000000000::BIGINT AS v", "id")
    version = table.lakes.catalog(table.workspace_id).latest_version()
    with table.lakes.reader(table.workspace_id) as reader:
        whole = reader._layout(table.name, version).whole()
        assert len(whole.files) > MOST_SOURCES * 2
        found = reader.select(
            table.name, version, ["id", "v"], lambda source: f"SELECT * FROM {source} ORDER BY 1"
        )
        assert found == table.rows(version, "rowid, id, v")


def test_many_small_files_one_after_the_other_are_read_a_few_at_a_time(table: Table) -> None:
    for n in range(MOST_SOURCES + 5):
        table.append(f"SELECT {n}::BIGINT AS id")
    version = table.commits[-1].version
    with table.lakes.reader(table.workspace_id) as reader:
        found = reader.rows_in_order(table.name, version, Output(["id"], "id"), after=-1, limit=100)
    assert found == [(n, n) for n in range(MOST_SOURCES + 5)]
