from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import duckdb
from sqlalchemy.exc import OperationalError

from rowmill.errors import Conflict, ServiceUnavailable
from rowmill.lake.catalog import Catalog, FileEntry
from rowmill.lake.editing import EditCommit, TableEdit, apply, edit_marker
from rowmill.lake.schema import check_staged, create_table, evolve, reshape
from rowmill.lake.staging import Commit, StagedImport
from rowmill.lake.statistics import repair
from rowmill.mill import quote_identifier, quote_literal
from rowmill.models import ImportMode
from rowmill.store import Store


class DuplicateKeys(Conflict):
    """Several rows of one import share a key."""


class CommitFailed(ServiceUnavailable):
    """The rows could not be committed now. Nothing of them is visible; try again."""


class Writer:
    """The one writer of a workspace's lake, alive while the workspace's commit lock is held."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, alias: str, catalog: Catalog, store: Store
    ) -> None:
        """Args: `alias` is the name under which the workspace's catalog is attached."""
        self._cursor = cursor
        self._alias = alias
        self._catalog = catalog
        self._store = store

    def commit_import(self, staged: StagedImport) -> Commit:
        """Make the staged rows a version of the table: all of them or none, and once.

        An import that was committed before, by whoever and however that ended, is found and
        described again. Raises: SchemaMismatch; DuplicateKeys; CommitFailed, after which the
        import may be committed all the same where the database went away: calling again with the
        same import finds out.
        """
        if (version := self._catalog.version_of_import(staged.import_id)) is None:
            changed = self._commit_once(staged)
            version = self._catalog.version_of_import(staged.import_id)
            if version is None:
                return self._unchanged(staged)
        else:
            changed = None
            repair(self._catalog.engine, self._catalog.schema, staged.table_name)
        return self._described(staged, version, changed)

    def commit_edit(self, edit: TableEdit) -> EditCommit:
        """Make the changes a version of the table: all of them or none, and once.

        An edit that was committed before is found and described again. Raises: SchemaMismatch;
        RowGone; CommitFailed, after which the edit may be committed all the same where the
        database went away: `find_edit` finds out.
        """
        if (found := self.find_edit(edit.table_name, edit.edit_id)) is not None:
            return found
        exists = self._catalog.has_table(edit.table_name, self._catalog.latest_version())
        try:
            with self._transaction(edit.table_name, edit.author, edit.message, edit.marker):
                apply(self._cursor, self._table(edit.table_name), edit, exists=exists)
        except duckdb.Error as error:
            with suppress(OperationalError):
                # The answer may have been lost after the commit was made.
                if (found := self.find_edit(edit.table_name, edit.edit_id)) is not None:
                    return found
            raise CommitFailed from error
        found = self.find_edit(edit.table_name, edit.edit_id)
        if found is None:
            raise CommitFailed
        return found

    def find_edit(self, table_name: str, edit_id: UUID) -> EditCommit | None:
        """What an edit made, or null where it was not committed."""
        version = self._catalog.version_marked(edit_marker(edit_id))
        if version is None:
            return None
        files = self._catalog.data_files(table_name, version)
        rows = sum(file.row_count - file.deleted_rows for file in files)
        return EditCommit(version, rows, sum(file.size_bytes for file in files))

    def is_committed(self, import_id: UUID) -> bool:
        """Whether the lake has a version of that import."""
        return self._catalog.version_of_import(import_id) is not None

    def count_new(self, staged: StagedImport) -> int:
        """How many staged rows of an upsert have a key that the table does not have."""
        if not self._merges(staged):
            return staged.row_count
        match = " AND ".join(
            f"target.{part} IS NOT DISTINCT FROM staged.{part}"
            for part in map(quote_identifier, staged.key)
        )
        return self._value(
            f"SELECT count(*) FROM {self._source(staged)} AS staged"
            f" ANTI JOIN {self._table(staged.table_name)} AS target ON {match}"
        )

    def drop_table(self, table_name: str) -> None:
        """Remove the table from the newest version. Older versions keep it until they expire."""
        self._cursor.execute(f"DROP TABLE IF EXISTS {self._table(table_name)}").fetchall()

    def merge_small_files(self, table_name: str) -> int:
        """Merge files of appended rows into larger ones; returns how many were merged.

        Only where every row still has the id that its place gives it: DuckLake gives the rows of
        an updated file new ids when it merges that file, which would tear pages and changes apart.
        """
        entries = self._catalog.file_entries(table_name, self._catalog.latest_version())
        if len(entries) < 2 or not all(map(_is_mergeable, entries)):
            return 0
        pairs = itertools.pairwise(entries)
        if any(one.end_row_id != other.first_row_id for one, other in pairs):
            return 0
        self._call("ducklake_merge_adjacent_files", quote_literal(table_name))
        after = self._catalog.file_entries(table_name, self._catalog.latest_version())
        return len(entries) - len(after)

    def expire_versions(self, *, older_than: timedelta, keep: Collection[int]) -> int:
        """Forget old versions, but never those in `keep` nor the newest; returns how many.

        A dataset that has not changed for long is read at an old version: keep each of these.
        """
        before = datetime.now(UTC) - older_than
        old = sorted(set(self._catalog.versions_before(before)) - set(keep))
        if old:
            self._call("ducklake_expire_snapshots", f"versions => {old}")
        return len(old)

    def versions(self) -> set[int]:
        """Every version that is kept."""
        older = self._catalog.versions_before(datetime.now(UTC) + timedelta(days=1))
        return {*older, self._catalog.latest_version()}

    def remove_expired_files(self, *, older_than: timedelta) -> int:
        """Delete files that no version needs since `older_than`; returns how many."""
        return self._call("ducklake_cleanup_old_files", _older(older_than))

    def collect_orphans(self, *, older_than: timedelta) -> int:
        """Delete Parquet files that no version knows; returns how many there were."""
        return self._call("ducklake_delete_orphaned_files", _older(older_than))

    def _call(self, function: str, argument: str) -> int:
        """Call one of DuckLake's functions on this catalog; returns how many rows it answers."""
        call = f"CALL {function}({quote_literal(self._alias)}, {argument})"
        return len(self._cursor.execute(call).fetchall())

    def _commit_once(self, staged: StagedImport) -> int | None:
        """Rows inserted or updated, as far as known."""
        try:
            if self._merges(staged):
                self._check_keys(staged)
                # DuckDB knows nothing of the size of a table altered in the same transaction, and
                # would plan the MERGE as if it were small. Nobody reads the new columns before
                # the import's own commit, and a later attempt finds them there.
                self._transact(staged, self._evolve, f"columns:{staged.import_id}")
                return self._transact(staged, self._merge, staged.marker)
            return self._transact(staged, self._load, staged.marker)
        except duckdb.Error as error:
            with suppress(OperationalError):
                # The answer may have been lost after the commit was made.
                if self._catalog.version_of_import(staged.import_id) is not None:
                    return None
            raise CommitFailed from error

    def _merges(self, staged: StagedImport) -> bool:
        """Whether rows have to be compared with rows that are already there."""
        return (
            staged.mode is ImportMode.UPSERT
            and staged.row_count > 0
            and self._row_count(staged.table_name, self._catalog.latest_version()) > 0
        )

    def _transact(
        self, staged: StagedImport, change: Callable[[StagedImport], int], marker: str
    ) -> int:
        """Run `change` in one transaction; it makes a snapshot if it changes anything."""
        with self._transaction(staged.table_name, staged.author, staged.message, marker):
            return change(staged)

    @contextmanager
    def _transaction(
        self, table_name: str, author: str, message: str, marker: str
    ) -> Iterator[None]:
        """A transaction on a table; its snapshot, if it makes one, is found by `marker`.

        A process that died may have left the table's bounds wrong, and so may the transaction.
        """
        repair(self._catalog.engine, self._catalog.schema, table_name)
        self._cursor.execute("BEGIN TRANSACTION")
        try:
            yield
            self._cursor.execute(
                f"CALL {self._alias}.set_commit_message(?, ?, extra_info => ?)",
                [author, message, marker],
            ).fetchall()
            self._cursor.execute("COMMIT")
        except BaseException:
            with suppress(duckdb.Error):
                self._cursor.execute("ROLLBACK")
            raise
        repair(self._catalog.engine, self._catalog.schema, table_name)

    def _evolve(self, staged: StagedImport) -> int:
        evolve(self._cursor, self._table(staged.table_name), staged.columns)
        return 0

    def _load(self, staged: StagedImport) -> int:
        """Add the staged files to the table, made, emptied or widened before as the mode asks."""
        table = self._table(staged.table_name)
        if not self._catalog.has_table(staged.table_name, self._catalog.latest_version()):
            create_table(self._cursor, table, staged.columns)
        elif staged.mode is ImportMode.REPLACE:
            self._cursor.execute(f"TRUNCATE {table}").fetchall()
            reshape(self._cursor, table, staged.columns)
        else:
            evolve(self._cursor, table, staged.columns)
        if not staged.row_count:
            return 0
        if staged.mode is ImportMode.UPSERT:
            self._check_keys(staged)
        check_staged(self._cursor, self._source(staged), staged.columns)
        return self._add_files(staged)

    def _add_files(self, staged: StagedImport) -> int:
        self._cursor.execute(
            f"CALL ducklake_add_data_files({quote_literal(self._alias)},"
            f" {quote_literal(staged.table_name)}, {self._paths(staged)},"
            " ignore_extra_columns => true, allow_missing => true)"
        ).fetchall()
        return staged.row_count

    def _check_keys(self, staged: StagedImport) -> None:
        """Raises: DuplicateKeys."""
        key = ", ".join(map(quote_identifier, staged.key))
        if self._value(
            f"SELECT count(*) FROM (SELECT 1 FROM {self._source(staged)}"
            f" GROUP BY {key} HAVING count(*) > 1 LIMIT 1)"
        ):
            raise DuplicateKeys

    def _has_null_keys(self, staged: StagedImport) -> bool:
        is_null = " OR ".join(f"{quote_identifier(name)} IS NULL" for name in staged.key)
        return self._value(f"SELECT count(*) FROM {self._source(staged)} WHERE {is_null}") > 0

    def _merge(self, staged: StagedImport) -> int:
        """Insert the rows of new keys, update those that differ; returns how many these are."""
        table, source = self._table(staged.table_name), self._source(staged)
        names = check_staged(self._cursor, source, staged.columns)
        has_null_keys = self._has_null_keys(staged)
        return self._value(
            merge_statement(table, source, names, staged.key, has_null_keys=has_null_keys)
        )

    def _described(self, staged: StagedImport, version: int, changed: int | None) -> Commit:
        """The account of a commit, its inserted rows counted in the lake before and after it."""
        row_count = self._row_count(staged.table_name, version)
        inserted = row_count
        if staged.mode is not ImportMode.REPLACE:
            inserted -= self._row_count(staged.table_name, version - 1)
        updated = 0
        if staged.mode is ImportMode.UPSERT:
            updated = self._updated(staged, version) if changed is None else changed - inserted
        return Commit(
            version=version,
            changed=True,
            inserted=inserted,
            updated=updated,
            unchanged=staged.row_count - inserted - updated,
            row_count=row_count,
            size_bytes=self._size_bytes(staged.table_name, version),
        )

    def _unchanged(self, staged: StagedImport) -> Commit:
        version = self._catalog.latest_version()
        return Commit(
            version=version,
            changed=False,
            inserted=0,
            updated=0,
            unchanged=staged.row_count,
            row_count=self._row_count(staged.table_name, version),
            size_bytes=self._size_bytes(staged.table_name, version),
        )

    def _updated(self, staged: StagedImport, version: int) -> int:
        """The rows that a version updated, from the lake's own record of changes."""
        return self._value(
            f"SELECT count(*) FROM {self._alias}.table_changes("
            f"{quote_literal(staged.table_name)}, {version}, {version})"
            " WHERE change_type = 'update_postimage'"
        )

    def _row_count(self, table_name: str, version: int) -> int:
        if not self._catalog.has_table(table_name, version):
            return 0
        table = self._table(table_name)
        return self._value(f"SELECT count(*) FROM {table} AT (VERSION => {version})")

    def _size_bytes(self, table_name: str, version: int) -> int:
        return sum(file.size_bytes for file in self._catalog.data_files(table_name, version))

    def _value(self, statement: str) -> int:
        rows: Sequence[tuple[int]] = self._cursor.execute(statement).fetchall()
        return rows[0][0]

    def _table(self, table_name: str) -> str:
        return f"{self._alias}.{quote_identifier(table_name)}"

    def _source(self, staged: StagedImport) -> str:
        return f"read_parquet({self._paths(staged)}, union_by_name => true)"

    def _paths(self, staged: StagedImport) -> str:
        return "[" + ", ".join(quote_literal(self._store.uri(key)) for key in staged.files) + "]"


def _is_mergeable(entry: FileEntry) -> bool:
    is_as_given = entry.mapping_id is not None or entry.partial_max is not None
    return is_as_given and entry.delete_path is None


def _older(than: timedelta) -> str:
    return f"older_than => TIMESTAMPTZ '{(datetime.now(UTC) - than).isoformat()}'"


def merge_statement(
    table: str, source: str, names: Sequence[str], key: Sequence[str], *, has_null_keys: bool
) -> str:
    """A MERGE by `key` that leaves rows alone whose values are equal.

    Null key parts match each other where `has_null_keys`; otherwise a plain equality lets DuckDB
    skip the parts of the table that hold no such key.
    """
    equal = "IS NOT DISTINCT FROM" if has_null_keys else "="
    quoted = [quote_identifier(name) for name in names]
    values = [quote_identifier(name) for name in names if name not in set(key)]
    match = " AND ".join(
        f"target.{part} {equal} staged.{part}" for part in map(quote_identifier, key)
    )
    update = ""
    if values:
        differs = " OR ".join(f"target.{name} IS DISTINCT FROM staged.{name}" for name in values)
        assignments = ", ".join(f"{name} = staged.{name}" for name in values)
        update = f"WHEN MATCHED AND ({differs}) THEN UPDATE SET {assignments}"
    return f"""
        MERGE INTO {table} AS target
        USING (SELECT {", ".join(quoted)} FROM {source}) AS staged ON {match}
        {update}
        WHEN NOT MATCHED THEN INSERT ({", ".join(quoted)})
        VALUES ({", ".join(f"staged.{name}" for name in quoted)})
    """
