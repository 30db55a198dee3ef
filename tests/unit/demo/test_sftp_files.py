"""The daily files of the demo's SFTP server."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from rowmill.demo.sftp_files import days_until, products_json, sales_csv, write_day

DAY = date(2026, 3, 14)


def test_a_day_gives_the_same_files_on_every_machine(tmp_path: Path) -> None:
    names = ["sales_data_2026-03-14.csv", "product_info_2026-03-14.json"]
    assert [path.name for path in write_day(tmp_path, DAY)] == names
    assert write_day(tmp_path, DAY) == [], "what is there stays as it is"
    assert (tmp_path / names[0]).read_bytes() == sales_csv(DAY)
    assert (tmp_path / names[1]).read_bytes() == products_json(DAY)
    digest = hashlib.sha256(sales_csv(DAY) + products_json(DAY)).hexdigest()
    assert digest == "48efafcee4db7c8cdb1e8132559a92873811e5db0b2c786263355e59a4c4e5da"
    assert sales_csv(DAY) != sales_csv(DAY + timedelta(days=1))


def test_sales_name_their_day_and_products_that_the_day_s_other_file_knows() -> None:
    for day in days_until(DAY, 10):
        known = json.loads(products_json(day))
        assert {*known[0]} == {"product_id", "product_name", "category"}
        numbers = {str(product["product_id"]) for product in known}
        assert len(numbers) == len({product["product_name"] for product in known}) == len(known)
        rows = list(csv.DictReader(io.StringIO(sales_csv(day).decode())))
        assert {*rows[0]} == {"product_id", "sale_date", "quantity", "price"}
        assert 150 < len(rows) < 400
        assert {row["product_id"] for row in rows} <= numbers
        assert {row["sale_date"] for row in rows} == {day.isoformat()}
        assert all(int(row["quantity"]) > 0 < Decimal(row["price"]) for row in rows)


def test_the_range_grows_and_no_product_is_ever_renamed() -> None:
    before, after = (json.loads(products_json(DAY + timedelta(days=n))) for n in (0, 3000))
    assert after[: len(before)] == before
    assert len(after) > len(before)
    assert len({product["product_name"] for product in after}) == len(after)
