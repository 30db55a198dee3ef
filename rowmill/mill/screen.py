"""Making a stream regular: whole, well-formed records of one width go through; the others
become rejects, each for itself.

Most pieces of a file are regular, and telling so takes a few operations over the whole
piece; only the others are cut record by record. What comes out is safe for DuckDB's strict
reader, and every line that went in is accounted for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rowmill.mill.encoding import is_utf8
from rowmill.mill.places import Spot
from rowmill.mill.records import Cut, Cutter, Dialect
from rowmill.mill.regular import NEWLINE, Regularity

WHOLE_BYTES: Final = 512 * 1024
PIECE_BYTES: Final = 16 * 1024
RAW_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Place:
    """Where a record stands: ordinal and line are 1-based, the offset 0-based in bytes.

    The ordinal counts records after the header, without blank lines. Offsets are those of
    the text as UTF-8, without a byte order mark.
    """

    record: int
    line: int
    offset: int
    raw: bytes


@dataclass(frozen=True)
class Reject:
    """A record that does not fit, with the label of the column and the value at fault."""

    place: Place | Spot
    code: str
    reason: str
    column: str | None = None
    value: str | None = None


@dataclass
class Tally:
    """What a stream was made of. `lines` are physical, those of the header not included;
    `inner_lines` is the number of line ends within the values of the records that passed.

    `passed` records came out, in order. `blank` lines, `empty` records at the end, and
    `footers` after blank lines at the end were left out.
    """

    passed: int = 0
    rejected: int = 0
    blank: int = 0
    empty: int = 0
    footers: list[str] = field(default_factory=list)
    lines: int = 0
    inner_lines: int = 0

    @property
    def skipped(self) -> int:
        """Everything without content that was left out."""
        return self.blank + self.empty + len(self.footers)

    @property
    def found(self) -> int:
        """Everything that was found after the header."""
        return self.passed + self.rejected + self.skipped


@dataclass(frozen=True)
class Wanted:
    """Records to be found again: ordinals among those that pass, ascending, 1-based."""

    ordinals: Sequence[int]
    on_found: Callable[[int, Place], None]


class Screen:
    """Passes on the regular records of a stream that begins with the first record.

    `labels` name the fields that each record must have. Rejects go to `on_reject` in the
    order of the file, except that a footer is only known as a reject once a record follows.
    """

    def __init__(
        self,
        dialect: Dialect,
        labels: Sequence[str],
        on_reject: Callable[[Reject], None],
        max_record_bytes: int,
        first: Place,
        wanted: Wanted | None = None,
    ) -> None:
        self.tally = Tally()
        self._cutter = Cutter(dialect)
        self._labels = labels
        self._width = len(labels)
        self._on_reject = on_reject
        self._limit = max_record_bytes
        self._regularity = Regularity(dialect, self._width)
        self._line, self._offset, self._record = first.line, first.offset, first.record
        self._first_line = first.line
        self._wanted = wanted
        self._next_wanted = 0
        self._held: list[Reject | Place] = []
        self._after_gap = False
        self._out: list[bytes] = []

    def pass_through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The regular records of the stream, in pieces of whole records."""
        rest, is_overlong = b"", False
        for chunk in chunks:
            rest += chunk
            if is_overlong:
                rest, is_overlong = self._skip_line(rest)
            if not is_overlong:
                rest = rest[self._pass(rest, final=False) :]
            if len(rest) > self._limit and not is_overlong:
                rest, is_overlong = self._give_up(rest)
            yield self._output()
        if rest and not is_overlong:
            self._pass(rest, final=True)
        self._end()
        yield self._output()

    def _output(self) -> bytes:
        out = b"".join(self._out)
        self._out.clear()
        return out

    def _pass(self, buffer: bytes, *, final: bool) -> int:
        """Pass on what is complete in the buffer; how many bytes of it are dealt with."""
        position = self._pass_piece(buffer, 0, min(len(buffer), WHOLE_BYTES))
        while position < len(buffer):
            passed = self._pass_piece(buffer, position, position + PIECE_BYTES)
            if passed == position:
                passed = self._cut_piece(buffer, position, final=final)
            if passed == position:
                break
            position = passed
        return position

    def _pass_piece(self, buffer: bytes, start: int, limit: int) -> int:
        """Pass on the whole lines in `[start, limit)` at once if all of them are regular."""
        end = self._regularity.last_end(buffer, start, limit)
        if end <= start:
            return start
        piece = buffer[start:end] if end - start < len(buffer) else buffer
        passed = self._regularity.passed(piece)
        if passed is None or self._is_wanted(self.tally.passed + passed[1] + len(self._held)):
            return start
        self._release()
        lines, count = piece.count(NEWLINE), passed[1]
        self.tally.passed += count
        self.tally.inner_lines += lines - count
        self._out.append(passed[0])
        self._advance(count, lines, len(piece))
        return end

    def _cut_piece(self, buffer: bytes, start: int, *, final: bool) -> int:
        """Deal with the records that begin in the next stretch of the buffer, one by one."""
        position = start
        while position < min(start + PIECE_BYTES, len(buffer)):
            cut = self._cutter.cut(buffer, position)
            if not final and self._may_go_on(buffer, cut):
                break
            position = self._take(buffer, cut)
        return position

    def _may_go_on(self, buffer: bytes, cut: Cut) -> bool:
        """Whether bytes that are still to come could belong to this record."""
        if cut.fault == "unclosed_quote":
            return True
        reaches_end = cut.next >= len(buffer)
        return reaches_end and (cut.end == cut.next or buffer.endswith(b"\r"))

    def _take(self, buffer: bytes, cut: Cut) -> int:
        """Pass on, hold back or reject one record; where the next one begins."""
        raw = buffer[cut.start : cut.end]
        if not cut.fault and self._regularity.is_blank(raw):
            self.tally.blank += 1
            self._after_gap = True
            self._advance(0, cut.lines, cut.next - cut.start)
            return cut.next
        cut, problem = self._judge(buffer, cut, raw)
        place = Place(self._record, self._line, self._offset, buffer[cut.start : cut.end])
        if problem is not None:
            self._hold_or_reject(problem(place), is_footer=cut.width == 1 and self._width > 1)
        elif self._regularity.is_empty(raw) and not any(self._cutter.fields(buffer, cut)):
            self._held.append(place)
            self._after_gap = True
        else:
            self._release()
            self.tally.inner_lines += cut.lines - 1
            self._accept(place, self._written(buffer, cut))
        self._advance(1, cut.lines, cut.next - cut.start)
        return cut.next

    def _judge(
        self, buffer: bytes, cut: Cut, raw: bytes
    ) -> tuple[Cut, Callable[[Place], Reject] | None]:
        """What is wrong with a record, and how much of the buffer is to blame for it."""
        if cut.fault:
            return cut, lambda place: self._broken(place, cut)
        if len(raw) > self._limit:
            return cut, lambda place: too_long(place, self._limit)
        if not is_utf8(raw):
            return cut, invalid_encoding
        if cut.width == self._width or self._has_ragged_end(raw, cut):
            return cut, None
        first = self._first_line_only(buffer, cut)
        return first, lambda place: self._wrong_width(place, cut.width)

    def _has_ragged_end(self, raw: bytes, cut: Cut) -> bool:
        return cut.width == self._width + 1 and raw.rstrip(b" ").endswith(self._cutter.mark)

    def _first_line_only(self, buffer: bytes, cut: Cut) -> Cut:
        """The first line alone, if a later line of the record is a record by itself.

        Then a stray quote has joined them, and only the line it stands in is broken.
        """
        if cut.lines == 1:
            return cut
        first_end = buffer.find(b"\n", cut.start) + 1
        position = first_end
        while 0 < position < cut.end:
            other = self._cutter.cut(buffer[: cut.end], position)
            if not other.fault and other.width == self._width:
                return Cut(cut.start, first_end - 1, first_end, 1, cut.width)
            position = buffer.find(b"\n", position) + 1
        return cut

    def _written(self, buffer: bytes, cut: Cut) -> bytes:
        if cut.is_strict and cut.width == self._width:
            return buffer[cut.start : cut.end]
        return self._regularity.written(self._cutter.fields(buffer, cut)[: self._width])

    def _hold_or_reject(self, reject: Reject, *, is_footer: bool) -> None:
        if is_footer and self._after_gap and reject.code == "too_few_fields":
            self._held.append(reject)
            return
        self._release()
        self._reject(reject)

    def _reject(self, reject: Reject) -> None:
        self.tally.rejected += 1
        self._on_reject(reject)

    def _accept(self, place: Place, content: bytes) -> None:
        self.tally.passed += 1
        self._out += (content, NEWLINE)
        wanted = self._wanted
        if wanted and self._is_wanted(self.tally.passed):
            self._next_wanted += 1
            wanted.on_found(self.tally.passed, place)

    def _is_wanted(self, ordinal: int) -> bool:
        """Whether a wanted record is among those that pass up to this ordinal."""
        wanted = self._wanted
        if wanted is None or self._next_wanted >= len(wanted.ordinals):
            return False
        return wanted.ordinals[self._next_wanted] <= ordinal

    def _release(self) -> None:
        """A record has followed: what was held back was not the end of the table."""
        self._after_gap = False
        held, self._held = self._held, []
        for item in held:
            if isinstance(item, Reject):
                self._reject(item)
            else:
                self._accept(item, self._regularity.empty_record)

    def _end(self) -> None:
        """The end of the file: what is still held back is skipped."""
        for item in self._held:
            if isinstance(item, Reject):
                self.tally.footers.append(item.place.raw.decode("utf-8", "replace")[:RAW_BYTES])
            else:
                self.tally.empty += 1
        self._held.clear()

    def _advance(self, records: int, lines: int, size: int) -> None:
        self._record += records
        self._line += lines
        self._offset += size
        self.tally.lines += lines

    def _give_up(self, buffer: bytes) -> tuple[bytes, bool]:
        """Reject what has grown over the limit: a broken quote's line, or an endless line."""
        cut = self._cutter.cut(buffer, 0)
        if cut.next < len(buffer):
            return buffer[self._take(buffer, cut) :], False
        self._release()
        place = Place(self._record, self._line, self._offset, buffer[:RAW_BYTES])
        self._reject(too_long(place, self._limit))
        self._advance(1, 1, len(buffer))
        return b"", True

    def _skip_line(self, buffer: bytes) -> tuple[bytes, bool]:
        """What follows the over-long line, and whether that line is still going on."""
        newline = b"\r" if self._cutter.dialect.newline == "\r" else b"\n"
        end = buffer.find(newline) + 1
        self._offset += end or len(buffer)
        return (buffer[end:], False) if end else (b"", True)

    def _broken(self, place: Place, cut: Cut) -> Reject:
        column = self._labels[cut.fault_field] if cut.fault_field < self._width else None
        where = f"field {cut.fault_field + 1}"
        if cut.fault == "unclosed_quote":
            reason = f"the quote that opens {where} is not closed"
            return Reject(place, "unclosed_quote", reason, column)
        reason = f"{where} is quoted, but text follows its closing quote"
        return Reject(place, "text_after_quote", reason, column)

    def _wrong_width(self, place: Place, width: int) -> Reject:
        few = width < self._width
        fields = "1 field" if width == 1 else f"{width} fields"
        return Reject(
            place,
            "too_few_fields" if few else "too_many_fields",
            f"{fields} where {self._width} are expected",
            self._labels[width] if few else None,
        )


def too_long(place: Place, limit: int) -> Reject:
    """The reject for a record beyond the size limit."""
    return Reject(place, "record_too_long", f"the record is longer than {limit:,} bytes")


def invalid_encoding(place: Place) -> Reject:
    """The reject for a record with bytes that are no text."""
    try:
        place.raw.decode()
    except UnicodeDecodeError as error:
        byte = place.raw[error.start]
        reason = f"byte 0x{byte:02X} at position {error.start + 1} is not valid in this encoding"
        return Reject(place, "invalid_encoding", reason)
    return Reject(place, "invalid_encoding", "the bytes are not valid in this encoding")
