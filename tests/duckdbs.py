"""DuckDBs that one test after the other uses: loading the extensions outlasts most tests."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import duckdb

from rowmill.lake import instance
from rowmill.settings import Settings

MOST_IDLE = 4
FRESH = instance.open_duckdb

_idle: list[duckdb.DuckDBPyConnection] = []


class Lent:
    """A DuckDB for one context; closing it gives it back, with nothing attached."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self.cursor = connection.cursor
        self.execute = connection.execute

    def close(self) -> None:
        """Keep the DuckDB for the next context, unless its state is in doubt."""
        try:
            attached = self._connection.execute(
                "SELECT database_name FROM duckdb_databases() WHERE NOT internal"
                " AND database_name <> current_database() AND type <> 'postgres'"
            ).fetchall()
            for (name,) in attached:
                self._connection.execute(f'DETACH "{name}"')
        except duckdb.Error:
            self._connection.close()
            return
        if len(_idle) < MOST_IDLE:
            _idle.append(self._connection)
        else:
            self._connection.close()


def lend(settings: Settings, spill: Path) -> duckdb.DuckDBPyConnection:
    """What `open_duckdb` gives: one that was used before, where there is one that will do."""
    if settings.storage.startswith("s3://"):
        return FRESH(settings, spill)
    while _idle:
        connection = _idle.pop()
        try:
            connection.execute(f"SET GLOBAL memory_limit = '{settings.query_memory_bytes}B'")
            connection.execute(f"SET GLOBAL temp_directory = '{spill}'")
        except duckdb.Error:  # it has spilled into the folder of another test
            connection.close()
        else:
            return cast("duckdb.DuckDBPyConnection", Lent(connection))
    connection = FRESH(settings, spill)
    # Both threads are those that ask: waiting for one of DuckDB's own, they would ask again and
    # again.
    connection.execute(f"SET GLOBAL threads = {instance.LEAST_THREADS}")
    connection.execute(f"SET GLOBAL external_threads = {instance.LEAST_THREADS}")
    return cast("duckdb.DuckDBPyConnection", Lent(connection))
