"""Column types, and the SQL they become."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.mill import quote_identifier, quote_literal, sql_type


@pytest.mark.parametrize(
    ("column_type", "expected"),
    [
        ("text", "VARCHAR"),
        ("integer", "BIGINT"),
        ("decimal(18,2)", "DECIMAL(18,2)"),
        ("decimal(38,0)", "DECIMAL(38,0)"),
        ("double", "DOUBLE"),
        ("boolean", "BOOLEAN"),
        ("date", "DATE"),
        ("timestamp", "TIMESTAMP"),
        ("timestamptz", "TIMESTAMPTZ"),
    ],
)
def test_every_type_has_its_duckdb_type(column_type: str, expected: str) -> None:
    assert sql_type(column_type) == expected


@pytest.mark.parametrize(
    "wrong", ["", "money", "decimal", "decimal(39,2)", "decimal(2,3)", "INTEGER; --"]
)
def test_other_types_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        sql_type(wrong)


@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])))
def test_quoted_text_is_that_text(text: str) -> None:
    row = duckdb.execute(f"SELECT {quote_literal(text)}").fetchone()
    assert row == (text,)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_quoted_identifier_is_that_name(name: str) -> None:
    found = duckdb.execute(f"SELECT 1 AS {quote_identifier(name)}").description
    assert found is not None
    assert found[0][0] == name


def test_zero_character_cannot_be_quoted() -> None:
    with pytest.raises(ValueError, match="zero"):
        quote_literal("a\x00b")
