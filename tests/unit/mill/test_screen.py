"""The screen: what passes is regular, what does not is a reject, and every line is counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.mill.records import Cutter, Dialect
from rowmill.mill.screen import Place, Reject, Screen, Tally, Wanted

START = Place(1, 2, 100, b"")


def screen(
    data: bytes, width: int = 3, *, piece: int = 7, limit: int = 10_000, **dialect: str
) -> tuple[bytes, Tally, list[Reject]]:
    """What passes, the tally and the rejects of a text that arrives in small pieces."""
    rejects: list[Reject] = []
    labels = [f"c{number}" for number in range(width)]
    known = Dialect(**{"delimiter": ",", **dialect})
    screening = Screen(known, labels, rejects.append, limit, START)
    pieces = (data[start : start + piece] for start in range(0, len(data), piece))
    passed = b"".join(screening.pass_through(pieces))
    assert screening.tally.rejected == len(rejects)
    return passed, screening.tally, rejects


def reasons(data: bytes) -> list[tuple[int, int | None, str]]:
    """Record, line and code of each reject."""
    rejects = screen(data)[2]
    return [(reject.place.record, reject.place.line, reject.code) for reject in rejects]


def test_regular_records_pass_unchanged() -> None:
    data = b'1,"a, b",3\n,"",x\n4,"line\nbreak","q""q"\n'
    passed, tally, rejects = screen(data)
    assert (passed, rejects) == (data, [])
    assert (tally.passed, tally.lines, tally.inner_lines, tally.found) == (3, 4, 1, 3)


def test_each_fault_is_a_reject_with_its_place() -> None:
    data = b'1,2,3\n4,5\n\n4,5,6,7\n\xff,1,2\n1,"x"y,2\n1,"open,2\n7,8,9\n'
    assert reasons(data) == [
        (2, 3, "too_few_fields"),
        (3, 5, "too_many_fields"),
        (4, 6, "invalid_encoding"),
        (5, 7, "text_after_quote"),
        (6, 8, "unclosed_quote"),
    ]
    passed, tally, rejects = screen(data)
    assert passed == b"1,2,3\n7,8,9\n"
    assert (tally.found, tally.blank) == (8, 1)
    assert [reject.place.offset for reject in rejects] == [106, 111, 119, 125, 134]
    assert [reject.column for reject in rejects] == ["c2", None, None, "c1", "c1"]
    assert rejects[2].reason == "byte 0xFF at position 1 is not valid in this encoding"


def test_stray_quote_that_joins_records_costs_one_record() -> None:
    data = b'1,"a,3\n4,5,6\n7,b",9,0\n10,11,12\n'
    passed, _, rejects = screen(data)
    assert passed == b"4,5,6\n10,11,12\n"
    assert [reject.place.raw for reject in rejects] == [b'1,"a,3', b'7,b",9,0']


def test_record_of_several_lines_with_too_few_fields_is_one_reject() -> None:
    passed, _, rejects = screen(b'1,"a\nb"\n4,5,6\n')
    assert passed == b"4,5,6\n"
    assert [reject.place.raw for reject in rejects] == [b'1,"a\nb"']


def test_trailing_delimiter_is_no_field() -> None:
    assert screen(b"1,2,3,\n4,5,6\n")[0] == b"1,2,3\n4,5,6\n"


def test_empty_records_count_only_within_the_table() -> None:
    passed, tally, _ = screen(b"1,2,3\n,,\n4,5,6\n,,\n\n,,\n")
    assert passed == b"1,2,3\n,,\n4,5,6\n"
    assert (tally.passed, tally.empty, tally.blank, tally.found) == (3, 2, 1, 6)


def test_line_after_a_gap_at_the_end_is_a_footer() -> None:
    _, tally, rejects = screen(b"1,2,3\n\nTotal: 1\n")
    assert (tally.footers, rejects) == (["Total: 1"], [])
    _, tally, rejects = screen(b"1,2,3\nTotal: 1\n")
    assert (tally.footers, len(rejects)) == ([], 1)
    _, tally, rejects = screen(b"1,2,3\n\nTotal: 1\n4,5,6\n")
    assert (tally.footers, len(rejects)) == ([], 1)


def test_tab_separated_empty_record_is_not_blank() -> None:
    passed, tally, _ = screen(b"1\t2\t3\n\t\t\n4\t5\t6\n", delimiter="\t")
    assert (passed, tally.blank) == (b"1\t2\t3\n\t\t\n4\t5\t6\n", 0)


def test_blank_line_of_a_single_column_is_an_empty_value() -> None:
    passed, tally, _ = screen(b'a\n\n"b"\n\n', width=1, delimiter="")
    assert passed == b'a\n""\n"b"\n'
    assert (tally.passed, tally.empty) == (3, 1)


@pytest.mark.parametrize("newline", ["\r\n", "mixed"])
def test_records_end_in_line_feeds_but_values_keep_theirs(newline: str) -> None:
    passed = screen(b'1,2,3\r\n4,"a\r\nb",6\r\n7,8,9\r\n', newline=newline)[0]
    assert passed == b'1,2,3\n4,"a\r\nb",6\n7,8,9\n'


def test_return_within_a_field_is_quoted() -> None:
    assert screen(b"1,a\rb,3\n")[0] == b'1,"a\rb",3\n'


def test_escapes_become_doubled_quotes() -> None:
    passed = screen(b'1,"a\\"b",c\\,d\n', escape="\\")[0]
    assert passed == b'1,"a""b","c,d"\n'


def test_endless_line_is_one_reject() -> None:
    data = b"1,2,3\n" + b"x" * 500 + b"\n4,5,6\n"
    passed, tally, rejects = screen(data, limit=100)
    assert passed == b"1,2,3\n4,5,6\n"
    assert [(r.code, r.place.line) for r in rejects] == [("record_too_long", 3)]
    assert tally.lines == 3


def test_quote_that_is_never_closed_does_not_swallow_the_file() -> None:
    data = b'1,"open,3\n' + b"4,5,6\n" * 100
    passed, tally, rejects = screen(data, limit=200, piece=50)
    assert (tally.passed, len(rejects)) == (100, 1)
    assert passed == b"4,5,6\n" * 100


def test_wanted_records_are_found_again() -> None:
    found: list[tuple[int, Place]] = []
    wanted = Wanted([2, 4], lambda ordinal, place: found.append((ordinal, place)))
    screening = Screen(Dialect(","), ["a", "b"], lambda _: None, 1000, START, wanted)
    data = b'1,2\nbad\n"x\ny",4\n\n5,6\n7,8\n9,0\n'
    assert b"".join(screening.pass_through([data])) == b'1,2\n"x\ny",4\n5,6\n7,8\n9,0\n'
    assert found == [(2, Place(3, 4, 108, b'"x\ny",4')), (4, Place(5, 8, 121, b"7,8"))]


LINES = st.lists(
    st.sampled_from(
        [
            *(b"a,b,c", b"1,2,3", b'"x","y""z",""', b'"l1\nl2",2,3', b'"\n",",",1', b",,", b""),
            *(
                b"1,2",
                b"1,2,3,4",
                b'"a"b,2,3',
                b'x"y,2,3',
                b"\xe9,2,3",
                b"1,2,3,",
                b"note",
                b"\0,1,2",
            ),
        ]
    ),
    max_size=30,
)


@given(LINES, st.sampled_from([b"\n", b"\r\n"]), st.integers(1, 60), st.sampled_from([b"", b"end"]))
def test_pieces_make_no_difference_and_all_lines_are_counted(
    lines: list[bytes], newline: bytes, piece: int, end: bytes
) -> None:
    data = newline.join(lines) + (newline if lines and end else b"")
    known = newline.decode()
    passed, tally, rejects = screen(data, piece=piece, newline=known)

    assert (passed, tally, rejects) == screen(data, piece=len(data) + 1, newline=known)
    assert tally.lines == len(re.findall(rb"\n", data)) + (not data.endswith(b"\n") and bool(data))
    assert _widths(passed) == [3] * tally.passed


def _widths(passed: bytes) -> list[int]:
    cutter, position, widths = Cutter(Dialect(",")), 0, []
    while position < len(passed):
        one = cutter.cut(passed, position)
        assert one.is_strict
        widths.append(one.width)
        position = one.next
    return widths
