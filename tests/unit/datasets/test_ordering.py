from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rowmill.datasets import ordering
from rowmill.datasets.filters import Condition
from rowmill.errors import Invalid
from tests.unit.datasets.samples import COLUMNS, run
from tests.unit.datasets.test_filters import LINES

SORTS = st.lists(
    st.sampled_from([c.name for c in COLUMNS]), min_size=1, max_size=3, unique=True
).flatmap(lambda names: st.tuples(*(st.sampled_from([name, f"-{name}"]) for name in names)))


@settings(max_examples=60)
@given(rows=LINES, sort=SORTS, data=st.data())
def test_what_follows_a_row_is_exactly_what_comes_behind_it(
    rows: list[Any], sort: tuple[str, ...], data: st.DataObject
) -> None:
    order = ordering.parse(",".join(sort), COLUMNS)
    keys = ", ".join(f'CAST("{key.column.name}" AS VARCHAR)' for key in order.keys)
    everything = run(rows, f"_row_id, {keys}", Condition("true"), order.sql)
    if not everything:
        return
    position = data.draw(st.integers(0, len(everything) - 1))
    row_id, *values = everything[position]
    behind = run(rows, f"_row_id, {keys}", order.behind(values, row_id), order.sql)
    assert behind == everything[position + 1 :]


@settings(max_examples=30)
@given(rows=LINES, sort=SORTS)
def test_nulls_come_last_in_either_direction(rows: list[Any], sort: tuple[str, ...]) -> None:
    order = ordering.parse(",".join(sort), COLUMNS)
    first = order.keys[0].column.name
    found = run(rows, f'"{first}" IS NULL', Condition("true"), order.sql)
    assert found == sorted(found)


def test_a_sort_names_columns_by_name_or_label() -> None:
    order = ordering.parse(" -Price (Dollars) , quantity,+name", COLUMNS)
    assert order.normalised() == ["-price", "quantity", "name"]
    assert not ordering.parse("", COLUMNS)
    assert not ordering.parse(None, COLUMNS)


@pytest.mark.parametrize("sort", ["colour", "-colour", "-", "quantity,-quantity"])
def test_a_bad_sort_is_refused(sort: str) -> None:
    with pytest.raises(Invalid) as caught:
        ordering.parse(sort, COLUMNS)
    assert caught.value.errors[0]["field"] == "sort"
