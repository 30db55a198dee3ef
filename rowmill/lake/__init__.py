"""The DuckLake seam: attach, read at a version, commit, undo, maintain.

Table data is Parquet below `lake/<workspace>/` in the object store; a catalog in PostgreSQL, one
schema per workspace, says which files make up which version. Nothing outside this package speaks
to DuckLake.
"""

from rowmill.lake.catalog import DataFile, Snapshot
from rowmill.lake.changes import OLD, ChangeFeed, key_column
from rowmill.lake.editing import Change, Deletion, EditCommit, Insertion, RowGone, TableEdit, Update
from rowmill.lake.lakes import Lakes
from rowmill.lake.reading import Output, Part, Reader, Search, Source
from rowmill.lake.schema import SchemaMismatch
from rowmill.lake.staging import Commit, StagedImport, staging_folder
from rowmill.lake.writing import CommitFailed, DuplicateKeys, Writer

__all__ = [
    "OLD",
    "Change",
    "ChangeFeed",
    "Commit",
    "CommitFailed",
    "DataFile",
    "Deletion",
    "DuplicateKeys",
    "EditCommit",
    "Insertion",
    "Lakes",
    "Output",
    "Part",
    "Reader",
    "RowGone",
    "SchemaMismatch",
    "Search",
    "Snapshot",
    "Source",
    "StagedImport",
    "TableEdit",
    "Update",
    "Writer",
    "key_column",
    "staging_folder",
]
