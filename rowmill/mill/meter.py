"""How far a parse is, for whoever watches it from another thread."""

from __future__ import annotations

from contextlib import suppress
from typing import Literal

import duckdb

from rowmill.mill.request import Progress
from rowmill.mill.screen import Screen
from rowmill.mill.source import Source


class Meter:
    """Reads progress off whatever is at work. Safe to read from another thread."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.phase: Literal["detecting", "parsing"] = "detecting"
        self.connection: duckdb.DuckDBPyConnection | None = None
        self.source: Source | None = None
        self.screen: Screen | None = None
        self.bytes_per_row = 0.0

    def follow(self, source: Source | None, screen: Screen | None) -> None:
        """Follow a screened reading; without one, whatever the database is doing."""
        self.screen, self.source = screen, source

    def progress(self) -> Progress:
        """The current state. Bytes begin anew when the file must be read again."""
        done = self._bytes_done()
        if self.screen is not None:
            rows = self.screen.tally.passed
        else:
            rows = int(done / self.bytes_per_row) if self.bytes_per_row else 0
        return Progress(self.phase, done, self.total, rows)

    def _bytes_done(self) -> int:
        if self.phase == "detecting":
            return 0
        if self.screen is not None and self.source is not None:
            return self.source.bytes_done
        percent = 0.0
        if self.connection is not None:
            with suppress(duckdb.Error):
                percent = self.connection.query_progress()
        return int(self.total * max(percent, 0.0) / 100)
