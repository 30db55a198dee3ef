"""The records of a file, made ready for DuckDB: read where they lie, or screened first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rowmill.mill.duck import read_csv
from rowmill.mill.feed import feeding
from rowmill.mill.formats.csv import dialect_of, encoding_of
from rowmill.mill.meter import Meter
from rowmill.mill.plan import ReadPlan
from rowmill.mill.records import Cutter, Dialect
from rowmill.mill.regular import Regularity
from rowmill.mill.request import MEBIBYTE, Limits
from rowmill.mill.screen import Place, Reject, Screen, Wanted
from rowmill.mill.source import Source

_TAIL_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Body:
    """The records of a file after its header, which begin at `start`."""

    source: Source
    plan: ReadPlan
    limits: Limits
    start: Place
    meter: Meter

    @classmethod
    def of(cls, path: str, plan: ReadPlan, limits: Limits, meter: Meter) -> Body:
        """The records of a file that is read by this plan; the meter follows the reading."""
        source = Source(path, encoding_of(plan))
        return cls(source, plan, limits, _start(source, plan), meter)

    @property
    def dialect(self) -> Dialect:
        """How the records are written."""
        return dialect_of(self.plan)

    @property
    def file_offset(self) -> int:
        """Where the first record begins in a file that needs no transcoding, in bytes."""
        return self.start.offset + self.plan.bom

    def is_direct(self) -> bool:
        """Whether DuckDB's strict reader can be tried on the file as it lies.

        Not where the records are written in a way it does not know, where it would miscount
        the lines to skip, or where the file ends in records that are to be left out.
        """
        dialect = self.dialect
        is_known = (
            self.source.encoding.is_utf8
            and dialect.newline in {"\n", "\r\n"}
            and not dialect.is_spaced
            and not dialect.has_escape
        )
        return is_known and not self._has_quote_before_header() and not self._has_empty_end()

    def direct(self) -> str:
        """SQL for the fields, read from the file itself."""
        self.meter.follow(None, None)
        skip = self.plan.skip_rows + self.plan.header
        return read_csv(self.source.path, self.plan, self.dialect, skip=skip)

    def screen(self, on_reject: Callable[[Reject], None], wanted: Wanted | None = None) -> Screen:
        """What keeps irregular records back."""
        labels = [column.label for column in self.plan.columns]
        longest = self.limits.max_record_bytes
        screen = Screen(self.dialect, labels, on_reject, longest, self.start, wanted)
        self.meter.follow(self.source, screen)
        return screen

    @contextmanager
    def screened(self, screen: Screen, *, is_parallel: bool) -> Iterator[str]:
        """SQL for the fields of the records that pass the screen; good for one query."""
        dialect = replace(self.dialect, newline="\n")
        with feeding(screen.pass_through(self.text())) as path:
            longest = self.limits.max_record_bytes + MEBIBYTE
            yield read_csv(
                path, self.plan, dialect, is_parallel=is_parallel, longest_record=longest
            )

    def text(self) -> Iterator[bytes]:
        """The text from the first record on, as UTF-8."""
        before = self.start.offset
        for chunk in self.source.text():
            if before < len(chunk):
                yield chunk[before:] if before else chunk
            before = max(before - len(chunk), 0)

    def _has_quote_before_header(self) -> bool:
        if not self.plan.skip_rows:
            return False
        with Path(self.source.path).open("rb") as file:
            return self.dialect.quote.encode() in file.read(self.file_offset)

    def _has_empty_end(self) -> bool:
        size = self.source.size
        with Path(self.source.path).open("rb") as file:
            file.seek(max(size - _TAIL_BYTES, self.file_offset))
            tail = file.read()
        regularity = Regularity(self.dialect, len(self.plan.columns))
        lines = [line for line in tail.splitlines() if not regularity.is_blank(line)]
        return bool(lines) and regularity.may_be_empty(lines[-1])


def _start(source: Source, plan: ReadPlan) -> Place:
    """The first record: after the preamble's lines and, if there is one, the header."""
    cutter, buffer = Cutter(dialect_of(plan)), b""
    for chunk in source.text():
        buffer += chunk
        place = _after_header(cutter, buffer, plan)
        if place.offset < len(buffer):
            return place
    return _after_header(cutter, buffer, plan)


def _after_header(cutter: Cutter, buffer: bytes, plan: ReadPlan) -> Place:
    position, line = 0, 1
    for _ in range(plan.skip_rows):
        position, line = cutter.next_line(buffer, position), line + 1
    if plan.header and position < len(buffer):
        cut = cutter.cut(buffer, position)
        position, line = cut.next, line + cut.lines
    return Place(1, line, position, b"")
