"""Parsing into an existing dataset: its types hold, what does not fit is a reject."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from rowmill.mill import Column, KeyColumnMissing
from rowmill.mill.errors import NoColumnMatches, UnexpectedColumns
from tests.unit.mill.conftest import Parser

COLUMNS = {"id": "integer", "price": "decimal(18,2)", "sold_on": "date", "note": "text"}


def test_values_that_do_not_fit_are_rejects_with_reasons(parsing: Parser) -> None:
    parsed = parsing.into(
        COLUMNS,
        "id,price,sold_on,note\n"
        "1,2.50,24/2/2003,ok\n"
        "abc,2.50,25/2/2003,x\n"
        "2,1.234,25/2/2003,x\n"
        "3,2.50,31/2/2003,x\n"
        "007,2.50,25/2/2003,x\n"
        "99999999999999999999,2.50,25/2/2003,x\n"
        "4,free,never,x\n"
        "5,3.75,26/2/2003,ok\n",
    )

    assert parsed.rows == [
        (1, Decimal("2.50"), date(2003, 2, 24), "ok"),
        (5, Decimal("3.75"), date(2003, 2, 26), "ok"),
    ]
    found = [(r["record"], r["line"], r["column"], r["value"], r["code"]) for r in parsed.rejects]
    assert found == [
        (2, 3, "id", "abc", "not_integer"),
        (3, 4, "price", "1.234", "too_many_decimals"),
        (4, 5, "sold_on", "31/2/2003", "not_date"),
        (5, 6, "id", "007", "leading_zeros"),
        (6, 7, "id", "99999999999999999999", "out_of_range"),
        (7, 8, "price", "free", "not_decimal"),
    ]
    reasons = [reject["reason"] for reject in parsed.rejects]
    assert reasons[0] == "'abc' is not an integer"
    assert reasons[1] == "'1.234' has more decimals than decimal(18,2) holds"
    assert reasons[5] == "'free' is not a decimal number; 'sold_on' does not fit either"
    assert parsed.rejects[0]["raw"] == "abc,2.50,25/2/2003,x"
    assert parsed.rejects[0]["byte_offset"] == 42
    counts = parsed.result.counts
    assert (counts.records_read, counts.staged, counts.rejected) == (8, 2, 6)


def test_rejects_of_all_kinds_are_in_the_order_of_the_file(parsing: Parser) -> None:
    parsed = parsing.into(
        {"id": "integer", "text": "text"},
        'id,text\n1,"two\nlines"\nx,y\n1,2,3\n\n2,ok\nz,z\n"open,4\n3,ok\n',
    )
    found = [(r["record"], r["line"], r["code"]) for r in parsed.rejects]
    assert found == [
        (2, 4, "not_integer"),
        (3, 5, "too_many_fields"),
        (5, 8, "not_integer"),
        (6, 9, "unclosed_quote"),
    ]
    assert parsed.rows == [(1, "two\nlines"), (2, "ok"), (3, "ok")]


def test_dates_are_read_in_the_format_of_this_file(parsing: Parser) -> None:
    for text in ("2003-02-24", "24.02.2003", "2/24/2003", "24 Feb 2003"):
        parsed = parsing.into({"d": "date", "n": "text"}, f"d,n\n{text},x\n")
        assert parsed.rows == [(date(2003, 2, 24), "x")]


def test_numbers_are_read_with_the_marks_of_this_file(parsing: Parser) -> None:
    parsed = parsing.into({"price": "decimal(18,2)"}, "price\n1.234,50\n2,25\n")
    assert parsed.column("price") == [Decimal("1234.50"), Decimal("2.25")]
    parsed = parsing.into({"id": "integer", "n": "text"}, 'id,n\n"1,000",x\n51445.0,y\n')
    assert parsed.column("id") == [1000, 51445]


def test_columns_are_matched_by_name_label_and_letters(parsing: Parser) -> None:
    columns = (
        Column("sale_dollars", "Sale (Dollars)", "decimal(18,2)"),
        Column("city", "City", "text"),
        Column("zip", "Zip Code", "text"),
    )
    parsed = parsing("ZIPCODE,sale_dollars,CITY\n01234,1.50,Ames\n", columns=columns)
    assert parsed.rows == [(Decimal("1.50"), "Ames", "01234")]
    assert parsed.result.columns == columns
    assert parsed.result.new_columns == ()


def test_missing_columns_are_null_and_reported(parsing: Parser) -> None:
    parsed = parsing.into(COLUMNS, "id,note\n1,x\n")
    assert parsed.rows == [(1, None, None, "x")]
    assert parsed.result.drift.missing == ("price", "sold_on")


def test_new_columns_are_typed_and_added(parsing: Parser) -> None:
    parsed = parsing.into({"id": "integer", "note": "text"}, "id,Paid At,note\n1,2003-02-24,x\n")
    assert parsed.rows == [(1, "x", date(2003, 2, 24))]
    assert parsed.result.new_columns == (Column("paid_at", "Paid At", "date"),)
    assert parsed.result.drift.new == ("Paid At",)


def test_new_columns_may_be_dropped_or_forbidden(parsing: Parser) -> None:
    content = "id,extra,note\n1,y,x\n"
    columns = {"id": "integer", "note": "text"}
    parsed = parsing.into(columns, content, policy="discard")
    assert (parsed.rows, parsed.result.new_columns) == ([(1, "x")], ())
    assert any("extra" in note for note in parsed.result.notes)
    with pytest.raises(UnexpectedColumns, match="extra"):
        parsing.into(columns, content, policy="freeze")


def test_column_with_other_values_than_before_is_reported(parsing: Parser) -> None:
    parsed = parsing.into({"id": "integer", "note": "text"}, "id,note\nA1,5\nA2,6\n")
    assert parsed.result.drift.retyped == ("id",)
    assert parsed.result.rejected == 2


def test_file_without_header_is_matched_by_position(parsing: Parser) -> None:
    parsed = parsing.into({"id": "integer", "day": "date"}, "1,2003-02-24\n2,2003-02-25\n")
    assert parsed.rows == [(1, date(2003, 2, 24)), (2, date(2003, 2, 25))]
    with pytest.raises(NoColumnMatches, match="no header"):
        parsing.into({"id": "integer"}, "1,2003-02-24\n2,2003-02-25\n")


def test_file_of_other_columns_is_refused(parsing: Parser) -> None:
    with pytest.raises(NoColumnMatches):
        parsing.into(COLUMNS, "foo,bar\n1,x\n")


def test_last_record_of_a_key_wins_in_its_place(parsing: Parser) -> None:
    parsed = parsing("id,v\n1,a\n2,b\n1,c\n3,d\n2,e\n", key=("id",))
    assert parsed.rows == [(1, "c"), (3, "d"), (2, "e")]
    counts = parsed.result.counts
    assert (counts.records_read, counts.staged, counts.deduplicated) == (5, 3, 2)
    assert parsed.result.files[0].rows == 3


def test_key_of_several_columns(parsing: Parser) -> None:
    parsed = parsing("a,b,v\n1,x,1\n1,y,2\n1,x,3\n", key=("a", "b"))
    assert parsed.rows == [(1, "y", 2), (1, "x", 3)]


def test_empty_key_is_a_reject(parsing: Parser) -> None:
    parsed = parsing("id,v\n1,a\n,b\n2,c\n", key=("id",))
    assert parsed.rows == [(1, "a"), (2, "c")]
    (reject,) = parsed.rejects
    assert (reject["code"], reject["column"], reject["line"]) == ("key_missing", "id", 3)


def test_key_may_be_named_by_label(parsing: Parser) -> None:
    assert parsing("Order No,v\n1,a\n1,b\n", key=("Order No",)).rows == [(1, "b")]


def test_key_must_be_in_the_file(parsing: Parser) -> None:
    with pytest.raises(KeyColumnMissing, match="nope"):
        parsing("id,v\n1,a\n", key=("nope",))
    with pytest.raises(KeyColumnMissing, match="id"):
        parsing.into({"id": "integer", "v": "text"}, "v\na\n", key=("id",))


def test_types_of_a_dataset_are_never_widened(parsing: Parser) -> None:
    line = "1,some longer text to fill the file with\n"
    columns = {"id": "integer", "note": "text"}
    parsed = parsing.into(columns, "id,note\n" + line * 100_000 + "A1,x\n" + line * 100_000)
    assert parsed.types == columns
    assert [(r["record"], r["line"]) for r in parsed.rejects] == [(100_001, 100_002)]
    assert parsed.result.staged == 200_000
