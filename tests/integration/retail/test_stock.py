"""Stock on hand: opening + received - sold since, with nothing below zero hidden."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pytest
from fastapi import FastAPI

from rowmill.lake.cache import BoundedCache
from rowmill.retail.sources import Sources
from tests.integration.retail.conftest import Shop

SALES = "product_id,store number,sale_date,quantity,price\n"
STOCK = "item_number,store_number,quantity,received,date,reorder level\n"


def levels(shop: Shop, **parameters: Any) -> dict[tuple[str, str | None], Any]:
    items = shop.pages("/api/stock", "items", **parameters)
    return {(item["item_number"], item["store_number"]): item for item in items}


def test_without_a_count_nothing_is_claimed(shop: Shop) -> None:
    answer = shop.get("/api/stock")
    assert (answer["items"], answer["is_counted"]) == ([], False)
    shop.send("sales", f"{SALES}A,1,2025-04-02,3,1\n")

    answer = shop.get("/api/stock")
    assert answer["is_counted"] is False
    (level,) = answer["items"]
    assert (level["on_hand"], level["sold"], level["warning"]) == (None, 3, "no_opening")


def test_sales_count_from_the_day_of_the_opening_on_and_by_store(shop: Shop) -> None:
    shop.send("stock", f"{STOCK}A,1,10,,2025-04-02,4\nA,2,10,5,2025-04-02,4\nB,1,1,,2025-04-02,\n")
    shop.send(
        "sales",
        f"{SALES}A,1,2025-04-01,3,1\nA,1,2025-04-02,3,1\nA,1,2025-04-03,4,1\nA,2,2025-04-09,2,1\n"
        "B,1,2025-04-03,5,1\nA,,2025-04-03,1,1\nC,1,2025-04-03,2,1\n",
    )

    found = levels(shop)
    assert found["A", "1"]["on_hand"] == 3
    assert (found["A", "1"]["is_low"], found["A", "2"]["is_low"]) == (True, False)
    assert found["A", "2"]["on_hand"] == 13
    assert (found["B", "1"]["on_hand"], found["B", "1"]["warning"]) == (-4, "negative")
    assert found["B", "1"]["is_negative"] is True
    assert found["C", None]["warning"] == "no_opening"
    assert (found["A", None]["sold"], found["A", None]["on_hand"]) == (1, None)
    assert shop.get("/api/stock")["totals"] == {
        "levels": 5, "on_hand": 12, "low": 1, "negative": 1, "without_opening": 2,
    }  # fmt: skip


def test_a_new_count_replaces_the_old_one(shop: Shop) -> None:
    shop.send("stock", f"{STOCK}A,1,10,,2025-04-02,\n")
    shop.send("sales", f"{SALES}A,1,2025-04-03,4,1\nA,1,2025-05-01,1,1\n")
    assert levels(shop)["A", "1"]["on_hand"] == 5
    shop.send("stock", f"{STOCK}A,1,20,,2025-05-01,\n")

    assert levels(shop)["A", "1"]["on_hand"] == 19


def test_of_counts_that_were_appended_the_latest_day_counts(shop: Shop) -> None:
    shop.send("stock", f"{STOCK}A,1,10,,2025-04-02,\nA,1,7,,2025-04-05,\n", mode="append")

    assert levels(shop)["A", "1"]["on_hand"] == 7


def test_products_tell_the_stock_of_items_that_were_not_counted(shop: Shop) -> None:
    shop.send("stock", f"{STOCK}A,1,10,,2025-04-02,\n")
    shop.send(
        "products", "product_id,name,quantity,last_updated\nA,Tea,99,2025-04-01\nB,Cup,2.5,\n"
    )
    shop.send("sales", f"{SALES}B,1,2025-04-03,1,1\nB,2,2024-04-03,0.25,1\n")

    found = levels(shop)
    assert found["A", "1"]["on_hand"] == 10
    assert Decimal(str(found["B", None]["on_hand"])) == Decimal("1.25")
    assert found["B", None]["item_name"] == "Cup"
    assert ("B", "1") not in found


def test_returns_come_back(shop: Shop) -> None:
    shop.send("products", "barcode,name,quantity\n7,Tea,10\n")
    shop.send("sales", f"{SALES}7,1,2025-04-03,3,1\n7,1,2025-04-04,-1,1\n")

    assert levels(shop)["7", None]["on_hand"] == 8


@pytest.mark.parametrize(
    "sort",
    ["item", "-item", "name", "-name", "store", "-store", "on_hand", "-on_hand", "sold", "-sold"],
)
def test_every_order_is_paged_without_losing_a_level(shop: Shop, sort: str) -> None:
    rows = "".join(f"I{n % 6},{n % 4},{n % 3},,2025-04-02,2\n" for n in range(24))
    shop.send("stock", STOCK + rows)
    shop.send("sales", f"{SALES}I1,9,2025-04-03,1,1\nI1,1,2025-04-03,9,1\nX,,2025-04-03,1,1\n")

    whole = shop.get("/api/stock", limit=1000, sort=sort)["items"]
    assert shop.pages("/api/stock", "items", limit=3, sort=sort) == whole
    assert len({(item["item_number"], item["store_number"]) for item in whole}) == len(whole) == 14


def test_levels_are_filtered(shop: Shop) -> None:
    shop.send("stock", f"{STOCK}A,1,10,,2025-04-02,20\nB,1,10,,2025-04-02,\nB,2,-1,,2025-04-02,\n")

    assert set(levels(shop, low=True)) == {("A", "1")}
    assert set(levels(shop, low=True, minimum="10")) == {("A", "1"), ("B", "1"), ("B", "2")}
    assert set(levels(shop, negative=True)) == {("B", "2")}
    assert set(levels(shop, item="B", store="1")) == {("B", "1")}
    assert set(levels(shop, q="a")) == {("A", "1")}
    assert shop.get("/api/stock", q="none")["totals"] == {
        "levels": 0, "on_hand": 0, "low": 0, "negative": 0, "without_opening": 0,
    }  # fmt: skip
    answer = shop.client.get("/api/stock", params={"minimum": "few"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "minimum")


def test_the_stores_to_choose_from_are_those_with_stock(shop: Shop) -> None:
    assert shop.get("/api/stock/stores")["items"] == []
    header = "item_number,store_number,store_name,quantity,date\n"
    shop.send(
        "stock",
        f"{header}A,2,North,10,2025-04-02\nB,2,North,1,2025-04-02\nA,10,South,3,2025-04-02\n",
    )
    every = [{"number": "2", "name": "North"}, {"number": "10", "name": "South"}]
    assert shop.get("/api/stock/stores")["items"] == every
    assert shop.get("/api/stock/stores", q="SOU")["items"] == every[1:]
    assert shop.get("/api/stock/stores", q="1")["items"] == every[1:]
    assert {number for _, number in levels(shop, store=every[1]["number"])} == {"10"}


def test_levels_after_small_changes_equal_those_that_are_computed_anew(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = f"number,{SALES}"
    shop.send("products", "item_number,name,price,quantity\nP,Pen,2.50,100\n")
    shop.send("stock", f"{STOCK}A,1,10,,2025-04-02,4\nA,2,10,5,2025-04-02,4\nB,1,1,,2025-04-02,\n")
    shop.send(
        "sales", f"{header}1,A,1,2025-04-03,3,1\n2,B,1,2025-04-03,5,1\n3,P,1,2025-04-03,1,1\n"
    )
    levels(shop)
    lines = [{"item_number": "A", "quantity": "4", "unit_price": "1"}]
    changes = [
        ("PATCH", "/api/invoices/1", {"lines": lines}),
        ("PATCH", "/api/invoices/3", {"lines": [{**lines[0], "item_number": "new"}]}),
        ("DELETE", "/api/invoices/2", None),
    ]
    for method, path, body in changes:
        answer = shop.client.request(method, path, json=body)
        assert answer.status_code < 300, answer.text
        with monkeypatch.context() as patch:
            patch.setattr(Sources, "table", computed_of_some(Sources.table))
            derived = levels(shop)
        held = cast("FastAPI", shop.client.app).state.context.lakes
        with monkeypatch.context() as patch:
            patch.setattr(held, "results", BoundedCache(10**8))
            assert levels(shop) == derived


def computed_of_some(table: Callable[..., Any]) -> Callable[..., Any]:
    """Computing levels, which fails where those of all items are computed."""

    def compute(found: Sources, lakes: Any, needs: Any, statement: Any) -> Any:
        assert "narrowed" in statement.__code__.co_varnames, "all levels were computed"
        return table(found, lakes, needs, statement)

    return compute
