"""Parsing into a new dataset: every value as it was sent, in types that hold them all."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rowmill.mill import Column, Convention, EmptyFile, Limits, ReadOptions, TooManyRejects
from rowmill.mill.errors import AmbiguousDates
from tests.unit.mill.conftest import Parsed, Parser


def account(parsed: Parsed) -> tuple[int, int, int, int, int]:
    """read, staged, rejected, deduplicated, skipped."""
    counts = parsed.result.counts
    return (
        counts.records_read,
        counts.staged,
        counts.rejected,
        counts.deduplicated,
        counts.skipped,
    )


def test_sales_file_comes_out_as_sent(parsing: Parser) -> None:
    parsed = parsing(
        (
            "ORDERNUMBER,PRICEEACH,ORDERDATE,PHONE,CUSTOMERNAME,POSTALCODE,TERRITORY\n"
            '10107,95.7,2/24/2003 0:00,2125557818,"Land of Toys, Inc.",10022,NA\n'
            "10121,81.35,5/7/2003 0:00,26.47.1555,Château d'Œuvre,01234,EMEA\n"
            "10134,100,12/1/2003 0:00,+33 1 46 62,  padded  ,,\n"
        ).encode("cp1252")
    )

    assert parsed.rows == [
        (10107, Decimal("95.70"), moment(2, 24), "2125557818", "Land of Toys, Inc.", "10022", "NA"),
        (10121, Decimal("81.35"), moment(5, 7), "26.47.1555", "Château d'Œuvre", "01234", "EMEA"),
        (10134, Decimal("100.00"), moment(12, 1), "+33 1 46 62", "  padded  ", None, None),
    ]
    assert account(parsed) == (3, 3, 0, 0, 0)
    assert parsed.result.columns[0] == Column("ordernumber", "ORDERNUMBER", "integer")
    assert parsed.result.new_columns == parsed.result.columns
    assert "The text is encoded in windows-1252." in parsed.result.notes


def moment(month: int, day: int) -> datetime:
    return datetime(2003, month, day, tzinfo=UTC).replace(tzinfo=None)


def test_empty_cells_are_null_quoted_or_not(parsing: Parser) -> None:
    assert parsing('a,b,c\n"",,x\n').rows == [(None, None, "x")]


def test_text_keeps_its_white_space_and_line_ends(parsing: Parser) -> None:
    parsed = parsing('a,b\r\n" x ","l1\r\nl2\n"\r\ny,  z\r\n')
    assert parsed.rows == [(" x ", "l1\r\nl2\n"), ("y", "  z")]


def test_zero_characters_survive(parsing: Parser) -> None:
    assert parsing("a,b\n1,x\x00y\n").rows == [(1, "x\x00y")]


@pytest.mark.parametrize("quoting", ["", '"'])
def test_header_alone_makes_an_empty_table_of_texts(parsing: Parser, quoting: str) -> None:
    parsed = parsing(f"{quoting}a{quoting},b\n")
    assert (parsed.rows, parsed.types) == ([], {"a": "text", "b": "text"})
    assert account(parsed) == (0, 0, 0, 0, 0)


def test_empty_file_is_refused(parsing: Parser) -> None:
    with pytest.raises(EmptyFile):
        parsing("")


def test_single_column_keeps_its_empty_lines_except_at_the_end(parsing: Parser) -> None:
    parsed = parsing("name\nAnn\n\nBob\n\n\n")
    assert parsed.rows == [("Ann",), (None,), ("Bob",)]
    assert account(parsed) == (5, 3, 0, 0, 2)


def test_blank_lines_and_empty_records_at_the_end_are_skipped(parsing: Parser) -> None:
    parsed = parsing("a,b\n1,x\n\n,\n2,y\n,\n\n,\n")
    assert parsed.rows == [(1, "x"), (None, None), (2, "y")]
    assert account(parsed) == (7, 3, 0, 0, 4)


def test_spaces_are_a_text(parsing: Parser) -> None:
    parsed = parsing('a,b\nx,y\n" "," "\nz,""\n" ",\n')
    assert parsed.rows == [("x", "y"), (" ", " "), ("z", None), (" ", None)]


def test_footer_is_skipped_and_said(parsing: Parser) -> None:
    parsed = parsing("id,name,amount\n1,a,2.50\n2,b,3.75\n\nTotal: 2\n")
    assert account(parsed) == (4, 2, 0, 0, 2)
    assert "Left out as a footer: 'Total: 2'." in parsed.result.notes


def test_cut_off_last_record_is_a_reject_not_a_footer(parsing: Parser) -> None:
    parsed = parsing("id,name,amount\n1,a,2.50\n2,b,3.75\n3")
    assert account(parsed) == (3, 2, 1, 0, 0)
    assert parsed.rejects[0]["reason"] == "1 field where 3 are expected"


LONG = 120_000


@pytest.mark.parametrize(
    ("early", "late", "column_type"),
    [
        ("12345", "00123", "text"),
        ("1", "12345678901234567890", "decimal(38,0)"),
        ("1", "2.125", "decimal(18,3)"),
        ("1.5", "1.123456", "decimal(18,6)"),
        ("1.5", "1e3", "double"),
        ("1", "n/a", "text"),
        ("2003-02-24", "2003-02-24 10:00", "timestamp"),
        ("2003-02-24", "2003-02-30", "text"),
        ("24/2/2003", "1/2/2003 10:00", "timestamp"),
        ("true", "maybe", "text"),
        ("1", "1,234,567", "integer"),
        ("1", "1,000", "text"),
    ],
)
def test_late_contradiction_widens_the_type(
    parsing: Parser, early: str, late: str, column_type: str
) -> None:
    line = f"{early}\tsome longer text to fill the file with\n"
    parsed = parsing(f"a\tb\n{line * LONG}{late}\tx\n{line * LONG}")
    assert parsed.types["a"] == column_type
    assert account(parsed) == (2 * LONG + 1, 2 * LONG + 1, 0, 0, 0)
    if column_type == "text":
        assert parsed.rows[LONG][0] == late
        assert parsed.rows[0][0] == early


def test_order_of_ambiguous_dates_is_found_late_in_the_file(parsing: Parser) -> None:
    line = "1/2/2003,some longer text to fill the file with\n"
    parsed = parsing(f"a,b\n{line * LONG}24/2/2003,x\n{line * LONG}")
    assert parsed.rows[0][0] == date(2003, 2, 1)
    assert parsed.rows[LONG][0] == date(2003, 2, 24)


def test_ambiguous_dates_follow_the_other_dates_of_the_file(parsing: Parser) -> None:
    parsed = parsing("a,b\n1/2/2003,24/2/2003\n3/4/2003,25/2/2003\n")
    assert parsed.column("a") == [date(2003, 2, 1), date(2003, 4, 3)]
    assert parsed.result.plan.day_first is True


def test_ambiguous_dates_without_help_stay_text(parsing: Parser) -> None:
    parsed = parsing("a,b\n1/2/2003,x\n3/4/2003,y\n")
    assert parsed.column("a") == ["1/2/2003", "3/4/2003"]
    assert any("day first or month first" in note for note in parsed.result.notes)


def test_person_decides_about_ambiguous_dates(parsing: Parser) -> None:
    parsed = parsing.told("a,b\n1/2/2003,x\n", day_first=False)
    assert parsed.column("a") == [date(2003, 1, 2)]


def test_ambiguous_dates_follow_the_convention_of_their_layout(parsing: Parser) -> None:
    conventions = (
        Convention(day_first=True, headers=("Filiale",)),
        Convention(day_first=False, headers=("State Cost", "B")),
    )
    content = "a,b,state_cost\n1/2/2003,x,1\n"
    parsed = parsing(content, conventions=conventions)
    assert parsed.column("a") == [date(2003, 1, 2)]
    assert any("read month first" in note for note in parsed.result.notes)
    given = parsing.into({"a": "date", "b": "text"}, content, conventions=conventions)
    assert given.column("a") == [date(2003, 1, 2)]


def test_what_a_file_shows_about_its_dates_outweighs_any_convention(parsing: Parser) -> None:
    month_first = (Convention(day_first=False),)
    parsed = parsing("a,b\n1/2/2003,24/2/2003\n3/4/2003,25/2/2003\n", conventions=month_first)
    assert parsed.column("a") == [date(2003, 2, 1), date(2003, 4, 3)]
    told = parsing("a\n1/2/2003\n", conventions=month_first, options=ReadOptions(day_first=True))
    assert told.column("a") == [date(2003, 2, 1)]


def test_column_that_must_hold_ambiguous_dates_asks(parsing: Parser) -> None:
    with pytest.raises(AmbiguousDates, match="'a'") as caught:
        parsing.into({"a": "date", "b": "text"}, "a,b\n1/2/2003,x\n")
    assert "day_first" in caught.value.extra["hint"]


def test_ambiguous_marks_follow_the_other_numbers_of_the_file(parsing: Parser) -> None:
    parsed = parsing("a;b\n1.234;1,5\n2.500;2,25\n")
    assert parsed.rows == [(1234, Decimal("1.50")), (2500, Decimal("2.25"))]
    parsed = parsing('a,b\n"1,234",1.5\n"2,500",2.25\n')
    assert parsed.rows == [(1234, Decimal("1.50")), (2500, Decimal("2.25"))]


def test_ambiguous_comma_without_help_stays_text(parsing: Parser) -> None:
    parsed = parsing("a;b\n1,234;x\n2,500;y\n")
    assert parsed.column("a") == ["1,234", "2,500"]


def test_type_given_by_a_person_rejects_instead_of_widening(parsing: Parser) -> None:
    parsed = parsing.told("a,b\n1,x\nn/a,y\n", types={"a": "integer"})
    assert parsed.rows == [(1, "x")]
    assert parsed.rejects[0]["reason"] == "'n/a' is not an integer"


def test_nulls_given_by_a_person(parsing: Parser) -> None:
    parsed = parsing.told("a,b\n1,x\nN/A,NULL\n", nulls=("N/A", "NULL"))
    assert parsed.rows == [(1, "x"), (None, None)]


def test_two_digit_years_are_dates_only_on_request(parsing: Parser) -> None:
    assert parsing("a,b\n2/24/03,x\n").types["a"] == "text"


def test_labels_may_clash(parsing: Parser) -> None:
    parsed = parsing("Id,id,ID,, \n1,2,3,4,5\n")
    assert list(parsed.types) == ["id", "id_2", "id_3", "column_4", "column_5"]
    assert parsed.rows == [(1, 2, 3, 4, 5)]


def test_order_of_records_is_kept(parsing: Parser) -> None:
    count = 400_000
    parsed = parsing("n,text\n" + "".join(f"{n},row {n}\n" for n in range(count)))
    assert parsed.column("n") == list(range(count))


def test_late_bytes_of_an_older_encoding_change_the_reading(parsing: Parser) -> None:
    line = b"1,some longer text to fill the file with\n"
    content = b"a,b\n" + line * LONG + b"2,caf\xe9\n" + line * LONG
    parsed = parsing(content)
    assert parsed.rows[LONG] == (2, "café")
    assert account(parsed) == (2 * LONG + 1, 2 * LONG + 1, 0, 0, 0)


def test_late_stray_byte_in_utf8_is_a_reject(parsing: Parser) -> None:
    line = "1,né longer text to fill the file with\n".encode()
    parsed = parsing(b"a,b\n" + line * LONG + b"2,caf\xff\n" + line * LONG)
    assert account(parsed) == (2 * LONG + 1, 2 * LONG, 1, 0, 0)
    assert (parsed.rejects[0]["code"], parsed.rejects[0]["line"]) == ("invalid_encoding", LONG + 2)
    assert parsed.rejects[0]["raw"] == "2,caf\\xff"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "cp1252"])
def test_encodings_give_the_same_rows(parsing: Parser, encoding: str) -> None:
    text = "id,name\n" + "".join(f'{n},"café, {n}"\n' for n in range(3000))
    parsed = parsing(text.encode(encoding))
    assert parsed.rows == [(n, f"café, {n}") for n in range(3000)]


def test_encoding_named_by_a_person(parsing: Parser) -> None:
    parsed = parsing.told("id,name\n1,東京\n".encode("shift_jis"), encoding="shift_jis")
    assert parsed.rows == [(1, "東京")]


def test_more_rejects_than_allowed_stop_the_parse(parsing: Parser) -> None:
    content = "a,b\n" + "1,x\n" * 50 + "1,2,3\n" * 50
    with pytest.raises(TooManyRejects, match="More than 10 records") as caught:
        parsing(content, limits=Limits(max_rejects=10))
    assert "line 52: 3 fields where 2 are expected" in str(caught.value)
    assert caught.value.extra["line"] == 52
    assert parsing(content, limits=Limits(max_rejects=50)).result.rejected == 50
