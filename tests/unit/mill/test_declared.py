"""Types that are declared as families, and identifiers that programs took for numbers."""

from __future__ import annotations

import duckdb
import pytest

from rowmill.mill.casts import cast_of
from rowmill.mill.infer import fixed_readings
from rowmill.mill.plan import PlanColumn


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("51445.0", "51445"),
        ("1,000", "1000"),
        ("1,031,100", "1031100"),
        ("1,000.0", "1000"),
        (" 712-2 ", "712-2"),
        ("007", "007"),
        ("007.0", "007.0"),
        ("0", "0"),
        ("0.0", "0"),
        ("1.10", "1.10"),
        ("1.05", "1.05"),
        ("10,20", "10,20"),
        ("0,123", "0,123"),
        ("v2.0", "v2.0"),
        ("12345678901234567890.0", "12345678901234567890"),
        ("Smith, 2.0", "Smith, 2.0"),
        ("   ", "   "),
        (None, None),
    ],
)
def test_an_identifier_is_what_everybody_writes(text: str | None, value: str | None) -> None:
    column = PlanColumn("zip", "Zip", "text", fixed=True, identifier=True)
    cast = cast_of(column, "given")

    assert cast.is_faithful is None
    with duckdb.connect() as connection:
        statement = f"SELECT {cast.value} FROM (SELECT CAST(? AS VARCHAR) AS given)"
        assert connection.execute(statement, [text]).fetchall() == [(value,)]


@pytest.mark.parametrize(
    ("family", "texts", "expected"),
    [
        ("number", {"1", "12"}, "integer"),
        ("number", {"1", "12.0"}, "integer"),
        ("number", {"1", "many"}, "integer"),
        ("number", {"1", "0.125"}, "decimal(18,3)"),
        ("number", {"1,000", "2,500", "12"}, "integer"),
        ("number", set(), "integer"),
        ("decimal", {"1", "12"}, "decimal(18,2)"),
        ("decimal", {"1.2345", "x"}, "decimal(18,4)"),
        ("decimal", {"1,234.5"}, "decimal(18,2)"),
        ("decimal", {"12345678901234567890.5"}, "decimal(38,2)"),
        ("decimal", set(), "decimal(18,2)"),
        ("moment", {"2024-01-31"}, "date"),
        ("moment", {"01/31/2024", "?"}, "date"),
        ("moment", {"2024-01-31", "2024-01-31 10:00"}, "timestamp"),
        ("moment", {"2/24/2003 0:00", "2/25/2003 00:00:00"}, "date"),
        ("moment", {"2/24/2003 0:00", "2/25/2003 10:00"}, "timestamp"),
        ("moment", {"2024-01-31T10:00:00Z"}, "timestamptz"),
        ("moment", set(), "date"),
        ("identifier", {"1", "2"}, "text"),
    ],
)
def test_the_texts_choose_the_type_of_a_family(family: str, texts: set[str], expected: str) -> None:
    assert {reading.type for reading in fixed_readings(texts, family)} == {expected}


@pytest.mark.parametrize(
    ("present", "texts", "expected"),
    [
        ("integer", {"1"}, "integer"),
        ("integer", {"0.5"}, "decimal(38,2)"),
        ("integer", {"many"}, "integer"),
        ("decimal(18,2)", {"1.25"}, "decimal(18,2)"),
        ("decimal(18,2)", {"1.2345"}, "decimal(38,4)"),
        ("decimal(38,4)", {"1.2"}, "decimal(38,4)"),
        ("date", {"2024-01-31"}, "date"),
        ("date", {"2024-01-31 10:00"}, "timestamp"),
        ("timestamp", {"2024-01-31"}, "timestamp"),
        ("date", {"2024-01-31T10:00:00Z"}, "date"),
    ],
)
def test_a_type_is_widened_so_far_that_old_and_new_values_fit(
    present: str, texts: set[str], expected: str
) -> None:
    found = fixed_readings(texts, present, may_widen=True)

    assert {reading.type for reading in found} == {expected}
