"""Looking at the bytes of a file beside the parse: evidence that does not come from the parser.

Polars does the counting: it is fast, and holds no other thread up meanwhile.
"""

from __future__ import annotations

import errno
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from mmap import ACCESS_READ, ALLOCATIONGRANULARITY, mmap
from pathlib import Path
from threading import Thread
from typing import Final, NamedTuple

import polars as pl
import pyarrow as pa

_PIECE: Final = 1024 * 1024
_FEED: Final = ord("\n")
_RETURN: Final = ord("\r")
_END: Final = b"\n"  # stands before the first byte, and behind the last


class Bytes(NamedTuple):
    """Some bytes of a file, those before and those behind each of them."""

    here: pl.Series
    before: pl.Series
    behind: pl.Series


class ByteWatch(Thread, ABC):
    """Looks at a file from an offset on, while others read it.

    After `join`, `size` is that of what was seen, in bytes; or `error` says why nothing is known.
    """

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(name="byte-watch", daemon=True)
        self._path, self._offset = path, offset
        self._is_stopped = False
        self._last = _FEED
        self.size = 0
        self.error: OSError | ValueError | None = None

    def run(self) -> None:
        """Look at all bytes, or at some until stopped."""
        try:
            with Path(self._path).open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                for first in range(self._offset, size, _PIECE):
                    if self._is_stopped:
                        return
                    end = min(first + _PIECE, size)
                    self._look(*self._piece(file.fileno(), first, end, size), end - first)
                    self.size += end - first
        except (OSError, ValueError) as error:  # ValueError: a shorter file cannot be mapped
            self.error = error

    def _piece(self, descriptor: int, first: int, end: int, size: int) -> tuple[bytes | mmap, int]:
        """These bytes and one on each side, and where they begin in what is returned."""
        if self._offset < first and end < size:
            low = (first - 1) // ALLOCATIONGRANULARITY * ALLOCATIONGRANULARITY
            mapped = mmap(descriptor, end + 1 - low, access=ACCESS_READ, offset=low)
            return mapped, first - 1 - low
        before, behind = int(first == self._offset), int(end == size)
        inner = os.pread(descriptor, end - first + 2 - before - behind, first - 1 + before)
        piece = _END * before + inner + _END * behind
        if len(piece) < end - first + 2:
            raise OSError(errno.EIO, "The file became shorter.", self._path)
        if behind:
            self._last = inner[-1]
        return piece, 0

    def _look(self, piece: bytes | mmap, start: int, size: int) -> None:
        bits = [None, pa.py_buffer(piece)]
        before, here, behind = (
            pl.Series(pa.Array.from_buffers(pa.uint8(), size, bits, offset=start + further))
            for further in range(3)
        )
        self._see(Bytes(here, before, behind))

    @abstractmethod
    def _see(self, seen: Bytes) -> None:
        """Look at some bytes, which are gone afterwards."""

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

    def _see(self, seen: Bytes) -> None:
        self.feeds += int((seen.here == _FEED).sum())
        self.returns += int((seen.here == _RETURN).sum())

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
        self._before = [ord(delimiter), _FEED, *([] if self._quote is None else [self._quote])]
        self._behind = [*self._before, *([_RETURN] if self._has_returns else [])]
        self.quotes = self.escapes = self.returns = self.feeds = 0
        self.is_regular = True
        self._alternately = pl.int_range(_PIECE + 1, eager=True) % 2 == 0

    def _see(self, seen: Bytes) -> None:
        if self._quote is not None:
            is_quote = seen.here == self._quote
            self._see_quotes(seen.before.filter(is_quote), seen.behind.filter(is_quote))
        is_return = seen.here == _RETURN
        if self._has_returns or is_return.any():
            following = seen.behind.filter(is_return)
            self.returns += len(following)
            self.is_regular &= _is_each(following, [_FEED])
        if self._has_returns:
            self.feeds += int((seen.here == _FEED).sum())

    def _see_quotes(self, before: pl.Series, behind: pl.Series) -> None:
        """The bytes before and behind some quotes."""
        first = self.quotes % 2  # 1 where the first of these is an even one
        is_odd, is_even = (
            self._alternately.slice(start, len(before)) for start in (first, 1 - first)
        )
        before_odd, behind_even = before.filter(is_odd), behind.filter(is_even)
        self.quotes += len(before)
        self.escapes += int((before_odd == self._quote).sum())
        self.is_regular &= _is_each(before_odd, self._before)
        self.is_regular &= _is_each(behind_even, self._behind)


def _is_each(octets: pl.Series, known: Sequence[int]) -> bool:
    found = octets == known[0]
    for octet in known[1:]:
        found |= octets == octet
    return bool(found.all())
