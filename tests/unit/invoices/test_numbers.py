from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.invoices.numbers import id_of, number_of


@given(
    st.text(min_size=1).filter(
        lambda text: not any("\ud800" <= letter <= "\udfff" for letter in text)
    )
)
def test_every_number_has_an_address_that_leads_back_to_it(number: str) -> None:
    assert re.fullmatch(r"~?[A-Za-z0-9_.-]+", id_of(number))
    assert number_of(id_of(number)) == number


@pytest.mark.parametrize("number", ["INV-0001", "10107", "S12.4_b"])
def test_plain_numbers_stay_readable(number: str) -> None:
    assert id_of(number) == number


@pytest.mark.parametrize("number", ["..", ".", "count", "~QQ", "a/b", "ä"])
def test_numbers_that_mean_something_else_in_an_address_are_spelled_otherwise(number: str) -> None:
    assert id_of(number).startswith("~")
    assert number_of(id_of(number)) == number


def test_what_is_no_id_stands_for_itself() -> None:
    assert number_of("~!") == "~!"
