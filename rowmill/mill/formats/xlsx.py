"""Excel workbooks (.xlsx), read as a stream: a sheet of any size needs the same memory.

After ECMA-376 (Office Open XML), parts SpreadsheetML and Open Packaging Conventions. Numbers
are taken as the workbook has them; what Excel itself writes with 17 digits is the number with
the fewest digits that is the same double.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Any, Final
from xml.parsers import expat

from rowmill.mill.errors import DamagedFile
from rowmill.mill.formats.cells import (
    Cell,
    DateStyle,
    Row,
    date_style,
    number_text,
    serial_text,
)
from rowmill.mill.request import Limits
from rowmill.mill.texts import Kind
from rowmill.mill.unpacking import Guard

CHUNK_BYTES: Final = 256 * 1024

_SPACES: Final = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DIGITS: Final = "0123456789"
_BOOLEANS: Final = {"0": "false", "1": "true", "false": "false", "true": "true"}

Handler = Callable[[str, dict[str, str]], None]


def _names(tag: str) -> frozenset[str]:
    return frozenset({tag, *(f"{space} {tag}" for space in _SPACES)})


_CELL, _ROW, _VALUE, _TEXT = map(_names, ("c", "row", "v", "t"))
_ITEM, _PHONETIC = map(_names, ("si", "rPh"))


class Workbook:
    """An open workbook: the names of its sheets, and their rows."""

    def __init__(self, path: str, limits: Limits) -> None:
        self._archive = zipfile.ZipFile(path)
        self._limits = limits
        self._names = {name.lower(): name for name in self._archive.namelist()}
        self._main = self._main_part()
        self._uses_1904 = False
        self.sheets: dict[str, str] = {}
        self.hidden: set[str] = set()
        self._read_main()
        self._styles: list[DateStyle | None] = self._read_styles()
        self._shared: list[str] | None = None
        self.share_done = 0.0

    def close(self) -> None:
        """Close the file."""
        self._archive.close()

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that have values, from top to bottom."""
        if self._shared is None:
            self._shared = self._read_shared()
        part = self.sheets[sheet]
        info = self._archive.getinfo(self._name(part))
        reader = _SheetReader(self._shared, self._styles, uses_1904=self._uses_1904)
        done = 0
        for chunk in self._chunks(part):
            done += len(chunk)
            self.share_done = done / max(info.file_size, 1)
            yield from reader.feed(chunk)
        yield from reader.feed(b"", is_final=True)

    def _name(self, part: str) -> str:
        """The member of the archive for a part; their case may differ."""
        name = self._names.get(part.lstrip("/").lower())
        if name is None:
            raise DamagedFile(
                f"The workbook has no part {part!r}: it is damaged.",
                hint="Open it in a spreadsheet program and save it again.",
            )
        return name

    def _chunks(self, part: str) -> Iterator[bytes]:
        info = self._archive.getinfo(self._name(part))
        guard = Guard(info.compress_size, self._limits)
        with self._archive.open(info) as stream:
            while chunk := stream.read(CHUNK_BYTES):
                guard.count(len(chunk))
                yield chunk

    def _walk(self, part: str, on_start: Handler) -> None:
        """Call `on_start` with the name, without its namespace, of each element of a part."""
        parser = _parser()
        parser.StartElementHandler = lambda name, attributes: on_start(
            name.rpartition(" ")[2], attributes
        )
        for chunk in self._chunks(part):
            parser.Parse(chunk)
        parser.Parse(b"", True)  # noqa: FBT003 - the parser takes no keywords

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Kind and part of each relation of a part, by its id."""
        folder = PurePosixPath(part).parent
        found: dict[str, tuple[str, str]] = {}

        def on_start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes["Type"].rpartition("/")[2]
                found[attributes["Id"]] = (kind, _joined(folder, attributes["Target"]))

        path = folder / "_rels" / f"{PurePosixPath(part).name}.rels"
        if str(path).lower() in self._names:
            self._walk(str(path), on_start)
        return found

    def _main_part(self) -> str:
        related = self._relations("")
        return next((part for kind, part in related.values() if kind == "officeDocument"), "")

    def _read_main(self) -> None:
        related = self._relations(self._main)

        def on_start(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr":
                self._uses_1904 = attributes.get("date1904") in {"1", "true"}
            if name != "sheet":
                return
            key = next((v for k, v in attributes.items() if k.endswith(" id")), "")
            kind, part = related[key]
            if kind == "worksheet":
                self.sheets[attributes["name"]] = part
                if attributes.get("state", "visible") != "visible":
                    self.hidden.add(attributes["name"])

        self._walk(self._main, on_start)
        self._related = dict(related.values())

    def _read_styles(self) -> list[DateStyle | None]:
        """For each cell format, how its numbers are dates; None where they are numbers."""
        codes: dict[int, str] = {}
        used: list[int] = []
        inside = ""

        def on_start(name: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            if name == "numFmt":
                codes[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
            elif name in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
                inside = name
            elif name == "xf" and inside == "cellXfs":
                used.append(int(attributes.get("numFmtId", "0")))

        if "styles" in self._related:
            self._walk(self._related["styles"], on_start)
        return [date_style(number, codes.get(number)) for number in used]

    def _read_shared(self) -> list[str]:
        if "sharedStrings" not in self._related:
            return []
        texts: list[str] = []
        parts: list[str] = []
        parser = _parser()
        is_phonetic = False

        def on_start(name: str, _: dict[str, str]) -> None:
            nonlocal is_phonetic
            if name in _TEXT and not is_phonetic:
                parser.CharacterDataHandler = parts.append
            elif name in _PHONETIC:
                is_phonetic = True

        def on_end(name: str) -> None:
            nonlocal is_phonetic
            if name in _TEXT:
                parser.CharacterDataHandler = None
            elif name in _PHONETIC:
                is_phonetic = False
            elif name in _ITEM:
                texts.append(_unescaped("".join(parts)))
                parts.clear()

        parser.StartElementHandler, parser.EndElementHandler = on_start, on_end
        for chunk in self._chunks(self._related["sharedStrings"]):
            parser.Parse(chunk)
        return texts


class _SheetReader:
    """Makes rows of the XML of a sheet, piece by piece."""

    def __init__(
        self, shared: list[str], styles: list[DateStyle | None], *, uses_1904: bool
    ) -> None:
        self._shared, self._styles, self._uses_1904 = shared, styles, uses_1904
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._rows: list[Row] = []
        self._cells: list[Cell] = []
        self._row = 0
        self._column = -1
        self._cell: dict[str, str] = {}
        self._parts: list[str] = []
        self._is_phonetic = False
        self._columns: dict[str, int] = {}

    def feed(self, chunk: bytes, *, is_final: bool = False) -> list[Row]:
        """The rows that end in this piece."""
        self._parser.Parse(chunk, is_final)
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name in _CELL:
            self._cell = attributes
            self._parts.clear()
            reference = attributes.get("r")
            self._column = self._column + 1 if reference is None else self._index(reference)
        elif name in _VALUE or (name in _TEXT and not self._is_phonetic):
            self._parser.CharacterDataHandler = self._parts.append
        elif name in _ROW:
            number = attributes.get("r")
            self._row = self._row + 1 if number is None else int(number)
            self._column = -1
        elif name in _PHONETIC:
            self._is_phonetic = True

    def _end(self, name: str) -> None:
        if name in _VALUE or name in _TEXT:
            self._parser.CharacterDataHandler = None
        elif name in _CELL:
            if self._parts:
                self._take("".join(self._parts))
        elif name in _ROW:
            if self._cells:
                self._rows.append((self._row, self._cells))
                self._cells = []
        elif name in _PHONETIC:
            self._is_phonetic = False

    def _index(self, reference: str) -> int:
        letters = reference.rstrip(_DIGITS)
        index = self._columns.get(letters)
        if index is None:
            index = 0
            for letter in letters.upper():
                index = index * 26 + ord(letter) - ord("A") + 1
            self._columns[letters] = index = index - 1
        return index

    def _take(self, text: str) -> None:
        kind = self._cell.get("t", "n")
        if kind == "n":
            cell = self._number(text)
        elif kind == "s":
            cell = (self._shared[int(text)], Kind.TEXT)
        elif kind == "b":
            cell = (_BOOLEANS.get(text.strip(), text), Kind.BOOLEAN)
        elif kind == "e":
            cell = (text, Kind.ERROR)
        elif kind == "d":
            cell = (text.strip(), Kind.MOMENT)
        else:
            cell = (_unescaped(text), Kind.TEXT)
        if cell[0]:
            self._cells.append((self._column, *cell))

    def _number(self, text: str) -> tuple[str, Kind]:
        style = self._cell.get("s")
        if style is not None and (index := int(style)) < len(self._styles):
            date = self._styles[index]
            found = date and serial_text(text, date, uses_1904=self._uses_1904)
            if found:
                return found
        return number_text(text), Kind.NUMBER


def _parser() -> Any:
    """A parser that knows namespaces, and takes no document types: those are for attacks."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_doctype
    return parser


def _no_doctype(*_: object) -> None:
    raise DamagedFile(
        "The workbook declares a document type, which no spreadsheet program does.",
        hint="Open it in a spreadsheet program and save it again.",
    )


def _joined(folder: PurePosixPath, target: str) -> str:
    """The part that a relation from a folder leads to."""
    if target.startswith("/"):
        return target.lstrip("/")
    parts: list[str] = []
    for part in (folder / target).parts:
        if part == "..":
            parts = parts[:-1]
        else:
            parts.append(part)
    return "/".join(parts)


def _unescaped(text: str) -> str:
    """The text without the escapes for characters that XML does not take, `_x000D_`."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
