"""Counting signs of a file beside the parse: evidence that does not come from the parser itself."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Final

import polars as pl
import pyarrow as pa

_CHUNK: Final = 1024 * 1024


class SignCount(Thread):
    """Counts sequences of one or two bytes in a file from an offset on, while others read it too.

    It counts with Polars, which is fast, and holds nobody up meanwhile.

    After `join`, `counts` are their numbers, and `size` is that of what was read, in bytes; or
    `error` says why nothing is known.
    """

    def __init__(self, path: str, offset: int, *signs: bytes) -> None:
        super().__init__(name="sign-count", daemon=True)
        self._path, self._offset = path, offset
        self._is_stopped = False
        self._last = b""
        self.size = 0
        self.counts = dict.fromkeys(signs, 0)
        self.error: OSError | None = None

    def run(self) -> None:
        """Count until the end of the file, or until stopped."""
        buffer = bytearray(_CHUNK)
        try:
            with Path(self._path).open("rb", buffering=0) as file:
                file.seek(self._offset)
                while (size := file.readinto(buffer)) and not self._is_stopped:
                    self._count(buffer, size)
        except OSError as error:
            self.error = error

    def _count(self, buffer: bytearray, size: int) -> None:
        octets = pa.Array.from_buffers(pa.uint8(), size, [None, pa.py_buffer(buffer)])
        for sign in self.counts:
            if buffer.find(sign, 0, size) < 0:  # by far the cheapest
                pass
            elif len(sign) == 1:
                self.counts[sign] += int((pl.Series(octets) == sign[0]).sum())
            else:
                self.counts[sign] += buffer.count(sign, 0, size)
            if len(sign) > 1 and self._last + buffer[:1] == sign:
                self.counts[sign] += 1
        self._last = bytes(buffer[size - 1 : size])
        self.size += size

    @property
    def ends_open(self) -> bool:
        """Whether the last line lacks its end."""
        return self.size > 0 and self._last != b"\n"

    def stop(self) -> None:
        """End early; what was counted is worth nothing then."""
        self._is_stopped = True
        self.join()


class LineCount(SignCount):
    """Counts the line ends of a file from an offset on."""

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(path, offset, b"\n", b"\r")

    @property
    def lines(self) -> int:
        """The number of lines, a last one without an end included."""
        return self.counts[b"\n"] + self.ends_open

    def has_only(self, newline: str) -> bool:
        r"""Whether all line ends are of one kind, with no `\r` besides."""
        returns = self.counts[b"\n"] if newline == "\r\n" else 0
        return self.error is None and self.counts[b"\r"] == returns
