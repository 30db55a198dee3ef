from __future__ import annotations

import pytest

from rowmill.datasets.aggregates import check_names, parse_groups, parse_metrics, parse_order
from rowmill.errors import Invalid
from tests.unit.datasets.samples import COLUMNS


def test_results_are_named_after_what_they_measure() -> None:
    groups = parse_groups("made:month, Name", COLUMNS)
    metrics = parse_metrics("count,sum:price,avg:quantity,count_distinct:name,min:day", COLUMNS)
    found = [(f.column.name, f.column.type) for f in (*groups, *metrics)]
    assert found == [
        ("made_month", "timestamp"),
        ("name", "text"),
        ("count", "integer"),
        ("sum_price", "decimal(38,2)"),
        ("avg_quantity", "double"),
        ("count_distinct_name", "integer"),
        ("min_day", "date"),
    ]


def test_without_metrics_rows_are_counted() -> None:
    assert [figure.column.name for figure in parse_metrics(None, COLUMNS)] == ["count"]


@pytest.mark.parametrize(
    "group_by", ["colour", "name:month", "day:hour", "made:fortnight", "made:", ":month"]
)
def test_bad_groups_are_refused(group_by: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_groups(group_by, COLUMNS)
    assert caught.value.errors[0]["field"] == "group_by"


@pytest.mark.parametrize(
    "metrics", ["median:price", "sum:name", "avg:day", "sum", "sum:colour", "count_distinct"]
)
def test_bad_metrics_are_refused(metrics: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_metrics(metrics, COLUMNS)
    assert caught.value.errors[0]["field"] == "metrics"


def test_results_are_sorted_by_their_names_and_never_by_chance() -> None:
    groups, metrics = parse_groups("name,day", COLUMNS), parse_metrics("count", COLUMNS)
    order = parse_order("-count", groups, metrics)
    assert [(key.column.name, key.descending) for key in order] == [
        ("count", True), ("name", False), ("day", False),
    ]  # fmt: skip
    with pytest.raises(Invalid):
        parse_order("price", groups, metrics)


def test_two_results_of_one_name_are_refused() -> None:
    with pytest.raises(Invalid, match="sum_price"):
        check_names(parse_metrics("sum:price,sum:Price (Dollars)", COLUMNS))
