"""Types from texts: the narrowest in which nothing is lost."""

from __future__ import annotations

import pytest

from rowmill.mill.infer import Reading, fixed_readings, readings
from rowmill.mill.numerals import Marks


def only(*texts: str) -> Reading:
    """The one reading of these texts."""
    found = readings(set(texts))
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("texts", "column_type"),
    [
        (["1", "-5", "0"], "integer"),
        (["9" * 18], "integer"),
        (["9" * 19], "decimal(38,0)"),
        (["9" * 38, "1"], "decimal(38,0)"),
        (["1.5", "2"], "decimal(18,2)"),
        (["95.7", "2871", "2765.125"], "decimal(18,3)"),
        (["1234567890123456.123"], "decimal(38,3)"),
        ([".5", "5."], "decimal(18,2)"),
        (["-0.00"], "decimal(18,2)"),
        (["1e5", "2.5"], "double"),
        (["6.02E+23", "0.30000000000000004"], "double"),
        (["true", "FALSE", "True"], "boolean"),
        (["2003-02-24"], "date"),
        (["2003/2/24", "2003/02/05"], "date"),
        (["24.02.2003"], "date"),
        (["2/24/2003"], "date"),
        (["3 Jan 2003", "04-FEB-2004"], "date"),
        (["January 3, 2003"], "date"),
        (["2/24/2003 0:00"], "timestamp"),
        (["2/24/2003 11:59 PM", "2/25/2003 12:00 AM"], "timestamp"),
        (["2003-02-24", "2003-02-24 10:00"], "timestamp"),
        (["2003-02-24T10:00:00.123456"], "timestamp"),
        (["2003-02-24T10:00:00Z", "2003-02-24T10:00:00+02:00"], "timestamptz"),
        (["2003-02-24 10:00:00 -0530"], "timestamptz"),
    ],
)
def test_texts_have_this_type(texts: list[str], column_type: str) -> None:
    assert only(*texts).type == column_type


@pytest.mark.parametrize(
    "texts",
    [
        ["01234", "5"],  # a code
        ["+5"],
        ["1_000"],
        ["0x1F"],
        ["9" * 39],
        ["1." + "0" * 40],
        ["123456789012345678901e3"],  # more digits than a double keeps
        ["1e400"],
        ["nan"],
        ["yes", "no"],
        ["t", "f"],
        ["NA", "EMEA"],
        ["2003-02-30"],
        ["2003-13-01", "2003-01-01"],
        ["2/24/03"],  # which century?
        ["10:30"],
        ["2003-02"],
        ["2003-02-24T10:00:00.1234567"],  # a timestamp would cut it
        ["2003-02-24T10:00:00", "2003-02-24T10:00:00Z"],
        ["2003-02-24 25:00"],
        ["13/02/2003", "02/13/2003"],  # no order of day and month reads both
        ["Foo 3, 2003"],
        ["1", "a"],
        ["12,34", "1,234.5"],
    ],
)
def test_texts_that_a_type_would_damage_stay_text(texts: list[str]) -> None:
    assert readings(set(texts)) == []


def test_nothing_is_known_of_an_empty_column() -> None:
    assert readings(set()) == []
    assert readings({"  ", "\t"}) == []


def test_white_space_around_values_is_noted() -> None:
    assert only(" 5", "6 ") == Reading("integer", trim=True)


@pytest.mark.parametrize(
    ("texts", "marks", "column_type"),
    [
        (["1,000", "12,345,678"], Marks(",", "."), "integer"),
        (["1,000.50", "3"], Marks(",", "."), "decimal(18,2)"),
        (["1.000,50"], Marks(".", ","), "decimal(18,2)"),
        (["1,5", "2"], Marks("", ","), "decimal(18,2)"),
        (["1 234,5", "2 000"], Marks(" ", ","), "decimal(18,2)"),
        (["1\u00a0234,5"], Marks("\u00a0", ","), "decimal(18,2)"),
        (["1'234.50"], Marks("'", "."), "decimal(18,2)"),
        (["0,125"], Marks("", ","), "decimal(18,3)"),
    ],
)
def test_marks_follow_from_the_numbers(texts: list[str], marks: Marks, column_type: str) -> None:
    assert only(*texts) == Reading(column_type, marks=marks)


@pytest.mark.parametrize(
    ("texts", "types"),
    [
        (["1,234", "5"], ["integer", "decimal(18,3)"]),
        (["1.234", "5.125"], ["decimal(18,3)", "integer"]),
    ],
)
def test_numbers_that_allow_two_readings_have_both(texts: list[str], types: list[str]) -> None:
    assert [reading.type for reading in readings(set(texts))] == types


def test_day_beyond_twelve_decides_the_order() -> None:
    assert only("3/4/2003", "24/2/2003") == Reading("date", ("%d/%m/%Y",), day_first=True)
    assert only("3/4/2003", "2/24/2003") == Reading("date", ("%m/%d/%Y",), day_first=False)


def test_dates_without_such_a_day_have_both_orders() -> None:
    assert [reading.day_first for reading in readings({"3/4/2003", "5/6/2004"})] == [True, False]


def test_order_makes_no_difference_to_iso_dates() -> None:
    assert only("2003-04-03").day_first is None


def test_given_type_is_read_by_the_texts_that_fit() -> None:
    (found,) = fixed_readings({"24.02.2003", "unknown"}, "date")
    assert (found.type, found.formats, found.day_first) == ("date", ("%d.%m.%Y",), True)
    (found,) = fixed_readings({"1.000,50", "unknown"}, "decimal(18,2)")
    assert found.marks == Marks(".", ",")
    (found,) = fixed_readings({"2003-02-24 10:00+01", "2003-02-24 10:00"}, "timestamptz")
    assert found.formats == ("%Y-%m-%d %H:%M%z",)


@pytest.mark.parametrize("column_type", ["date", "timestamp", "timestamptz", "integer", "text"])
def test_given_type_can_be_read_without_evidence(column_type: str) -> None:
    (found,) = fixed_readings(set(), column_type)
    assert found.type == column_type
