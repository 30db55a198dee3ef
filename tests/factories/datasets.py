"""Datasets for tests, committed to a real lake as an import commits them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb

from rowmill.context import Context
from rowmill.datasets import service
from rowmill.db import transaction
from rowmill.lake import Commit, Lakes, StagedImport, staging_folder
from rowmill.mill import quote_identifier, quote_literal, sql_type
from rowmill.models import Dataset, ImportMode, Workspace, new_id
from rowmill.store import Store

COLUMN_TYPES = {
    "VARCHAR": "text",
    "BIGINT": "integer",
    "DOUBLE": "double",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}


@dataclass
class Table:
    """A table of a lake that a test writes to. `query` is DuckDB SQL that makes the rows."""

    lakes: Lakes
    store: Store
    workspace_id: UUID
    name: str = "sales"
    commits: list[Commit] = field(default_factory=list)

    def staged(
        self,
        query: str,
        mode: ImportMode = ImportMode.APPEND,
        *,
        key: Sequence[str] = (),
        columns: Mapping[str, str] | None = None,
        import_id: UUID | None = None,
    ) -> StagedImport:
        """Write the rows of a query as a parse would have, without committing them."""
        import_id = import_id or new_id()
        folder = staging_folder(self.workspace_id, self.name, import_id, 1)
        described, row_count = write_parquet(self.store, f"{folder}/part-0.parquet", query)
        return StagedImport(
            import_id=import_id,
            table_name=self.name,
            mode=mode,
            columns=columns or {k: v for k, v in described.items() if not k.startswith("_")},
            files=[f"{folder}/part-0.parquet"],
            row_count=row_count,
            key=key,
            author="ada",
            message=f"{mode} rows",
        )

    def commit(self, staged: StagedImport) -> Commit:
        """Commit what was staged."""
        with self.lakes.writer(self.workspace_id) as writer:
            commit = writer.commit_import(staged)
        self.commits.append(commit)
        return commit

    def append(self, query: str) -> Commit:
        """Add the rows of a query."""
        return self.commit(self.staged(query))

    def replace(self, query: str) -> Commit:
        """Replace all rows by those of a query."""
        return self.commit(self.staged(query, ImportMode.REPLACE))

    def upsert(self, query: str, *key: str) -> Commit:
        """Insert or update by key."""
        return self.commit(self.staged(query, ImportMode.UPSERT, key=key))

    def execute(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement of a test's own on the table, named `{table}` there."""
        with self.lakes.writer(self.workspace_id) as writer:
            table = f"{writer._alias}.{quote_identifier(self.name)}"
            return writer._cursor.execute(statement.format(table=table)).fetchall()

    def rows(self, version: int | None = None, select: str = "*") -> list[tuple[Any, ...]]:
        """The rows at a version, in their own order, as DuckLake itself reads them."""
        if version is None:
            version = self.lakes.catalog(self.workspace_id).latest_version()
        with self.lakes.reader(self.workspace_id) as reader:
            table = reader.table_at(self.name, version)
            return reader.rows(f"SELECT {select} FROM {table} ORDER BY rowid")


def write_parquet(store: Store, key: str, query: str) -> tuple[dict[str, str], int]:
    """Write a query's rows to the store; returns name to type of the columns, and the rows."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE made AS {query}")
        described = connection.execute("DESCRIBE made").fetchall()
        counted = connection.execute("SELECT count(*) FROM made").fetchall()
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            connection.execute(f"COPY made TO {quote_literal(file.name)} (USE_TMP_FILE false)")
            draft = store.draft()
            draft.write(Path(file.name).read_bytes())
            draft.finish(key)
    return {name: column_type for name, column_type, *_ in described}, counted[0][0]


def make_workspace(context: Context) -> UUID:
    """A workspace without members."""
    with transaction(context.engine) as session:
        workspace = Workspace(id=new_id(), name="Test")
        session.add(workspace)
    return workspace.id


@dataclass
class Sheet:
    """A dataset, and the table under it."""

    context: Context
    dataset: Dataset
    table: Table

    @property
    def slug(self) -> str:
        """Its slug."""
        return self.dataset.slug

    def append(self, query: str) -> Commit:
        """Add the rows of a query, and show them to readers."""
        return self.publish(self.table.append(query), "append")

    def replace(self, query: str) -> Commit:
        """Replace all rows, and show that to readers."""
        return self.publish(self.table.replace(query), "replace")

    def upsert(self, query: str, *key: str) -> Commit:
        """Insert or update by key, and show that to readers."""
        return self.publish(self.table.upsert(query, *key), "upsert")

    def publish(self, commit: Commit, kind: str) -> Commit:
        """Show readers the version that a commit made."""
        with self.table.lakes.reader(self.table.workspace_id) as reader:
            table = reader.table_at(self.table.name, commit.version)
            described = reader.rows(f"DESCRIBE SELECT * FROM {table}")
        columns = [column_of(name, column_type) for name, column_type, *_ in described]
        with transaction(self.context.engine) as session:
            dataset = session.get_one(Dataset, self.dataset.id)
            service.publish_version(
                session,
                dataset,
                version=commit.version,
                columns=columns,
                row_count=commit.row_count,
                size_bytes=commit.size_bytes,
                import_id=None,
                kind=kind,
                message=f"{kind} rows",
                created_by=None,
            )
        self.dataset = dataset
        return commit


def column_of(name: str, column_type: str) -> dict[str, str]:
    """A column as the database keeps it; its label is the name in capitals."""
    described = COLUMN_TYPES.get(column_type, column_type.lower())
    assert sql_type(described)
    return {"name": name, "label": name.upper(), "type": described}


def make_dataset(
    context: Context, workspace_id: UUID, query: str | None = None, name: str = "Sales.csv"
) -> Sheet:
    """A dataset with the rows of a query; without one it waits for its first import."""
    with transaction(context.engine) as session:
        dataset = service.create(session, workspace_id, name, created_by=None)
    table = Table(context.lakes, context.store, workspace_id, dataset.table_name)
    sheet = Sheet(context, dataset, table)
    if query is not None:
        sheet.append(query)
    return sheet
