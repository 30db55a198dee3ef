from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.datasets import names
from rowmill.errors import Invalid

AN_ID = "019abcde-0000-7000-8000-000000000001"


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("Sales 2024.CSV", "Sales 2024"),
        ("in/2024/sales.csv.gz", "sales"),
        ("C:\\data\\Umsätze.xlsx", "Umsätze"),
        ("v1.2 final.csv", "v1.2 final"),
        ("notes.d", "notes.d"),
        (".csv", "dataset"),
        ("\x00\x07.csv", "dataset"),
        ("  a \t b.csv ", "a b"),
    ],
)
def test_a_dataset_is_called_after_its_file(file_name: str, name: str) -> None:
    assert names.name_of_file(file_name) == name


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Sales 2024", "sales-2024"),
        ("Umsätze (neu)", "umsätze-neu"),
        ("売上", "売上"),
        ("__a__b--c", "a-b-c"),
        ("!!!", "dataset"),
        (AN_ID, "dataset"),
    ],
)
def test_slugs_are_words_joined_by_hyphens(name: str, slug: str) -> None:
    assert names.slug_of(name) == slug


def test_taken_names_get_the_first_free_number() -> None:
    assert names.free_slug("sales", {"sales", "sales-2"}) == "sales-3"
    assert names.free_slug("sales", set()) == "sales"
    assert names.free_table_name("sales-2024", {"sales_2024"}) == "sales_2024_2"


@pytest.mark.parametrize(
    ("slug", "table"), [("2024-sales", "t_2024_sales"), ("売上", "t"), ("umsätze", "umsatze")]
)
def test_table_names_are_plain_identifiers(slug: str, table: str) -> None:
    assert names.free_table_name(slug, set()) == table


@given(st.text(max_size=300), st.sets(st.text(max_size=10), max_size=5))
def test_whatever_a_file_is_called_its_dataset_gets_good_names(text: str, taken: set[str]) -> None:
    name = names.name_of_file(text)
    slug = names.free_slug(names.slug_of(name), taken)
    table = names.free_table_name(slug, taken)
    assert 0 < len(name) <= names.LONGEST_NAME
    assert names.check_slug(slug) == slug
    assert slug not in taken
    assert table.isascii()
    assert table.isidentifier()
    assert table not in taken


@pytest.mark.parametrize("slug", ["", "Sales", "a b", "-a", "a--b", "a" * 81, AN_ID])
def test_what_is_no_slug_is_refused(slug: str) -> None:
    with pytest.raises(Invalid) as caught:
        names.check_slug(slug)
    assert caught.value.errors[0]["field"] == "slug"
