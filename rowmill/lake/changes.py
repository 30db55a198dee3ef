"""What became of the rows of a table between two of its versions.

It is the net effect: a row that was changed five times appears once, one that came and went not
at all, and one whose values are what they were before does not appear either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rowmill.errors import CursorExpired
from rowmill.lake.catalog import Catalog
from rowmill.lake.reading import Reader
from rowmill.mill import quote_identifier, quote_literal

OLD = "_old_"
"""Before the name of a column: its value at the earlier version."""


@dataclass(frozen=True)
class ChangeFeed:
    """Which changes: those after the version `since`, up to and with `until`.

    Without `since` every row is an insert. Rows are told apart by the `key`, so that a table whose
    rows were all replaced has changed only where values differ; without a key by their row ids.
    """

    table_name: str
    since: int | None
    until: int
    columns: Sequence[str]
    key: Sequence[str] = ()

    @property
    def order(self) -> str:
        """What follows ORDER BY: rows that are there first, by key, or else by row id."""
        keys = [f"{key_column(position)} NULLS FIRST" for position in range(len(self.key))]
        return ", ".join(["_change = 'delete'", *keys, "_row_id"])


def key_column(position: int) -> str:
    """The column of a feed that holds that part of the key, whatever became of the row."""
    return f"_key_{position}"


def source(reader: Reader, catalog: Catalog, feed: ChangeFeed) -> str:
    """A FROM clause of the changes: `_change` (`insert`, `update` or `delete`) and `_row_id`, the
    columns at `until`, the same at `since` with `OLD` before their names, and the key's parts.

    The values of a row that is not there at a version are null. Raises: CursorExpired where one
    of the versions is no longer kept.
    """
    types = _types(reader, feed, feed.until)
    if feed.since is None or not catalog.has_table(feed.table_name, feed.since):
        return _all_inserted(reader, feed, types)
    ends_are_kept, all_are_kept = catalog.kept_between(feed.since, feed.until)
    if not ends_are_kept:
        raise CursorExpired
    if feed.since >= feed.until:
        return f"{_all_inserted(reader, feed, types).removesuffix(')')} LIMIT 0)"
    old, new = _recorded(reader, feed) if all_are_kept else _whole(reader, feed, types)
    return _compared(feed, old, new)


def _types(reader: Reader, feed: ChangeFeed, version: int) -> dict[str, str]:
    table = reader.table_at(feed.table_name, version)
    return {name: kind for name, kind, *_ in reader.rows(f"DESCRIBE SELECT * FROM {table}")}


def _all_inserted(reader: Reader, feed: ChangeFeed, types: Mapping[str, str]) -> str:
    old = [f"CAST(NULL AS {types[name]}) AS {_old(name)}" for name in feed.columns]
    keys = [f"{quote_identifier(k)} AS {key_column(i)}" for i, k in enumerate(feed.key)]
    parts = ["'insert' AS _change", "rowid AS _row_id", *_quoted(feed.columns), *old, *keys]
    return f"(SELECT {', '.join(parts)} FROM {reader.table_at(feed.table_name, feed.until)})"


def _recorded(reader: Reader, feed: ChangeFeed) -> tuple[str, str]:
    """The rows that changed as they were and as they are, from the lake's record of changes.

    The first thing that happened to a row tells what it was, the last one what it is.
    """
    assert feed.since is not None
    table = quote_literal(feed.table_name)
    record = f"{reader.alias}.table_changes({table}, {feed.since + 1}, {feed.until})"
    columns = ", ".join(["rowid AS _row_id", "change_type", *_quoted(_needed(feed))])
    # Within a version the pre-image comes first.
    order = "snapshot_id {0}, change_type = 'update_preimage' {1}"
    window = "row_number() OVER (PARTITION BY rowid ORDER BY {}) = 1"
    first, last = (window.format(order.format(*way)) for way in (("", "DESC"), ("DESC", "")))
    return (
        (
            f"(SELECT * EXCLUDE change_type FROM (SELECT {columns} FROM {record} QUALIFY {first})"
            " WHERE change_type IN ('update_preimage', 'delete'))"
        ),
        (
            f"(SELECT * EXCLUDE change_type FROM (SELECT {columns} FROM {record} QUALIFY {last})"
            " WHERE change_type IN ('update_postimage', 'insert'))"
        ),
    )


def _whole(reader: Reader, feed: ChangeFeed, types: Mapping[str, str]) -> tuple[str, str]:
    """All rows at both versions, where versions between them are no longer kept."""
    assert feed.since is not None
    before = _types(reader, feed, feed.since)
    old = [
        f"TRY_CAST({quote_identifier(name)} AS {types[name]}) AS {quote_identifier(name)}"
        if name in before
        else f"CAST(NULL AS {types[name]}) AS {quote_identifier(name)}"
        for name in _needed(feed)
    ]
    new = ", ".join(["rowid AS _row_id", *_quoted(_needed(feed))])
    return (
        (
            f"(SELECT {', '.join(['rowid AS _row_id', *old])}"
            f" FROM {reader.table_at(feed.table_name, feed.since)})"
        ),
        f"(SELECT {new} FROM {reader.table_at(feed.table_name, feed.until)})",
    )


def _compared(feed: ChangeFeed, old: str, new: str) -> str:
    """Rows of both sides beside each other, without those of equal values."""
    if feed.key:
        # Rows that share a key are paired in their order.
        key = ", ".join(_quoted(feed.key))
        number = f"row_number() OVER (PARTITION BY {key} ORDER BY _row_id) AS _n"
        old, new = (f"(SELECT *, {number} FROM {side})" for side in (old, new))
        matches = [f"n.{part} IS NOT DISTINCT FROM o.{part}" for part in _quoted(feed.key)]
        match = " AND ".join([*matches, "n._n = o._n"])
    else:
        match = "n._row_id = o._row_id"
    change = (
        "CASE WHEN o._row_id IS NULL THEN 'insert' WHEN n._row_id IS NULL THEN 'delete'"
        " ELSE 'update' END AS _change"
    )
    columns = [f"n.{name} AS {name}" for name in _quoted(feed.columns)]
    before = [f"o.{quote_identifier(name)} AS {_old(name)}" for name in feed.columns]
    keys = [
        f"CASE WHEN n._row_id IS NULL THEN o.{part} ELSE n.{part} END AS {key_column(position)}"
        for position, part in enumerate(_quoted(feed.key))
    ]
    row_id = "coalesce(n._row_id, o._row_id) AS _row_id"
    differs = " OR ".join(f"n.{c} IS DISTINCT FROM o.{c}" for c in _quoted(feed.columns))
    return (
        f"(SELECT {', '.join([change, row_id, *columns, *before, *keys])}"
        f" FROM {new} AS n FULL JOIN {old} AS o ON {match}"
        f" WHERE n._row_id IS NULL OR o._row_id IS NULL OR {differs or 'false'})"
    )


def _needed(feed: ChangeFeed) -> list[str]:
    return list(dict.fromkeys([*feed.columns, *feed.key]))


def _old(name: str) -> str:
    return quote_identifier(f"{OLD}{name}")


def _quoted(names: Sequence[str]) -> list[str]:
    return [quote_identifier(name) for name in names]
