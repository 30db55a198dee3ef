"""The DuckDB of a process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from rowmill.settings import Settings
from tests.duckdbs import FRESH

ROWS = 150_000  # more than a row group, and not a whole number of them


def copied(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[int]:
    """Numbers from 0 on that were written to a Parquet file from one scan behind the other."""
    for part in range(2):
        connection.execute(
            f"COPY (SELECT i FROM range({part * ROWS}, {(part + 1) * ROWS}) AS r(i))"
            f" TO '{folder}/{part}.parquet'"
        )
    scans = " UNION ALL ".join(f"FROM read_parquet('{folder}/{part}.parquet')" for part in range(2))
    connection.execute(f"COPY ({scans}) TO '{folder}/all.parquet'")
    rows = connection.execute(f"FROM read_parquet('{folder}/all.parquet')").fetchall()
    return [row[0] for row in rows]


def test_rows_keep_their_order_on_a_machine_of_one_processor(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = duckdb.connect

    def on_one_processor(path: str, config: dict[str, Any]) -> duckdb.DuckDBPyConnection:
        return connect(path, config={**config, "threads": 1})

    monkeypatch.setattr(duckdb, "connect", on_one_processor)
    with FRESH(settings, tmp_path) as connection:
        assert copied(connection, tmp_path) == list(range(2 * ROWS))
        connection.execute("SET GLOBAL threads = 1")
        # If this fails, DuckDB has learnt to keep the order, and LEAST_THREADS may go.
        assert copied(connection, tmp_path) != list(range(2 * ROWS))
