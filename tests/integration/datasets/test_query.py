"""Grouped figures: right, exact, and computed once per version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from fastapi.testclient import TestClient

from rowmill.lake import Lakes
from tests.factories.datasets import Sheet

Make = Callable[..., Sheet]
Get = Callable[..., Any]

SALES = """
    SELECT (DATE '2024-01-15' + i::INTEGER * 17)::TIMESTAMP AS day,
    ['France', 'Spain', NULL][1 + i % 3] AS country, (i * 3.35)::DECIMAL(18,2) AS amount,
    i::BIGINT AS quantity, i / 4 AS weight, i // 2 AS order_no FROM range(30) AS r(i)
"""


def rows() -> list[dict[str, Any]]:
    """The same rows in Python."""
    return [
        {
            "day": date.fromordinal(date(2024, 1, 15).toordinal() + i * 17),
            "country": ["France", "Spain", None][i % 3],
            "amount": Decimal(i) * Decimal("3.35"),
            "quantity": i,
        }
        for i in range(30)
    ]


def test_groups_add_up_to_what_python_adds_up(make: Make, get: Get) -> None:
    slug = make(SALES).slug
    answer = get(f"{slug}/query", group_by="country", metrics="sum:amount,count,avg:quantity")
    expected = defaultdict(list)
    for row in rows():
        expected[row["country"]].append(row)
    assert answer["items"] == [
        {
            "country": country,
            "sum_amount": float(sum(row["amount"] for row in expected[country])),
            "count": 10,
            "avg_quantity": sum(row["quantity"] for row in expected[country]) / 10,
        }
        for country in ("France", "Spain", None)
    ]
    assert answer["truncated"] is False
    assert answer["columns"] == [
        {"name": "country", "type": "text", "label": "COUNTRY"},
        {"name": "sum_amount", "type": "decimal(38,2)", "label": "Sum of AMOUNT"},
        {"name": "count", "type": "integer", "label": "Count"},
        {"name": "avg_quantity", "type": "double", "label": "Avg of QUANTITY"},
    ]


@pytest.mark.parametrize("grain", ["day", "week", "month", "quarter", "year"])
def test_grains_cut_time_where_the_calendar_does(make: Make, get: Get, grain: str) -> None:
    answer = get(f"{make(SALES).slug}/query", group_by=f"day:{grain}", metrics="sum:quantity")
    expected: dict[str, int] = defaultdict(int)
    for row in rows():
        expected[f"{begin(row['day'], grain)}T00:00:00"] += row["quantity"]
    found = {item[f"day_{grain}"]: item["sum_quantity"] for item in answer["items"]}
    assert found == expected
    assert list(found) == sorted(found)


def begin(day: date, grain: str) -> date:
    match grain:
        case "day":
            return day
        case "week":
            return date.fromordinal(day.toordinal() - day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return day.replace(month=1, day=1)


def test_the_largest_come_first_and_the_rest_is_said_to_be_cut(make: Make, get: Get) -> None:
    answer = get(
        f"{make(SALES).slug}/query",
        group_by="order_no", metrics="max:amount", sort="-max_amount", limit=2,
    )  # fmt: skip
    assert [item["order_no"] for item in answer["items"]] == [14, 13]
    assert answer["truncated"] is True


def test_without_groups_there_is_one_row_of_totals(make: Make, get: Get) -> None:
    answer = get(
        f"{make(SALES).slug}/query",
        metrics="count,count_distinct:order_no,min:day",
        country="Spain",
    )
    assert answer["items"] == [
        {"count": 10, "count_distinct_order_no": 10, "min_day": "2024-02-01T00:00:00"}
    ]
    none = get("sales/query", metrics="count,sum:amount", country="Peru")
    assert none["items"] == [{"count": 0, "sum_amount": None}]


def test_sums_are_exact_however_long(make: Make, get: Get) -> None:
    sheet = make(
        "SELECT 9007199254740993::BIGINT AS n, 99999999999999.99::DECIMAL(18,2) AS d FROM range(3)"
    )
    answer = get(f"{sheet.slug}/query", metrics="sum:n,sum:d")
    assert answer["items"] == [{"sum_n": "27021597764222979", "sum_d": "299999999999999.97"}]


def test_a_query_is_computed_once_per_version(make: Make, client: TestClient) -> None:
    sheet = make(SALES)
    path = f"/api/datasets/{sheet.slug}/query?metrics=sum:quantity&country=Spain"
    first = client.get(path)
    with patch.object(Lakes, "reader", side_effect=AssertionError("computed again")):
        assert client.get(path).json() == first.json()
        same = f"/api/datasets/{sheet.slug}/query?COUNTRY=Spain&metrics=sum:QUANTITY"
        assert client.get(same).json() == first.json()
        unchanged = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert unchanged.status_code == 304
    sheet.append(SALES)
    assert client.get(path).json()["items"][0]["sum_quantity"] == 2 * 145


def test_the_past_can_be_queried(make: Make, get: Get) -> None:
    sheet = make(SALES)
    first = sheet.dataset.version
    sheet.append(SALES)
    assert get(f"{sheet.slug}/query", as_of=first)["items"] == [{"count": 30}]
    assert get(f"{sheet.slug}/query")["items"] == [{"count": 60}]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("group_by=colour", "group_by"), ("metrics=sum:country", "metrics"), ("sort=x", "sort"),
        ("limit=0", "limit"), ("limit=10001", "limit"), ("colour=red", "colour"),
    ],
)  # fmt: skip
def test_a_wrong_parameter_is_named(make: Make, client: TestClient, query: str, field: str) -> None:
    answer = client.get(f"/api/datasets/{make(SALES).slug}/query?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_a_query_that_takes_too_long_is_cancelled_and_said_so(
    make: Make, client: TestClient
) -> None:
    sheet = make("SELECT i::BIGINT AS id, 'n' || i AS name FROM range(300000) AS r(i)")
    lakes = sheet.context.lakes
    lakes.settings = lakes.settings.model_copy(update={"query_timeout_seconds": 0.001})
    answer = client.get(f"/api/datasets/{sheet.slug}/query?metrics=count_distinct:name")
    assert (answer.status_code, answer.json()["code"]) == (503, "query_timed_out")


def test_values_are_suggested_most_frequent_first(make: Make, get: Get) -> None:
    slug = make("SELECT 'n' || (i % 20) % 7 AS name, i % 3 AS n FROM range(100) AS r(i)").slug
    top = get(f"{slug}/values", column="NAME", limit=3)["items"]
    assert top == [{"value": f"n{n}", "count": 15} for n in range(3)]
    assert get(f"{slug}/values", column="name", q="N6")["items"] == [{"value": "n6", "count": 10}]
    assert [v["value"] for v in get(f"{slug}/values", column="n")["items"]] == [0, 1, 2]
    narrowed = get(f"{slug}/values", column="name", name__in="n1,n2")["items"]
    assert {item["value"] for item in narrowed} == {"n1", "n2"}


def test_values_leave_nulls_out_and_know_their_column(make: Make, client: TestClient) -> None:
    path = f"/api/datasets/{make(SALES).slug}/values"
    values = client.get(path, params={"column": "country"}).json()["items"]
    assert [item["value"] for item in values] == ["France", "Spain"]
    answer = client.get(path, params={"column": "colour"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "column")
    assert client.get(path).status_code == 422


def test_a_waiting_dataset_answers_with_nothing(make: Make, get: Get) -> None:
    slug = make().slug
    assert get(f"{slug}/query")["items"] == []
    assert get(f"{slug}/explore") == {
        "version": None, "row_count": 0, "time": None, "measures": [], "dimensions": [],
    }  # fmt: skip
