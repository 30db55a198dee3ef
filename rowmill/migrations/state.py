"""Whether a database has the present schema: asked at every start, so it must be quick.

Alembic takes a second to load. Revisions are numbered by their files' names, so a look at the
folder and one query tell the same.
"""

from __future__ import annotations

from pathlib import Path

import psycopg

VERSIONS = Path(__file__).parent / "versions"


def newest_revision() -> str:
    """The revision that the code expects."""
    return max(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))


def current_revision(database_url: str) -> str | None:
    """The revision that a database is at, None where it is empty."""
    with psycopg.connect(database_url, connect_timeout=10) as connection:
        exists = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
        if exists is None or exists[0] is None:
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def is_current(database_url: str) -> bool:
    """Whether nothing is to be migrated."""
    return current_revision(database_url) == newest_revision()
