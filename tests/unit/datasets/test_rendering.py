from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Context, Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rowmill.datasets.rendering import row_json
from rowmill.mill import Column, sql_type


def rendered(column_type: str, values: list[Any]) -> list[Any]:
    """Each value after a trip through our JSON, numbers with a point as exact decimals."""
    column = Column('odd "name"', "", column_type)
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f'CREATE TABLE t (n INTEGER, "odd ""name""" {sql_type(column_type)})')
        # As text: a decimal that is bound as such does not arrive exactly.
        exact = [format(v, "f") if isinstance(v, Decimal) else v for v in values]
        connection.executemany(
            f"INSERT INTO t VALUES (?, CAST(? AS {sql_type(column_type)}))",
            [list(numbered) for numbered in enumerate(exact)],
        )
        rows = connection.execute(f"SELECT {row_json([column])} FROM t ORDER BY n").fetchall()
    return [json.loads(text, parse_float=Decimal)['odd "name"'] for (text,) in rows]


@settings(max_examples=50)
@given(st.lists(st.none() | st.text(), min_size=1, max_size=5))
def test_text_comes_back_as_it_was(values: list[Any]) -> None:
    assert rendered("text", values) == values


@settings(max_examples=50)
@given(st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=5))
def test_integers_are_numbers_as_long_as_a_double_holds_them(values: list[Any]) -> None:
    expected = [v if v is None or abs(v) <= 2**53 else str(v) for v in values]
    assert rendered("integer", values) == expected


@pytest.mark.parametrize("scale", [0, 2, 14, 15, 16, 20, 38])
@settings(max_examples=20)
@given(unscaled=st.integers(-(10**38) + 1, 10**38 - 1) | st.integers(-(10**17), 10**17))
def test_decimals_are_numbers_up_to_fifteen_digits_and_never_inexact(
    scale: int, unscaled: int
) -> None:
    value = Decimal(unscaled).scaleb(-scale, Context(prec=60))
    [found] = rendered(f"decimal(38,{scale})", [value])
    assert isinstance(found, str) == (abs(unscaled) >= 10**15)
    assert Decimal(found) == value
    if not isinstance(found, str):
        assert Decimal(repr(float(found))) == value


@pytest.mark.parametrize(("precision", "scale"), [(2, 2), (15, 2), (16, 2), (18, 2), (1, 0)])
def test_short_decimals_keep_their_places(precision: int, scale: int) -> None:
    value = Decimal(5).scaleb(-scale)
    assert rendered(f"decimal({precision},{scale})", [value, -value, None]) == [value, -value, None]


@settings(max_examples=50)
@given(st.lists(st.floats(), min_size=1, max_size=5))
def test_doubles_come_back_exactly_and_special_ones_as_words(values: list[float]) -> None:
    words = {math.inf: "Infinity", -math.inf: "-Infinity"}
    for value, found in zip(values, rendered("double", values), strict=True):
        if math.isnan(value):
            assert found == "NaN"
        elif math.isinf(value):
            assert found == words[value]
        else:
            assert float(found) == value


def test_times_are_iso_text() -> None:
    zoned = datetime(2003, 2, 24, 1, 2, 3, 500_000, tzinfo=UTC)
    moment = zoned.replace(tzinfo=None)
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    assert rendered("timestamp", [moment, midnight]) == [
        "2003-02-24T01:02:03.5", "2003-02-24T00:00:00",
    ]  # fmt: skip
    assert rendered("timestamptz", [zoned]) == ["2003-02-24T01:02:03.5Z"]
    assert rendered("date", [date(2003, 2, 24), None]) == ["2003-02-24", None]
    assert rendered("boolean", [True, False, None]) == [True, False, None]


def test_a_row_without_columns_is_an_empty_object() -> None:
    assert row_json([]) == "'{}'"
