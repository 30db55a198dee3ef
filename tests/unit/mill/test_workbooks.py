"""Workbooks: cells as they were sent, sheets chosen well, places that can be found again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rowmill.mill import DamagedFile, EmptyFile, EncryptedFile, Limits, NotText, TooManyColumns
from rowmill.mill.errors import BadOption, ExpandsTooMuch
from rowmill.mill.formats.cells import date_style, number_text, serial_text
from tests.factories.workbooks import Rows, ods, saved, xls, xlsx
from tests.unit.mill.conftest import Parser

TABLE: Rows = [
    ["id", "code", "amount", "day", "ok"],
    [1, "0123", 1.5, date(2024, 1, 5), True],
    [2, "x", 2.25, date(2024, 2, 29), False],
]
VALUES = [
    (1, "0123", Decimal("1.50"), date(2024, 1, 5), True),
    (2, "x", Decimal("2.25"), date(2024, 2, 29), False),
]
MOMENT = datetime(2024, 1, 5, 10, 30, 15, 123000)  # noqa: DTZ001 - cells have no zone
Writer = Callable[[dict[str, Rows]], bytes]
WRITERS: list[tuple[Writer, str]] = [(xlsx, "xlsx"), (xls, "xls"), (ods, "ods")]


@pytest.mark.parametrize(("write", "file_format"), WRITERS)
def test_cells_keep_their_types(parsing: Parser, write: Writer, file_format: str) -> None:
    parsed = parsing(write({"Sales": TABLE}))
    assert parsed.rows == VALUES
    plan = parsed.result.plan
    assert (plan.format, plan.sheet, plan.sheets) == (file_format, "Sales", ("Sales",))


@pytest.mark.parametrize(("write", "_"), WRITERS)
def test_the_first_sheet_with_a_table_is_read_or_the_chosen_one(
    parsing: Parser, write: Writer, _: str
) -> None:
    book = write({"Cover": [["Report 2024"]], "Empty": [], "Data": TABLE, "More": [["n"], [7]]})
    parsed = parsing(book)
    assert parsed.rows == VALUES
    assert parsed.result.plan.sheets == ("Cover", "Empty", "Data", "More")
    assert any("'Data' was read" in note for note in parsed.result.notes)
    assert parsing.told(book, sheet="more").rows == [(7,)]
    assert parsing.told(book, sheet="4").rows == [(7,)]
    with pytest.raises(BadOption, match=r"no sheet '5'.*'More'") as caught:
        parsing.told(book, sheet="5")
    assert caught.value.extra["sheets"] == ["Cover", "Empty", "Data", "More"]
    with pytest.raises(EmptyFile, match="'Empty' is empty"):
        parsing.told(book, sheet="Empty")


def test_hidden_sheets_come_last(parsing: Parser) -> None:
    book = xlsx({"Lists": [["a", "b"], [1, 2]], "Data": TABLE}, hidden=["Lists"])
    assert parsing(book).result.plan.sheet == "Data"


def test_titles_above_the_table_and_columns_before_it_are_left_out(parsing: Parser) -> None:
    rows: Rows = [
        [None, "Sales of 2024"],
        [],
        [None, "made on", date(2024, 3, 1)],
        *([None, *row] for row in TABLE),
    ]
    parsed = parsing(xlsx({"A": rows}))
    assert parsed.rows == VALUES
    assert parsed.result.plan.skip_rows == 3


def test_blank_rows_within_the_table_are_counted_and_those_below_are_not(parsing: Parser) -> None:
    rows: Rows = [["a", "b"], [1, 2], [], [None, None], [3, 4], [None, ""], [None]]
    parsed = parsing(xlsx({"A": rows}))
    assert parsed.rows == [(1, 2), (3, 4)]
    assert (parsed.result.records_read, parsed.result.skipped) == (4, 2)


def test_a_sheet_without_header_is_all_records(parsing: Parser) -> None:
    parsed = parsing(xlsx({"A": [[1, 2.5], [3, 4.5]]}))
    assert parsed.rows == [(1, Decimal("2.5")), (3, Decimal("4.5"))]
    assert parsing.told(xlsx({"A": [["a"], ["b"]]}), header=True).rows == [("b",)]


def test_a_reject_names_sheet_and_cell(parsing: Parser) -> None:
    rows: Rows = [["Title"], ["a", "b", "n"], [1, "x", 5], [2, "y", "many"], [3, "z", 7]]
    parsed = parsing.into({"a": "integer", "b": "text", "n": "integer"}, xlsx({"Data": rows}))
    assert parsed.rows == [(1, "x", 5), (3, "z", 7)]
    (reject,) = parsed.rejects
    assert (reject["sheet"], reject["cell"], reject["line"], reject["record"]) == (
        "Data",
        "C4",
        4,
        2,
    )
    assert (reject["column"], reject["value"], reject["raw"]) == ("n", "many", "2,y,many")


def test_errors_in_cells_are_nulls_with_a_note(parsing: Parser) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["id", "margin"], [1, 0.5], [2, "#DIV/0!"], [3, "#N/A"]):
        sheet.append(row)
    sheet["B3"].data_type = sheet["B4"].data_type = "e"
    parsed = parsing(saved(book))
    assert parsed.rows == [(1, Decimal("0.5")), (2, None), (3, None)]
    assert any("2 cells of 'margin'" in n and "#DIV/0! in B3" in n for n in parsed.result.notes)


def test_texts_of_digits_stay_texts_but_give_way_to_numbers_beside_them(parsing: Parser) -> None:
    rows: Rows = [
        ["zip", "mixed", "dirty"],
        ["12345", 1, 1],
        ["23456", "2", "n/a"],
        ["34567", 3, 3],
    ]
    parsed = parsing(xlsx({"A": rows}))
    assert parsed.column("zip") == ["12345", "23456", "34567"]
    assert parsed.column("mixed") == [1, 2, 3]
    assert parsed.column("dirty") == ["1", "n/a", "3"]
    assert any("'zip'" in note for note in parsed.result.notes)


def test_times_and_percentages_are_what_the_cell_holds(parsing: Parser) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["share", "at", "lasted", "when"])
    sheet.append(
        [
            0.25,
            time(10, 30),
            timedelta(hours=26, minutes=30),
            MOMENT,
        ]
    )
    sheet["A2"].number_format = "0%"
    sheet["C2"].number_format = "[h]:mm:ss"
    parsed = parsing(saved(book))
    assert parsed.rows[0] == (
        Decimal("0.25"),
        "10:30:00",
        "26:30:00",
        MOMENT,
    )


def test_workbooks_of_old_macintoshes_count_days_from_1904(parsing: Parser) -> None:
    book = openpyxl.Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001 - as the library wants it
    sheet = book.worksheets[0]
    for row in (["id", "day"], [1, date(2024, 1, 5)]):
        sheet.append(row)
    assert parsing(saved(book)).rows == [(1, date(2024, 1, 5))]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("5", "5"),
        ("5.0", "5"),
        ("4.3499999999999996", "4.35"),
        ("0.1", "0.1"),
        ("1.10", "1.1"),
        ("1E-3", "0.001"),
        ("1.5E+300", "1.5e+300"),
        ("-0.30000000000000004", "-0.30000000000000004"),
        ("12345678901234567890", "12345678901234567890"),
        ("1234567890123456.789", "1234567890123456.789"),
    ],
)
def test_numbers_have_the_digits_of_the_workbook(text: str, plain: str) -> None:
    assert number_text(text) == plain


@pytest.mark.parametrize(
    ("number", "code", "style"),
    [
        (14, None, "date"),
        (21, None, "time"),
        (46, None, "elapsed"),
        (2, None, None),
        (164, 'yyyy"年"m"月"', "date"),
        (164, "[$-409]d-mmm-yy;@", "date"),
        (164, "h:mm AM/PM", "time"),
        (164, "[h]:mm", "elapsed"),
        (164, '0.00 "days"', None),
        (164, "[Red]#,##0.00", None),
        (164, "General", None),
        (164, "mmm", "date"),
    ],
)
def test_formats_of_dates_are_told_from_those_of_numbers(
    number: int, code: str | None, style: str | None
) -> None:
    assert date_style(number, code) == style


def test_days_that_never_were_stay_numbers() -> None:
    assert serial_text("60", "date", uses_1904=False) is None
    assert serial_text("59", "date", uses_1904=False) is not None
    assert serial_text("-1", "date", uses_1904=False) is None
    assert serial_text("99999999", "date", uses_1904=False) is None


def test_encrypted_workbooks_are_named_as_such(parsing: Parser) -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)
    with pytest.raises(EncryptedFile, match="password"):
        parsing(ole + "EncryptedPackage".encode("utf-16-le") + bytes(100))
    with pytest.raises(NotText, match=r"\.doc"):
        parsing(ole + "WordDocument".encode("utf-16-le") + bytes(100))


@pytest.mark.parametrize(("write", "_"), WRITERS)
def test_a_damaged_workbook_fails_as_a_whole(parsing: Parser, write: Writer, _: str) -> None:
    book = write({"A": TABLE})
    with pytest.raises((DamagedFile, NotText)):
        parsing(book[: len(book) // 2])


def changed(book: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return target.getvalue()


def test_xml_that_is_broken_or_an_attack_is_refused(parsing: Parser) -> None:
    book, part = xlsx({"A": TABLE}), "xl/worksheets/sheet1.xml"
    with pytest.raises(DamagedFile):
        parsing(changed(book, part, lambda xml: xml[:-40]))
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    with pytest.raises(DamagedFile, match="document type"):
        parsing(changed(book, part, lambda xml: entity + xml))
    with pytest.raises(DamagedFile):
        parsing(changed(book, "xl/workbook.xml", lambda xml: xml.replace(b"rId1", b"rId9")))


def test_a_sheet_that_expands_without_end_is_stopped(parsing: Parser) -> None:
    book = changed(
        xlsx({"A": TABLE}), "xl/worksheets/sheet1.xml", lambda xml: b" " * 9_000_000 + xml
    )
    with pytest.raises((ExpandsTooMuch, DamagedFile)):
        parsing(book, limits=Limits(max_expanded_bytes=1_000_000))


def test_too_many_columns_are_refused(parsing: Parser) -> None:
    with pytest.raises(TooManyColumns):
        parsing(xlsx({"A": [[f"c{i}" for i in range(60)]]}), limits=Limits(max_columns=50))


def test_prefixes_phonetics_and_rich_text_are_understood(parsing: Parser) -> None:
    inline = (
        b'<row r="2"><c r="A2" t="inlineStr"><is><r><t>Zo</t></r><r><t>\xc3\xab</t></r>'
        b"<rPh><t>zoe</t></rPh></is></c><c><v>5</v></c></row>"
    )

    def change(xml: bytes) -> bytes:
        return xml.replace(b"</sheetData>", inline + b"</sheetData>")

    book = changed(xlsx({"A": [["name", "n"]]}), "xl/worksheets/sheet1.xml", change)
    assert parsing(book).rows == [("Zoë", 5)]


CELLS: dict[str, st.SearchStrategy[Any]] = {
    "number": st.integers(-(10**15), 10**15) | st.none(),
    "exact": st.decimals(-(10**9), 10**9, places=2).map(float) | st.none(),
    "day": st.dates(date(1950, 1, 1), date(2100, 1, 1)) | st.none(),
    "text": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
    .map(lambda text: f"t{text}")
    .filter(lambda text: "_x" not in text)
    | st.none(),
    "flag": st.booleans() | st.none(),
}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(1, 10**6), *CELLS.values()), min_size=1, max_size=12))
def test_what_was_written_is_read_back_equal(parsing: Parser, rows: list[tuple[Any, ...]]) -> None:
    book = xlsx({"A": [["id", *CELLS], *rows]})
    for found, row in zip(parsing.told(book, header=True).rows, rows, strict=True):
        for value, sent in zip(found, row, strict=True):
            assert value == (Decimal(repr(sent)) if isinstance(sent, float) else sent)
