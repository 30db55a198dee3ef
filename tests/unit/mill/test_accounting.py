"""What DuckDB does on its own, and that nothing of it reaches an account unseen.

The first tests pin behaviour of DuckDB 1.5.5 that the parse is built around. Where one of
them fails after an upgrade, read `staging.py` and `duck.py` again before changing it.
"""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from rowmill.mill import linecount
from rowmill.mill.linecount import LineCount, StructureCheck
from tests.unit.mill.conftest import Parser

Rows = list[tuple[Any, ...]]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def read(path: Path, content: bytes, width: int = 2, more: str = "") -> Rows:
    """The rows that DuckDB's strict reader finds."""
    path.write_bytes(content)
    columns = ", ".join(f"c{number}: 'VARCHAR'" for number in range(width))
    with duckdb.connect(config={"threads": 4}) as connection:
        return connection.execute(
            f"FROM read_csv('{path}', auto_detect = false, header = false, delim = ',', "
            f"quote = '\"', escape = '\"', nullstr = '', columns = {{{columns}}}, "
            f"strict_mode = true{more})"
        ).fetchall()


@pytest.mark.parametrize(
    "content",
    [b"1,2\n3\n", b"1,2\n3,4,5\n", b'1,2\n"a"b,4\n', b'1,2\n"open,4\n', b"1,2\n\xff,4\n"],
)
def test_strict_reader_stops_at_every_fault(path: Path, content: bytes) -> None:
    with pytest.raises(duckdb.InvalidInputException):
        read(path, content, more=r", new_line = '\n'")


def test_strict_reader_says_nothing_of_blank_lines(path: Path) -> None:
    assert read(path, b"1,2\n\n\n3,4\n") == [("1", "2"), ("3", "4")]
    assert read(path, b"1\n\n2\n", 1) == [("1",), (None,), ("2",)]


def test_named_windows_line_ends_join_records_without_a_word(path: Path) -> None:
    content = b"1,2\r\n3,4\r\n"
    assert read(path, content, more=r", new_line = '\r\n'") == [("1", "2\r\n3")]
    assert read(path, content) == [("1", "2"), ("3", "4")]


def test_rejects_lose_records_after_a_stray_quote_without_a_word(path: Path) -> None:
    lines = [b"%d,%s" % (n, b'"open' if n == 2000 else b"text") for n in range(400_000)]
    rows = read(
        path, b"\n".join(lines) + b"\n", more=", store_rejects = true, max_line_size = 500000"
    )
    assert len(rows) < 399_000


SPLIT = b'"\nabc",12\n'
SMALL = r", new_line = '\n', max_line_size = 300, buffer_size = 700"


def test_parallel_reader_damages_values_where_threads_meet(path: Path) -> None:
    content = b"ahhhhhhh,b\n" + SPLIT * 400
    rows = read(path, content, more=SMALL)
    assert len(rows) == 401
    assert ('abc"', "12") in rows
    careful = read(path, content, more=SMALL + ", parallel = false")
    assert careful[1:] == [("\nabc", "12")] * 400


def test_values_that_threads_would_damage_come_out_whole(parsing: Parser) -> None:
    count = 1_800_000  # at least two of DuckDB's threads' shares
    parsed = parsing(b"ahhhhhhh,b\n" + SPLIT * count)
    assert parsed.result.staged == count
    assert set(parsed.rows) == {("\nabc", 12)}


def test_lines_are_counted_apart_from_the_parse(path: Path) -> None:
    path.write_bytes(b"header\r\n1\r\n2\r\n\r\n3")
    count = LineCount(str(path), 8)
    count.start()
    count.join()
    assert (count.lines, count.feeds, count.returns) == (4, 3, 3)
    assert count.has_only("\r\n")
    assert not count.has_only("\n")


STRUCTURES = [  # and how many quotes are doubled, where each is in its place
    ("a,b\n1,2\n", 0),
    ('"a","b"\n"1","2"', 0),
    ('"a ""b""","""",""\n', 3),
    ('"a\nb",",\n"\n', 0),
    ('a"b\n', None),
    ('a""b\n', None),
    ('""a""\n', None),
    ('"a"b"c"\n', None),
    (' "a"\n', None),
    ('"a" \n', None),
    ('"a," b ",c"\n', None),
    ("a\rb\n", None),
]


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 1024])
@pytest.mark.parametrize(("text", "escapes"), STRUCTURES)
def test_quotes_and_returns_are_found_out_of_place_wherever_the_pieces_of_a_file_end(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    piece: int,
    text: str,
    escapes: int | None,
) -> None:
    monkeypatch.setattr(linecount, "_PIECE", piece)
    path.write_bytes(f"header\n{text}".encode())
    check = StructureCheck(str(path), 7, ",", '"', "\n")
    check.start()
    check.join()
    assert (check.is_regular, check.size) == (escapes is not None, len(text))
    assert check.ends_open == (not text.endswith("\n"))
    assert (check.quotes, check.returns) == (text.count('"'), text.count("\r"))
    if escapes is not None:
        assert check.escapes == escapes


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7, 1024])
def test_returns_and_line_ends_are_counted_wherever_the_pieces_of_a_file_end(
    path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(linecount, "_PIECE", piece)
    path.write_bytes(b'1,"2"\r\n"3",4\r\n\r\n5,6')
    check, lines = StructureCheck(str(path), 0, ",", '"', "\r\n"), LineCount(str(path), 0)
    for thread in (check, lines):
        thread.start()
        thread.join()
    assert check.is_regular
    assert (check.returns, check.feeds, check.quotes) == (3, 3, 4)
    assert (lines.returns, lines.feeds, lines.lines) == (3, 3, 4)


def test_counting_a_file_that_is_gone_proves_nothing(path: Path) -> None:
    count = LineCount(str(path), 0)
    count.start()
    count.join()
    assert not count.has_only("\n")


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n1,x\r\n2,y\n", [(1, "x"), (2, "y")]),
        ("a,b\r\n1,x\n2,y\r\n", [(1, "x"), (2, "y")]),
        ("a,b\n1,x\ry\n2,z\n", [(1, "x\ry"), (2, "z")]),
        ('a,b\r\n1,"x\ry"\r\n2,"\n"\r\n', [(1, "x\ry"), (2, "\n")]),
        ('a,b\n1,"x\ny"\n2,z\n', [(1, "x\ny"), (2, "z")]),
        ("a,b\n\r\n1,x\n", [(1, "x")]),
        ('"a\nb",c\n1,x\n', [(1, "x")]),
        ("a,b\r1,x\r2,y\r", [(1, "x"), (2, "y")]),
    ],
)
def test_line_ends_of_every_kind_are_read_right(parsing: Parser, content: str, rows: Rows) -> None:
    parsed = parsing(content)
    assert parsed.rows == rows
    assert parsed.result.rejected == 0


@pytest.mark.parametrize("piece", [8, 1024])
def test_a_file_that_becomes_shorter_is_not_accounted_for(
    path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    path.write_bytes(b"1,2\n" * 5)
    monkeypatch.setattr(linecount, "_PIECE", piece)
    monkeypatch.setattr(os, "fstat", lambda _: SimpleNamespace(st_size=100))
    count = LineCount(str(path), 0)
    count.start()
    count.join()
    assert count.error is not None
    assert not count.has_only("\n")
