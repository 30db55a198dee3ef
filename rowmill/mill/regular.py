"""Telling at once that many lines are regular records, and writing single ones regularly."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from rowmill.mill.encoding import is_utf8
from rowmill.mill.records import Dialect

NO_QUOTE: Final = "\x02"  # stands for a quote where nothing is quoted

_MARKER: Final = b"\x00"


class Regularity:
    """What a regular record of a dialect and width looks like, and how one is written.

    A regular piece consists of complete records, each ending in `newline`, of exactly this
    width, with every quote either enclosing a field or doubled within one.
    """

    def __init__(self, dialect: Dialect, width: int) -> None:
        self.newline = dialect.output_newline
        self.mark = dialect.mark.encode()
        self.quote = (dialect.quote or NO_QUOTE).encode()
        self.signs = self.mark + self.quote + b" \r\n"
        self.empty_record = self.mark * (width - 1) if width > 1 else self.quote * 2
        self._width = width
        self._is_simple = (
            len(self.mark) <= 1
            and not dialect.is_spaced
            and not dialect.has_escape
            and dialect.newline != "\r"
        )
        kept = self.mark + b"\n"
        self._dropped = bytes(byte for byte in range(256) if byte not in kept)
        self._skeleton = self.mark * (width - 1) + b"\n"
        quote, mark = re.escape(self.quote), re.escape(self.mark)
        stop = rb"(?=" + (mark + rb"|" if mark else b"") + rb"\r?\n)"
        self._quoted = re.compile(
            quote
            + rb"[^"
            + quote
            + rb"]*+(?:"
            + quote * 2
            + rb"[^"
            + quote
            + rb"]*+)*+"
            + quote
            + stop
        )
        self._to_quote = re.compile(
            rb"^ | $|[" + quote + rb"\r\n]" + (rb"|" + mark if mark else b"")
        )

    def count(self, piece: bytes) -> int | None:
        """The number of records in a piece of whole lines, None if not all are regular.

        None also where the last record is empty: the table may end before it.
        """
        if not self._is_simple or not self._has_own_newlines(piece) or not is_utf8(piece):
            return None
        last = piece[piece.rfind(b"\n", 0, -1) + 1 :]
        if not last.translate(None, self.signs):
            return None
        bare = self._without_quoted(piece)
        if bare is None or (self._width == 1 and self._has_blank_line(bare)):
            return None
        count = bare.count(b"\n")
        if bare.translate(None, self._dropped) != self._skeleton * count:
            return None
        return count

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
        if self.newline == b"\n":
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
