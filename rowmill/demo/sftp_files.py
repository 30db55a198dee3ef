"""The files of the demo's SFTP server: for each day the sales, and what is known of the products.

Every value follows from the day alone, so that a day's files are the same on every machine.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

BEGIN = date(2024, 1, 1)
FIRST_PRODUCTS = 48
DAYS_PER_NEW_PRODUCT = 5
RANGE = {
    "Beverages": ("Ginger Ale", "Oolong Tea", "Apple Cider", "Cold Brew"),
    "Books": ("Road Atlas", "Cook Book", "Star Chart", "Bird Guide"),
    "Garden": ("Seed Box", "Watering Can", "Pruning Saw", "Bird House"),
    "Kitchen": ("Bread Knife", "Cast Iron Pan", "Milk Jug", "Pepper Mill"),
    "Office": ("Fountain Pen", "Desk Lamp", "Paper Tray", "Ink Bottle"),
    "Toys": ("Kite", "Wooden Train", "Marble Run", "Puzzle"),
}
STYLES = ("Classic", "Compact", "Deluxe", "Nordic", "Travel", "Vintage", "Studio", "Coastal")


@dataclass(frozen=True)
class Product:
    """Something that is sold; the price is the one without discount."""

    product_id: int
    product_name: str
    category: str
    price: Decimal


def products(day: date) -> list[Product]:
    """All that is on sale on a day. There are more from day to day, and none ever goes."""
    more = max(0, (day - BEGIN).days) // DAYS_PER_NEW_PRODUCT
    return [_product(number) for number in range(FIRST_PRODUCTS + more)]


def sales_csv(day: date) -> bytes:
    """The day's sales: `product_id, sale_date, quantity, price`, the price of one."""
    drawn = Random(f"sales of {day}")  # noqa: S311 - the same on every machine, nothing secret
    known = products(day)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["product_id", "sale_date", "quantity", "price"])
    for _ in range(drawn.randint(180, 260) + 60 * (day.weekday() >= 5)):
        product = known[int(len(known) * drawn.random() ** 1.5)]
        quantity = drawn.choice((1, 1, 1, 2, 2, 3, 5, 12))
        discount = Decimal(drawn.choice((0, 0, 0, 0, 5, 10))) / 100
        price = (product.price * (1 - discount)).quantize(Decimal("0.01"))
        writer.writerow([product.product_id, day, quantity, price])
    return text.getvalue().encode()


def products_json(day: date) -> bytes:
    """The day's products: an array of `product_id, product_name, category`."""
    listed = [
        {"product_id": p.product_id, "product_name": p.product_name, "category": p.category}
        for p in products(day)
    ]
    return (json.dumps(listed, indent=1) + "\n").encode()


def write_day(folder: Path, day: date) -> list[Path]:
    """Write the day's pair where it is not there yet; returns what was written.

    A file gets its name when it is complete, and the day's beginning as its time.
    """
    made = {
        folder / f"sales_data_{day}.csv": sales_csv,
        folder / f"product_info_{day}.json": products_json,
    }
    return [path for path, content in made.items() if _write(path, content(day), day)]


def days_until(last: date, count: int) -> Iterator[date]:
    """`count` days in order, of which `last` is the last."""
    for age in range(count - 1, -1, -1):
        yield last - timedelta(days=age)


def _write(path: Path, content: bytes, day: date) -> bool:
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(content)
    moment = datetime.combine(day, time(), UTC).timestamp()
    os.utime(draft, (moment, moment))
    draft.replace(path)
    return True


def _product(number: int) -> Product:
    categories = list(RANGE)
    category = categories[number % len(categories)]
    things = RANGE[category]
    thing = things[number // len(categories) % len(things)]
    turn = number // (len(categories) * len(things))
    series = f" {turn // len(STYLES) + 1}" if turn >= len(STYLES) else ""
    cents = 250 + 50 * Random(f"price of {number}").randrange(300)  # noqa: S311 - as above
    name = f"{STYLES[turn % len(STYLES)]} {thing}{series}"
    return Product(1001 + number, name, category, Decimal(cents).scaleb(-2))
