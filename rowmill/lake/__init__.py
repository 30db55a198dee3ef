"""The DuckLake seam: attach, read at a version, commit, undo, maintain.

Table data is Parquet below `lake/<workspace>/` in the object store; a catalog in PostgreSQL, one
schema per workspace, says which files make up which version. Nothing outside this package speaks
to DuckLake.
"""

from rowmill.lake.catalog import DataFile, Snapshot
from rowmill.lake.lakes import Lakes
from rowmill.lake.reading import Output, Reader, Search
from rowmill.lake.schema import SchemaMismatch
from rowmill.lake.staging import Commit, StagedImport, staging_folder
from rowmill.lake.writing import CommitFailed, DuplicateKeys, Writer

__all__ = [
    "Commit",
    "CommitFailed",
    "DataFile",
    "DuplicateKeys",
    "Lakes",
    "Output",
    "Reader",
    "SchemaMismatch",
    "Search",
    "Snapshot",
    "StagedImport",
    "Writer",
    "staging_folder",
]
