"""Counting lines beside the parse: evidence that does not come from the parser itself."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Final

_CHUNK: Final = 1024 * 1024


class LineCount(Thread):
    """Counts the line ends of a file from an offset on, while others read it too.

    After `join`, `lines` is their number, a last line without an end included, `feeds` and
    `returns` are the numbers of the two characters; or `error` says why nothing is known.
    """

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(name="line-count", daemon=True)
        self._path, self._offset = path, offset
        self._is_stopped = False
        self.lines = self.feeds = self.returns = 0
        self.error: OSError | None = None

    def run(self) -> None:
        """Count until the end of the file, or until stopped."""
        buffer, last = bytearray(_CHUNK), b"\n"
        try:
            with Path(self._path).open("rb", buffering=0) as file:
                file.seek(self._offset)
                while (size := file.readinto(buffer)) and not self._is_stopped:
                    self.feeds += buffer.count(b"\n", 0, size)
                    self.returns += buffer.count(b"\r", 0, size)
                    last = bytes(buffer[size - 1 : size])
        except OSError as error:
            self.error = error
        self.lines = self.feeds + (last != b"\n")

    def has_only(self, newline: str) -> bool:
        r"""Whether all line ends are of one kind, with no `\r` besides."""
        return self.error is None and self.returns == (self.feeds if newline == "\r\n" else 0)

    def stop(self) -> None:
        """End early; what was counted is worth nothing then."""
        self._is_stopped = True
        self.join()
