from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from rowmill.models import catalog_name


def stored_bytes(session: Session, workspace_ids: Collection[UUID]) -> dict[UUID, int]:
    """Bytes of table data in each workspace's lake, over all versions that are kept.

    Asks the catalogs themselves, in two statements for any number of workspaces.
    """
    by_catalog = {catalog_name(one): one for one in workspace_ids}
    found = session.scalars(
        text(
            "SELECT schemaname FROM pg_catalog.pg_tables"
            " WHERE tablename = 'ducklake_delete_file' AND schemaname = ANY(:names)"
        ),
        {"names": list(by_catalog)},
    ).all()
    if not found:
        return {}
    # Names of catalogs are made of a workspace's id alone, and need no quotes.
    counted = " UNION ALL ".join(
        f"SELECT '{name}' AS catalog, coalesce(sum(file_size_bytes), 0) AS size FROM"
        f" (SELECT file_size_bytes FROM {name}.ducklake_data_file"
        f"  UNION ALL SELECT file_size_bytes FROM {name}.ducklake_delete_file) AS files"
        for name in found
    )
    return {by_catalog[row.catalog]: int(row.size) for row in session.execute(text(counted))}
