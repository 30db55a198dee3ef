"""Finding out how records are written, by how regular the file becomes under each guess.

After G.J.J. van den Burg, A. Nazábal, C. Sutton, "Wrangling messy CSV files by detecting
row and type patterns" (2019): a dialect is good if many rows have the same number of
fields, and if the fields look like values. Delimiters that occur in ordinary text (space,
colon, …) must make a better case than the usual ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rowmill.mill.dates import date_shape
from rowmill.mill.encoding import is_utf8
from rowmill.mill.records import Cutter, Dialect

USUAL: Final = (",", ";", "\t", "|")
WEAK: Final = (":", " ", "~", "^")
MAX_RECORDS: Final = 150
MAX_TEXT: Final = 64 * 1024
FEW_LINES: Final = 4

_NUMBER: Final = re.compile(r"[-+(]?[$€£¥]? ?[0-9][0-9.,'\u00a0 ]*(?:[eE][-+]?[0-9]+)? ?[%€$]?\)?")
_TIME: Final = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?")
_WORDS: Final = re.compile(r"[^\",;\t|]*")
_PRIOR: Final = {'""': 1.0, "": 0.98}  # by quote and escape: what is usual wins a tie
_QUOTED: Final = re.compile(rb'"[^"]*"')


@dataclass(frozen=True)
class Rows:
    """The records that a dialect finds in a text; a broken record is an empty row.

    `lines` are the numbers of their first lines (1-based), `size` their length in bytes.
    """

    dialect: Dialect
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    size: int

    @property
    def width(self) -> int:
        """The most common number of fields; lines of a single one are titles where others are."""
        widths = Counter(len(row) for row in self.rows if any(row))
        if len(widths) > 1:
            del widths[1]
        return max(widths, key=lambda width: (widths[width], width), default=1)


def detect_newline(text: bytes, quote: str, escape: str) -> str:
    r"""`\n`, `\r\n`, `\r`, or `mixed`, by the line ends outside of quotes."""
    bare = text
    if quote:
        mark, sign = re.escape(quote.encode()), re.escape(escape.encode())
        body = rb"[^" + mark + rb"]*"
        if escape not in {"", quote}:
            body = rb"(?:[^" + mark + sign + rb"]|" + sign + rb"[\s\S])*"
        bare = re.sub(mark + body + mark, b"", text)
    both = bare.count(b"\r\n")
    feeds, returns = bare.count(b"\n") - both, bare.count(b"\r") - both
    if both:
        return "mixed" if feeds or returns else "\r\n"
    return "\r" if returns and not feeds else "\n"


def cut_rows(text: bytes, dialect: Dialect, limit: int, *, is_whole: bool) -> Rows:
    """The first records of a text; the last one is left out where it may be cut off."""
    cutter, position = Cutter(dialect), 0
    rows: list[tuple[str, ...]] = []
    lines, line = [], 1
    while position < len(text) and len(rows) < limit:
        cut = cutter.cut(text, position)
        if cut.next >= len(text) and not is_whole:
            break
        is_broken = cut.fault or (rows and not is_utf8(text[cut.start : cut.end]))
        fields = [] if is_broken else cutter.fields(text, cut)
        rows.append(tuple(value.decode("utf-8", "replace") for value in fields))
        lines.append(line)
        position, line = cut.next, line + cut.lines
    return Rows(dialect, tuple(rows), tuple(lines), position)


def detect_dialect(text: bytes, known: Dialect | None, fixed: frozenset[str]) -> Dialect:
    """The dialect in which the beginning of a file is most regular.

    The members of `known` that are named in `fixed` are taken as they are.
    """
    base = known or Dialect("")
    piece = text[: _enough(text)]
    is_whole = len(piece) == len(text)
    scored = [
        (_score(rows), rows)
        for dialect in _candidates(piece, base, fixed)
        if (rows := cut_rows(piece, dialect, MAX_RECORDS, is_whole=is_whole)).rows
    ]
    if not scored:
        return replace(base, delimiter=base.delimiter if "delimiter" in fixed else "")
    best = max(scored, key=lambda entry: entry[0])[1]
    if "delimiter" in fixed:
        return best.dialect
    return _with_space(piece, _or_single(best, scored))


def _enough(text: bytes) -> int:
    """How much of a text to judge by: a bounded piece, but some lines at least."""
    end = 0
    for _ in range(FEW_LINES):
        end = text.find(b"\n", end) + 1
        if end == 0:
            return len(text)
    return max(end, MAX_TEXT)


def _candidates(text: bytes, base: Dialect, fixed: frozenset[str]) -> Iterator[Dialect]:
    delimiters: Sequence[str] = [base.delimiter]
    if "delimiter" not in fixed:
        delimiters = [mark for mark in (*USUAL, *WEAK) if mark.encode() in text] + [""]
    for delimiter in delimiters:
        for quote in [base.quote] if "quote" in fixed else _quotes(text, delimiter):
            escapes = [base.escape] if "escape" in fixed else _escapes(text, quote)
            for escape in escapes:
                newline = detect_newline(text, quote, escape)
                yield Dialect(delimiter, quote, escape, newline)


def _quotes(text: bytes, delimiter: str) -> list[str]:
    quotes = ['"']
    if b'"' in text:
        quotes.append("")
    mark = re.escape(delimiter.encode())
    border = rb"(?:^|[\r\n]" + (rb"|" + mark if mark else rb"") + rb")"
    pattern = border + rb" ?'[^'\r\n]*'" + rb"(?:" + (mark or rb"[\r\n]") + rb"|[\r\n]|$)"
    if len(re.findall(pattern, text)) > 1:
        quotes.append("'")
    return quotes


def _escapes(text: bytes, quote: str) -> list[str]:
    if not quote:
        return [""]
    return [quote, "\\"] if b"\\" + quote.encode() in text else [quote]


def _score(rows: Rows) -> float:
    """How regular the rows are, times how much their cells look like values."""
    full = [row for row in rows.rows if any(row) or not row]
    total = max(len(full), 1)
    widths = Counter(len(row) for row in full if row)
    regular = sum(count * _gain(width) for width, count in widths.items()) / max(len(widths), 1)
    broken = sum(1 for row in full if not row)
    stray = sum(1 for row in full if row and _has_stray_quote(row, rows.dialect))
    odd = (0.9 * broken + 0.5 * stray) / total
    score = regular / max(len(full) - broken, 1) * _typed_share(full) * (1 - odd)
    if rows.dialect.mark in WEAK:
        score = score * 0.5 if _is_convincing(full) else 0.0
    return score * _PRIOR.get(rows.dialect.quote + rows.dialect.escape, 0.999)


def _has_stray_quote(row: Sequence[str], dialect: Dialect) -> bool:
    """Whether quotes enclose a field although nothing is said to be quoted."""
    return not dialect.quote and any(cell[:1] == '"' or cell[-1:] == '"' for cell in row)


def _gain(width: int) -> float:
    return (width - 1) / width if width > 1 else 0.001


def _typed_share(rows: Sequence[Sequence[str]]) -> float:
    cells = [cell.strip() for row in rows for cell in row]
    return sum(map(_is_value, cells)) / max(len(cells), 1)


def _is_value(cell: str) -> bool:
    if _WORDS.fullmatch(cell) or _NUMBER.fullmatch(cell):
        return cell[:1] not in {"'", '"'} or cell[-1:] not in {"'", '"'}
    return "://" in cell or len(cell) > 40


def _is_convincing(rows: Sequence[Sequence[str]]) -> bool:
    """Whether a weak delimiter makes a table: the same width in all rows, and numbers."""
    if len(rows) < 2 or len({len(row) for row in rows}) > 1:
        return False
    cells = [cell for row in rows[1:] for cell in row]
    return sum(1 for cell in cells if _NUMBER.fullmatch(cell)) * 3 >= len(cells)


def _or_single(best: Rows, scored: Sequence[tuple[float, Rows]]) -> Dialect:
    """The best dialect, or a single column where the delimiter only splits its values."""
    single = next((rows for _, rows in scored if rows.dialect.mark == ""), None)
    if single is None or best.dialect.mark == "" or best.width < 2:
        return best.dialect
    cells = [row[0].strip() for row in single.rows if row and row[0].strip()]
    first = next((row for row in best.rows if any(row)), ())
    is_weak = best.dialect.mark in WEAK
    if (is_weak or len(first) == 1) and cells[1:] and all(map(_is_single_value, cells[1:])):
        return replace(single.dialect, quote=best.dialect.quote, escape=best.dialect.escape)
    return best.dialect


def _is_single_value(cell: str) -> bool:
    return bool(_NUMBER.fullmatch(cell) or _TIME.fullmatch(cell) or date_shape(cell))


def _with_space(text: bytes, dialect: Dialect) -> Dialect:
    """The dialect with `, ` for `,` where a space follows every delimiter."""
    mark = dialect.mark.encode()
    if dialect.mark not in {",", ";", "|"}:
        return dialect
    bare = _QUOTED.sub(b'""', text) if dialect.quote == '"' else text
    count = bare.count(mark)
    if count and bare.count(mark + b" ") == count:
        return replace(dialect, delimiter=dialect.mark + " ")
    return dialect
