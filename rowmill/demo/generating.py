"""Two years of invented trade up to a day: sales, products and stock as CSV files.

Every value follows from the day and hashes of numbers, so one day gives the same files, made at
DuckDB's speed. The headers are those of Iowa's liquor sales, so that the files come in as such
files do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb

from rowmill.demo.range import LINES, SHOPS, SIZES, STREETS, SUFFIXES, TOWNS, VENDORS
from rowmill.mill import quote_literal

DAYS = 731
DAYS_SINCE_COUNT = 45
MEMORY = "256MB"
SQL_TYPES: dict[type, str] = {
    int: "INTEGER",
    float: "DOUBLE",
    Decimal: "DECIMAL(10, 2)",
    str: "VARCHAR",
}

# Expected invoices of a shop on a day: its size, busier towards the weekend, before Christmas and
# in summer, growing by a tenth in a year. `draw` is even between 0 and 1.
_INVOICES = """
CREATE TABLE invoices AS
WITH calendar AS (
  SELECT day::DATE AS day, date_diff('day', $first, day) AS age
  FROM range($first, $last + INTERVAL 1 DAY, INTERVAL 1 DAY) AS days(day)
), expected AS (
  SELECT store_number, day,
         hash(store_number * 100000 + date_diff('day', DATE '2000-01-01', day)) AS h,
         1.15 * size * (1 + 0.1 * age / 365.0)
           * [0.35, 0.8, 0.85, 0.9, 1.1, 1.5, 1.5][1 + dayofweek(day)]
           * (1 + 0.15 * cos(2 * pi() * (dayofyear(day) - 190) / 365.0)
                + 0.7 * exp(-pow((dayofyear(day) - 353) / 11.0, 2))) AS expected
  FROM shops CROSS JOIN calendar
), counted AS (
  SELECT store_number, day, h, floor(expected + (h % 1000) / 1000.0)::INTEGER AS invoices
  FROM expected
), each AS (
  SELECT store_number, day, unnest(range(invoices)) AS n, h FROM counted
)
SELECT row_number() OVER (ORDER BY day, store_number, n) AS position,
       store_number, day, hash(h + n * 7919) AS draw
FROM each
"""

_LINES = """
CREATE TABLE lines AS
WITH drawn AS (
  SELECT *, unnest(range(1, 2 + (draw % 7)::INTEGER)) AS line FROM invoices
), chosen AS (
  SELECT *, hash(draw + line * 104729) AS h FROM drawn
), item AS (
  -- Low positions of the range sell best; each line of an invoice takes from another part of it.
  SELECT c.*, (floor($items * pow((h % 100000) / 100000.0, 1.7))::INTEGER + line * 37) % $items
         AS item_position
  FROM chosen AS c
)
SELECT l.position, l.line, l.day, l.store_number, i.item_number,
       greatest(1, ([1, 1, 2, 2, 3, 4, 6, 6, 12, 12, 24][1 + (l.h // 100000 % 11)::INTEGER]
         * (1 + 0.5 * cos(2 * pi() * (month(l.day) - i.best_month) / 12.0)))::INTEGER) AS bottles
FROM item AS l JOIN items AS i USING (item_position)
"""

_SALES = """
SELECT 'INV-' || lpad((1400000 + l.position)::VARCHAR, 8, '0') AS "Invoice Number",
       l.line AS "Line", strftime(l.day, '%m/%d/%Y') AS "Date",
       s.store_number AS "Store Number", s.store_name AS "Store Name", s.address AS "Address",
       s.city AS "City", s.zip AS "Zip Code", s.store_location AS "Store Location",
       s.county_number AS "County Number", s.county AS "County",
       i.category AS "Category", i.category_name AS "Category Name",
       i.vendor_number AS "Vendor Number", i.vendor_name AS "Vendor Name",
       i.item_number AS "Item Number", i.item_name AS "Item Description",
       i.pack AS "Pack", i.volume_ml AS "Bottle Volume (ml)",
       i.unit_cost AS "State Bottle Cost", i.price AS "State Bottle Retail",
       l.bottles AS "Bottles Sold", (i.price * l.bottles)::DECIMAL(18,2) AS "Sale (Dollars)",
       round(i.volume_ml * l.bottles / 1000.0, 2)::DECIMAL(18,2) AS "Volume Sold (Liters)",
       round(i.volume_ml * l.bottles / 3785.41, 2)::DECIMAL(18,2) AS "Volume Sold (Gallons)"
FROM lines AS l JOIN shops AS s USING (store_number) JOIN items AS i USING (item_number)
ORDER BY l.position, l.line
"""

# What a shop counted, so that most items last until today, one in twenty runs low, and here and
# there more was sold than the count says there was.
_STOCK = """
CREATE TABLE stock AS
WITH sold AS (
  SELECT store_number, item_number, count(*) AS times,
         coalesce(sum(bottles) FILTER (day > $counted), 0)::INTEGER AS since
  FROM lines WHERE day > $counted - INTERVAL 180 DAY GROUP BY ALL
), drawn AS (
  SELECT *, 6 * (1 + times // 3)::INTEGER AS minimum,
         hash(store_number * 100003 + item_number) % 200 AS draw
  FROM sold
)
SELECT store_number, item_number, minimum, since,
       CASE WHEN draw = 0 AND since > 0 THEN since - 1 - since // 5
            WHEN draw < 10 THEN since + minimum // 3
            ELSE since + minimum + (draw % 40)::INTEGER END AS quantity
FROM drawn
"""

_STOCK_FILE = """
SELECT item_number AS "Item Number", i.item_name AS "Item Description",
       store_number AS "Store Number", s.store_name AS "Store Name", k.quantity AS "Quantity",
       $counted AS "Stock Date", k.minimum AS "Reorder Level"
FROM stock AS k JOIN items AS i USING (item_number) JOIN shops AS s USING (store_number)
ORDER BY item_number, store_number
"""

_PRODUCTS = """
SELECT i.item_number AS "Item Number", i.item_name AS "Product Name", i.barcode AS "Barcode",
       i.category AS "Category", i.category_name AS "Category Name", i.price AS "Price",
       i.unit_cost AS "Unit Cost", coalesce(sum(k.quantity - k.since), 0)::INTEGER AS "Quantity",
       $last AS "Last Updated"
FROM items AS i LEFT JOIN stock AS k USING (item_number)
GROUP BY ALL ORDER BY i.item_number
"""


@dataclass(frozen=True)
class DemoFile:
    """A file of the demo, and the template by which it is imported."""

    template: str
    name: str
    path: Path


def write_files(folder: Path, last: date) -> list[DemoFile]:
    """Write sales of two years up to `last`, the products and the stock, as CSV files."""
    first = last - timedelta(days=DAYS - 1)
    counted = last - timedelta(days=DAYS_SINCE_COUNT)
    with duckdb.connect(":memory:", config={"memory_limit": MEMORY, "threads": 2}) as connection:
        _load(connection, "shops", _shops())
        _load(connection, "items", _items())
        connection.execute(_INVOICES, {"first": first, "last": last})
        connection.execute(_LINES, {"items": len(list(_items()))})
        connection.execute(_STOCK, {"counted": counted})
        return [
            _write(connection, folder, "products", _PRODUCTS, {"last": last}),
            _write(connection, folder, "stock", _STOCK_FILE, {"counted": counted}),
            _write(connection, folder, "sales", _SALES, {}),
        ]


def _write(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    template: str,
    query: str,
    values: dict[str, date],
) -> DemoFile:
    name = file_name(template)
    target = quote_literal(str(folder / name))
    connection.execute(f"COPY ({query}) TO {target} (FORMAT csv, HEADER true)", values)
    return DemoFile(template, name, folder / name)


def file_name(template: str) -> str:
    """What the demo's file for a template is called; datasets are known by it as the demo's."""
    return f"rowmill-demo-{template}.csv"


def _load(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Iterable[dict[str, object]]
) -> None:
    listed = list(rows)
    columns = ", ".join(f"{name} {SQL_TYPES[type(value)]}" for name, value in listed[0].items())
    connection.execute(f"CREATE TABLE {table} ({columns})")
    marks = ", ".join("?" * len(listed[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({marks})", [[*r.values()] for r in listed])


def _shops() -> Iterator[dict[str, object]]:
    number = 0
    for town in TOWNS:
        for _ in range(town.shops):
            number += 1
            shift = 0.011 * (number % 5 - 2)
            longitude, latitude = town.longitude + shift, town.latitude - shift / 2
            yield {
                "store_number": 2500 + 13 * number,
                "store_name": f"{SHOPS[number % len(SHOPS)]}, {town.city}",
                "address": f"{100 + 37 * number} {STREETS[number % len(STREETS)]}",
                "city": town.city,
                "zip": town.zip,
                "store_location": f"POINT ({longitude:.4f} {latitude:.4f})",
                "county_number": town.county_number,
                "county": town.county,
                "size": town.size,
            }


def _items() -> Iterator[dict[str, object]]:
    """The range: every brand of every line in a few sizes, those that sell best first."""
    position = 0
    for turn, (volume_ml, pack, factor) in enumerate(sorted(SIZES, key=lambda s: abs(s[0] - 760))):
        for line_position, line in enumerate(LINES):
            for brand_position, brand in enumerate(line.brands):
                if (turn + line_position + brand_position) % 5 == 4:
                    continue  # not every brand comes in every size
                cost_cents = round(100 * line.cost * factor * (1 + 0.17 * brand_position))
                suffix = SUFFIXES[(3 * line_position + brand_position) % len(SUFFIXES)]
                number = 10000 + 137 * position
                vendor = (line_position * 5 + brand_position) % len(VENDORS)
                yield {
                    "item_position": position,
                    "item_number": number,
                    "item_name": " ".join(filter(None, (brand, suffix, f"{volume_ml}ml"))),
                    "barcode": _barcode(f"08{number:010}"),
                    "category": line.number,
                    "category_name": line.name,
                    "best_month": line.best_month,
                    "vendor_number": 30 + 17 * vendor,
                    "vendor_name": VENDORS[vendor],
                    "pack": pack,
                    "volume_ml": volume_ml,
                    "unit_cost": Decimal(cost_cents).scaleb(-2),
                    "price": Decimal((cost_cents * 3 + 1) // 2).scaleb(-2),
                }
                position += 1


def _barcode(digits: str) -> str:
    """An EAN-13: twelve digits and their check digit."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
