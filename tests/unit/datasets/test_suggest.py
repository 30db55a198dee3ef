from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from rowmill.datasets import suggest
from rowmill.datasets.suggest import Profile
from rowmill.mill import Column


def profile(
    name: str, column_type: str, distinct: int, *, values: int = 1000, length: int = 10
) -> Profile:
    return Profile(Column(name, name.upper(), column_type), 1000, values, distinct, length)


CLASSIC_SALES = [
    profile("ordernumber", "integer", 307),
    profile("quantityordered", "integer", 58),
    profile("priceeach", "decimal(18,2)", 800),
    profile("orderlinenumber", "integer", 18),
    profile("sales", "decimal(18,2)", 990),
    profile("orderdate", "timestamp", 252),
    profile("status", "text", 6),
    profile("qtr_id", "integer", 4),
    profile("month_id", "integer", 12),
    profile("year_id", "integer", 3),
    profile("productline", "text", 7),
    profile("msrp", "integer", 80),
    profile("productcode", "text", 109),
    profile("customername", "text", 92, length=34),
    profile("phone", "text", 91),
    profile("addressline1", "text", 92),
    profile("city", "text", 73),
    profile("postalcode", "text", 73, values=970),
    profile("country", "text", 19),
    profile("contactlastname", "text", 77),
    profile("dealsize", "text", 3),
]
LIQUOR_SALES = [
    profile("invoice_item_number", "text", 1000, length=16),
    profile("date", "date", 800),
    profile("store_number", "integer", 900),
    profile("store_name", "text", 900),
    profile("zip_code", "text", 400),
    profile("county_number", "integer", 99),
    profile("county", "text", 99),
    profile("category", "integer", 90),
    profile("category_name", "text", 40),
    profile("item_number", "integer", 950),
    profile("pack", "integer", 4),
    profile("bottle_volume_ml", "integer", 7),
    profile("state_bottle_cost", "decimal(18,2)", 700),
    profile("state_bottle_retail", "decimal(18,2)", 700),
    profile("bottles_sold", "integer", 24),
    profile("sale_dollars", "decimal(18,2)", 980),
    profile("volume_sold_liters", "decimal(18,2)", 200),
]


def measures(profiles: list[Profile]) -> dict[str, str]:
    return {each.column.name: each.aggregate for each in suggest.measures(profiles)}


def test_classic_sales_show_amounts_first_and_average_unit_prices() -> None:
    assert measures(CLASSIC_SALES) == {
        "sales": "sum", "quantityordered": "sum", "priceeach": "avg", "msrp": "avg",
    }  # fmt: skip
    assert next(iter(measures(CLASSIC_SALES))) == "sales"


def test_liquor_sales_show_what_was_sold_and_no_codes() -> None:
    assert measures(LIQUOR_SALES) == {
        "sale_dollars": "sum", "bottles_sold": "sum", "volume_sold_liters": "sum",
        "pack": "avg", "bottle_volume_ml": "avg", "state_bottle_cost": "avg",
        "state_bottle_retail": "avg",
    }  # fmt: skip


def test_dimensions_are_short_lists_before_long_ones_and_no_contacts() -> None:
    names = [each.column.name for each in suggest.dimensions(CLASSIC_SALES)]
    assert names[:4] == ["status", "productline", "country", "dealsize"]
    assert {"customername", "city"} <= set(names)
    assert not {"phone", "postalcode", "productcode", "addressline1"} & set(names)
    assert "county" in [each.column.name for each in suggest.dimensions(LIQUOR_SALES)]


def test_the_time_is_the_one_of_the_event() -> None:
    columns = [
        profile("birth_date", "date", 900),
        profile("ship_date", "date", 200),
        profile("order_date", "date", 200),
    ]
    found = suggest.time_column(columns)
    assert found is not None
    assert found.name == "order_date"
    assert suggest.time_column(columns[:1]) == columns[0].column
    assert suggest.time_column([profile("order_date", "date", 1)]) is None
    assert suggest.time_column([profile("order_date", "date", 9, values=100)]) is None


@pytest.mark.parametrize(
    ("name", "aggregate"),
    [
        ("unit_price", "avg"), ("total_price", "sum"), ("amount", "sum"), ("tax_rate", "avg"),
        ("revenue", "sum"), ("temperature", "avg"), ("discount", "sum"), ("x", "avg"),
        ("sales_amount", "sum"), ("net_price", "avg"), ("qty", "sum"),
    ],
)  # fmt: skip
def test_names_tell_sums_from_averages(name: str, aggregate: str) -> None:
    assert measures([profile(name, "decimal(18,2)", 500)]) == {name: aggregate}


@pytest.mark.parametrize(
    "name",
    ["id", "order_id", "customerid", "zip", "phone_number", "year", "product_code", "lat",
     "category", "iban", "ean"],
)  # fmt: skip
def test_numbers_that_only_name_things_are_no_measures(name: str) -> None:
    assert measures([profile(name, "integer", 500)]) == {}


def test_a_running_number_is_no_measure_whatever_it_is_called() -> None:
    assert measures([profile("zaehler", "integer", 1000)]) == {}
    assert measures([profile("amount", "integer", 1000)]) == {"amount": "sum"}


def test_free_text_and_constants_are_no_dimensions() -> None:
    columns = [
        profile("body", "text", 300, length=500),
        profile("constant", "text", 1),
        profile("unique", "text", 1000),
        profile("mostly_blank", "text", 5, values=100),
    ]
    assert suggest.dimensions(columns) == []


@pytest.mark.parametrize(
    ("days", "column_type", "grain"),
    [(1, "timestamp", "hour"), (1, "date", "day"), (90, "date", "day"), (800, "date", "month"),
     (4000, "date", "quarter"), (20000, "date", "year")],
)  # fmt: skip
def test_the_grain_suits_the_span(days: int, column_type: str, grain: str) -> None:
    first = datetime.fromisoformat("2003-01-06")
    column = Column("day", "Day", column_type)
    assert suggest.grain(first, first + timedelta(days=days), column) == grain


def test_the_choice_does_not_depend_on_chance() -> None:
    assert suggest.measures(CLASSIC_SALES) == suggest.measures(list(CLASSIC_SALES))
    assert suggest.dimensions(LIQUOR_SALES) == suggest.dimensions(list(LIQUOR_SALES))
