"""Where the records of a file that is not plain text stand, by their number in the table.

While such a file is read, four numbers are kept for each record of the table: its ordinal
in the file, its line (or row), and the offset and length of its text. They lie in a file.
"""

from __future__ import annotations

import csv
import io
from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

NUMBERS: Final = 4
_BYTES: Final = 8


@dataclass(frozen=True)
class Spot:
    """Where a record stands, as far as a file of its kind has such places; all are 1-based,
    but for the offset, which is in bytes.
    """

    record: int
    line: int | None
    offset: int | None
    raw: bytes
    sheet: str | None = None
    cell: str | None = None


class PlaceIndex:
    """The places of the records of a table, in their order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pending = array("Q")
        path.write_bytes(b"")

    def add(self, record: int, line: int, offset: int = 0, length: int = 0) -> None:
        """The place of the next record."""
        self._pending.extend((record, line, offset, length))

    def flush(self) -> None:
        """Bring to disk what was added."""
        with self._path.open("ab") as file:
            self._pending.tofile(file)
        self._pending = array("Q")

    def find(self, ordinal: int) -> tuple[int, int, int, int]:
        """Record, line, offset and length of a record of the table, counted from 1."""
        numbers = array("Q")
        with self._path.open("rb") as file:
            file.seek((ordinal - 1) * NUMBERS * _BYTES)
            numbers.fromfile(file, NUMBERS)
        return numbers[0], numbers[1], numbers[2], numbers[3]


# Where a record of the table stands, by its ordinal, its texts, and the position of the field.
Locate = Callable[[int, Sequence[str | None], int], Spot]


def in_document(index: PlaceIndex, path: str, start: int) -> Locate:
    """Places in a document of text, which begins `start` bytes into its file."""

    def locate(ordinal: int, _texts: Sequence[str | None], _position: int) -> Spot:
        record, line, offset, length = index.find(ordinal)
        with Path(path).open("rb") as file:
            file.seek(start + offset)
            raw = file.read(length)
        return Spot(record, line, offset, raw)

    return locate


def in_sheet(index: PlaceIndex, sheet: str, columns: Sequence[int]) -> Locate:
    """Places in a sheet, given the sheet's columns (0-based) for the positions of the table."""

    def locate(ordinal: int, texts: Sequence[str | None], position: int) -> Spot:
        record, row, _, _ = index.find(ordinal)
        cell = f"{column_letters(columns[position])}{row}"
        return Spot(record, row, None, as_line(texts), sheet, cell)

    return locate


def in_rows(ordinal: int, texts: Sequence[str | None], _position: int) -> Spot:
    """Places in a file that has nothing but rows."""
    return Spot(ordinal, None, None, as_line(texts))


def as_line(texts: Sequence[str | None]) -> bytes:
    """The texts of a record as a line of CSV."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(["" if text is None else text for text in texts])
    return line.getvalue().encode()


def column_letters(index: int) -> str:
    """The name of a sheet's column, counted from 0: `A`, …, `Z`, `AA`, …."""
    letters, number = "", index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
