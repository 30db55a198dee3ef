"""What is shown first, and the detail of sales-like data."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

from rowmill.datasets import explore
from rowmill.lake import Lakes
from tests.factories.datasets import Sheet

Make = Callable[..., Sheet]
Get = Callable[..., Any]

CLASSIC = """
    SELECT 10100 + i // 5 AS ordernumber, 20 + i % 30 AS quantityordered,
    (30 + i % 70)::DECIMAL(18,2) AS priceeach, (100 + i)::DECIMAL(18,2) AS sales,
    (DATE '2003-01-06' + i::INTEGER)::TIMESTAMP AS orderdate,
    ['Shipped', 'Resolved'][1 + i % 2] AS status,
    ['Classic Cars', 'Ships', 'Trains'][1 + i % 3] AS productline,
    ['USA', 'France', 'Spain', 'Norway'][1 + i % 4] AS country,
    'Customer ' || i % 25 AS customername, '5551234' || i % 25 AS phone
    FROM range({rows}) AS r(i)
"""


def test_sales_are_explored_by_time_amount_and_short_lists(make: Make, get: Get) -> None:
    sheet = make(CLASSIC.format(rows=500))
    found = get(f"{sheet.slug}/explore")
    assert found["time"] == {
        "column": "orderdate", "label": "ORDERDATE", "grain": "month",
        "min": "2003-01-06T00:00:00", "max": "2004-05-19T00:00:00",
    }  # fmt: skip
    assert [(m["column"], m["aggregate"]) for m in found["measures"]] == [
        ("sales", "sum"), ("quantityordered", "sum"), ("priceeach", "avg"),
    ]  # fmt: skip
    assert {"column": "country", "label": "COUNTRY", "distinct": 4} in found["dimensions"]
    assert not {"phone", "ordernumber"} & {d["column"] for d in found["dimensions"]}
    assert (found["row_count"], found["version"]) == (500, sheet.dataset.version)


def test_a_big_table_is_judged_by_a_sample_and_the_same_each_time(make: Make, get: Get) -> None:
    sheet = make(CLASSIC.format(rows=30_000))
    whole = get(f"{sheet.slug}/explore")
    looked_at: list[int] = []
    profiles = explore._profiles

    def remember(*arguments: Any) -> Any:
        found = profiles(*arguments)
        looked_at.append(found[0].rows)
        return found

    with patch.object(explore, "SAMPLE_ROWS", 800), patch.object(explore, "_profiles", remember):
        for _ in range(2):
            sheet.context.lakes.results._values.clear()
            assert get(f"{sheet.slug}/explore") == whole
    assert looked_at == [800, 800]


def test_a_version_is_explored_once(make: Make, get: Get) -> None:
    sheet = make(CLASSIC.format(rows=50))
    first = get(f"{sheet.slug}/explore")
    with patch.object(Lakes, "reader", side_effect=AssertionError("explored again")):
        assert get(f"{sheet.slug}/explore") == first


def test_data_without_times_and_amounts_is_explored_too(make: Make, get: Get) -> None:
    sheet = make("SELECT 'a' || i % 3 AS letter, NULL::DATE AS day FROM range(9) AS r(i)")
    found = get(f"{sheet.slug}/explore")
    assert (found["time"], found["measures"]) == (None, [])
    assert [d["column"] for d in found["dimensions"]] == ["letter"]


def test_the_detail_has_a_page_of_records_and_key_figures(make: Make, get: Get) -> None:
    sheet = make(CLASSIC.format(rows=60))
    detail = get(sheet.slug, page=2, page_size=25)
    records, figures = detail["records"], detail["aggregates"]
    assert [row["ordernumber"] for row in records["items"]] == [
        10100 + i // 5 for i in range(25, 50)
    ]
    assert (records["page"], records["page_size"], records["total"]) == (2, 25, 60)
    total = sum(100 + i for i in range(60))
    assert (figures["total_sales"], figures["order_count"]) == (total, 12)
    assert figures["average_order_value"] == round(total / 12, 2)
    assert figures["sales_by_quarter"] == [
        {"quarter": "2003-Q1", "total_sales": total, "order_count": 12}
    ]
    norway = sum(100 + i for i in range(3, 60, 4))
    assert figures["sales_by_country"][0] == {
        "country": "Norway", "total_sales": norway, "order_count": 12,
    }  # fmt: skip
    assert len(figures["sales_by_customer"]) == 10
    assert [column["name"] for column in detail["columns"]][:2] == [
        "ordernumber",
        "quantityordered",
    ]
    assert len(get(sheet.slug, page=3, page_size=25)["records"]["items"]) == 10
    assert get(sheet.slug, page=99, page_size=25)["records"]["items"] == []


def test_key_figures_follow_filters_and_dates(make: Make, get: Get) -> None:
    slug = make(CLASSIC.format(rows=60)).slug
    france = get(slug, country="France")
    assert [row["country"] for row in france["aggregates"]["sales_by_country"]] == ["France"]
    assert france["aggregates"]["total_sales"] == sum(100 + i for i in range(1, 60, 4))
    days = get(slug, date_from="2003-01-07", date_to="2003-01-09")
    assert days["aggregates"]["total_sales"] == 101 + 102 + 103
    assert days["records"]["total"] == 3
    nothing = get(slug, country="Peru")["aggregates"]
    assert (nothing["total_sales"], nothing["order_count"], nothing["average_order_value"]) == (
        0,
        0,
        0,
    )
    assert nothing["sales_by_country"] == []


def test_the_detail_is_sorted_by_one_column(make: Make, get: Get) -> None:
    slug = make(CLASSIC.format(rows=60)).slug
    largest = get(slug, sort_by="SALES", sort_dir="desc", page_size=2)["records"]["items"]
    assert [row["sales"] for row in largest] == [159, 158]
    smallest = get(slug, sort_by="sales", page=2, page_size=2)["records"]["items"]
    assert [row["sales"] for row in smallest] == [102, 103]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=0", "page"), ("page_size=101", "page_size"), ("page_size=0", "page_size"),
        ("sort_by=colour", "sort_by"), ("sort_dir=up", "sort_dir"), ("date_from=x", "date_from"),
        ("date_to=2003-02-30", "date_to"), ("colour=red", "colour"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(make: Make, client: TestClient, query: str, field: str) -> None:
    answer = client.get(f"/api/datasets/{make(CLASSIC.format(rows=5)).slug}?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_other_data_has_no_key_figures_and_no_dates(make: Make, client: TestClient) -> None:
    slug = make("SELECT 'a' AS letter").slug
    assert client.get(f"/api/datasets/{slug}").json()["aggregates"] == {}
    answer = client.get(f"/api/datasets/{slug}?date_from=2003-01-01")
    assert answer.json()["errors"][0]["field"] == "date_from"


def test_the_detail_of_a_waiting_dataset_is_empty(make: Make, get: Get) -> None:
    detail = get(make().slug)
    assert detail["records"] == {"items": [], "page": 1, "page_size": 50, "total": 0}
    assert (detail["columns"], detail["aggregates"], detail["version"]) == ([], {}, None)
