"""Cursors of records: opaque and signed, they pin the version and say behind which row to go on."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rowmill import paging
from rowmill.paging import InvalidCursor

LONGEST_KEYS = 1000  # characters; longer sort values are looked up again instead of carried along


@dataclass(frozen=True)
class Position:
    """The place behind a row of a version.

    `keys` are the row's values in the sort columns, as text; null where they are too long to
    carry, or where nothing is sorted.
    """

    version: int
    row_id: int
    keys: tuple[str | None, ...] | None


def fingerprint(*parts: Any) -> str:
    """A short name for plain values: equal ones, and in practice only they, have equal names."""
    text = json.dumps(parts, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def encode(key: bytes, dataset_id: UUID, query: str, position: Position) -> str:
    """Args: `query` is the fingerprint of filters and order, to which the cursor is bound."""
    keys = position.keys
    if keys is not None and sum(len(value or "") for value in keys) > LONGEST_KEYS:
        keys = None
    return paging.encode(
        key,
        {
            "dataset": str(dataset_id),
            "query": query,
            "version": position.version,
            "row": position.row_id,
            "keys": keys,
        },
    )


def version_of(key: bytes, dataset_id: UUID, cursor: str) -> int:
    """The version that the cursor pins. Raises: InvalidCursor."""
    return int(_values(key, dataset_id, cursor)["version"])


def decode(key: bytes, dataset_id: UUID, query: str, cursor: str) -> Position:
    """Raises: InvalidCursor where it is of another dataset, other filters or another order."""
    values = _values(key, dataset_id, cursor)
    if values["query"] != query:
        raise InvalidCursor("This cursor belongs to other filters or another order.")
    keys = values["keys"]
    return Position(values["version"], values["row"], None if keys is None else tuple(keys))


def _values(key: bytes, dataset_id: UUID, cursor: str) -> dict[str, Any]:
    values = paging.decode(key, cursor)
    if values.get("dataset") != str(dataset_id):
        raise InvalidCursor
    return values
