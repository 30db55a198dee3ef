from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rowmill.datasets import filters
from rowmill.errors import Invalid
from tests.unit.datasets.samples import COLUMNS, run

NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
LINE = (
    "Zoë, Inc.", 12, Decimal("95.70"), 0.5, True, date(2024, 2, 29), NOON.replace(tzinfo=None),
    NOON,
)  # fmt: skip
BLANK = (None,) * 8
ROWS = [LINE, BLANK]


def matches(**parameters: str) -> bool:
    """Whether the line, and not the blank row, meets the filters."""
    found = run(ROWS, "_row_id", filters.parse(parameters.items(), COLUMNS).condition())
    return found == [(0,)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "Zoë, Inc."),
        ("name__contains", "ë, I"),
        ("name__icontains", "zoË"),
        ("name__startswith", "Zo"),
        ("name__in", 'Bob,"Zoë, Inc."'),
        ("name__gt", "Bob"),
        ("quantity", "12"),
        ("quantity", " 12.0 "),
        ("quantity", "1.2e1"),
        ("quantity__gt", "11.5"),
        ("quantity__lt", "99999999999999999999999"),
        ("quantity__between", "12,12"),
        ("quantity__contains", "2"),
        ("price", "95.7"),
        ("price__gte", "95.70"),
        ("price__lt", "95.7001"),
        ("price__in", "1,95.7"),
        ("price__contains", "5.7"),
        ("weight", ".5"),
        ("weight__lt", "Infinity"),
        ("shipped", "TRUE"),
        ("day", "2024-02-29"),
        ("day__lt", "2024-02-29T00:00:01"),
        ("day__between", "2024-01-01,2024-12-31"),
        ("day__contains", "02-29"),
        ("made__gte", "2024-02-29"),
        ("made", "2024-02-29 12:00"),
        ("seen", "2024-02-29T13:00:00+01:00"),
        ("seen", "2024-02-29T13:00:00 01:00"),
        ("seen", "2024-02-29T12:00:00Z"),
        ("seen", "2024-02-29T12:00:00"),
        ("seen__isnull", "false"),
        ("QUANTITY", "12"),
        ("Price (Dollars)__lte", "100"),
        ("order day", "2024-02-29"),
    ],
)
def test_a_filter_finds_its_row(name: str, value: str) -> None:
    assert matches(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", "zoë, inc."),
        ("name__contains", "zoë"),
        ("name__contains", "%"),
        ("name__startswith", "oë"),
        ("quantity", "12.5"),
        ("price__gt", "95.7"),
        ("made", "2024-02-29"),
        ("day__gt", "2024-02-29"),
        ("shipped", "0"),
        ("name__isnull", "1"),
    ],
)
def test_a_filter_leaves_other_rows_out(name: str, value: str) -> None:
    assert not matches(**{name: value})


def test_unequal_holds_for_blanks_too() -> None:
    found = run(ROWS, "_row_id", filters.parse([("quantity__ne", "12")], COLUMNS).condition())
    assert found == [(1,)]


def test_a_column_given_twice_accepts_either_value() -> None:
    asked = filters.parse([("quantity", "7"), ("quantity", "12")], COLUMNS)
    assert run(ROWS, "_row_id", asked.condition()) == [(0,)]


def test_all_filters_have_to_hold() -> None:
    assert matches(quantity__gt="10", name__contains="Zo")
    assert not matches(quantity__gt="20", name__contains="Zo")


def test_the_order_of_parameters_does_not_matter() -> None:
    one = filters.parse([("name", "a"), ("quantity__gt", "1")], COLUMNS)
    other = filters.parse([("QUANTITY__gt", "1"), ("Name", "a")], COLUMNS)
    assert one == other
    assert one.normalised() == other.normalised()


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("colour", "red", "There is no column 'colour'"),
        ("quanttiy", "1", "Did you mean 'quantity'?"),
        ("quantity__near", "1", "There is no operator 'near'"),
        ("colour__gt", "1", "There is no column 'colour'"),
        ("quantity", "twelve", "It takes a number"),
        ("quantity", "", "It takes a number"),
        ("quantity", "0x10", "It takes a number"),
        ("quantity", "1e999", "more digits"),
        ("price__gt", "nan", "It takes a number"),
        ("weight", "1e999", "It takes a number"),
        ("shipped", "maybe", "It takes true or false"),
        ("shipped__gt", "true", "no order"),
        ("day", "2023-02-29", "It takes a date"),
        ("day", "29.2.2024", "It takes a date"),
        ("made", "2024-02-29T12:00:00+01:00", "no time zone"),
        ("quantity__in", "1,b", "It takes a number"),
        ("quantity__between", "1", "two values"),
        ("quantity__isnull", "perhaps", "It takes true or false"),
    ],
)
def test_a_bad_filter_is_refused_and_named(name: str, value: str, message: str) -> None:
    with pytest.raises(Invalid) as caught:
        filters.parse([(name, value)], COLUMNS)
    assert caught.value.errors[0]["field"] == name
    assert message in caught.value.errors[0]["message"]


def test_every_bad_filter_is_named_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        filters.parse([("a", "1"), ("quantity", "x"), ("limit", "5")], COLUMNS, {"limit"})
    assert [error["field"] for error in caught.value.errors] == ["a", "quantity"]


def test_a_column_named_like_a_parameter_is_filtered_with_an_operator() -> None:
    asked = filters.parse([("name", "1"), ("name__eq", "Zoë, Inc.")], COLUMNS, {"name"})
    assert [item.operator for item in asked.items] == ["eq"]


TEXTS = st.text("abAB%_,\"' é", max_size=4)
NUMBERS = st.decimals(-1000, 1000, places=3, allow_nan=False)
DAYS = st.dates(date(2000, 1, 1), date(2001, 1, 1))
MOMENTS = DAYS.flatmap(lambda day: st.times().map(lambda time: datetime.combine(day, time)))
ZONED = MOMENTS.map(lambda moment: moment.replace(tzinfo=UTC))
LINES = st.lists(
    st.tuples(
        st.none() | TEXTS,
        st.none() | st.integers(-20, 20),
        st.none() | st.decimals(-50, 50, places=2),
        st.none() | st.floats(allow_nan=False, width=32),
        st.none() | st.booleans(),
        st.none() | DAYS,
        st.none() | MOMENTS,
        st.none() | ZONED,
    ),
    max_size=12,
)
COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq, "ne": operator.ne, "gt": operator.gt, "gte": operator.ge,
    "lt": operator.lt, "lte": operator.le,
}  # fmt: skip
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": TEXTS,
    "quantity": NUMBERS,
    "price": NUMBERS,
    "weight": st.floats(allow_nan=False, allow_infinity=False, width=32),
    "day": DAYS,
    "made": MOMENTS,
    "seen": ZONED,
}


@settings(max_examples=60)
@given(rows=LINES, data=st.data())
def test_comparisons_agree_with_python(rows: list[Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(VALUES)))
    how = data.draw(st.sampled_from(sorted(COMPARISONS)))
    value = data.draw(VALUES[name])
    text = value if isinstance(value, str) else str(value)
    position = [column.name for column in COLUMNS].index(name)
    found = run(rows, "_row_id", filters.parse([(f"{name}__{how}", text)], COLUMNS).condition())
    expected = [
        (n,)
        for n, row in enumerate(rows)
        if (how == "ne" if row[position] is None else COMPARISONS[how](row[position], value))
    ]
    assert found == expected


@settings(max_examples=40)
@given(rows=LINES, part=TEXTS)
def test_text_searches_agree_with_python(rows: list[Any], part: str) -> None:
    for how, holds in (
        ("contains", lambda text: part in text),
        ("icontains", lambda text: part.lower() in text.lower()),
        ("startswith", lambda text: text.startswith(part)),
    ):
        asked = filters.parse([(f"name__{how}", part)], COLUMNS)
        found = run(rows, "_row_id", asked.condition())
        assert found == [(n,) for n, row in enumerate(rows) if row[0] is not None and holds(row[0])]
