"""Cutting bytes into records, exactly and without giving anything up silently.

DuckDB's reader is fast on regular files, but on an irregular one it may skip or swallow
records without a word. This is the careful reader for those: it knows where each record
begins and ends, and a broken one never takes the next one with it.

Rules, beyond RFC 4180: a quote inside an unquoted field is an ordinary character; spaces
around a quoted field are dropped; a quoted field must be followed by a delimiter or the
end of the line. All bytes are UTF-8 (or at least ASCII-compatible) here.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

Fault = Literal["unclosed_quote", "text_after_quote"]

_LINE_END: Final = rb"\r?\n|\Z"
_ANY_LINE_END: Final = rb"\r\n|\r|\n|\Z"
_LONGEST_USUAL: Final = csv.field_size_limit()


@dataclass(frozen=True)
class Dialect:
    r"""How records are written. `newline` is `\n`, `\r\n`, `\r` or `mixed`.

    A delimiter that ends in a space stands for the delimiter with or without the space.
    An empty quote means that nothing is quoted; an empty escape or one equal to the quote
    means that a quote inside quotes is doubled.
    """

    delimiter: str
    quote: str = '"'
    escape: str = '"'
    newline: str = "\n"

    @property
    def is_spaced(self) -> bool:
        """Whether each delimiter brings a space of its own."""
        return len(self.delimiter) > 1 and self.delimiter.endswith(" ")

    @property
    def mark(self) -> str:
        """The delimiter without the space that follows it."""
        return self.delimiter[:-1] if self.is_spaced else self.delimiter

    @property
    def has_escape(self) -> bool:
        """Whether a character other than the quote escapes quotes."""
        return bool(self.escape) and self.escape != self.quote


@dataclass(frozen=True)
class Cut:
    """One record cut from a buffer: its content is `[start, end)`, the next begins at `next`.

    `is_strict` says that it is written as RFC 4180 wants it. A fault concerns the field
    number `fault_field` (0-based); then `end` is the end of the first physical line, and
    `width` is 0.
    """

    start: int
    end: int
    next: int
    lines: int
    width: int
    is_strict: bool = True
    fault: Fault | None = None
    fault_field: int = 0


class Cutter:
    """Cuts records of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.mark = dialect.mark.encode()
        self.quote = dialect.quote.encode()
        self._ends_anywhere = dialect.newline == "\r"
        self._end = _ANY_LINE_END if self._ends_anywhere else _LINE_END
        has_usual_signs = len(self.mark) == len(self.quote) == 1 and self.mark != self.quote
        self._is_usual = has_usual_signs and not dialect.has_escape

    def cut(self, buffer: bytes, start: int) -> Cut:
        """The record that begins at `start`.

        The end of the buffer counts as the end of a record: a caller that will get more
        bytes must not trust a record that reaches it, nor a quote that is not closed.
        """
        end, following = self._line(buffer, start)
        if not self.dialect.has_escape and (
            not self.quote or buffer.find(self.quote, start, end) < 0
        ):
            width = buffer.count(self.mark, start, end) + 1 if self.mark else 1
            is_strict = not self.dialect.is_spaced and buffer.find(b"\r", start, end) < 0
            return Cut(start, end, following, 1, width, is_strict)
        match = self._record.match(buffer, start)
        terminator = match and self._line_end.match(buffer, match.end())
        if match is None or terminator is None:
            fault, position = self._fault(buffer, start, match.end() if match else start)
            return Cut(
                start, end, following, 1, 0, is_strict=False, fault=fault, fault_field=position
            )
        lines = 1 + self._count_lines(buffer, start, match.end())
        width, is_strict = self._width(match.group())
        return Cut(start, match.end(), terminator.end(), lines, width, is_strict)

    def next_line(self, buffer: bytes, start: int) -> int:
        """Where the physical line after the one at `start` begins."""
        return self._line(buffer, start)[1]

    def fields(self, buffer: bytes, cut: Cut) -> list[bytes]:
        """The fields of a record without fault, unquoted and unescaped."""
        record = buffer[cut.start : cut.end]
        if not self.dialect.has_escape and (not self.quote or self.quote not in record):
            return self._split(record)
        if cut.is_strict and self._is_usual and len(record) < _LONGEST_USUAL:
            return self._strict_fields(record)
        return self._fields(record)

    def _width(self, record: bytes) -> tuple[int, bool]:
        if self.dialect.has_escape or self.dialect.is_spaced:
            return len(self._fields(record)), False
        if self._strict.fullmatch(record) is None:
            return len(self._fields(record)), False
        unquoted = self._quoted_only.sub(b"", record)
        return (unquoted.count(self.mark) + 1 if self.mark else 1), True

    def _line(self, buffer: bytes, start: int) -> tuple[int, int]:
        """Where the physical line ends, and where the next one begins."""
        match = self._line_end.search(buffer, start) if self._ends_anywhere else None
        if match:
            return match.start(), match.end()
        position = buffer.find(b"\n", start)
        if position < 0:
            return len(buffer), len(buffer)
        has_return = position > start and buffer[position - 1] == 13
        return position - has_return, position + 1

    def _count_lines(self, buffer: bytes, start: int, end: int) -> int:
        if self._ends_anywhere:
            return len(re.findall(rb"\r\n|\r|\n", buffer[start:end]))
        return buffer.count(b"\n", start, end)

    def _split(self, line: bytes) -> list[bytes]:
        fields = line.split(self.mark) if self.mark else [line]
        if self.dialect.is_spaced:
            return [fields[0], *(value.removeprefix(b" ") for value in fields[1:])]
        return fields

    def _strict_fields(self, record: bytes) -> list[bytes]:
        """The fields of a record whose quotes all enclose a field or are doubled: many at once."""
        text = record.decode("latin-1")  # each byte a character, and back
        (fields,) = csv.reader([text], delimiter=self.dialect.mark, quotechar=self.dialect.quote)
        return [field.encode("latin-1") for field in fields]

    def _fields(self, record: bytes) -> list[bytes]:
        position = 0
        fields: list[bytes] = []
        while True:
            match = self._field.match(record, position)
            if match is None:
                raise AssertionError("a cut record consists of fields")
            fields.append(self._value(match, is_first=not fields))
            if match.end() >= len(record):
                return fields
            position = match.end() + len(self.mark)

    def _value(self, match: re.Match[bytes], *, is_first: bool) -> bytes:
        quoted = match["quoted"]
        if quoted is not None:
            if self.dialect.has_escape:
                return self._escaped.sub(rb"\1", quoted)
            return quoted.replace(self.quote * 2, self.quote)
        text = match.group()
        if self.dialect.is_spaced and not is_first:
            text = text.removeprefix(b" ")
        return self._escaped.sub(rb"\1", text) if self.dialect.has_escape else text

    def _fault(self, buffer: bytes, start: int, end: int) -> tuple[Fault, int]:
        """Why the record stops at `end`, where none may stop: a bad quoted field follows."""
        is_first = end == start and not (self.mark and buffer.startswith(self.mark, end))
        before = [] if is_first else self._fields(buffer[start:end])
        position = end + (len(self.mark) if before else 0)
        while buffer[position : position + 1] == b" ":
            position += 1
        closed = self._quoted_only.match(buffer, position)
        return ("text_after_quote" if closed else "unclosed_quote"), len(before)

    @cached_property
    def _quoted_body(self) -> bytes:
        quote = re.escape(self.quote)
        if self.dialect.has_escape:
            escape = re.escape(self.dialect.escape.encode())
            return rb"(?:[^" + quote + escape + rb"]|" + escape + rb"[\s\S])*+"
        return rb"[^" + quote + rb"]*+(?:" + quote + quote + rb"[^" + quote + rb"]*+)*+"

    @cached_property
    def _field_pattern(self) -> bytes:
        mark = re.escape(self.mark)
        stop = rb"(?=" + (mark + rb"|" if self.mark else b"") + self._end + rb")"
        plain = self._plain_pattern
        if not self.quote:
            return rb"(?P<quoted>(?!))|" + plain
        quote = re.escape(self.quote)
        quoted = rb" *+" + quote + rb"(?P<quoted>" + self._quoted_body + rb")" + quote + rb" *+"
        return quoted + stop + rb"|(?! *+" + quote + rb")" + plain

    @cached_property
    def _plain_pattern(self) -> bytes:
        r"""An unquoted field; a lone `\r` belongs to it where lines end with `\n`."""
        first = re.escape(self.mark[:1])
        longer = re.escape(self.mark)
        others = rb"[^\r\n" + first + rb"]"
        parts = [others]
        if len(self.mark) > 1:
            parts.append(rb"(?!" + longer + rb")" + first)
        if not self._ends_anywhere:
            parts.append(rb"\r(?!\n|\Z)")
        if self.dialect.has_escape:
            escape = re.escape(self.dialect.escape.encode())
            parts[0] = rb"[^\r\n" + first + escape + rb"]"
            parts.insert(0, escape + rb"[\s\S]")
        return rb"(?:" + rb"|".join(parts) + rb")*+"

    @cached_property
    def _field(self) -> re.Pattern[bytes]:
        return re.compile(self._field_pattern)

    @cached_property
    def _record(self) -> re.Pattern[bytes]:
        one = self._field_pattern.replace(rb"(?P<quoted>", rb"(?:")
        mark = re.escape(self.mark)
        more = rb"(?:" + mark + rb"(?:" + one + rb"))*+" if self.mark else b""
        return re.compile(rb"(?:" + one + rb")?+" + more)

    @cached_property
    def _strict(self) -> re.Pattern[bytes]:
        quote, mark = re.escape(self.quote), re.escape(self.mark)
        quoted = quote + self._quoted_body + quote
        stop = rb"(?=" + mark + rb"|\Z)" if self.mark else rb"\Z"
        plain = rb"(?:(?!" + mark + rb")[^\r\n" + quote + rb"])*+"
        if len(self.mark) == 1:
            plain = rb"[^\r\n" + quote + mark + rb"]*+"
        one = quoted + stop + rb"|" + plain
        if not self.mark:
            return re.compile(quoted + rb"|[^\r\n" + quote + rb"]*+")
        return re.compile(rb"(?:" + one + rb")(?:" + mark + rb"(?:" + one + rb"))*+")

    @cached_property
    def _line_end(self) -> re.Pattern[bytes]:
        return re.compile(self._end)

    @cached_property
    def _quoted_only(self) -> re.Pattern[bytes]:
        quote = re.escape(self.quote)
        return re.compile(quote + self._quoted_body + quote)

    @cached_property
    def _escaped(self) -> re.Pattern[bytes]:
        """What an escape protects; before anything else it stands for itself."""
        escape = re.escape(self.dialect.escape.encode())
        targets = {self.dialect.quote, self.dialect.escape, self.dialect.mark} - {""}
        protected = b"|".join(re.escape(target.encode()) for target in sorted(targets))
        return re.compile(escape + rb"(" + protected + rb"|\r\n|\n|\r)")
