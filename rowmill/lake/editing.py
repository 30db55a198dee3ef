"""Changes to single rows of a table, made together in one commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

import duckdb

from rowmill.errors import Conflict
from rowmill.lake.schema import columns_of, create_table, evolve
from rowmill.mill import quote_identifier

Values: TypeAlias = Mapping[str, str | None]
"""Values by column name, as text that DuckDB can cast to the column's type; null is none."""


class RowGone(Conflict):
    """A row that was to be changed is no longer there. Read again, then repeat the change."""


@dataclass(frozen=True)
class Insertion:
    """A new row. Columns that are not named are null in it."""

    values: Values


@dataclass(frozen=True)
class Update:
    """New values for some columns of a row. The row keeps its id."""

    row_id: int
    values: Values


@dataclass(frozen=True)
class Deletion:
    """A row that is to go."""

    row_id: int


Change: TypeAlias = Insertion | Update | Deletion


@dataclass(frozen=True)
class TableEdit:
    """Changes of a table's rows that become visible together or not at all.

    Attributes:
        columns: the columns the table is to have, name to DuckDB type, in order. Those missing
            are added, a wider type widens the table's; the table is made when it is missing.
        changes: no row is in two of them.
    """

    edit_id: UUID
    table_name: str
    columns: Mapping[str, str]
    changes: Sequence[Change]
    author: str = ""
    message: str = ""

    @property
    def marker(self) -> str:
        """What the commit is found by afterwards."""
        return edit_marker(self.edit_id)


@dataclass(frozen=True)
class EditCommit:
    """The version that an edit made, and what the table is like at it."""

    version: int
    row_count: int
    size_bytes: int


def edit_marker(edit_id: UUID) -> str:
    """The `extra_info` of the snapshot that an edit made."""
    return f"edit:{edit_id}"


def apply(cursor: duckdb.DuckDBPyConnection, table: str, edit: TableEdit, *, exists: bool) -> None:
    """Make the changes, inside a transaction of the caller's. Raises: RowGone, SchemaMismatch."""
    if exists:
        evolve(cursor, table, edit.columns)
    else:
        create_table(cursor, table, edit.columns)
    types = columns_of(cursor, table)
    updates = [change for change in edit.changes if isinstance(change, Update)]
    deletions = [change.row_id for change in edit.changes if isinstance(change, Deletion)]
    insertions = [change.values for change in edit.changes if isinstance(change, Insertion)]
    if updates:
        _update(cursor, table, types, updates)
    if deletions:
        condition = f"rowid IN ({', '.join(map(str, deletions))})"
        _expect(cursor.execute(f"DELETE FROM {table} WHERE {condition}"), len(deletions))
    if insertions:
        _insert(cursor, table, types, insertions)


def _update(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    types: Mapping[str, str],
    updates: Sequence[Update],
) -> None:
    """One statement for all rows: each one scans the table for them."""
    names = list(dict.fromkeys(name for update in updates for name in update.values))
    assignments, parameters = [], []
    for name in names:
        quoted, cases = quote_identifier(name), ""
        for update in updates:
            if name in update.values:
                cases += f" WHEN {int(update.row_id)} THEN CAST(? AS {types[name]})"
                parameters.append(update.values[name])
        assignments.append(f"{quoted} = CASE rowid{cases} ELSE {quoted} END")
    row_ids = ", ".join(str(int(update.row_id)) for update in updates)
    statement = f"UPDATE {table} SET {', '.join(assignments)} WHERE rowid IN ({row_ids})"
    _expect(cursor.execute(statement, parameters), len(updates))


def _insert(
    cursor: duckdb.DuckDBPyConnection,
    table: str,
    types: Mapping[str, str],
    rows: Sequence[Values],
) -> None:
    names = list(dict.fromkeys(name for row in rows for name in row))
    row = f"({', '.join(f'CAST(? AS {types[name]})' for name in names)})"
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(map(quote_identifier, names))})"
        f" VALUES {', '.join([row] * len(rows))}",
        [values.get(name) for values in rows for name in names],
    ).fetchall()


def _expect(result: duckdb.DuckDBPyConnection, count: int) -> None:
    if result.fetchall() != [(count,)]:
        raise RowGone
