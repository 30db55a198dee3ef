"""Telling at once that many lines are regular records, and writing single ones regularly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rowmill.mill.encoding import is_utf8
from rowmill.mill.records import Dialect

NO_QUOTE: Final = "\x02"  # stands for a quote where nothing is quoted
NEWLINE: Final = b"\n"

_MARKER: Final = b"\x00"


class Regularity:
    """What a regular record of a dialect and width looks like, and how one is written.

    A regular piece consists of complete records of exactly this width, each ending in the
    newline of the file, with every quote either enclosing a field or doubled within one.
    Records are written with the same delimiter and quote, and end in NEWLINE.
    """

    def __init__(self, dialect: Dialect, width: int) -> None:
        self.mark = dialect.mark.encode()
        self.quote = (dialect.quote or NO_QUOTE).encode()
        self._signs = self.mark + self.quote + b" \r\n"
        self.empty_record = self.mark * (width - 1) if width > 1 else self.quote * 2
        self._spaces = b" \t\r\n".translate(None, self.mark)
        self._width = width
        self._has_returns = dialect.newline == "\r\n"
        self._is_simple = (
            len(self.mark) <= 1
            and not dialect.is_spaced
            and not dialect.has_escape
            and dialect.newline != "\r"
        )
        kept = self.mark + NEWLINE
        self._dropped = bytes(byte for byte in range(256) if byte not in kept)
        self._skeleton = self.mark * (width - 1) + NEWLINE
        quote, mark = re.escape(self.quote), re.escape(self.mark)
        stop = rb"(?=" + (mark + rb"|" if mark else b"") + rb"\r?\n)"
        body = rb"[^" + quote + rb"]*+(?:" + quote * 2 + rb"[^" + quote + rb"]*+)*+"
        self._quoted = re.compile(quote + body + quote + stop)
        special = rb"^ | $|[" + quote + rb"\r\n]" + (rb"|" + mark if mark else b"")
        self._to_quote = re.compile(special)

    def last_end(self, buffer: bytes, start: int, limit: int) -> int:
        """Where the last record that ends in `[start, limit)` ends, if all are regular."""
        end = buffer.rfind(NEWLINE, start, limit) + 1
        if buffer.count(self.quote, start, end) % 2:
            opened = buffer.rfind(self.quote, start, end)
            end = buffer.rfind(NEWLINE, start, opened) + 1
        return end

    def passed(self, piece: bytes) -> tuple[bytes, int] | None:
        """A piece of whole lines as it is passed on, and the number of its records.

        None if it is not regular, or if its last record is empty: the table may end there.
        """
        if not self._is_simple or not self._has_own_newlines(piece) or not is_utf8(piece):
            return None
        if self.may_be_empty(piece[piece.rfind(NEWLINE, 0, -1) + 1 :]):
            return None
        bare = self._without_quoted(piece)
        if bare is None or (self._width == 1 and self._has_blank_line(bare)):
            return None
        count = bare.count(NEWLINE)
        if bare.translate(None, self._dropped) != self._skeleton * count:
            return None
        if not self._has_returns:
            return piece, count
        # Line ends inside quotes stay as they are: such a piece is not for one replacement.
        is_flat = piece.count(NEWLINE) == count
        return (piece.replace(b"\r\n", NEWLINE), count) if is_flat else None

    def is_blank(self, line: bytes) -> bool:
        """Whether a line has nothing but white space, and is no record for that."""
        return self._width > 1 and not line.strip(self._spaces)

    def is_empty(self, record: bytes) -> bool:
        """Whether a record has nothing but signs: no text, or only quoted spaces."""
        return not record.translate(None, self._signs)

    def may_be_empty(self, line: bytes) -> bool:
        """Whether a physical line may be an empty record, rather than the end of a value."""
        content = line.rstrip(b" \r\n")
        if not content:
            return True
        ends_empty = content.endswith((self.mark or self.quote * 2, self.quote * 2))
        return ends_empty and self.is_empty(content)

    def written(self, fields: Sequence[bytes]) -> bytes:
        """A record of these fields, quoted where necessary, without its newline."""
        if self._width == 1:
            return self._written(fields[0]) if fields[0] else self.empty_record
        return self.mark.join(map(self._written, fields))

    def _written(self, value: bytes) -> bytes:
        if self._to_quote.search(value) is None:
            return value
        return self.quote + value.replace(self.quote, self.quote * 2) + self.quote

    def _has_own_newlines(self, piece: bytes) -> bool:
        if not self._has_returns:
            return b"\r" not in piece
        feeds = piece.count(b"\n")
        return piece.count(b"\r\n") == feeds == piece.count(b"\r")

    def _without_quoted(self, piece: bytes) -> bytes | None:
        """The piece with a marker for each quoted field, None if a quote is out of place."""
        if self.quote not in piece:
            return piece
        if _MARKER in piece:
            return None
        bare, count = self._quoted.subn(_MARKER, piece)
        if self.quote in bare:
            return None
        opened = bare.count(b"\n" + _MARKER) + bare.startswith(_MARKER)
        if self.mark:
            opened += bare.count(self.mark + _MARKER)
        return bare if opened == count else None

    def _has_blank_line(self, bare: bytes) -> bool:
        return bare.startswith((b"\n", b"\r\n")) or b"\n\n" in bare or b"\n\r\n" in bare
