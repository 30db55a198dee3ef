"""Which rows differ between two versions, told by their files alone.

Files never change: what both versions have in common is skipped without a look, so a difference of
a few rows is found in a few milliseconds whatever the table's size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from rowmill.lake.layout import Layout, RowFile
from rowmill.mill import quote_literal

MOST_FILES = 100


@dataclass(frozen=True)
class Difference:
    """Ids of rows that are no more as they were, at the earlier version, and at the later one.

    A row that only moved to another file may be in both.
    """

    before: Sequence[int]
    after: Sequence[int]


def difference(
    rows: Callable[[str], list[tuple[Any, ...]]], old: Layout, new: Layout, *, most: int
) -> Difference | None:
    """The difference of two layouts of a table; null where it is of more than `most` rows.

    Args: `rows` runs a statement.
    """
    earlier = {file.uri: file for file in old.files}
    later = {file.uri: file for file in new.files}
    gone = [file for uri, file in earlier.items() if uri not in later]
    fresh = [file for uri, file in later.items() if uri not in earlier]
    touched = [
        (earlier[uri], file)
        for uri, file in later.items()
        if uri in earlier and _deletions(earlier[uri]) != _deletions(file)
    ]
    if len(gone) + len(fresh) + len(touched) > MOST_FILES:
        return None
    before = [*(_alive(file) for file in gone), *(_deleted(*pair) for pair in touched)]
    after = [*(_alive(file) for file in fresh), *(_deleted(*pair[::-1]) for pair in touched)]
    found = []
    for statements in (before, after):
        wanted = [statement for statement in statements if statement]
        union = " UNION ALL ".join(wanted)
        ids = [row[0] for row in rows(f"{union} LIMIT {most + 1}")] if wanted else []
        if len(ids) > most:
            return None
        found.append(ids)
    return Difference(*found)


def _deletions(file: RowFile) -> tuple[str | None, int | None]:
    return file.deletions, file.deleted_until


def _alive(file: RowFile) -> str:
    """The row ids of a file."""
    deleted = file.deleted_positions()
    condition = f" WHERE file_row_number NOT IN ({deleted})" if deleted else ""
    return f"SELECT {file.row_id} FROM {_scan(file)}{condition}"


def _deleted(old: RowFile, new: RowFile) -> str:
    """The row ids of a file that are deleted in its new state and were not in the old one."""
    deleted, before = new.deleted_positions(), old.deleted_positions()
    if not deleted:
        return ""
    positions = f"{deleted} EXCEPT {before}" if before else deleted
    if not new.has_row_ids:
        return f"SELECT pos + {new.low} FROM ({positions})"
    return f"SELECT {new.row_id} FROM {_scan(new)} WHERE file_row_number IN ({positions})"


def _scan(file: RowFile) -> str:
    return f"read_parquet({quote_literal(file.uri)}, file_row_number => true)"
