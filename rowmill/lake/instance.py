"""One in-memory DuckDB of a process, with the extensions a lake needs. Nothing is downloaded."""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from uuid import uuid4

import duckdb

from rowmill.errors import ConfigurationError
from rowmill.mill import quote_literal
from rowmill.settings import Settings

LARGEST_PAGE = 1001  # rows: the largest page that is asked for, and the one that follows
CATALOG_CONNECTIONS = 4  # kept per attached workspace; more are made on demand
IDLE_CONNECTION_MILLISECONDS = 30_000
LEAST_THREADS = 2  # with one, DuckDB writes the parts of a UNION ALL to a file in any order


class Instance:
    """The DuckDB of this process. Safe to use from any thread."""

    def __init__(self, settings: Settings) -> None:
        """Open it and load the extensions. Raises: ConfigurationError where a wheel is missing."""
        self._spill = SpillFolder(settings.data_dir / "spill")
        self._lock = threading.Lock()
        self._connection = open_duckdb(settings, self._spill.folder)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own on the same DuckDB. Whoever asked for it closes it."""
        with self._lock:
            return self._connection.cursor()

    def execute(self, statement: str) -> None:
        """Run one statement on a connection of its own."""
        cursor = self.cursor()
        try:
            cursor.execute(statement).fetchall()
        finally:
            cursor.close()

    def close(self) -> None:
        """End every connection and remove what was spilled to disk."""
        self._connection.close()
        self._spill.remove()


def open_duckdb(settings: Settings, spill: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that can attach lakes. Raises: ConfigurationError."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{settings.query_memory_bytes}B",
            "temp_directory": str(spill),
        },
    )
    connection.execute("SET GLOBAL TimeZone = 'UTC'")
    [(threads,)] = connection.execute("SELECT current_setting('threads')").fetchall()
    connection.execute(f"SET GLOBAL threads = {max(threads, LEAST_THREADS)}")
    # A page of sorted rows is found by the sort columns alone; the others are read for it.
    connection.execute(f"SET GLOBAL late_materialization_max_rows = {LARGEST_PAGE}")
    remote = settings.storage.startswith("s3://")
    for name in ("postgres_scanner", "ducklake", *(("httpfs",) if remote else ())):
        connection.execute(f"LOAD {quote_literal(str(extension_file(name)))}")
    connection.execute(f"SET GLOBAL pg_pool_max_connections = {CATALOG_CONNECTIONS}")
    connection.execute(f"SET GLOBAL pg_pool_idle_timeout_millis = {IDLE_CONNECTION_MILLISECONDS}")
    if remote:
        connection.execute(_bucket_secret(settings))
    return connection


def extension_file(name: str) -> Path:
    """The extension inside its installed wheel. DuckDB checks its signature when it loads it."""
    spec = find_spec(f"duckdb_extension_{name}")
    if spec is not None and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0])
        file = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        if file.exists():
            return file
    raise ConfigurationError(
        f"The package duckdb-extension-{name.replace('_', '-')} {duckdb.__version__} is missing."
    )


class SpillFolder:
    """A folder of this process for data that outgrows memory.

    Its lock file is held while the process lives, so what a killed process left is found and
    removed by the next one to start.
    """

    def __init__(self, parent: Path) -> None:
        """Args: `parent` is shared by the processes of one machine; it is made when missing."""
        parent.mkdir(parents=True, exist_ok=True)
        for left in parent.glob("*.lock"):
            _remove_if_abandoned(left)
        self.folder = parent / uuid4().hex
        self._lock_path = self.folder.with_suffix(".lock")
        self._lock: IO[bytes] = self._lock_path.open("wb")
        fcntl.flock(self._lock, fcntl.LOCK_EX)

    def remove(self) -> None:
        """Delete the folder and let go of its lock."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._lock_path.unlink(missing_ok=True)
        self._lock.close()


def _remove_if_abandoned(lock: Path) -> None:
    with suppress(OSError), lock.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
        lock.unlink(missing_ok=True)


def _bucket_secret(settings: Settings) -> str:
    """`CREATE SECRET` for the bucket; keys that are not set come from the usual AWS variables."""
    secret = settings.s3_secret_access_key
    options = {
        "KEY_ID": settings.s3_access_key_id or os.environ.get("AWS_ACCESS_KEY_ID"),
        "SECRET": secret.get_secret_value() if secret else os.environ.get("AWS_SECRET_ACCESS_KEY"),
        "SESSION_TOKEN": None if secret else os.environ.get("AWS_SESSION_TOKEN"),
        "REGION": settings.s3_region,
    }
    if settings.s3_endpoint:
        scheme, _, host = settings.s3_endpoint.rpartition("://")
        options |= {"ENDPOINT": host.rstrip("/"), "URL_STYLE": "path"}
        options["USE_SSL"] = "false" if scheme == "http" else "true"
    given = ", ".join(f"{name} {quote_literal(value)}" for name, value in options.items() if value)
    return f"CREATE OR REPLACE SECRET store (TYPE s3, {given})"
