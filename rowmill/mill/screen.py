"""Making a stream regular: whole, well-formed records of one width go through; the others
become rejects, each for itself.

Most pieces of a file are regular, and telling so takes a few operations over the whole
piece; only the others are cut record by record. What comes out is safe for DuckDB's strict
reader, and every line that went in is accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from rowmill.mill.encoding import is_utf8
from rowmill.mill.records import Cut, Cutter, Dialect

RAW_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Reject:
    """A record that does not fit. `record` and `line` are 1-based, `offset` 0-based.

    The record's ordinal counts records after the header, blank lines not included; the
    offset counts bytes of the decoded text (UTF-8) without a byte order mark.
    """

    record: int
    line: int
    offset: int
    code: str
    reason: str
    raw: bytes
    column: str | None = None
    value: str | None = None


@dataclass
class Tally:
    """What a stream was made of; lines are physical and do not include the header's.

    `passed` records came out, in order. `blank` lines, `empty` records at the end and
    `footers` after a blank line at the end were left out.
    """

    passed: int = 0
    rejected: int = 0
    blank: int = 0
    empty: int = 0
    footers: list[str] = field(default_factory=list)
    lines: int = 0

    @property
    def skipped(self) -> int:
        """Everything without content that was left out."""
        return self.blank + self.empty + len(self.footers)

    @property
    def found(self) -> int:
        """Everything that was found after the header."""
        return self.passed + self.rejected + self.skipped


@dataclass
class _Held:
    """A record at which the table may have ended; it waits for what follows."""

    reject: Reject | None
    content: bytes


class Screen:
    """Passes on the regular records of a stream that begins at the first record.

    `width` is the number of fields a record must have, `labels` name them. Rejects are
    given to `on_reject` in the order of the file. `max_record_bytes` bounds the memory.
    """

    def __init__(
        self,
        dialect: Dialect,
        labels: tuple[str, ...],
        *,
        first_line: int,
        first_offset: int,
        max_record_bytes: int,
        on_reject: Callable[[Reject], None],
        on_record: Callable[[int, Reject], None] | None = None,
        wanted: frozenset[int] = frozenset(),
    ) -> None:
        self.tally = Tally()
        self._cutter = Cutter(dialect)
        self._labels = labels
        self._width = len(labels)
        self._first_line = first_line
        self._offset = first_offset
        self._limit = max_record_bytes
        self._on_reject = on_reject
        self._on_record = on_record
        self._wanted = wanted
        self._newline = dialect.output_newline
        self._terminator = b"\r" if dialect.newline == "\r" else b"\n"
        self._regular = _Regular(dialect, self._width)
        self._held: list[_Held] = []
        self._after_blank = False

    def pass_through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The regular records of the stream, in pieces of whole records."""
        rest = b""
        too_long: Reject | None = None
        for chunk in chunks:
            buffer = rest + chunk if rest else chunk
            if too_long is not None:
                rest = self._skip_line(buffer)
                too_long = None if rest else too_long
                continue
            rest = yield from self._pass(buffer, final=False)
            if len(rest) > self._limit:
                rest, too_long = self._give_up_on(rest)
        if rest and too_long is None:
            yield from self._pass(rest, final=True)
        self._end()

    def _pass(self, buffer: bytes, *, final: bool) -> Iterator[bytes]:
        raise NotImplementedError
