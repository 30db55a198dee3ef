"""A generated sales file in the 24-column layout of Iowa's liquor sales. Same seed, same bytes."""

from __future__ import annotations

from pathlib import Path

import duckdb

from rowmill.mill import quote_literal

COLUMNS = (
    "Invoice/Item Number", "Date", "Store Number", "Store Name", "Address", "City", "Zip Code",
    "Store Location", "County Number", "County", "Category", "Category Name", "Vendor Number",
    "Vendor Name", "Item Number", "Item Description", "Pack", "Bottle Volume (ml)",
    "State Bottle Cost", "State Bottle Retail", "Bottles Sold", "Sale (Dollars)",
    "Volume Sold (Liters)", "Volume Sold (Gallons)",
)  # fmt: skip

# Every value is arithmetic on the row's number, so any number of rows is made at the speed of
# DuckDB, without a random generator whose order would depend on threads.
_ROWS = """
WITH numbered AS (
  SELECT i, hash(i) AS h, hash(i + 7000000001) AS g FROM range({first}, {end}) AS r(i)
), drawn AS (
  SELECT i, h, g, (h % 1400)::INTEGER AS store, (g % 3200)::INTEGER AS item,
         1 + (h // 1400 % 24)::INTEGER AS bottles,
         (225 + g // 3200 % 4800)::DECIMAL(18,2) / 100 AS cost
  FROM numbered
), priced AS (
  SELECT *, round(cost * 1.5, 2)::DECIMAL(18,2) AS retail,
         [50, 200, 375, 500, 750, 1000, 1750][1 + (item % 7)::INTEGER] AS volume
  FROM drawn
)
SELECT
  'INV-' || lpad((10000000 + i)::VARCHAR, 8, '0') AS "Invoice/Item Number",
  strftime(DATE '2019-01-02' + (g % 1800)::INTEGER, '%m/%d/%Y') AS "Date",
  2000 + store AS "Store Number",
  'Food Store #' || store || ' / ' || ['Cedar', 'Oak', 'Elm'][1 + (store % 3)::INTEGER]
    AS "Store Name",
  (100 + store * 7 % 9900) || ' Main St' AS "Address",
  ['Des Moines', 'Cedar Rapids', 'Davenport', 'Sioux City', 'Iowa City', 'Waterloo', 'Ames',
   'Council Bluffs', 'Dubuque', 'Mason City'][1 + (store % 10)::INTEGER] AS "City",
  50001 + store % 1900 AS "Zip Code",
  'POINT (-' || (90 + store % 600 / 100.0)::DECIMAL(9,4) || ' '
    || (40 + store % 300 / 100.0)::DECIMAL(9,4) || ')' AS "Store Location",
  1 + store % 99 AS "County Number",
  'COUNTY ' || chr((65 + store % 26)::INTEGER) || chr((65 + store % 99 // 4)::INTEGER) AS "County",
  1011000 + item % 90 * 100 AS "Category",
  ['CANADIAN WHISKIES', 'AMERICAN VODKAS', 'SPICED RUM', 'STRAIGHT BOURBON WHISKIES',
   '100% AGAVE TEQUILA', 'IMPORTED BRANDIES', 'CREAM LIQUEURS'][1 + (item % 7)::INTEGER]
    AS "Category Name",
  30 + item % 260 AS "Vendor Number",
  'VENDOR ' || (item % 260) || ', INC.' AS "Vendor Name",
  10000 + item * 29 AS "Item Number",
  'Item ' || item || ' Reserve' AS "Item Description",
  [6, 12, 24, 48][1 + (item % 4)::INTEGER] AS "Pack",
  volume AS "Bottle Volume (ml)",
  cost::DECIMAL(18,2) AS "State Bottle Cost",
  retail AS "State Bottle Retail",
  bottles AS "Bottles Sold",
  (retail * bottles)::DECIMAL(18,2) AS "Sale (Dollars)",
  (volume * bottles / 1000.0)::DECIMAL(18,2) AS "Volume Sold (Liters)",
  (volume * bottles / 3785.41)::DECIMAL(18,2) AS "Volume Sold (Gallons)"
FROM priced ORDER BY i
"""


def rows_query(rows: int, *, first: int = 0) -> str:
    """SQL for that many records, from number `first` on."""
    return _ROWS.format(first=first, end=first + rows)


def write_sales(path: Path, rows: int) -> Path:
    """Write a CSV of that many records: 5,000,000 are about 1.1 GB. Returns the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            f"COPY ({rows_query(rows)}) TO {quote_literal(str(path))} (FORMAT csv, HEADER true)"
        )
    return path
