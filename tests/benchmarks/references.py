"""What the same work takes without Rowmill: bare DuckDB, and PostgreSQL's COPY."""

from __future__ import annotations

from pathlib import Path

import duckdb
import psycopg

from rowmill.mill import quote_identifier, quote_literal
from rowmill.postgres import EmbeddedPostgres

CHUNK_BYTES = 1024 * 1024
POSTGRES_TYPES = {"BIGINT": "bigint", "DOUBLE": "numeric(18,2)", "DATE": "date"}


def duckdb_conversion(csv: Path, parquet: Path) -> None:
    """DuckDB's own CSV to Parquet, everything detected."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY (FROM read_csv({quote_literal(str(csv))})) TO {quote_literal(str(parquet))}"
        )


def postgres_copy(csv: Path, folder: Path) -> None:
    """PostgreSQL's COPY into a typed table, the types being those that DuckDB detects."""
    with duckdb.connect(":memory:") as connection:
        columns = connection.execute(
            f"DESCRIBE FROM read_csv({quote_literal(str(csv))})"
        ).fetchall()
    typed = ", ".join(
        f"{quote_identifier(name)} {POSTGRES_TYPES.get(kind, 'text')}" for name, kind, *_ in columns
    )
    server = EmbeddedPostgres(folder)
    try:
        with psycopg.connect(server.start(), options="-c datestyle=ISO,MDY") as connection:
            connection.execute(f"CREATE TABLE sales ({typed})".encode())
            copy = "COPY sales FROM STDIN (FORMAT csv, HEADER)"
            with connection.cursor().copy(copy) as target, csv.open("rb") as source:
                while chunk := source.read(CHUNK_BYTES):
                    target.write(chunk)
    finally:
        server.stop()


def aggregate(parquet: Path, above: int) -> None:
    """Sales by month and category of what sold more than so many bottles, straight from Parquet."""
    with duckdb.connect(":memory:") as connection:
        table = f"read_parquet({quote_literal(str(parquet))})"
        connection.execute(AGGREGATE.format(table=table, above=above))
        connection.fetchall()


def dashboard(parquet: Path, condition: str) -> None:
    """What the dashboard shows, as grouping sets over the Parquet file."""
    dims = ("City", "County", "Zip Code", "Category Name", "Vendor Name", "Store Name",
            "Item Number")  # fmt: skip
    sets = ", ".join(f"({quote_identifier(name)})" for name in dims)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            DASHBOARD.format(
                table=f"read_parquet({quote_literal(str(parquet))})",
                sets=sets,
                condition=condition,
            )
        )
        connection.fetchall()


DASHBOARD = """
SELECT "City", "County", "Zip Code", "Category Name", "Vendor Name", "Store Name", "Item Number",
  "Store Location", month, sum(sales), sum(cost), sum(units), count(DISTINCT number)
FROM (
  SELECT *, "Sale (Dollars)" AS sales, "State Bottle Cost" * "Bottles Sold" AS cost,
    "Bottles Sold" AS units, "Invoice/Item Number" AS number,
    date_trunc('month', "Date") AS month
  FROM {table} WHERE {condition}
)
GROUP BY GROUPING SETS ((), {sets}, (month), ("Store Name", "Store Location"))
"""

AGGREGATE = """
SELECT date_trunc('month', "Date") AS month, "Category Name", sum("Sale (Dollars)"), count(*)
FROM {table} WHERE "Bottles Sold" > {above} GROUP BY ALL ORDER BY month, "Category Name"
"""
