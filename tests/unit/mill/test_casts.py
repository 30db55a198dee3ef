"""SQL casts: faithful to the text, or not accepted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.mill.casts import cast_of
from rowmill.mill.infer import fixed_readings, readings
from rowmill.mill.plan import PlanColumn
from tests.factories.tables import KINDS, Cell

Outcome = tuple[Any, bool]


def outcomes(column: PlanColumn, texts: list[str | None]) -> list[Outcome]:
    """The value of each text in this column, and whether it is faithful."""
    cast = cast_of(column, "t")
    known = cast_of(column, "t", "v").is_faithful or "true"
    statement = (
        f"SELECT v, {cast.is_faithful or 'true'}, {known} FROM "
        f"(SELECT t, {cast.value} AS v FROM (SELECT unnest($1::VARCHAR[]) AS t))"
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute(statement, [texts]).fetchall()
    assert all(row[1] is row[2] for row in rows)
    return [(row[0], row[1]) for row in rows]


def guessed(*texts: str) -> PlanColumn:
    """A column of the type that these texts have."""
    return readings(set(texts))[0].applied_to(PlanColumn("t", "t", "text"))


def given_type(column_type: str, *texts: str) -> PlanColumn:
    """A column of a given type, read by these texts."""
    column = fixed_readings(set(texts), column_type)[0].applied_to(PlanColumn("t", "t", "text"))
    return replace(column, fixed=True)


def accepted(column: PlanColumn, *texts: str) -> list[str]:
    """Those of the texts that are read faithfully."""
    found = outcomes(column, list(texts))
    return [text for text, (_, is_faithful) in zip(texts, found, strict=True) if is_faithful]


def moment(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of 2003, without a time zone."""
    return datetime(2003, month, day, hour, minute, tzinfo=UTC).replace(tzinfo=None)


@pytest.mark.parametrize(
    ("column", "text", "value"),
    [
        (guessed("1"), "-42", -42),
        (guessed("1,000"), "12,345", 12345),
        (guessed("1.5"), "1", Decimal("1.00")),
        (guessed("1.5"), ".5", Decimal("0.50")),
        (guessed("1.5"), "1.5000", Decimal("1.50")),
        (guessed("1,5", "1.000,5"), "2.345,6", Decimal("2345.60")),
        (guessed("9" * 30), "1" * 38, Decimal("1" * 38)),
        (guessed("1e5"), "2.5E-3", 0.0025),
        (guessed("1e5"), "0.30000000000000004", 0.30000000000000004),
        (guessed("true"), "FALSE", False),
        (guessed(" 5"), "  7 ", 7),
        (guessed(" 5"), "   ", None),
        (guessed("2003-02-24"), "2003-2-5", date(2003, 2, 5)),
        (guessed("24/2/2003"), "3/4/2003", date(2003, 4, 3)),
        (guessed("2/24/2003"), "3/4/2003", date(2003, 3, 4)),
        (guessed("2/24/2003 0:00"), "12/5/2003 13:45", moment(12, 5, 13, 45)),
        (guessed("2/24/2003 1:00 PM"), "2/24/2003 12:30 am", moment(2, 24, 0, 30)),
        (
            guessed("2003-02-24 10:00:00", "2003-02-24"),
            "2003-02-25",
            moment(2, 25),
        ),
        (guessed("3 March 2003"), "14 may 2003", date(2003, 5, 14)),
        (
            guessed("2003-02-24T10:00:00Z", "2003-02-24T10:00:00+02:00"),
            "2003-02-24T10:00:00+02:00",
            datetime(2003, 2, 24, 8, tzinfo=UTC),
        ),
        (given_type("integer"), "51445.0", 51445),
        (given_type("integer"), "+5", 5),
        (given_type("date", "2003-02-24 00:00"), "2003-02-25 00:00", date(2003, 2, 25)),
    ],
)
def test_text_becomes_this_value(column: PlanColumn, text: str, value: object) -> None:
    found = outcomes(column, [text, None])
    assert found == [(value, True), (None, True)]


INTEGERS = ["007", "+5", " 5", "5 ", "1e2", "1E2", "12e2", "1.5", "1.0", "0x1F", "0b1", "1_0", "-0"]


def test_integers_are_canonical() -> None:
    assert accepted(guessed("1"), *INTEGERS, "9" * 19, "abc", "1,000") == []
    assert accepted(guessed("1,000"), "01,000", "1,00", "1,0000", "1000", "1,000.0") == ["1000"]


def test_integers_of_a_dataset_may_be_written_differently_but_not_less() -> None:
    column = given_type("integer")
    assert accepted(column, *INTEGERS, "5.5", ".5") == ["+5", "1.0", "-0"]


def test_decimals_never_round() -> None:
    column = guessed("1.25")
    wrong = ["1.999", "1e3", "007.5", "1,5", "1.2.3", " 1.5", "1" * 17, "nan", "inf", ".", "-"]
    assert accepted(column, "1.20", "1", "-3.5", *wrong) == ["1.20", "1", "-3.5"]


def test_doubles_keep_every_digit() -> None:
    column = guessed("1e5")
    wrong = ["1e400", "123456789012345678901", "0.1234567890123456789", "nan", "inf", "1_0", "x"]
    assert accepted(column, "1e5", "1.7976931348623157e308", *wrong) == [
        "1e5",
        "1.7976931348623157e308",
    ]


def test_dates_have_four_digit_years_and_are_no_words() -> None:
    wrong = ["1/2/03", "13/13/2003", "30/2/2003", "epoch", "infinity", "1/2/2003 10:00", "1-2-2003"]
    assert accepted(guessed("24/2/2003"), *wrong) == []
    wrong = ["epoch", "infinity", "2003/02/24", "2003-02-24 10:00", "-2003-01-01", "20030224"]
    assert accepted(guessed("2003-02-24"), *wrong) == []


def test_first_day_of_1900_and_of_the_epoch_are_dates() -> None:
    days = ["1/1/1900", "1/1/1970"]
    assert accepted(guessed("24/2/2003"), *days) == days


def test_moments_are_not_cut_or_shifted() -> None:
    column = guessed("2003-02-24 10:00:00.5")
    wrong = [
        "2003-02-24 10:00:00.1234567",
        "2003-02-24 10:00:00+02",
        "2003-02-24 24:00:00",
        "epoch",
    ]
    assert accepted(column, *wrong) == []
    assert (
        accepted(
            guessed("2003-02-24T10:00:00Z"), "2003-02-24T10:00:00", "2003-02-24T10:00:00-99:00"
        )
        == []
    )


def test_date_of_a_dataset_takes_no_time_of_day() -> None:
    assert accepted(given_type("date", "2003-02-24 00:00"), "2003-02-24 10:00") == []


@given(
    st.sampled_from(sorted(set(KINDS) - {"text", "code"})).flatmap(
        lambda kind: st.lists(KINDS[kind](), min_size=1, max_size=20)
    )
)
def test_what_a_type_was_made_from_is_read_back(cells: list[Cell]) -> None:
    column = guessed(*(text for text, _ in cells))
    found = outcomes(column, [text for text, _ in cells])
    assert found == [(value, True) for _, value in cells]
