"""How far a parse is, for whoever watches it from another thread."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import duckdb

from rowmill.mill.request import Progress
from rowmill.mill.screen import Screen
from rowmill.mill.source import Source


class Meter:
    """Reads progress off whatever is at work. Safe to read from another thread.

    `scale` is the size of the file as sent for each byte of what was unpacked from it.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self.phase: Literal["detecting", "parsing"] = "detecting"
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.source: Source | None = None
        self.screen: Screen | None = None
        self.bytes_per_row = 0.0
        self.scale = 1.0
        self._told: tuple[float, int] | None = None

    def follow(self, source: Source | None, screen: Screen | None) -> None:
        """Follow a screened reading; without one, whatever the database is doing."""
        self.screen, self.source, self._told = screen, source, None

    def tell(self, share: float, rows: int) -> None:
        """What a reader has done that nobody can follow: a share of the file, from 0 to 1."""
        self.phase, self._told = "parsing", (share, rows)

    def progress(self) -> Progress:
        """The current state. Bytes begin anew when the file must be read again."""
        if self._told is not None:
            share, rows = self._told
            return Progress(self.phase, int(self.total * min(share, 1.0)), self.total, rows)
        done = self._bytes_done()
        if self.screen is not None:
            rows = self.screen.tally.passed
        else:
            rows = int(done / self.bytes_per_row / self.scale) if self.bytes_per_row else 0
        return Progress(self.phase, done, self.total, rows)

    def _bytes_done(self) -> int:
        if self.phase == "detecting":
            return 0
        if self.screen is not None and self.source is not None:
            return min(int(self.source.bytes_done * self.scale), self.total)
        percent = 0.0
        if self.connection is not None:
            with suppress(duckdb.Error):
                percent = self.connection.query_progress()
        return int(self.total * max(percent, 0.0) / 100)
