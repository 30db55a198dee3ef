"""The dashboard's figures, compared with what a plain query over the same rows says."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import duckdb
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from rowmill.context import Context
from rowmill.dashboard.groups import _Scan
from rowmill.lake import Lakes
from rowmill.lake.cache import BoundedCache
from tests.factories.accounts import Account
from tests.factories.datasets import Sheet
from tests.factories.invoices import CLASSIC, IOWA, TILL, invoice, make_template_dataset

Sales = Callable[[str], Sheet]
ROWS = 500


def board(client: TestClient, **query: Any) -> Any:
    answer = client.get("/api/dashboard", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked(select: str, where: str = "true") -> list[tuple[Any, ...]]:
    """What a plain query over the rows of IOWA says."""
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT {select} FROM ({IOWA.format(rows=ROWS)}) WHERE {where}"
        ).fetchall()


def totals(where: str = "true") -> tuple[Decimal, Decimal, int, int]:
    [row] = asked(
        "coalesce(sum(amount), 0), coalesce(sum(amount - unit_cost * quantity), 0),"
        " coalesce(sum(quantity), 0), count(*)",
        where,
    )
    return Decimal(row[0]), Decimal(row[1]), int(row[2]), row[3]


def figures(found: Any) -> tuple[Decimal, Decimal, int, int]:
    sales, profit = Decimal(found["sales"]), Decimal(found["profit"])
    return sales, profit, int(found["units"]), found["orders"]


def shown(found: Any) -> tuple[Decimal, Decimal, int, int]:
    kpis = found["kpis"]
    return (
        Decimal(found["total_sales"]), Decimal(found["total_profit"]),
        int(kpis["units"]["value"]), kpis["orders"]["value"],
    )  # fmt: skip


def test_totals_are_exact(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=ROWS))
    found = board(client)
    assert shown(found) == totals()
    sold, profit, units, orders = totals()
    assert found["total_stock"] == str(units)
    assert found["kpis"]["margin"]["value"] == f"{round(profit / sold, 4)}".rstrip("0")
    average = round(sold / orders, 2)
    assert Decimal(found["kpis"]["average_order"]["value"]) == average
    assert found["kpis"]["sales"]["previous"] is None
    assert found["unavailable"].keys() == {"country", "customer"}


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter"])
def test_the_series_has_every_period_and_adds_up(
    client: TestClient, sales: Sales, grain: str
) -> None:
    sales(IOWA.format(rows=ROWS))
    series = board(client, grain=grain)["series"]
    assert sum(Decimal(each["sales"]) for each in series) == totals()[0]
    assert [each["period"] for each in series] == sorted(each["period"] for each in series)
    assert series[0]["period"] == ("2024-01-01")


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("city", "city"), ("county", "county"), ("zip", "zip"), ("category", "category_name"),
        ("vendor", "vendor_name"), ("store", "store_name"), ("item", "item_number"),
    ],
)  # fmt: skip
def test_breakdowns_are_exact_and_come_with_the_rest(
    client: TestClient, sales: Sales, name: str, column: str
) -> None:
    sales(IOWA.format(rows=ROWS))
    found = board(client, top=2)["breakdowns"][name]
    assert found["filter"] == column
    values = {each["value"] for each in found["items"]}
    assert len(values) == 2
    for each in found["items"]:
        assert figures(each) == totals(f"{column} = '{each['value']}'")
    largest = [Decimal(each["sales"]) for each in found["items"]]
    assert largest == sorted(largest, reverse=True)
    rest = found["rest"]
    listed = [*found["items"], *([rest] if rest else [])]
    summed = tuple(sum(part) for part in zip(*map(figures, listed), strict=True))
    assert summed == totals()


def test_items_are_called_by_their_names(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=ROWS))
    item = board(client)["breakdowns"]["item"]["items"][0]
    assert item["label"] == f"Item {item['value']}"


FILTERED = [
    ({"store_name": "Store 1"}, "store_name = 'Store 1'"),
    ({"city": "Ames"}, "city = 'Ames'"),
    ({"zip": "05001"}, "zip = '05001'"),
    ({"zip_code": "05001"}, "zip = '05001'"),
    ({"store_location": "POINT (-90.5 41.0)"}, "store_location = 'POINT (-90.5 41.0)'"),
    ({"county_number": "01"}, "county_number = '01'"),
    ({"county": "POLK"}, "county = 'POLK'"),
    ({"category": "101"}, "category = '101'"),
    ({"category_name": "RUM"}, "category_name = 'RUM'"),
    ({"vendor_number": "3"}, "vendor_number = '3'"),
    ({"vendor_name": "Vendor 3"}, "vendor_name = 'Vendor 3'"),
    ({"item_number": "7"}, "item_number = '7'"),
    ({"county": ["POLK", "LINN"]}, "county IN ('POLK', 'LINN')"),
    ({"county": "POLK", "item_number": ["1", "2", "3"]},
     "county = 'POLK' AND item_number IN ('1', '2', '3')"),
    ({"date_from": "2024-01-10", "date_to": "2024-01-20"},
     "date BETWEEN DATE '2024-01-10' AND DATE '2024-01-20'"),
    ({"date_from": "2024-02-01"}, "date >= DATE '2024-02-01'"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "where"), FILTERED)
def test_filters_narrow_every_figure(
    client: TestClient, sales: Sales, query: dict[str, Any], where: str
) -> None:
    sales(IOWA.format(rows=ROWS))
    found = board(client, **query)
    assert shown(found) == totals(where)
    assert sum(Decimal(each["sales"]) for each in found["series"]) == totals(where)[0]
    cities = found["breakdowns"]["city"]["items"]
    assert sum(each["orders"] for each in cities) == totals(where)[3]


def test_nothing_that_matches_is_zeros_and_not_nulls(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=ROWS))
    found = board(client, city="Nowhere", date_from="2024-01-01", date_to="2024-01-02")
    assert (found["total_sales"], found["total_profit"], found["total_stock"]) == (
        "0.00", "0.00", "0",
    )  # fmt: skip
    assert {name: kpi["value"] for name, kpi in found["kpis"].items()} == {
        "sales": "0.00", "profit": "0.00", "margin": "0", "units": "0", "orders": 0,
        "average_order": "0", "stock": "0",
    }  # fmt: skip
    assert found["breakdowns"]["city"] == {"filter": "city", "items": [], "rest": None}


def test_a_workspace_without_sales_has_zeros(client: TestClient, ada: Account) -> None:
    found = board(client)
    assert (found["dataset"], found["total_sales"], found["total_stock"]) == (None, "0.00", "0")
    assert client.get("/api/dashboard/values", params={"field": "city"}).json() == {"items": []}
    assert ada.email


def test_key_figures_are_compared_with_as_many_days_before(
    client: TestClient, sales: Sales
) -> None:
    sales(IOWA.format(rows=ROWS))
    kpi = board(client, date_from="2024-01-11", date_to="2024-01-20")["kpis"]["sales"]
    now = totals("date BETWEEN DATE '2024-01-11' AND DATE '2024-01-20'")[0]
    before = totals("date BETWEEN DATE '2024-01-01' AND DATE '2024-01-10'")[0]
    assert (Decimal(kpi["value"]), Decimal(kpi["previous"])) == (now, before)
    assert kpi["change"] == pytest.approx(float((now - before) / before), abs=1e-4)


def test_stores_are_on_the_map_where_their_places_are_known(
    client: TestClient, sales: Sales
) -> None:
    sales(IOWA.format(rows=ROWS))
    stores = board(client)["stores"]
    assert {(s["store"], s["longitude"], s["latitude"]) for s in stores} == {
        (f"Store {i}", -90.5 - i, 41 + i / 10) for i in range(4)
    }
    assert sum(Decimal(store["sales"]) for store in stores) == totals()[0]


def test_orders_of_several_lines_count_once(client: TestClient, sales: Sales) -> None:
    sales(CLASSIC.format(rows=40))
    found = board(client)
    assert found["kpis"]["orders"]["value"] == 10
    assert [each["orders"] for each in found["breakdowns"]["country"]["items"]] == [5, 5]
    assert found["total_profit"] is None
    assert "cost" in found["unavailable"]["profit"]
    assert found["total_sales"] == f"{sum(range(1000, 1040))}.00"


def test_a_till_without_amounts_and_numbers_has_sales_too(client: TestClient, sales: Sales) -> None:
    sales(TILL.format(rows=60))
    found = board(client, grain="day")
    expected = sum((1 + i % 4) * (Decimal("2.25") + i % 3) for i in range(60))
    assert Decimal(found["total_sales"]) == expected
    assert found["kpis"]["orders"]["value"] == 60
    assert len(found["series"]) == 5


def test_blanks_are_a_value_that_can_be_asked_for(client: TestClient, sales: Sales) -> None:
    sales(f"SELECT * REPLACE (CASE WHEN i % 2 = 0 THEN city END AS city) FROM (SELECT *,"
          f" right(number, 5)::BIGINT AS i FROM ({IOWA.format(rows=ROWS)}))")  # fmt: skip
    found = board(client)["breakdowns"]["city"]["items"]
    blank = next(each for each in found if each["value"] is None)
    only = board(client, city="")
    assert only["total_sales"] == blank["sales"]
    assert board(client, city=["", "Ames"])["total_sales"] == board(client)["total_sales"]


def test_numbers_beyond_a_machine_word_are_still_exact(client: TestClient, sales: Sales) -> None:
    sales("SELECT 'A' || i AS number, DATE '2024-01-01' AS date, 5000000000::BIGINT AS quantity,"
          " 123456789012345.67::DECIMAL(18,2) AS unit_cost,"
          " 999999999999999.99::DECIMAL(18,2) AS amount FROM range(3) AS r(i)")  # fmt: skip
    found = board(client)
    assert found["total_sales"] == "2999999999999999.97"
    cost = 3 * Decimal("123456789012345.67") * 5_000_000_000
    assert Decimal(found["total_profit"]) == Decimal("2999999999999999.97") - cost


def test_stock_on_hand_is_told_by_a_stock_dataset(
    client: TestClient, sales: Sales, served: Context, ada: Account
) -> None:
    sales(IOWA.format(rows=ROWS))
    opening = "SELECT i::VARCHAR AS item_number, 1000::BIGINT AS quantity FROM range(10) AS r(i)"
    make_template_dataset(served, ada, "stock", opening)
    found = board(client, grain="month")
    units = totals()[2]
    assert (found["stock_basis"], found["total_stock"]) == ("on_hand", str(10_000 - units))
    assert found["series"][-1]["stock"] == found["total_stock"]
    assert int(found["series"][0]["stock"]) == 10_000 - int(found["series"][0]["units"])
    one = board(client, item_number="3")
    assert one["total_stock"] == str(1000 - totals("item_number = '3'")[2])


def test_an_invoice_is_in_the_figures_at_once(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=ROWS))
    before = client.get("/api/dashboard")
    known = client.get("/api/dashboard", headers={"If-None-Match": before.headers["etag"]})
    assert known.status_code == 304
    assert client.post("/api/invoices", json=invoice()).status_code == 201
    after = client.get("/api/dashboard", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    gained = Decimal(after.json()["total_sales"]) - Decimal(before.json()["total_sales"])
    assert gained == Decimal("13.50")


def test_an_answer_is_computed_once(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=ROWS))
    first = board(client, city="Ames")
    with patch.object(Lakes, "reader", side_effect=AssertionError("computed again")):
        assert board(client, city="Ames") == first


def test_values_are_offered_while_one_types(client: TestClient, sales: Sales) -> None:
    sales(IOWA.format(rows=ROWS))

    def values(**query: Any) -> Any:
        return client.get("/api/dashboard/values", params=query).json()["items"]

    assert values(field="city", q="moi") == [{"value": "Des Moines", "count": 250}]
    assert {each["value"] for each in values(field="zip", q="")} == {"05000", "05001", "05002"}
    assert [each["value"] for each in values(field="store_name", q="1", city="Ames")] == []
    assert len(values(field="city", q="", city="Ames")) == 2


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("?grain=year", "grain"), ("?top=0", "top"), ("?colour=red", "colour"),
        ("?date_from=x", "date_from"), ("?date_from=2024-02-01&date_to=2024-01-01", "date_to"),
        ("?country=France", "country"), ("/values?field=colour", "field"), ("/values", "field"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(
    client: TestClient, sales: Sales, path: str, field: str
) -> None:
    sales(IOWA.format(rows=20))
    answer = client.get(f"/api/dashboard{path}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


QUESTIONS: list[dict[str, Any]] = [
    {},
    {"grain": "day", "city": "Ames"},
    {"date_from": "2024-01-20", "date_to": "2024-02-10", "vendor_name": ["Vendor 1", "Vendor 2"]},
    {"item_number": "3", "top": 2},
]


@pytest.mark.parametrize("rows", [IOWA, CLASSIC])
def test_figures_after_edits_equal_those_of_all_rows_added_up_again(
    client: TestClient, served: Context, sales: Sales, rows: str
) -> None:
    sales(rows.format(rows=ROWS))
    has_stores = rows == IOWA
    questions = QUESTIONS if has_stores else [{}, {"country": "France"}]
    numbers = [each["number"] for each in client.get("/api/invoices?limit=4").json()["items"]]
    # The first invoice may bring columns that the dataset did not have.
    assert client.post("/api/invoices", json=invoice("99998")).status_code == 201
    edits: list[Callable[[], Response]] = [
        lambda: client.post("/api/invoices", json=invoice("99999")),
        lambda: client.patch(f"/api/invoices/{numbers[0]}", json={"date": "2024-02-01"}),
        lambda: client.patch(
            f"/api/invoices/{numbers[1]}",
            json={"lines": [{"item_number": "new", "quantity": "3", "unit_price": "1.25"}] * 2},
        ),
        lambda: client.delete(f"/api/invoices/{numbers[2]}"),
        lambda: client.delete(f"/api/invoices/{numbers[0]}"),
    ]
    for question in questions:
        board(client, **question)
    for edit in edits:
        answer = edit()
        assert answer.status_code < 300, answer.text
        with patch.object(_Scan, "groups", side_effect=AssertionError("all rows were added up")):
            derived = [board(client, **question) for question in questions]
        with patch.object(served.lakes, "results", BoundedCache(10**8)):
            assert derived == [board(client, **question) for question in questions]


def test_a_large_change_is_added_up_from_all_rows(client: TestClient, sales: Sales) -> None:
    sheet = sales(IOWA.format(rows=ROWS))
    before = board(client)
    sheet.replace(IOWA.format(rows=ROWS * 10))
    after = board(client)
    assert after["kpis"]["orders"]["value"] == before["kpis"]["orders"]["value"] * 10
