from __future__ import annotations

import pytest

from rowmill.datasets.columns import Columns
from rowmill.errors import Invalid
from rowmill.mill import Column
from tests.unit.datasets.samples import COLUMNS


def test_a_name_counts_before_a_label_that_reads_the_same() -> None:
    first, second = Column("a", "b", "text"), Column("b", "a", "text")
    columns = Columns((first, second))
    assert columns.find("a") == first
    assert columns.find("B") == second
    assert columns.find("c") is None


def test_fields_are_picked_in_the_order_asked_for_and_once() -> None:
    picked = COLUMNS.pick("price, NAME,price", "fields")
    assert [column.name for column in picked] == ["price", "name"]
    assert COLUMNS.pick("", "fields") == COLUMNS.items
    assert COLUMNS.pick(None, "fields") == COLUMNS.items


def test_every_unknown_field_is_named() -> None:
    with pytest.raises(Invalid) as caught:
        COLUMNS.pick("a,name,b", "fields")
    assert [error["field"] for error in caught.value.errors] == ["fields", "fields"]
    assert "'a'" in caught.value.errors[0]["message"]
    assert "'b'" in caught.value.errors[1]["message"]
