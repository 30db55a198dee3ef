"""The change feed: what it says of two versions is what differs between them, and no more."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from rowmill.errors import CursorExpired
from rowmill.lake import ChangeFeed, Deletion, Update
from rowmill.models import new_id
from tests.factories.datasets import Table
from tests.integration.lake.test_editing import edit

FIRST = "SELECT i AS id, 'n' || i AS name FROM range(4) t(i)"
Row = tuple[Any, ...]


def changes(
    table: Table, since: int | None, until: int, *key: str, columns: Sequence[str] = ("id", "name")
) -> list[Row]:
    """Kind, new values, old values of each change, in the feed's order."""
    feed = ChangeFeed(table.name, since, until, columns, key)
    old = ", ".join(f'"_old_{name}"' for name in columns)
    with table.lakes.changes(table.workspace_id, feed) as (reader, source):
        return reader.rows(
            f"SELECT _change, {', '.join(columns)}, {old} FROM {source} ORDER BY {feed.order}"
        )


def expire(table: Table, *versions: int) -> None:
    with table.lakes.writer(table.workspace_id) as writer:
        writer._call("ducklake_expire_snapshots", f"versions => {list(versions)}")


def test_without_a_beginning_every_row_is_an_insert(table: Table) -> None:
    version = table.append(FIRST).version
    assert changes(table, None, version) == [("insert", i, f"n{i}", None, None) for i in range(4)]


def test_inserts_updates_and_deletes_have_their_values_before_and_after(table: Table) -> None:
    first = table.append(FIRST).version
    table.upsert("SELECT i AS id, 'new' AS name FROM range(3, 5) t(i)", "id")
    last = edit(table, [Deletion(0)]).version

    assert changes(table, first, last, "id") == [
        ("update", 3, "new", 3, "n3"),
        ("insert", 4, "new", None, None),
        ("delete", None, None, 0, "n0"),
    ]
    assert changes(table, last, last, "id") == []


def test_only_the_net_effect_of_several_changes_is_told(table: Table) -> None:
    first = table.append(FIRST).version
    edit(table, [Update(1, {"name": "x"}), Update(2, {"name": "x"})])
    table.append("SELECT 9::BIGINT AS id, 'short' AS name")
    short = dict(table.rows(select="name, rowid"))["short"]
    edit(table, [Update(1, {"name": "y"}), Update(2, {"name": "n2"}), Deletion(short)])
    edit(table, [Update(3, {"name": "x"})])
    last = edit(table, [Deletion(3)]).version

    assert changes(table, first, last) == [
        ("update", 1, "y", 1, "n1"),
        ("delete", None, None, 3, "n3"),
    ]


def test_what_is_replaced_by_equal_rows_has_not_changed(table: Table) -> None:
    first = table.append(FIRST).version
    same = table.replace(FIRST).version
    last = table.replace(f"{FIRST} WHERE i > 0 UNION ALL SELECT 7::BIGINT, NULL").version

    assert changes(table, first, same, "id") == []
    assert changes(table, first, last, "id") == [
        ("insert", 7, None, None, None),
        ("delete", None, None, 0, "n0"),
    ]


def test_a_file_sent_again_has_changed_nothing(table: Table) -> None:
    first = table.append(FIRST).version
    table.upsert(f"{FIRST} UNION ALL SELECT 9::BIGINT, 'x'", "id")
    last = table.upsert(f"{FIRST} UNION ALL SELECT 9::BIGINT, 'x'", "id").version
    assert changes(table, first, last, "id") == [("insert", 9, "x", None, None)]


def test_a_column_that_came_later_is_null_before(table: Table) -> None:
    first = table.append(FIRST).version
    last = table.upsert("SELECT 1::BIGINT AS id, 'n1' AS name, 5 AS extra", "id").version

    assert changes(table, first, last, "id", columns=("id", "extra")) == [("update", 1, 5, 1, None)]
    assert changes(table, first, last, "id") == []  # of the columns asked for, none has changed


def test_null_and_repeated_keys_are_paired(table: Table) -> None:
    rows = "SELECT * FROM (VALUES (NULL, 'a'), (1, 'b'), (1, 'c')) t(id, name)"
    first = table.append(rows).version
    last = table.replace(rows.replace("'c'", "'d'")).version
    assert changes(table, first, last, "id") == [("update", 1, "d", 1, "c")]


def test_versions_between_may_be_gone_but_not_the_first(table: Table) -> None:
    first = table.append(FIRST).version
    edit(table, [Update(1, {"name": "x"})])
    between = edit(table, [Update(1, {"name": "y"}), Deletion(2)]).version
    last = table.append("SELECT 9::BIGINT AS id, 'z' AS name").version
    whole = changes(table, first, last, "id")

    expire(table, *range(first + 1, between + 1))
    assert changes(table, first, last, "id") == whole
    expire(table, first)
    with pytest.raises(CursorExpired):
        changes(table, first, last, "id")


@pytest.mark.parametrize("seed", range(3))
def test_changes_applied_to_the_old_rows_give_the_new_ones(table: Table, seed: int) -> None:
    randomness = random.Random(seed)
    table.append("SELECT i AS id, 'n' || i AS name FROM range(50) t(i)")
    for _ in range(8):
        low, text = randomness.randrange(60), randomness.choice("abc")
        query = f"SELECT i AS id, '{text}' AS name FROM range({low}, {low + 9}) t(i)"
        if randomness.random() < 0.2:
            table.replace(f"SELECT i AS id, 'n' || i AS name FROM range({low}) t(i)")
        elif randomness.random() < 0.4 and (rows := table.rows(select="rowid")):
            gone = randomness.sample(rows, min(len(rows), 5))
            edit(table, [Deletion(row[0]) for row in gone], edit_id=new_id())
        else:
            table.upsert(query, "id")
    last = table.lakes.catalog(table.workspace_id).latest_version()
    for commit in table.commits:
        state = dict(table.rows(commit.version))
        for kind, key, name, old_key, old_name in changes(table, commit.version, last, "id"):
            if kind != "insert":
                assert state.pop(old_key) == old_name
            if kind != "delete":
                assert key not in state
                state[key] = name
        assert state == dict(table.rows(last)), (seed, commit.version)
