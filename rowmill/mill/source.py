"""Reading the file: a bounded sample for detection, and its whole text as UTF-8."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rowmill.mill.encoding import Encoding, transcoded

HEAD_BYTES: Final = 512 * 1024
SLICE_BYTES: Final = 32 * 1024
SLICES: Final = 24
CHUNK_BYTES: Final = 256 * 1024


@dataclass(frozen=True)
class Sample:
    """The beginning of a file and pieces spread evenly over the rest of it."""

    head: bytes
    slices: tuple[bytes, ...]
    size: int

    @property
    def is_whole(self) -> bool:
        """Whether the head is the whole file."""
        return len(self.head) >= self.size


def read_sample(path: str, head_bytes: int = HEAD_BYTES) -> Sample:
    """A bounded sample. Pieces begin at multiples of four bytes, for wide encodings."""
    size = Path(path).stat().st_size
    with Path(path).open("rb") as file:
        head = file.read(head_bytes)
        rest = size - len(head)
        pieces = []
        for number in range(SLICES if rest > 0 else 0):
            file.seek((len(head) + rest * number // SLICES) // 4 * 4)
            pieces.append(file.read(SLICE_BYTES))
        if rest > 0:
            file.seek(max(size - SLICE_BYTES, len(head)) // 4 * 4)
            pieces.append(file.read(SLICE_BYTES))
    return Sample(head, tuple(pieces), size)


@dataclass
class Source:
    """A local file with its encoding. `bytes_done` is how far the current reading is."""

    path: str
    encoding: Encoding
    bytes_done: int = 0

    @property
    def size(self) -> int:
        """Size of the file in bytes."""
        return Path(self.path).stat().st_size

    def text(self) -> Iterator[bytes]:
        """The whole text as UTF-8, without a byte order mark, in chunks."""
        if self.encoding.is_utf8:
            return self._raw()
        return transcoded(self._raw(), self.encoding)

    def _raw(self) -> Iterator[bytes]:
        self.bytes_done = 0
        with Path(self.path).open("rb", buffering=0) as file:
            file.seek(self.encoding.bom)
            while chunk := file.read(CHUNK_BYTES):
                self.bytes_done = file.tell()
                yield chunk
