"""Where the table begins, and whether its first row names the columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rowmill.mill.infer import readings

JUDGED_ROWS: Final = 100
LONGEST_LABEL: Final = 200

Row = Sequence[str]


@dataclass(frozen=True)
class Layout:
    """The index of the first row of the table, its width, and whether that row is a header."""

    start: int
    width: int
    has_header: bool


def find_layout(rows: Sequence[Row], width: int, *, header: bool | None) -> Layout:
    """The layout of a file whose rows mostly have `width` fields; broken rows are empty.

    Rows are only skipped as a preamble if a header follows them. Without one, they are
    records like any other, and rejects if they do not fit.
    """
    start = _first_row(rows, width)
    found = _layout_at(rows, start, width, header=header)
    if found.has_header or start == 0:
        return found
    first = next((i for i, row in enumerate(rows) if len(row) != 1 or any(row)), 0)
    return _layout_at(rows, first if width > 1 else 0, width, header=False)


def _layout_at(rows: Sequence[Row], start: int, width: int, *, header: bool | None) -> Layout:
    width = _without_ragged_end(rows[start:], width)
    body = [row for row in rows[start:] if any(row)]
    if header is not None or not body:
        return Layout(start, width, header is not False)
    return Layout(start, width, looks_like_header(body[0], body[1:], width))


def _first_filled(rows: Sequence[Row]) -> int:
    return next((index for index, row in enumerate(rows) if any(row)), 0)


def _first_row(rows: Sequence[Row], width: int) -> int:
    """The first row as wide as the table; a preamble is narrower, or a title alone."""
    for index, row in enumerate(rows):
        filled = sum(1 for cell in row if cell.strip())
        following = rows[index + 1 :]
        if not filled or len(row) not in {width, width - 1}:
            continue
        if len(row) == width - 1 and not _is_short_header(row, following, width):
            continue
        if width > 2 and filled == 1 and row[0] and _is_title(following, width):
            continue
        return index
    return _first_filled(rows)


def _is_short_header(row: Row, following: Sequence[Row], width: int) -> bool:
    """Whether only the empty last field of the records is missing in this row."""
    same = [other for other in following if len(other) == width]
    return bool(same) and bool(all(row)) and all(not other[-1].strip() for other in same)


def _is_title(following: Sequence[Row], width: int) -> bool:
    """Whether fuller rows follow soon: then a row with a single value is a title."""
    near = [row for row in following[:5] if len(row) == width]
    return any(sum(1 for cell in row if cell.strip()) > 1 for row in near)


def _without_ragged_end(rows: Sequence[Row], width: int) -> int:
    """The width without a last field that every row leaves empty, the first row included."""
    if width < 2 or not rows:
        return width
    wide = [row for row in rows if len(row) == width]
    return width - 1 if wide and all(not row[-1].strip() for row in wide) else width


def looks_like_header(first: Row, following: Sequence[Row], width: int) -> bool:
    """Whether the first row names the columns rather than being a record.

    Labels are texts; a column of numbers or dates below a text speaks for a header, below
    another number against it. Without such columns the labels decide: all there, all
    different, short, and none of them met again in its own column.
    """
    labels = [cell.strip() for cell in first]
    if not any(labels) or any(len(label) > LONGEST_LABEL for label in labels):
        return False
    votes = sum(_vote(labels, index, following) for index in range(min(width, len(labels))))
    if votes:
        return votes > 0
    if any(_is_typed(label) for label in labels if label) and not _are_years(labels):
        return False
    return _are_labels(labels, following)


def _vote(labels: Sequence[str], index: int, following: Sequence[Row]) -> int:
    """+1 where a text stands above values of a type, -1 where a value stands above others."""
    cells = {row[index] for row in following[:JUDGED_ROWS] if index < len(row)} - {""}
    found = readings(cells)
    if not cells or not found or not labels[index]:
        return 0
    if not _is_typed(labels[index]):
        return 1
    return 0 if _is_year(labels[index]) else -1


def _is_typed(text: str) -> bool:
    """Whether this is a value rather than a label: of a type, or without any letter."""
    return bool(readings([text])) or not any(map(str.isalpha, text))


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isascii() and text.isdigit() and "1900" <= text <= "2100"


def _are_years(labels: Sequence[str]) -> bool:
    return all(_is_year(label) for label in labels if _is_typed(label))


def _are_labels(labels: Sequence[str], following: Sequence[Row]) -> bool:
    filled = [label for label in labels if label]
    if len(set(filled)) < len(filled) or len(filled) * 2 < len(labels):
        return False
    for index, label in enumerate(labels):
        if label and any(len(row) > index and row[index].strip() == label for row in following):
            return False
    return True
