"""Looking at the bytes of a file beside the parse: evidence that does not come from the parser.

Polars does the counting: it is fast, and holds no other thread up meanwhile.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Final

import polars as pl
import pyarrow as pa

_CHUNK: Final = 1024 * 1024
_FEED: Final = ord("\n")
_RETURN: Final = ord("\r")


class ByteWatch(Thread, ABC):
    """Reads a file from an offset on, while others read it too.

    After `join`, `size` is that of what was read, in bytes; or `error` says why nothing is known.
    """

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(name="byte-watch", daemon=True)
        self._path, self._offset = path, offset
        self._is_stopped = False
        self._last = _FEED
        self.size = 0
        self.error: OSError | None = None

    def run(self) -> None:
        """Read until the end of the file, or until stopped."""
        buffer = bytearray(_CHUNK)
        buffer[0], kept = _FEED, 1  # a byte before the first, and one behind the last
        try:
            with Path(self._path).open("rb", buffering=0) as file, memoryview(buffer) as room:
                file.seek(self._offset)
                while (size := file.readinto(room[kept:])) and not self._is_stopped:
                    end = kept + size
                    self._see(buffer, end)
                    buffer[:2] = buffer[end - 2 : end]
                    self.size, self._last, kept = self.size + size, buffer[1], 2
                buffer[kept] = _FEED
                self._see(buffer, kept + 1)
        except OSError as error:
            self.error = error

    @abstractmethod
    def _see(self, buffer: bytearray, end: int) -> None:
        """Look at the bytes before `end` but the first and last, which stand beside these."""

    @property
    def ends_open(self) -> bool:
        """Whether the last line lacks its end."""
        return self._last != _FEED

    def stop(self) -> None:
        """End early; what was seen is worth nothing then."""
        self._is_stopped = True
        self.join()


class LineCount(ByteWatch):
    """Counts the line ends of a file from an offset on: `feeds` and `returns`."""

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(path, offset)
        self.feeds = self.returns = 0

    def _see(self, buffer: bytearray, end: int) -> None:
        inner = _octets(buffer, 1, end - 2)
        self.feeds += int((inner == _FEED).sum())
        if buffer.find(b"\r", 1, end - 1) > 0:  # searching is much faster than counting
            self.returns += int((inner == _RETURN).sum())

    @property
    def lines(self) -> int:
        """The number of lines, a last one without an end included."""
        return self.feeds + self.ends_open

    def has_only(self, newline: str) -> bool:
        r"""Whether all line ends are of one kind, with no `\r` besides."""
        return self.error is None and self.returns == (self.feeds if newline == "\r\n" else 0)


class StructureCheck(ByteWatch):
    r"""Whether quotes and returns stand only where RFC 4180 has them.

    `quotes` is the number of all quotes, `escapes` that of pairs of them within a value. Counted
    from the beginning, each odd quote opens a value, behind a delimiter or a line, or follows the
    quote before at once; each even quote closes one, before a delimiter or the end of a line, or
    is followed by a quote at once. `returns` are all followed by a line feed; without any, the
    line ends are no `\r\n`, and `feeds` are not counted.
    """

    def __init__(self, path: str, offset: int, delimiter: str, quote: str, newline: str) -> None:
        """Args: `delimiter` and `quote` are single bytes; an empty quote stands for none."""
        super().__init__(path, offset)
        self._quote = ord(quote) if quote else None
        self._has_returns = newline == "\r\n"
        self._before = [ord(delimiter), _FEED]
        self._behind = [*self._before, *([_RETURN] if self._has_returns else [])]
        self.quotes = self.escapes = self.returns = self.feeds = 0
        self.is_regular = True

    def _see(self, buffer: bytearray, end: int) -> None:
        before, here, behind = (_octets(buffer, first, end - 2) for first in range(3))
        if self._quote is not None and buffer.find(self._quote, 1, end - 1) > 0:
            is_quote = here == self._quote
            self._see_quotes(before.filter(is_quote), behind.filter(is_quote), self._quote)
        if buffer.find(b"\r", 1, end - 1) > 0:
            following = behind.filter(here == _RETURN)
            self.returns += len(following)
            self.is_regular &= _is_each(following, [_FEED])
        if self._has_returns:
            self.feeds += int((here == _FEED).sum())

    def _see_quotes(self, before: pl.Series, behind: pl.Series, quote: int) -> None:
        """The bytes before and behind some quotes."""
        first = self.quotes % 2  # 1 where the first of these is an even one
        before_odd, behind_even = before.gather_every(2, first), behind.gather_every(2, 1 - first)
        self.quotes += len(before)
        self.escapes += int((before_odd == quote).sum())
        self.is_regular &= _is_each(before_odd, [*self._before, quote])
        self.is_regular &= _is_each(behind_even, [*self._behind, quote])


def _octets(buffer: bytearray, first: int, size: int) -> pl.Series:
    """So many bytes from the first on, good until the buffer is written again."""
    bits = [None, pa.py_buffer(buffer)]
    return pl.Series(pa.Array.from_buffers(pa.uint8(), size, bits, offset=first))


def _is_each(octets: pl.Series, known: Sequence[int]) -> bool:
    found = octets == known[0]
    for octet in known[1:]:
        found |= octets == octet
    return bool(found.all())
