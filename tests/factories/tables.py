"""Random tables, and files that hold them in every dialect a sender may choose.

A table is made of texts, as a sender wrote them, together with the values they stand for;
so a test can say what must come out without repeating how it is read.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Cell = tuple[str, Any]


@dataclass(frozen=True)
class Table:
    """Labels, and rows of (text, value); an empty text stands for None."""

    labels: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def values(self) -> list[tuple[Any, ...]]:
        """The rows as values."""
        return [tuple(value for _, value in row) for row in self.rows]


@dataclass(frozen=True)
class Style:
    r"""How a table is written to bytes. `quoting` is `minimal`, `all`, or `texts`."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = '"'
    quoting: str = "minimal"
    newline: str = "\n"
    encoding: str = "utf-8"
    bom: bool = False
    header: bool = True
    final_newline: bool = True

    def write(self, table: Table) -> bytes:
        """The table as a file."""
        lines = [self.record(table.labels)] if self.header else []
        lines += [self.record([text for text, _ in row]) for row in table.rows]
        text = self.newline.join(lines) + (self.newline if self.final_newline else "")
        mark = {
            "utf-8": codecs.BOM_UTF8,
            "utf-16-le": codecs.BOM_UTF16_LE,
            "utf-16-be": codecs.BOM_UTF16_BE,
        }
        return (mark[self.encoding] if self.bom else b"") + text.encode(self.encoding)

    def record(self, texts: Sequence[str]) -> str:
        """One record, without its newline."""
        if len(texts) == 1 and not texts[0]:
            return self.quote * 2
        return self.delimiter.join(map(self._field, texts))

    def _field(self, text: str) -> str:
        special = (self.delimiter.strip() or self.delimiter, self.quote, "\n", "\r", self.escape)
        needed = any(mark in text for mark in special) or text != text.strip()
        if not needed and (self.quoting == "minimal" or not text):
            return text
        if self.escape != self.quote:
            text = text.replace(self.escape, self.escape * 2)
        return self.quote + text.replace(self.quote, self.escape + self.quote) + self.quote


def styles(encodings: Sequence[str] = ("utf-8",)) -> st.SearchStrategy[Style]:
    """Ways to write a file that a reader can be told in full."""
    return st.builds(
        Style,
        delimiter=st.sampled_from([",", ";", "\t", "|", ", "]),
        quote=st.sampled_from(['"', "'"]),
        quoting=st.sampled_from(["minimal", "all"]),
        newline=st.sampled_from(["\n", "\r\n", "\r"]),
        encoding=st.sampled_from(list(encodings)),
        bom=st.booleans(),
        header=st.booleans(),
        final_newline=st.booleans(),
    ).flatmap(
        lambda style: st.sampled_from([style.quote, "\\"]).map(
            lambda escape: Style(**{**style.__dict__, "escape": escape})
        )
    )


def texts(alphabet: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Cell]:
    """Texts with everything that upsets readers; the `x` in each keeps it from being a number."""
    usual = st.sampled_from(list("abcXYZ \"',;|\\\n\r\t0159.-/:NA"))
    letters = st.one_of(usual, st.sampled_from(list("äßéñ東京😀\u00a0\u200b")))
    if alphabet is not None:
        letters = alphabet
    parts = st.tuples(st.text(letters, max_size=6), st.text(letters, max_size=6))
    return parts.map("x".join).map(lambda text: (text, text))


def integers() -> st.SearchStrategy[Cell]:
    """Whole numbers of up to 18 digits."""
    whole = st.integers(-(10**18) + 1, 10**18 - 1) | st.integers(-99, 9999)
    return whole.map(lambda number: (str(number), number))


def long_integers() -> st.SearchStrategy[Cell]:
    """Whole numbers that only a decimal of 38 digits holds."""
    return st.integers(10**18, 10**38 - 1).map(lambda number: (str(number), Decimal(number)))


def decimals() -> st.SearchStrategy[Cell]:
    """Numbers with up to six decimals, written with as few or many as it pleases."""
    return st.builds(
        lambda whole, scale: (f"{whole / 10**scale:.{scale}f}", Decimal(whole).scaleb(-scale)),
        st.integers(-(10**9), 10**9),
        st.integers(1, 6),
    )


def codes() -> st.SearchStrategy[Cell]:
    """Digits with leading zeros, as in postal codes: texts."""
    return st.from_regex(r"0[0-9]{1,8}", fullmatch=True).map(lambda text: (text, text))


def dates(pattern: str) -> st.SearchStrategy[Cell]:
    """Days from the 13th on, so that day and month cannot be mistaken for each other."""
    days = st.dates(date(1900, 1, 1), date(2199, 12, 28)).map(
        lambda day: day.replace(day=13 + day.day % 15)
    )
    return days.map(lambda day: (day.strftime(pattern), day))


def moments() -> st.SearchStrategy[Cell]:
    """Moments to the second, in ISO form."""
    start = datetime(1970, 1, 1)  # noqa: DTZ001
    seconds = st.integers(0, 4_000_000_000)
    return seconds.map(lambda s: start + timedelta(seconds=s)).map(
        lambda moment: (moment.isoformat(" "), moment)
    )


def booleans() -> st.SearchStrategy[Cell]:
    """True and false, as programs write them."""
    return st.booleans().map(lambda value: (str(value).lower(), value))


KINDS: dict[str, Callable[[], st.SearchStrategy[Cell]]] = {
    "text": texts,
    "integer": integers,
    "long_integer": long_integers,
    "decimal": decimals,
    "code": codes,
    "iso_date": lambda: dates("%Y-%m-%d"),
    "day_first": lambda: dates("%d/%m/%Y"),
    "month_first": lambda: dates("%m/%d/%Y"),
    "german_date": lambda: dates("%d.%m.%Y"),
    "moment": moments,
    "boolean": booleans,
}


@st.composite
def tables(
    draw: st.DrawFn,
    *,
    kinds: Sequence[str] = tuple(KINDS),
    text: st.SearchStrategy[Cell] | None = None,
    min_columns: int = 1,
    max_columns: int = 6,
    min_rows: int = 0,
    max_rows: int = 20,
) -> Table:
    """A table whose columns each hold one kind of value, with empty cells in between.

    No column is empty throughout, and no row at the end: those say nothing about a reader.
    """
    chosen = draw(
        st.lists(st.sampled_from(list(kinds)), min_size=min_columns, max_size=max_columns)
    )
    count = draw(st.integers(min_rows, max_rows))
    cells = {kind: KINDS[kind]() for kind in chosen}
    if text is not None:
        cells["text"] = text
    columns = [draw(_column(cells[kind], count)) for kind in chosen]
    labels = tuple(f"{kind} {number}" for number, kind in enumerate(chosen))
    return Table(labels, tuple(zip(*columns, strict=True)) if count else ())


@st.composite
def _column(draw: st.DrawFn, cells: st.SearchStrategy[Cell], count: int) -> list[Cell]:
    empty: Cell = ("", None)
    column = [draw(st.one_of(cells, cells, cells, st.just(empty))) for _ in range(count)]
    if column and (column[-1] == empty):
        column[-1] = draw(cells)
    return column
