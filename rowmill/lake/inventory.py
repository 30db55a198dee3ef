"""Which files of the store a workspace's lake needs, over all the versions that it can read."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from rowmill.errors import RowmillError
from rowmill.lake.staging import lake_folder
from rowmill.models import catalog_name
from rowmill.store import Store


class FileElsewhere(RowmillError):
    """A file of a table lies outside the object store."""


def stored_files(session: Session, store: Store, workspace_id: UUID) -> set[str]:
    """The keys of every data and deletion file that the catalog names, as the session sees it.

    Raises: FileElsewhere.
    """
    schema = catalog_name(workspace_id)
    exists = session.scalar(
        text("SELECT to_regclass(:name) IS NOT NULL"), {"name": f"{schema}.ducklake_data_file"}
    )
    if not exists:
        return set()
    base = lake_folder(workspace_id)
    rows = session.execute(
        text(
            f"""
            SELECT DISTINCT s.path, s.path_is_relative, t.path, t.path_is_relative,
                            f.path, f.path_is_relative
            FROM {schema}.ducklake_table AS t
            JOIN {schema}.ducklake_schema AS s USING (schema_id)
            JOIN (
              SELECT table_id, path, path_is_relative FROM {schema}.ducklake_data_file
              UNION ALL
              SELECT table_id, path, path_is_relative FROM {schema}.ducklake_delete_file
            ) AS f USING (table_id)
            """
        )
    )
    return {_key(store, base, list(zip(row[::2], row[1::2], strict=True))) for row in rows}


def _key(store: Store, base: str, parts: list[tuple[str, bool]]) -> str:
    """The key that a catalog's nested paths come to: each is below the one before, or absolute."""
    address = f"{store.uri(base).rstrip('/')}/"
    for path, is_relative in parts:
        address = address + path if is_relative else path
    root = f"{store.root.rstrip('/')}/"
    if not address.startswith(root):
        raise FileElsewhere
    return address.removeprefix(root)
