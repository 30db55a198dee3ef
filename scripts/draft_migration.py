"""Drafts a migration from the difference between the models and the migrations so far."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from alembic import command

from rowmill.migrations.upgrading import configuration
from rowmill.postgres import EmbeddedPostgres

VERSIONS = Path(__file__).parent.parent / "rowmill" / "migrations" / "versions"


def next_revision() -> str:
    """One more than the newest revision, in four digits."""
    numbers = [
        int(found[0]) for p in VERSIONS.glob("*.py") if (found := re.findall(r"^\d+", p.name))
    ]
    return f"{max(numbers) + 1:04}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('Say what it changes: scripts/draft_migration.py "add a column for …"')
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedPostgres(Path(folder) / "postgres")
        config = configuration(server.start())
        try:
            command.upgrade(config, "head")
            command.revision(config, sys.argv[1], autogenerate=True, rev_id=next_revision())
        finally:
            server.stop()
