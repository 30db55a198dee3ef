from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from rowmill.demo.generating import write_files
from rowmill.templates.builtin import BUILT_IN
from rowmill.templates.matching import match

LAST = date(2026, 3, 1)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, str]]]:
    """The rows of each file, by template."""
    made = write_files(tmp_path_factory.mktemp("demo"), LAST)
    texts = {file.template: file.path.read_text() for file in made}
    return {name: list(csv.DictReader(text.splitlines())) for name, text in texts.items()}


Files = dict[str, list[dict[str, str]]]


def day_of(row: dict[str, str]) -> date:
    month, day, year = map(int, row["Date"].split("/"))
    return date(year, month, day)


def test_the_same_day_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = (write_files(tmp_path / name, LAST) for name in "ab")
    assert [f.path.read_bytes() for f in first] == [f.path.read_bytes() for f in second]


def test_two_years_of_sales_end_on_the_day(files: Files) -> None:
    days = {day_of(row) for row in files["sales"]}
    assert max(days) == LAST
    assert min(days) == date(2024, 3, 1)
    assert len(days) > 700


def test_every_amount_is_price_times_quantity(files: Files) -> None:
    for row in files["sales"]:
        price, bottles = Decimal(row["State Bottle Retail"]), int(row["Bottles Sold"])
        assert Decimal(row["Sale (Dollars)"]) == price * bottles
        assert bottles >= 1


def test_lines_of_an_invoice_are_of_one_shop_and_day_and_counted_from_one(files: Files) -> None:
    invoices = defaultdict(list)
    for row in files["sales"]:
        invoices[row["Invoice Number"]].append(row)
    assert max(map(len, invoices.values())) > 3
    for lines in invoices.values():
        assert len({(line["Date"], line["Store Number"]) for line in lines}) == 1
        assert [int(line["Line"]) for line in lines] == list(range(1, len(lines) + 1))


def test_december_sells_most_and_sunday_least(files: Files) -> None:
    by_month: dict[int, int] = defaultdict(int)
    by_weekday: dict[int, int] = defaultdict(int)
    for row in files["sales"]:
        by_month[day_of(row).month] += 1
        by_weekday[day_of(row).weekday()] += 1
    assert max(by_month, key=by_month.__getitem__) == 12
    assert min(by_weekday, key=by_weekday.__getitem__) == 6


def test_some_stock_runs_low_and_little_of_it_is_negative(files: Files) -> None:
    sold: dict[tuple[str, str], int] = defaultdict(int)
    (counted,) = {date.fromisoformat(row["Stock Date"]) for row in files["stock"]}
    for row in files["sales"]:
        if day_of(row) > counted:
            sold[row["Store Number"], row["Item Number"]] += int(row["Bottles Sold"])
    left = [
        (int(r["Quantity"]) - sold[r["Store Number"], r["Item Number"]], int(r["Reorder Level"]))
        for r in files["stock"]
    ]
    negative = sum(units < 0 for units, _ in left)
    low = sum(units < level for units, level in left)
    assert 0 < negative < len(left) / 50
    assert len(left) / 50 < low < len(left) / 5


def test_barcodes_are_valid_and_unique(files: Files) -> None:
    codes = [row["Barcode"] for row in files["products"]]
    assert len(set(codes)) == len(codes)
    for code in codes:
        digits = [int(digit) * (1, 3)[place % 2] for place, digit in enumerate(code)]
        assert len(code) == 13
        assert sum(digits) % 10 == 0


@pytest.mark.parametrize("template", ["sales", "products", "stock"])
def test_the_headers_are_known_to_the_template(files: Files, template: str) -> None:
    roles = match(BUILT_IN[template], list(files[template][0])).roles
    missing = {
        "sales": {"country", "customer"},
        "products": set[str](),
        "stock": {"received"},
    }[template]
    declared = {column.role for column in BUILT_IN[template].columns}
    assert declared - set(roles) == missing
