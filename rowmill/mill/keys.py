"""One record per key: of several in a file the last one counts, as if sent one by one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from rowmill.mill.duck import column_list
from rowmill.mill.quoting import quote_literal
from rowmill.mill.statements import PARQUET


def keep_last(connection: duckdb.DuckDBPyConnection, path: Path, key: Sequence[str]) -> int:
    """Rewrite a Parquet file so that each key occurs once; how many records were dropped.

    The last record of a key stays, in its place. Keys must not be null.
    """
    columns, source = column_list(list(key)), f"read_parquet({quote_literal(str(path))}"
    counted = connection.execute(
        f"SELECT coalesce(sum(n), 0), count(*) FROM "
        f"(SELECT count(*) AS n FROM {source}) GROUP BY {columns})"
    ).fetchone()
    rows, keys = counted or (0, 0)
    if rows == keys:
        return 0
    kept = path.with_name(f"{path.stem}-kept.parquet")
    numbered = f"{source}, file_row_number = true)"
    connection.execute(
        f"COPY (SELECT * EXCLUDE (file_row_number) FROM {numbered} WHERE file_row_number IN "
        f"(SELECT max(file_row_number) FROM {numbered} GROUP BY {columns})) "
        f"TO {quote_literal(str(kept))} ({PARQUET})"
    )
    kept.replace(path)
    return int(rows) - int(keys)
