"""Direct, read-only questions to the tables of a lake's catalog in PostgreSQL.

The catalog's layout is DuckLake's published specification, version 1.0. Asking PostgreSQL itself
answers in a millisecond what DuckLake's own functions answer by reading whole tables.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, text

from rowmill.lake.staging import import_marker
from rowmill.models import catalog_name


@dataclass(frozen=True)
class Snapshot:
    """A version of a workspace's lake. `marker` is such as `import:<id>`, or null."""

    version: int
    created_at: datetime
    author: str | None
    message: str | None
    marker: str | None
    changes: str


@dataclass(frozen=True)
class DataFile:
    """A Parquet file that belongs to a table at a version.

    Attributes:
        path: as the catalog has it: below the table's folder where `is_relative`.
        first_row_id: row id of its first row, unless the file carries row ids of its own.
        deleted_rows: how many of its rows no longer count.
    """

    file_id: int
    path: str
    is_relative: bool
    first_row_id: int | None
    row_count: int
    size_bytes: int
    deleted_rows: int


@dataclass(frozen=True)
class FileEntry:
    """All that the catalog says of a data file of a table at a version; see the specification.

    `path` and `delete_path` are below the table's folder where the flag beside them says so.
    `mapping_id` names the name mapping of a file that DuckLake did not write itself.
    """

    path: str
    is_relative: bool
    file_format: str
    row_count: int
    first_row_id: int | None
    mapping_id: int | None
    partial_max: int | None
    encryption_key: str | None
    delete_path: str | None
    delete_is_relative: bool | None
    delete_format: str | None
    delete_partial_max: int | None
    delete_encryption_key: str | None

    @property
    def end_row_id(self) -> int | None:
        """The row id behind the last one that the file was given."""
        return None if self.first_row_id is None else self.first_row_id + self.row_count


@dataclass(frozen=True)
class ColumnEntry:
    """A column of a table at a version. `field_id` stays when it is renamed or widened."""

    field_id: int
    name: str
    default: str | None
    parent_id: int | None


class Catalog:
    """The catalog schema of one workspace."""

    def __init__(self, engine: Engine, workspace_id: UUID) -> None:
        """Contacts nothing yet."""
        self.engine = engine
        self.workspace_id = workspace_id
        self.schema = catalog_name(workspace_id)

    def is_prepared(self) -> bool:
        """Whether it exists with the options that Rowmill gives it at creation."""
        exists = self._rows("SELECT to_regclass(:name)", name=f"{self.schema}.ducklake_metadata")
        return exists[0][0] is not None and bool(
            self._rows(
                f"SELECT 1 FROM {self.schema}.ducklake_metadata"
                " WHERE key = 'data_inlining_row_limit' AND value = '0' AND scope IS NULL"
            )
        )

    def version_of_import(self, import_id: UUID) -> int | None:
        """The version that an import made, or null where it was not committed."""
        return self.version_marked(import_marker(import_id))

    def version_marked(self, marker: str) -> int | None:
        """The version whose commit carries that mark, or null where there is none."""
        rows = self._rows(
            f"SELECT snapshot_id FROM {self.schema}.ducklake_snapshot_changes"
            " WHERE commit_extra_info = :marker ORDER BY snapshot_id",
            marker=marker,
        )
        return int(rows[0][0]) if rows else None

    def latest_version(self) -> int:
        """The newest version of the lake."""
        return int(
            self._rows(f"SELECT max(snapshot_id) FROM {self.schema}.ducklake_snapshot")[0][0]
        )

    def versions_before(self, moment: datetime) -> list[int]:
        """The versions made before a moment, without the newest one of all."""
        rows = self._rows(
            f"""
            SELECT snapshot_id FROM {self.schema}.ducklake_snapshot
            WHERE snapshot_time < :moment
              AND snapshot_id < (SELECT max(snapshot_id) FROM {self.schema}.ducklake_snapshot)
            """,
            moment=moment,
        )
        return [int(row[0]) for row in rows]

    def kept_between(self, since: int, until: int) -> tuple[bool, bool]:
        """Whether both of these versions are kept, and whether all between them are as well."""
        rows = self._rows(
            f"SELECT count(*) FROM {self.schema}.ducklake_snapshot"
            " WHERE snapshot_id IN (:since, :until)"
            " UNION ALL"
            f" SELECT count(*) FROM {self.schema}.ducklake_snapshot"
            " WHERE snapshot_id BETWEEN :since AND :until",
            since=since,
            until=until,
        )
        ends, whole = (int(row[0]) for row in rows)
        return ends == len({since, until}), whole == until - since + 1

    def has_table(self, table_name: str, version: int) -> bool:
        """Whether the table exists at that version."""
        return bool(
            self._rows(
                f"SELECT 1 FROM {self.schema}.ducklake_table AS t"
                f" WHERE t.table_name = :table AND {_ALIVE.format(of='t')}",
                table=table_name,
                version=version,
            )
        )

    def snapshots(self, *, limit: int, before: int | None = None) -> list[Snapshot]:
        """Up to `limit` versions, newest first, those older than `before` where given."""
        rows = self._rows(
            f"""
            SELECT s.snapshot_id, s.snapshot_time, c.author, c.commit_message,
                   c.commit_extra_info, coalesce(c.changes_made, '')
            FROM {self.schema}.ducklake_snapshot AS s
            LEFT JOIN {self.schema}.ducklake_snapshot_changes AS c USING (snapshot_id)
            WHERE CAST(:before AS bigint) IS NULL OR s.snapshot_id < :before
            ORDER BY s.snapshot_id DESC LIMIT :limit
            """,
            before=before,
            limit=limit,
        )
        return [Snapshot(*row) for row in rows]

    def data_files(self, table_name: str, version: int) -> list[DataFile]:
        """The files of a table at a version, in the order they were added."""
        rows = self._rows(
            f"""
            SELECT f.data_file_id, f.path, f.path_is_relative, f.row_id_start, f.record_count,
                   f.file_size_bytes, coalesce(d.delete_count, 0)
            FROM {self.schema}.ducklake_table AS t
            JOIN {self.schema}.ducklake_data_file AS f USING (table_id)
            LEFT JOIN {self.schema}.ducklake_delete_file AS d
              ON d.data_file_id = f.data_file_id AND {_ALIVE.format(of="d")}
            WHERE t.table_name = :table
              AND {_ALIVE.format(of="t")} AND {_ALIVE.format(of="f")}
            ORDER BY f.data_file_id
            """,
            table=table_name,
            version=version,
        )
        return [DataFile(*row) for row in rows]

    def table_folder(self, table_name: str, version: int) -> str | None:
        """The table's folder below the lake's, with a final slash; null if it lies elsewhere."""
        rows = self._rows(
            f"""
            SELECT s.path || t.path, s.path_is_relative AND t.path_is_relative
            FROM {self.schema}.ducklake_table AS t
            JOIN {self.schema}.ducklake_schema AS s USING (schema_id)
            WHERE t.table_name = :table AND {_ALIVE.format(of="t")} AND {_ALIVE.format(of="s")}
            """,
            table=table_name,
            version=version,
        )
        return str(rows[0][0]) if rows and rows[0][1] else None

    def file_entries(self, table_name: str, version: int) -> list[FileEntry]:
        """Every data file of the table at the version, with the deletions in force on it."""
        rows = self._rows(
            f"""
            SELECT f.path, f.path_is_relative, f.file_format, f.record_count, f.row_id_start,
                   f.mapping_id, f.partial_max, f.encryption_key,
                   d.path, d.path_is_relative, d.format, d.partial_max, d.encryption_key
            FROM {self.schema}.ducklake_table AS t
            JOIN {self.schema}.ducklake_data_file AS f USING (table_id)
            LEFT JOIN {self.schema}.ducklake_delete_file AS d
              ON d.data_file_id = f.data_file_id AND {_ALIVE.format(of="d")}
            WHERE t.table_name = :table
              AND {_ALIVE.format(of="t")} AND {_ALIVE.format(of="f")}
            ORDER BY f.data_file_id
            """,
            table=table_name,
            version=version,
        )
        return [FileEntry(*row) for row in rows]

    def column_entries(self, table_name: str, version: int) -> list[ColumnEntry]:
        """The columns of the table at the version, in order."""
        rows = self._rows(
            f"""
            SELECT c.column_id, c.column_name, c.initial_default, c.parent_column
            FROM {self.schema}.ducklake_table AS t
            JOIN {self.schema}.ducklake_column AS c USING (table_id)
            WHERE t.table_name = :table
              AND {_ALIVE.format(of="t")} AND {_ALIVE.format(of="c")}
            ORDER BY c.column_order
            """,
            table=table_name,
            version=version,
        )
        return [ColumnEntry(*row) for row in rows]

    def name_mappings(self, mapping_ids: Collection[int]) -> dict[int, dict[int, str]]:
        """For each mapping, the name in the file of each field id."""
        mappings: dict[int, dict[int, str]] = {each: {} for each in mapping_ids}
        for mapping_id, field_id, name in self._rows(
            f"""
            SELECT mapping_id, target_field_id, source_name
            FROM {self.schema}.ducklake_name_mapping
            WHERE mapping_id = ANY(:ids) AND parent_column IS NULL
            """,
            ids=list(mapping_ids),
        ):
            mappings[mapping_id][field_id] = name
        return mappings

    def value_range(
        self, table_name: str, column_name: str, version: int
    ) -> tuple[str | None, str | None]:
        """Smallest and largest value, as text, that the version's files hold in a column of time.

        Rows deleted from the files count too. Null where it is not known of every file.
        """
        rows = self._rows(
            f"""
            SELECT min(s.min_value), max(s.max_value),
                   bool_and(s.min_value IS NOT NULL OR s.value_count IN (0, s.null_count))
            FROM {self.schema}.ducklake_table AS t
            JOIN {self.schema}.ducklake_column AS c USING (table_id)
            JOIN {self.schema}.ducklake_data_file AS f USING (table_id)
            JOIN {self.schema}.ducklake_file_column_stats AS s
              ON s.data_file_id = f.data_file_id AND s.column_id = c.column_id
            WHERE t.table_name = :table AND c.column_name = :column
              AND {_ALIVE.format(of="t")} AND {_ALIVE.format(of="c")}
              AND {_ALIVE.format(of="f")}
            """,
            table=table_name,
            column=column_name,
            version=version,
        )
        low, high, is_known = rows[0]
        return (low, high) if is_known else (None, None)

    def _rows(self, statement: str, **parameters: Any) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement), parameters)]


_ALIVE = (
    "{of}.begin_snapshot <= :version"
    " AND ({of}.end_snapshot IS NULL OR {of}.end_snapshot > :version)"
)
