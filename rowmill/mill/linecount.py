"""Counting lines beside the parse: evidence that does not come from the parser itself."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Final

_CHUNK: Final = 1024 * 1024


class LineCount(Thread):
    """Counts the line ends of a file from an offset on, while others read it too.

    After `join`, `lines` is their number, a last line without an end included; or `error`
    says why it is not known.
    """

    def __init__(self, path: str, offset: int) -> None:
        super().__init__(name="line-count", daemon=True)
        self._path, self._offset = path, offset
        self._is_stopped = False
        self.lines = 0
        self.error: OSError | None = None

    def run(self) -> None:
        """Count until the end of the file, or until stopped."""
        buffer, last = bytearray(_CHUNK), b"\n"
        try:
            with Path(self._path).open("rb", buffering=0) as file:
                file.seek(self._offset)
                while (size := file.readinto(buffer)) and not self._is_stopped:
                    self.lines += buffer.count(b"\n", 0, size)
                    last = bytes(buffer[size - 1 : size])
        except OSError as error:
            self.error = error
        self.lines += last != b"\n"

    def stop(self) -> None:
        """End early; what was counted is worth nothing then."""
        self._is_stopped = True
        self.join()
