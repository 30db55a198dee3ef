"""Names from labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.mill import column_names


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Sale (Dollars)", "sale_dollars"),
        ("ORDERNUMBER", "ordernumber"),
        ("orderNumber", "order_number"),
        ("HTTPStatus", "http_status"),
        ("Invoice/Item Number", "invoice_item_number"),
        ("Bottle Volume (ml)", "bottle_volume_ml"),
        ("  padded  ", "padded"),
        ("__private", "private"),
        ("Größe", "größe"),
        ("名前", "名前"),
        ("2019", "2019"),
        ("%", "column_1"),
        ("", "column_1"),
        ("rowid", "rowid_2"),
        ("Row ID", "row_id"),
    ],
)
def test_label_becomes_snake_case(label: str, name: str) -> None:
    assert column_names([label]) == [name]


def test_same_names_are_told_apart() -> None:
    assert column_names(["Id", "id", "ID", "id_2", ""]) == [
        "id",
        "id_2",
        "id_3",
        "id_2_2",
        "column_5",
    ]


def test_names_avoid_those_already_taken() -> None:
    assert column_names(["City", "Name"], ["name"]) == ["city", "name_2"]


@given(st.lists(st.text(max_size=20), max_size=12))
def test_names_are_always_usable(labels: list[str]) -> None:
    names = column_names(labels)

    assert len(names) == len(labels)
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name and not name.startswith("_") and name != "rowid" for name in names)
