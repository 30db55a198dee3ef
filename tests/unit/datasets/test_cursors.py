from __future__ import annotations

from typing import Any

import pytest

from rowmill.datasets import cursors
from rowmill.datasets.cursors import Position
from rowmill.models import new_id
from rowmill.paging import InvalidCursor, encode

KEY = b"key"
DATASET = new_id()


@pytest.mark.parametrize("keys", [None, (), ("a", None, "1.50"), ("é" * 400,)])
def test_a_cursor_says_where_to_go_on(keys: tuple[str | None, ...] | None) -> None:
    position = Position(7, 41, keys)
    cursor = cursors.encode(KEY, DATASET, "query", position)
    assert cursors.decode(KEY, DATASET, "query", cursor) == position
    assert cursors.version_of(KEY, DATASET, cursor) == 7


def test_long_values_are_looked_up_again_instead_of_carried() -> None:
    cursor = cursors.encode(KEY, DATASET, "query", Position(7, 41, ("x" * 100_000,)))
    assert len(cursor) < 500
    assert cursors.decode(KEY, DATASET, "query", cursor).keys is None


def test_a_cursor_of_something_else_is_refused() -> None:
    cursor = cursors.encode(KEY, DATASET, "query", Position(7, 41, ()))
    for key, dataset, query in (
        (b"other", DATASET, "query"),
        (KEY, new_id(), "query"),
        (KEY, DATASET, "other"),
    ):
        with pytest.raises(InvalidCursor):
            cursors.decode(key, dataset, query, cursor)
    with pytest.raises(InvalidCursor):
        cursors.decode(KEY, DATASET, "query", encode(KEY, {"list": "imports", "below": "x"}))
    with pytest.raises(InvalidCursor):
        cursors.version_of(KEY, DATASET, "no cursor")


def test_fingerprints_tell_queries_apart() -> None:
    several: list[list[Any]] = [["a", "b"], ["ab"], ["a", ["b"]], [None], ["\ud800"], []]
    assert len({cursors.fingerprint(*each) for each in several}) == len(several)
    assert cursors.fingerprint("a", 1) == cursors.fingerprint("a", 1)
