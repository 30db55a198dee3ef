"""Workbooks: a sheet of .xlsx, .xls, .xlsb or .ods as records.

A row is a record; the header is found as in CSV, and what stands above it is left out. Texts
stay texts, whatever they look like; numbers that are whole are whole; dates are dates. A cell
with an error (`#N/A`) has no value: it is null, and a note says so.
"""

from __future__ import annotations

import mmap
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Protocol
from xml.parsers import expat

from rowmill.mill.container import OLE, not_a_table
from rowmill.mill.detected import Detected, Look
from rowmill.mill.errors import BadOption, DamagedFile, EmptyFile, EncryptedFile
from rowmill.mill.evidence import settle
from rowmill.mill.formats import xlsx
from rowmill.mill.formats.cells import Row, cell_of
from rowmill.mill.formats.columns import given_types, plan_of
from rowmill.mill.header import looks_like_header
from rowmill.mill.meter import Meter
from rowmill.mill.places import column_letters, in_sheet
from rowmill.mill.plan import ReadOptions
from rowmill.mill.request import Limits
from rowmill.mill.texts import Kind, TextTable, evidence_of, number_notes, table_of

LAYOUT_ROWS: Final = 200
FULL_SHARE: Final = 0.6

_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_WORKBOOKS: Final = tuple(name.encode("utf-16-le") for name in ("Workbook", "Book"))
_OTHER_OLE: Final = (
    ("WordDocument".encode("utf-16-le"), "a Word document (.doc)"),
    ("PowerPoint Document".encode("utf-16-le"), "a PowerPoint presentation (.ppt)"),
    ("__properties_version1".encode("utf-16-le"), "an Outlook message (.msg)"),
)
_IS_ENCRYPTED: Final = b"manifest:encryption-data"


class _Sheets(Protocol):
    """An open workbook. `share_done` is how much of the current sheet has been read."""

    sheets: dict[str, str]
    hidden: set[str]
    share_done: float

    def rows(self, sheet: str) -> Iterator[Row]: ...
    def close(self) -> None: ...


class _Library:
    """The older formats, as calamine reads them: a whole sheet at a time."""

    def __init__(self, path: str) -> None:
        calamine = import_module("python_calamine")
        try:
            self._workbook: Any = calamine.CalamineWorkbook.from_path(path)
        except calamine.PasswordError as error:
            raise _encrypted() from error
        except calamine.CalamineError as error:
            raise _damaged() from error
        self._error: type[Exception] = calamine.CalamineError
        metadata = self._workbook.sheets_metadata
        tables = [item for item in metadata if "WorkSheet" in str(item.typ)]
        self.sheets = {item.name: item.name for item in tables}
        self.hidden = {item.name for item in tables if "Hidden" in str(item.visible)}
        self.share_done = 0.0

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that have values, from top to bottom."""
        try:
            table = self._workbook.get_sheet_by_name(sheet)
        except self._error as error:
            raise _damaged() from error
        height = max(table.total_height, 1)
        for number, values in enumerate(table.iter_rows(), start=1):
            self.share_done = number / height
            found = ((i, cell_of(value)) for i, value in enumerate(values))
            cells = [(i, *cell) for i, cell in found if cell]
            if cells:
                yield number, cells

    def close(self) -> None:
        """Close the file."""
        self._workbook.close()


@dataclass(frozen=True)
class _Layout:
    """The number of the header's row (0 if there is none), its labels by column, and the
    number of the first row that can be a record.
    """

    header: int
    labels: dict[int, str]
    first: int


@dataclass
class _Errors:
    """Cells that hold an error instead of a value, by column."""

    counts: dict[int, int] = field(default_factory=dict)
    examples: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, column: int, row: int, text: str) -> None:
        self.counts[column] = self.counts.get(column, 0) + 1
        self.examples.setdefault(column, (text, f"{column_letters(column)}{row}"))


def read(path: str, look: Look) -> Detected:
    """Read a sheet into a table.

    Raises:
        EncryptedFile, DamagedFile, NotText, EmptyFile, BadOption, TooManyColumns.
    """
    options = look.options
    with _open(path, look.limits) as (file_format, book), _damage():
        sheet, rows = _choose(book, options)
        head = list(islice(rows, LAYOUT_ROWS))
        layout = _layout(head, options)
        texts, errors = TextTable(look.folder, look.limits, look.most), _Errors()
        _fill(texts, layout, chain(head, rows), errors, (book, look.meter))
        sheets = tuple(book.sheets)
    texts.close()
    positions = [i for i in range(texts.width) if texts.kinds[i] or layout.labels.get(i)]
    plan = plan_of(
        file_format,
        [layout.labels.get(i, "") for i in positions],
        options,
        header=layout.header > 0,
        skip_rows=(layout.header or layout.first) - 1,
        sheet=sheet,
        sheets=sheets,
    )
    evidence = evidence_of(texts, positions, is_text=_is_text)
    evidence.day_first = options.day_first
    evidence.fixed.update(given_types(plan, options))
    notes = _notes(layout, sheet, sheets, errors)
    notes += number_notes(plan, texts, positions, evidence)
    table = table_of(texts, positions, in_sheet(texts.index, sheet, positions))
    plan = settle(plan, evidence).plan.with_notes(*notes)
    return Detected(plan, evidence, path=path, table=table)


def _is_text(kind: Kind) -> bool:
    """A column of texts stays text; where numbers stand among them, their texts decide."""
    return bool(kind & Kind.TEXT) and not kind & (Kind.NUMBER | Kind.BOOLEAN)


@contextmanager
def _open(path: str, limits: Limits) -> Iterator[tuple[str, _Sheets]]:
    with _damage():
        file_format = _format(path)
        book = xlsx.Workbook(path, limits) if file_format == "xlsx" else _Library(path)
    try:
        yield file_format, book
    finally:
        book.close()


@contextmanager
def _damage() -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        expat.ExpatError,
        EOFError,
        KeyError,
        ValueError,
        IndexError,
    ) as error:
        raise _damaged() from error


def _damaged() -> DamagedFile:
    return DamagedFile(
        "The workbook is cut short or damaged.",
        hint="Open it in a spreadsheet program, save it again, and send that file.",
    )


def _encrypted() -> EncryptedFile:
    return EncryptedFile(
        "The workbook is protected by a password.",
        hint="Save it without a password, and send that file.",
    )


def _format(path: str) -> str:
    with Path(path).open("rb") as file:
        if file.read(len(OLE)) == OLE:
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return _ole_format(content)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if "mimetype" in names:
            manifest = "META-INF/manifest.xml"
            if manifest in names and _IS_ENCRYPTED in archive.read(manifest):
                raise _encrypted()
            return "ods"
        return "xlsb" if "xl/workbook.bin" in names else "xlsx"


def _ole_format(content: mmap.mmap) -> str:
    if content.find(_ENCRYPTED) >= 0:
        raise _encrypted()
    for mark, looks_like in _OTHER_OLE:
        if content.find(mark) >= 0:
            raise not_a_table(looks_like)
    if all(content.find(mark) < 0 for mark in _WORKBOOKS):
        raise not_a_table("an old Microsoft Office document without a workbook")
    return "xls"


def _choose(book: _Sheets, options: ReadOptions) -> tuple[str, Iterator[Row]]:
    """The sheet that was asked for, or the first one with a table, and its rows."""
    if options.sheet is not None:
        sheet = _named(book, options.sheet)
        first, rows = _peeked(book, sheet)
        if not first:
            raise EmptyFile(f"The sheet {sheet!r} is empty.", hint="Choose another sheet.")
        return sheet, rows
    candidates = sorted(book.sheets, key=lambda name: name in book.hidden)
    filled = None
    for sheet in candidates:
        first, rows = _peeked(book, sheet)
        if any(len(cells) > 1 for _, cells in first):
            return sheet, rows
        if first and filled is None:
            filled = sheet
    if filled is None:
        raise EmptyFile("No sheet of the workbook has a value.")
    return filled, book.rows(filled)


def _peeked(book: _Sheets, sheet: str) -> tuple[list[Row], Iterator[Row]]:
    rows = book.rows(sheet)
    first = list(islice(rows, LAYOUT_ROWS))
    return first, chain(first, rows)


def _named(book: _Sheets, wanted: str) -> str:
    names = list(book.sheets)
    for name in names:
        if name == wanted:
            return name
    for name in names:
        if name.casefold() == wanted.strip().casefold():
            return name
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise BadOption(
        f"The workbook has no sheet {wanted!r}. It has: {', '.join(map(repr, names))}.",
        hint="Name one of the sheets, or give its number, from 1.",
        sheets=names,
    )


def _layout(head: list[Row], options: ReadOptions) -> _Layout:
    skipped = options.skip_rows or 0
    rows = [(number, cells) for number, cells in head if number > skipped]
    if not rows:
        raise BadOption(
            f"skip_rows is {skipped}, but no row follows.", hint="Skip fewer rows of the sheet."
        )
    start = 0 if options.skip_rows is not None else _first_full(rows)
    number, cells = rows[start]
    has_header = options.header
    if has_header is None:
        has_header = _is_header(rows[start:])
    if has_header:
        labels = {column: text.strip() for column, text, _ in cells}
        return _Layout(number, labels, number + 1)
    return _Layout(0, {}, rows[0][0])


def _first_full(rows: list[Row]) -> int:
    """The index of the first row about as full as most are: above it stand titles."""
    counts = sorted(len(cells) for _, cells in rows if len(cells) > 1)
    typical = counts[len(counts) // 2] if counts else 1
    full = (i for i, (_, cells) in enumerate(rows) if len(cells) >= typical * FULL_SHARE)
    return next(full, 0)


def _is_header(rows: list[Row]) -> bool:
    first = min(column for _, cells in rows for column, _, _ in cells)
    last = max(column for _, cells in rows for column, _, _ in cells)
    lists = []
    for _, cells in rows:
        row = [""] * (last - first + 1)
        for column, text, kind in cells:
            if not kind & Kind.ERROR:
                row[column - first] = text
        lists.append(row)
    return looks_like_header(lists[0], lists[1:], last - first + 1)


def _fill(
    texts: TextTable,
    layout: _Layout,
    rows: Iterator[Row],
    errors: _Errors,
    progress: tuple[_Sheets, Meter],
) -> None:
    """Take the rows from the first record on. Rows without values between them are blank."""
    book, meter = progress
    expected = layout.first
    texts.widen(max(layout.labels, default=-1) + 1, layout.header)
    for number, cells in rows:
        if number < layout.first:
            continue
        values: list[str | None] = [None] * (max(cells)[0] + 1)
        if len(values) > texts.width:
            texts.widen(len(values), number)
        kinds, size = texts.kinds, 0
        for column, text, kind in cells:
            if kind is Kind.ERROR:
                errors.add(column, number, text)
                continue
            values[column] = text
            if kinds[column] is not kind:  # that is rare, and the union is slow
                kinds[column] |= kind
            size += len(text)
        texts.blank += number - expected
        expected = number + 1
        texts.index.add(texts.count + 1, number)
        texts.add(values, size)
        if texts.count % 1000 == 0:
            meter.tell(book.share_done, texts.count)
        if texts.is_done:
            return


def _notes(layout: _Layout, sheet: str, sheets: tuple[str, ...], errors: _Errors) -> list[str]:
    notes = []
    if len(sheets) > 1:
        notes.append(f"The workbook has {len(sheets)} sheets; {sheet!r} was read.")
    if layout.header > 1:
        rows = "1 row" if layout.header == 2 else f"{layout.header - 1} rows"
        notes.append(f"Left out above the table: {rows}.")
    if not layout.header:
        notes.append("The first row is a record: the sheet has no header.")
    for column, count in errors.counts.items():
        text, address = errors.examples[column]
        label = layout.labels.get(column) or column_letters(column)
        cells = "1 cell" if count == 1 else f"{count:,} cells"
        notes.append(
            f"{cells} of {label!r} held an error instead of a value and were left empty; "
            f"the first is {text} in {address}."
        )
    return notes
