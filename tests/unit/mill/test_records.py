"""Cutting records: exact, and a broken one never takes the next with it."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.mill.records import Cutter, Dialect

Cutting = tuple[int, list[str] | str]


def cut(text: str, **dialect: str) -> list[Cutting]:
    """Each record of a text: its number of lines, and its fields or its fault."""
    cutter = Cutter(Dialect(**{"delimiter": ",", **dialect}))
    data, position = text.encode(), 0
    found: list[Cutting] = []
    while position < len(data):
        one = cutter.cut(data, position)
        fields = [value.decode() for value in cutter.fields(data, one)] if not one.fault else []
        assert one.fault or one.width == len(fields)
        found.append((one.lines, one.fault or fields))
        assert one.next > position
        position = one.next
    return found


def fields(text: str, **dialect: str) -> list[list[str] | str]:
    return [found for _, found in cut(text, **dialect)]


def test_plain_records() -> None:
    assert fields("a,b\n,\n1,2") == [["a", "b"], ["", ""], ["1", "2"]]


def test_quoted_fields_hold_everything() -> None:
    assert cut('1,"x\n""y"", z",3\n4,5,6\n') == [(2, ["1", 'x\n"y", z', "3"]), (1, ["4", "5", "6"])]


def test_quote_within_an_unquoted_field_is_text() -> None:
    assert fields('5" pipe,a"b\n') == [['5" pipe', 'a"b']]


def test_spaces_around_quotes_are_dropped() -> None:
    assert fields('1, "a, b" ,3\n') == [["1", "a, b", "3"]]


def test_open_quote_costs_only_its_own_line() -> None:
    assert fields('1,"xy,3\n4,5,6\n7,"8",9\n') == [
        "text_after_quote",
        ["4", "5", "6"],
        ["7", "8", "9"],
    ]
    assert fields('1,"xy,3\n4,5,6\n') == ["unclosed_quote", ["4", "5", "6"]]


def test_fault_names_its_field() -> None:
    data = b'a,,"b"c,d\n'
    assert Cutter(Dialect(",")).cut(data, 0).fault_field == 2


@pytest.mark.parametrize("newline", ["\n", "\r\n", "mixed"])
def test_lone_return_is_part_of_a_field(newline: str) -> None:
    assert fields("a,b\rc\r\nd,e\n", newline=newline) == [["a", "b\rc"], ["d", "e"]]


def test_returns_end_lines_in_old_files() -> None:
    assert fields('a,b\r"c\rd",e\r', newline="\r") == [["a", "b"], ["c\rd", "e"]]


def test_escaped_quotes() -> None:
    found = fields('1,"say \\"hi\\", ok",a\\,b,c\\d\n', escape="\\")
    assert found == [["1", 'say "hi", ok', "a,b", "c\\d"]]


def test_delimiter_with_a_space() -> None:
    assert fields('a, b, "c, d",e\n', delimiter=", ") == [["a", "b", "c, d", "e"]]


def test_delimiter_of_two_characters() -> None:
    assert fields('a||b|c||"d||e"\n', delimiter="||") == [["a", "b|c", "d||e"]]


def test_nothing_is_quoted_where_there_is_no_quote() -> None:
    assert fields('"a,b"\n', quote="", escape="") == [['"a', 'b"']]


def test_single_column_has_no_delimiter() -> None:
    assert fields('a, b\n"c,\nd"\n', delimiter="") == [["a, b"], ["c,\nd"]]


@given(
    st.lists(
        st.lists(st.text("ab,\"\n\r é'", max_size=6), min_size=2, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_what_python_writes_is_cut_the_same(rows: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    assert fields(text.getvalue()) == rows
