"""The lists that other systems read: products, sales, and figures of them."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from rowmill.retail import endpoints
from tests.integration.retail.conftest import Shop

LISTS = {
    "/products": "products",
    "/sales": "sales",
    "/sales/filtered": "filtered_sales",
    "/categories": "categories",
    "/sales/daily_count": "daily_sales_count",
    "/sales/product_daily_count": "product_daily_sales_count",
    "/sales/category_sales": "category_sales",
}
PRODUCTS = [(f"P{n:02}", f"Thing {n}", "ABC"[n % 3] * 3) for n in range(30)]
SALES = [
    (f"P{n * 7 % 37:02}", f"2025-04-{1 + n % 9:02}", 1 + n % 5, Decimal(100 + n * 13 % 400) / 100)
    for n in range(120)
]


def load(shop: Shop) -> None:
    lines = "".join(f"{','.join(row)}\n" for row in PRODUCTS)
    shop.send("products", f"product_id,product_name,category\n{lines}")
    lines = "".join(f"{item},{day},{quantity},{price}\n" for item, day, quantity, price in SALES)
    shop.send("sales", f"product_id,sale_date,quantity,price\n{lines}")


@pytest.mark.parametrize(("path", "name"), LISTS.items())
@pytest.mark.parametrize("prefix", ["", "/api"])
def test_without_data_every_list_is_empty(shop: Shop, prefix: str, path: str, name: str) -> None:
    assert shop.get(prefix + path) == {name: [], "next_cursor": None}


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "many", "1001"])
def test_a_limit_that_is_none_is_refused(shop: Shop, path: str, limit: str) -> None:
    answer = shop.client.get(path, params={"limit": limit})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "limit"


def test_lists_are_paged_without_losing_or_repeating_anything(shop: Shop) -> None:
    load(shop)
    for path, name in LISTS.items():
        whole = shop.get(path, limit=1000)[name]
        assert shop.pages(path, name, limit=7) == whole, path
        assert len({str(item) for item in whole}) == len(whole), path
        # The last page is the last one also where it is exactly full.
        assert shop.get(path, limit=len(whole))["next_cursor"] is None, path
        assert len(shop.get(path)[name]) == min(10, len(whole)), path


def test_figures_are_what_the_sales_add_up_to(shop: Shop) -> None:
    load(shop)
    assert shop.pages("/categories", "categories") == ["AAA", "BBB", "CCC"]
    days = Counter(day for _, day, _, _ in SALES)
    assert shop.pages("/sales/daily_count", "daily_sales_count") == [
        {"sale_date": day, "count": days[day]} for day in sorted(days)
    ]
    pairs = Counter((day, item) for item, day, _, _ in SALES)
    assert shop.pages("/sales/product_daily_count", "product_daily_sales_count") == [
        {"sale_date": day, "product_id": item, "count": count}
        for (day, item), count in sorted(pairs.items())
    ]
    category = {item: name for item, _, name in PRODUCTS}
    totals: dict[str | None, Decimal] = {}
    counts: Counter[str | None] = Counter()
    for item, _, quantity, price in SALES:
        name = category.get(item)  # some are of products that nobody knows
        totals[name] = totals.get(name, Decimal()) + price * quantity
        counts[name] += 1
    found = shop.pages("/sales/category_sales", "category_sales")
    assert {row["category"]: Decimal(str(row["total_sales"])) for row in found} == totals
    assert {row["category"]: row["total_count"] for row in found} == counts
    assert None in totals


def test_sums_are_exact_beyond_what_a_double_holds(shop: Shop) -> None:
    shop.send("sales", "product_id,sale_date,quantity,price\n"
              "1,2025-04-02,1,9007199254740993.01\n1,2025-04-02,3,0.01\n")  # fmt: skip

    (total,) = shop.get("/sales/category_sales")["category_sales"]
    assert total == {"category": None, "total_sales": "9007199254740993.04", "total_count": 2}


def test_sales_are_found_by_day_product_and_category(shop: Shop) -> None:
    load(shop)
    category = {item: name for item, _, name in PRODUCTS}

    def found(**filters: Any) -> list[tuple[str, str]]:
        items = shop.pages("/sales/filtered", "filtered_sales", limit=9, **filters)
        return [(item["product_id"], item["sale_date"]) for item in items]

    day = [(item, at) for item, at, _, _ in SALES if at == "2025-04-03"]
    assert found(date="2025-04-03") == day
    assert found(product_id="P07") == [(i, at) for i, at, _, _ in SALES if i == "P07"]
    assert found(category="BBB") == [(i, at) for i, at, _, _ in SALES if category.get(i) == "BBB"]
    assert found(category="BBB", date="2025-04-03") == [
        pair for pair in day if category.get(pair[0]) == "BBB"
    ]
    assert found(category="none of these") == []
    assert found(quantity__gte="5") == [(i, at) for i, at, quantity, _ in SALES if quantity == 5]


def test_sales_with_times_are_found_by_their_day(shop: Shop) -> None:
    shop.send("sales", "product_id,sale_date,quantity,price\n"
              "1,2025-04-02 23:59:59,1,2\n1,2025-04-03 00:00:00,1,2\n")  # fmt: skip

    assert [s["id"] for s in shop.get("/sales/filtered", date="2025-04-02")["filtered_sales"]] == [
        0
    ]
    assert shop.get("/sales/daily_count")["daily_sales_count"] == [
        {"sale_date": "2025-04-02", "count": 1},
        {"sale_date": "2025-04-03", "count": 1},
    ]


@pytest.mark.parametrize(
    ("parameters", "field"),
    [({"date": "yesterday"}, "date"), ({"colour": "red"}, "colour")],
)
def test_a_filter_that_means_nothing_is_named(
    shop: Shop, parameters: dict[str, str], field: str
) -> None:
    load(shop)
    answer = shop.client.get("/sales/filtered", params=parameters)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_paging_goes_on_in_what_it_began_with_while_sales_come_in(shop: Shop) -> None:
    load(shop)
    first = shop.get("/sales/daily_count", limit=4)
    shop.send("sales", "product_id,sale_date,quantity,price\nP01,2025-04-05,1,1\n")

    rest = shop.get("/sales/daily_count", limit=50, cursor=first["next_cursor"])
    counts = [row["count"] for row in first["daily_sales_count"] + rest["daily_sales_count"]]
    assert sum(counts) == len(SALES)
    anew = shop.pages("/sales/daily_count", "daily_sales_count")
    assert sum(row["count"] for row in anew) == len(SALES) + 1


def test_a_cursor_goes_on_in_its_own_list_only(shop: Shop) -> None:
    load(shop)
    cursor = shop.get("/sales", limit=2)["next_cursor"]

    for path, more in (("/products", {}), ("/sales/filtered", {}), ("/sales", {"quantity": "1"})):
        answer = shop.client.get(path, params={"cursor": cursor, **more})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
    assert shop.client.get("/sales", params={"cursor": "nonsense"}).status_code == 400


def test_an_answer_that_still_holds_is_not_sent_again(shop: Shop) -> None:
    load(shop)
    tag = shop.client.get("/sales/category_sales").headers["etag"]

    again = shop.client.get("/sales/category_sales", headers={"If-None-Match": tag})
    assert again.status_code == 304
    shop.send("products", "product_id,product_name,category\nP36,New,ZZZ\n")
    again = shop.client.get("/sales/category_sales", headers={"If-None-Match": tag})
    assert again.status_code == 200


def test_a_product_listed_twice_does_not_double_its_sales(shop: Shop) -> None:
    shop.send("sales", "product_id,sale_date,quantity,price\n1,2025-04-02,1,5\n")
    shop.send(
        "products", "product_id,name,category,barcode\n1,A,Tea,100\n1,A,Tea,101\n", key="barcode"
    )

    assert shop.get("/sales/category_sales")["category_sales"] == [
        {"category": "Tea", "total_sales": 5.00, "total_count": 1}
    ]


def test_an_adopted_dataset_is_published_under_the_same_keys(shop: Shop) -> None:
    shop.client.put(
        "/api/datasets/export/data",
        content="Sold on;Article;Pieces;Each;Note\n31.12.2024;7;2;1,50;x\n1.1.2025;8;1;2,25;y\n",
    )
    shop.work()
    roles = {
        "date": "Sold on",
        "item_number": "Article",
        "quantity": "Pieces",
        "unit_price": "Each",
    }
    answer = shop.client.post(
        "/api/datasets/export/template", json={"template": "sales", "roles": roles}
    )
    assert answer.status_code == 200, answer.text

    (sale,) = shop.get("/sales/filtered", product_id="7")["filtered_sales"]
    assert sale == {
        "id": 0, "product_id": "7", "sale_date": "2024-12-31", "quantity": 2, "price": 1.50,
        "note": "x",
    }  # fmt: skip
    assert shop.get("/sales/category_sales")["category_sales"] == [
        {"category": None, "total_sales": 5.25, "total_count": 2}
    ]


def test_nothing_is_told_to_strangers_or_of_others(shop: Shop) -> None:
    load(shop)
    shop.client.cookies.clear()
    for path in LISTS:
        assert shop.client.get(path).status_code == 401
    body = {"username": "eve", "password": "another long password"}
    assert shop.client.post("/users", json=body).status_code == 201
    for path, name in LISTS.items():
        answer = shop.client.get(path, auth=(body["username"], body["password"]))
        assert answer.json()[name] == []


def test_help_names_the_live_routes(shop: Shop) -> None:
    routes = shop.get("/help")["routes"]

    listed = {(method, route["route"]) for route in routes for method in route["methods"]}
    assert {("GET", path) for path in [*LISTS, "/help"]} <= listed
    assert {("PUT", "/products"), ("POST", "/products"), ("GET", "/api/sales")} <= listed
    assert all(route["endpoint"] and route["description"] for route in routes)


def test_products_that_take_longer_are_answered_with_their_job(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoints, "WAIT_SECONDS", 0.0)
    content = b"name,price,barcode\nTea,1,1\nTea,2,1\n"
    answer = shop.client.put("/products", files={"file": ("p.csv", content)})

    assert answer.status_code == 202
    assert (answer.json()["status"], answer.json()["receipt"]) == ("processing", None)
    shop.work()
    run = shop.get(answer.headers["location"])
    assert (run["status"], run["receipt"]["deduplicated"]) == ("succeeded", 1)
    again = shop.client.put("/products", files={"file": ("p.csv", content)})
    assert (again.status_code, again.json()["receipt"]) == (200, run["receipt"])


@pytest.mark.parametrize(
    ("products", "field"),
    [
        ([], "products"),
        ([{"name": "Tea"}], "products.0"),
        ([{"barcode": "1"}, {"barcode": "2", "price": "dear"}], "products.1.price"),
        ([{"barcode": "1", "last_updated": "soon"}], "products.0.last_updated"),
        ([{"barcode": "1"}, {"product_id": "2"}], "body"),
    ],
)
def test_a_batch_with_a_bad_product_is_refused_as_a_whole(
    shop: Shop, products: list[dict[str, Any]], field: str
) -> None:
    answer = shop.client.post("/products", json={"products": products})

    assert answer.status_code == 422
    assert any(error["field"].startswith(field) for error in answer.json()["errors"])
    assert shop.get("/api/datasets")["items"] == []
