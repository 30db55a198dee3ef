"""Bringing a table's columns to those that an import needs, inside the import's transaction."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from rowmill.errors import Conflict
from rowmill.mill import quote_identifier

DRAFT_COLUMN = "_draft"  # names of real columns never begin with an underscore


class SchemaMismatch(Conflict):
    """The rows do not fit the table's columns."""


def columns_of(cursor: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Name to type of each column of a table, or of anything else one can select from."""
    described = cursor.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
    return {name: column_type for name, column_type, *_ in described}


def create_table(cursor: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Make the table, without rows."""
    definitions = (f"{quote_identifier(name)} {sql}" for name, sql in columns.items())
    cursor.execute(f"CREATE TABLE {table} ({', '.join(definitions)})")


def evolve(cursor: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Add the columns that are missing and widen the ones of a narrower type.

    A column without any value takes whatever type is asked for. Raises: SchemaMismatch where a
    type is neither equal nor wider.
    """
    present = columns_of(cursor, table)
    for name, column_type in _canonical(cursor, columns).items():
        quoted = quote_identifier(name)
        if name not in present:
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN {quoted} {column_type}")
        elif present[name] != column_type:
            _widen(cursor, table, name, column_type)


def reshape(cursor: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    """Give a table that was just emptied exactly these columns."""
    present = columns_of(cursor, table)
    wanted = _canonical(cursor, columns)
    for name, column_type in wanted.items():
        if name not in present:
            quoted = quote_identifier(name)
            cursor.execute(f"ALTER TABLE {table} ADD COLUMN {quoted} {column_type}")
        elif present[name] != column_type:
            _make_anew(cursor, table, name, column_type)
    for name in present.keys() - wanted.keys():
        cursor.execute(f"ALTER TABLE {table} DROP COLUMN {quote_identifier(name)}")


def check_staged(
    cursor: duckdb.DuckDBPyConnection, source: str, columns: Mapping[str, str]
) -> list[str]:
    """The columns that staged files bring, without those whose name begins with `_`.

    Raises: SchemaMismatch where one is not among `columns`, or of another type.
    """
    wanted = _canonical(cursor, columns)
    staged = columns_of(cursor, source)
    brought = [name for name in staged if not name.startswith("_")]
    for name in brought:
        if wanted.get(name) != staged[name]:
            raise SchemaMismatch(
                f"Column {name!r} holds {staged[name]} values, where the dataset has "
                f"{wanted.get(name, 'no such column')}.",
                column=name,
            )
    return brought


def _widen(cursor: duckdb.DuckDBPyConnection, table: str, name: str, column_type: str) -> None:
    quoted = quote_identifier(name)
    try:
        cursor.execute(f"ALTER TABLE {table} ALTER COLUMN {quoted} SET DATA TYPE {column_type}")
    except duckdb.CatalogException as error:
        if cursor.execute(f"SELECT count({quoted}) FROM {table}").fetchall() != [(0,)]:
            raise SchemaMismatch(
                f"Column {name!r} of the dataset cannot hold {column_type} values.", column=name
            ) from error
        _make_anew(cursor, table, name, column_type)


def _make_anew(cursor: duckdb.DuckDBPyConnection, table: str, name: str, column_type: str) -> None:
    """Replace a column that holds no values by one of another type. It becomes the last one."""
    quoted, draft = quote_identifier(name), quote_identifier(DRAFT_COLUMN)
    cursor.execute(f"ALTER TABLE {table} ADD COLUMN {draft} {column_type}")
    cursor.execute(f"ALTER TABLE {table} DROP COLUMN {quoted}")
    cursor.execute(f"ALTER TABLE {table} RENAME COLUMN {draft} TO {quoted}")


def _canonical(cursor: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> dict[str, str]:
    """The same columns with their types spelled as DuckDB spells them."""
    casts = (f"CAST(NULL AS {sql}) AS {quote_identifier(name)}" for name, sql in columns.items())
    return columns_of(cursor, f"(SELECT {', '.join(casts)})")
