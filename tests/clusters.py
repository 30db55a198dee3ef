"""A PostgreSQL that was made and migrated once, to be copied: programs start sooner on it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

from rowmill.migrations.upgrading import upgrade
from rowmill.postgres import EmbeddedPostgres


def prepare(data_dir: Path) -> None:
    """Give a new data folder a database with the present schema and nothing in it."""
    place = data_dir / "postgres" / "cluster"
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    made = _made()
    shutil.copytree(made, place)
    owner = made.stat()
    for folder, _, names in os.walk(place):
        for name in (folder, *(f"{folder}/{name}" for name in names)):
            os.chown(name, owner.st_uid, owner.st_gid)


@cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rowmill-cluster-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = EmbeddedPostgres(folder / "postgres")
    upgrade(server.start())
    server.stop()
    return server.cluster
