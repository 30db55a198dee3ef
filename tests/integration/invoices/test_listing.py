"""The list of invoices: every one, once, in order, however it is paged."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.factories.accounts import Account
from tests.factories.datasets import Sheet
from tests.factories.invoices import CLASSIC, IOWA, invoice

Sales = Callable[[str], Sheet]

SCATTERED = """
    SELECT 'N' || i % 40 AS number, DATE '2024-01-01' + ((i * 7) % 90)::INTEGER AS date,
    'Customer ' || i % 5 AS customer, 'T' || i % 11 AS item_number,
    (i % 13)::DECIMAL(18,2) AS amount
    FROM range(200) AS r(i)
"""
"""Invoices whose lines lie apart and differ in everything that one sorts by."""


def walk(client: TestClient, limit: int, **query: Any) -> list[Any]:
    """All pages, one after the other."""
    items, cursor = [], None
    while True:
        parameters = {"limit": limit, **query, **({"cursor": cursor} if cursor else {})}
        answer = client.get("/api/invoices", params=parameters)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        assert len(page["items"]) == limit or page["next_cursor"] is None
        items += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return items


@pytest.mark.parametrize(
    "sort", [None, "date", "-date", "number", "-number", "amount", "-amount", "customer"]
)
@pytest.mark.parametrize("limit", [7, 20])
def test_every_invoice_is_listed_once_whatever_the_order(
    client: TestClient, sales: Sales, sort: str | None, limit: int
) -> None:
    sales(SCATTERED)
    query = {"sort": sort} if sort else {}
    items = walk(client, limit, **query)
    assert sorted(each["number"] for each in items) == sorted(f"N{i}" for i in range(40))
    assert all(each["line_count"] == 5 for each in items)
    if sort in {"amount", "-amount"}:
        amounts = [Decimal(each["totals"]["amount"]) for each in items]
        assert amounts == sorted(amounts, reverse=sort == "-amount")
    if sort == "number":
        assert [each["number"] for each in items] == sorted(each["number"] for each in items)


HUGE = """
    SELECT 'N' || i AS number, DATE '2024-01-01' AS date, 'T' AS item_number,
    (CASE WHEN i % 3 = 0 THEN 7000000000000 ELSE 1 END * (i % 7 - 3))::DECIMAL(38,2) AS amount
    FROM range(40) AS r(i)
"""
"""Amounts beyond those that are compared at full speed, among others."""


@pytest.mark.parametrize("sort", ["amount", "-amount"])
def test_huge_amounts_are_in_order_among_the_others(
    client: TestClient, sales: Sales, sort: str
) -> None:
    sales(HUGE)

    items = walk(client, 6, sort=sort)

    assert sorted(each["number"] for each in items) == sorted(f"N{i}" for i in range(40))
    amounts = [Decimal(each["totals"]["amount"]) for each in items]
    assert amounts == sorted(amounts, reverse=sort == "-amount")
    assert max(amounts) == 21_000_000_000_000


@pytest.mark.parametrize("sort", ["amount", "-amount"])
def test_invoices_of_one_line_are_in_the_order_of_their_amounts_also_after_an_edit(
    client: TestClient, sales: Sales, sort: str
) -> None:
    sales(IOWA.format(rows=90))
    for change in (
        None,
        {"customer": "C"},
        {"lines": [{"item_number": "1", "quantity": 1, "unit_price": "0.25"}] * 2},
    ):
        if change:
            answer = client.patch("/api/invoices/INV-00003", json=change)
            assert answer.status_code == 200, answer.text
        items = walk(client, 7, sort=sort, store="Store 3")
        assert len(items) == len({each["number"] for each in items}) == len(range(3, 90, 4))
        amounts = [Decimal(each["totals"]["amount"]) for each in items]
        assert amounts == sorted(amounts, reverse=sort == "-amount")


def test_the_newest_come_first(client: TestClient, sales: Sales) -> None:
    sales(CLASSIC.format(rows=120))
    dates = [each["date"] for each in walk(client, 8)]
    assert len(dates) == 30
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"search": "n3"}, {"N3", *(f"N{i}" for i in range(30, 40))}),
        ({"number": "N39"}, {"N39"}),
        ({"customer": "mer 4"}, {f"N{i}" for i in range(4, 40, 5)}),
        ({"item": "nothing"}, set()),
        ({"store": "any"}, set()),
        ({"customer": "mer 4", "number": "9"}, {"N9", "N19", "N29", "N39"}),
    ],
)
@pytest.mark.parametrize("sort", ["-date", "-amount", "number"])
def test_searches_find_invoices_by_any_of_their_lines(
    client: TestClient, sales: Sales, query: dict[str, str], numbers: set[str], sort: str
) -> None:
    sales(SCATTERED)
    items = walk(client, 3, sort=sort, **query)
    assert sorted(each["number"] for each in items) == sorted(numbers)
    assert all(each["line_count"] == 5 for each in items)
    assert client.get("/api/invoices/count", params=query).json()["total"] == len(numbers)


def test_dates_narrow_the_list(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=60))
    items = walk(client, 50, date_from="2024-01-10", date_to="2024-01-12")
    assert {each["date"] for each in items} == {"2024-01-10", "2024-01-11", "2024-01-12"}
    assert len(items) == 3


def test_a_cursor_keeps_to_its_version(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=30))
    first = client.get("/api/invoices", params={"limit": 10}).json()
    assert client.post("/api/invoices", json=invoice(date="2024-01-02")).status_code == 201
    assert client.delete("/api/invoices/INV-00001").status_code == 204
    rest = client.get("/api/invoices", params={"limit": 50, "cursor": first["next_cursor"]}).json()
    numbers = [each["number"] for each in [*first["items"], *rest["items"]]]
    assert sorted(numbers) == [f"INV-{i:05}" for i in range(30)]
    assert "A-1" in {each["number"] for each in walk(client, 50)}


def test_many_edits_leave_a_list_that_is_whole(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=30))
    for i in range(15):  # more files than are read one by one
        answer = client.patch(f"/api/invoices/INV-{i:05}", json={"customer": f"C{i}"})
        assert answer.status_code == 200, answer.text
    for sort in ("-date", "number", "-amount"):
        items = walk(client, 7, sort=sort)
        assert sorted(each["number"] for each in items) == [f"INV-{i:05}" for i in range(30)]
    assert client.get("/api/invoices/INV-00003").json()["customer"] == "C3"


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("sort=colour", 422, "sort"),
        ("date_from=x", 422, "date_from"),
        ("limit=0", 422, "limit"),
        ("cursor=abc", 400, None),
    ],
)
def test_a_wrong_parameter_is_named(
    client: TestClient, sales: Sales, query: str, status: int, field: str | None
) -> None:
    sales(IOWA.format(rows=3))
    answer = client.get(f"/api/invoices?{query}")
    assert answer.status_code == status
    if field:
        assert answer.json()["errors"][0]["field"] == field


def test_a_cursor_of_another_order_is_refused(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=10))
    cursor = client.get("/api/invoices", params={"limit": 2}).json()["next_cursor"]
    for query in ({"sort": "number"}, {"search": "INV"}):
        answer = client.get("/api/invoices", params={"cursor": cursor, **query})
        assert answer.status_code == 400


def test_a_list_that_is_known_is_not_sent_again(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=10))
    tag = client.get("/api/invoices").headers["etag"]
    assert client.get("/api/invoices", headers={"If-None-Match": tag}).status_code == 304
    client.delete("/api/invoices/INV-00001")
    assert client.get("/api/invoices", headers={"If-None-Match": tag}).status_code == 200


def test_a_fraction_is_welcome_where_no_column_forbids_it(client: TestClient, ada: Account) -> None:
    lines = [
        {"item_name": "Tea", "quantity": 3, "unit_price": 1},
        {"item_name": "Cloth", "quantity": "1.25", "unit_price": "2"},
    ]
    assert client.post("/api/invoices", json=invoice(lines=lines)).status_code == 201
    [listed] = walk(client, 5)
    assert listed["totals"]["quantity"] == "4.25"
    assert ada.email
