"""What a parsed import hands to its commit, and what the commit answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from rowmill.models import ImportMode


def lake_folder(workspace_id: UUID) -> str:
    """The key below which all table data of a workspace lies."""
    return f"lake/{workspace_id}"


def staging_folder(workspace_id: UUID, table_name: str, import_id: UUID, attempt: int) -> str:
    """The key of the folder that one attempt of an import writes its Parquet files into.

    It lies inside the table's own folder of the lake, so that the catalog can name its files
    relative to it and a data folder can be moved as a whole.
    """
    return f"{lake_folder(workspace_id)}/main/{table_name}/import-{import_id}-{attempt}"


@dataclass(frozen=True)
class StagedImport:
    """Parsed rows, ready to be committed.

    Attributes:
        table_name: a snake_case identifier; the table is made when it is missing.
        columns: the columns the table is to have, name to DuckDB type, in order. Those missing
            from the table are added; a wider type widens the table's. In mode `replace` the
            table's columns become exactly these.
        files: keys of Parquet files in the store, inside `staging_folder`. Their columns are
            among `columns` and of the same types, apart from columns whose name begins with
            `_`, which are left out. In mode `upsert` no two rows may share a key.
        row_count: the rows of all `files` together.
        key: in mode `upsert`, the columns that say which row is which.
    """

    import_id: UUID
    table_name: str
    mode: ImportMode
    columns: Mapping[str, str]
    files: Sequence[str]
    row_count: int
    key: Sequence[str] = field(default=())
    author: str = ""
    message: str = ""

    @property
    def marker(self) -> str:
        """What the commit is found by afterwards."""
        return import_marker(self.import_id)


def import_marker(import_id: UUID) -> str:
    """The `extra_info` of the snapshot that an import made."""
    return f"import:{import_id}"


@dataclass(frozen=True)
class Commit:
    """What a commit did. `inserted + updated + unchanged` is the number of staged rows.

    Attributes:
        version: the snapshot that holds the import's rows.
        changed: whether this import made that snapshot. An upsert that finds every row as it is
            makes none; `version` is then the latest one.
        row_count: rows of the table at `version`, counted in the lake.
        size_bytes: size of the Parquet files of the table at `version`.
    """

    version: int
    changed: bool
    inserted: int
    updated: int
    unchanged: int
    row_count: int
    size_bytes: int
