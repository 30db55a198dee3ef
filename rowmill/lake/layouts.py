"""Looking up the layout of a version: what the catalog says, and what its files' footers say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import duckdb

from rowmill.lake.cache import BoundedCache
from rowmill.lake.catalog import Catalog, ColumnEntry, FileEntry
from rowmill.lake.layout import ROW_ID_COLUMN, Layout, RowFile
from rowmill.lake.schema import columns_of
from rowmill.lake.staging import lake_folder
from rowmill.mill import quote_identifier
from rowmill.store import Store


class UnknownLayout(Exception):
    """The catalog describes the table in a way that only DuckLake itself should read."""


@dataclass(frozen=True)
class Footer:
    """What a file says of itself: names by field id, types, and the range of its own row ids."""

    names: dict[int, str] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)
    row_ids: tuple[int, int] | None = None


class LayoutCache:
    """What is known of files and of the versions that they make up, in all workspaces."""

    def __init__(self, files: int) -> None:
        """Args: `files` is of how many files it is kept, over all versions."""
        self.layouts: BoundedCache[Layout] = BoundedCache(files)
        self.footers: BoundedCache[Footer] = BoundedCache(files)


class WorkspaceLayouts:
    """The layouts of one workspace's tables."""

    def __init__(self, catalog: Catalog, store: Store, alias: str, cache: LayoutCache) -> None:
        """Args: `alias` is the name under which the workspace's catalog is attached."""
        self._catalog = catalog
        self._folder = f"{store.uri(lake_folder(catalog.workspace_id)).rstrip('/')}/"
        self._alias = alias
        self._cache = cache

    def find(self, cursor: duckdb.DuckDBPyConnection, table_name: str, version: int) -> Layout:
        """The layout of a table at a version. Raises: UnknownLayout, `duckdb.Error`."""
        key = (self._catalog.schema, table_name, version)
        layout = self._cache.layouts.get(key)
        if layout is None:
            layout = self._look_up(cursor, table_name, version)
            self._cache.layouts.put(key, layout, weight=1 + len(layout.files))
        return layout

    def forget(self, table_name: str, version: int) -> None:
        """Look it up anew the next time."""
        self._cache.layouts.remove((self._catalog.schema, table_name, version))

    def _look_up(self, cursor: duckdb.DuckDBPyConnection, table_name: str, version: int) -> Layout:
        table = f"{self._alias}.{quote_identifier(table_name)} AT (VERSION => {version})"
        types = columns_of(cursor, table)
        entries = self._catalog.file_entries(table_name, version)
        columns = self._catalog.column_entries(table_name, version)
        folder = self._catalog.table_folder(table_name, version)
        if folder is None or not all(map(_is_plain, columns)):
            raise UnknownLayout
        if not all(_is_readable(entry, version) for entry in entries):
            raise UnknownLayout
        base = self._folder + folder
        mapped = {entry.mapping_id for entry in entries if entry.mapping_id is not None}
        mappings = self._catalog.name_mappings(mapped) if mapped else {}
        footers = self._footers(cursor, [base + e.path for e in entries if e.mapping_id is None])
        naming = _Naming(columns, mappings)
        files = [
            _row_file(entry, version, base, naming, footers) for entry in entries if entry.row_count
        ]
        return Layout(types, sorted(files, key=lambda file: file.low))

    def _footers(self, cursor: duckdb.DuckDBPyConnection, uris: Sequence[str]) -> dict[str, Footer]:
        """The footers of files that DuckLake wrote; each is read once."""
        known = {uri: footer for uri in uris if (footer := self._cache.footers.get(uri))}
        read = _footers(cursor, [uri for uri in uris if uri not in known])
        for uri, footer in read.items():
            self._cache.footers.put(uri, footer)
        return known | read


class _Naming:
    """Names of the table's columns in its files. Thousands of files share few sets of names."""

    def __init__(
        self, columns: Sequence[ColumnEntry], mappings: Mapping[int, Mapping[int, str]]
    ) -> None:
        self._columns = columns
        self._mappings = mappings
        self._known: dict[tuple[tuple[int, str], ...], Mapping[str, str]] = {}

    def of(self, entry: FileEntry, footer: Footer) -> Mapping[str, str]:
        is_own = entry.mapping_id is None
        names = footer.names if is_own else self._mappings[entry.mapping_id or 0]
        return self._known.setdefault(
            tuple(sorted(names.items())),
            {each.name: names[each.field_id] for each in self._columns if each.field_id in names},
        )


def _is_plain(column: ColumnEntry) -> bool:
    return column.parent_id is None and column.default is None


def _is_readable(entry: FileEntry, version: int) -> bool:
    """Whether the whole file, without its deleted rows, belongs to the version.

    A merged file holds rows of several versions; it does so wholly from its last one on.
    """
    return (
        entry.is_relative
        and entry.file_format == "parquet"
        and entry.encryption_key is None
        and (entry.partial_max is None or entry.partial_max <= version)
        and (entry.delete_path is None or _are_deletions_readable(entry))
    )


def _are_deletions_readable(entry: FileEntry) -> bool:
    return (
        bool(entry.delete_is_relative)
        and entry.delete_format == "parquet"
        and entry.delete_encryption_key is None
    )


def _row_file(
    entry: FileEntry, version: int, base: str, naming: _Naming, footers: Mapping[str, Footer]
) -> RowFile:
    uri = base + entry.path
    footer = footers.get(uri, Footer())
    if footer.row_ids is not None:
        low, high = footer.row_ids
    elif entry.first_row_id is not None:
        low, high = entry.first_row_id, entry.first_row_id + entry.row_count - 1
    else:
        raise UnknownLayout
    return RowFile(
        uri=uri,
        low=low,
        high=high,
        has_row_ids=footer.row_ids is not None,
        columns=naming.of(entry, footer),
        deletions=base + entry.delete_path if entry.delete_path is not None else None,
        deleted_until=version if (entry.delete_partial_max or 0) > version else None,
        types=tuple(sorted(footer.types.items())),
    )


def _footers(cursor: duckdb.DuckDBPyConnection, uris: Sequence[str]) -> dict[str, Footer]:
    if not uris:
        return {}
    footers = {uri: Footer() for uri in uris}
    for uri, field_id, name, column_type in cursor.execute(
        "SELECT file_name, field_id, name, concat_ws('/', type, logical_type)"
        " FROM parquet_schema(?) WHERE field_id IS NOT NULL",
        [list(uris)],
    ).fetchall():
        footers[uri].names[field_id] = name
        footers[uri].types[field_id] = column_type
    for uri, low, high, nulls, is_known in cursor.execute(
        """
        SELECT file_name, min(CAST(stats_min_value AS BIGINT)),
               max(CAST(stats_max_value AS BIGINT)), coalesce(sum(stats_null_count), 0),
               bool_and(stats_min_value IS NOT NULL AND stats_max_value IS NOT NULL)
        FROM parquet_metadata(?) WHERE path_in_schema = ? GROUP BY file_name
        """,
        [list(uris), ROW_ID_COLUMN],
    ).fetchall():
        if nulls or not is_known:
            raise UnknownLayout
        footers[uri] = replace(footers[uri], row_ids=(low, high))
    return footers
