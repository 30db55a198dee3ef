"""One attempt to write a file's records as typed Parquet, with a proof that none is missing.

The proof never comes from the writer. A file that is read swiftly is held against its size (see
`swift`). A file that DuckDB reads directly is held against the number of its lines, counted
separately; where these differ (blank lines, values of several lines) against what our own careful
reader finds in it. A screened file is held against what the screen has passed on. Where values
hold line ends, these are counted in the staged file too: DuckDB may lose one where two of its
threads meet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from rowmill.mill.body import Body
from rowmill.mill.errors import OutOfMemory, ReceiptMismatch, StorageFull
from rowmill.mill.linecount import LineCount
from rowmill.mill.mapping import Target
from rowmill.mill.places import Spot
from rowmill.mill.plan import ReadPlan
from rowmill.mill.reasons import why_not
from rowmill.mill.rejects import RejectLog
from rowmill.mill.screen import Place, Reject, Tally, Wanted
from rowmill.mill.statements import (
    MISFIT,
    copy_statement,
    line_ends_statement,
    misfits_statement,
    row_group,
)
from rowmill.mill.swift import SwiftReader, Unproven
from rowmill.mill.texts import TableBody


class Misfit(Exception):
    """A value does not fit its column."""


class Irregular(Exception):
    """DuckDB cannot read the file in this way, or has not read it faithfully."""


@dataclass(frozen=True)
class _Writing:
    """What is to be written where. `key` are positions of fields that must not be empty."""

    connection: duckdb.DuckDBPyConnection
    plan: ReadPlan
    targets: Sequence[Target]
    key: Sequence[int]
    path: Path

    def copy(self, relation: str, *, leave_out_misfits: bool) -> int:
        """Write the records; how many there were."""
        statement = copy_statement(
            relation,
            self.plan,
            self.targets,
            self.key,
            str(self.path),
            leave_out_misfits=leave_out_misfits,
        )
        return int(run(self.connection, statement)[0][0])

    def misfit(self, place: Place | Spot, positions: Sequence[int], value: str | None) -> Reject:
        """The reject for a record whose values do not fit in these fields."""
        column = self.plan.columns[positions[0]]
        if value is None:
            code, reason = "key_missing", f"the key {column.label!r} is empty"
        else:
            code, reason = why_not(column, value)
        others = [self.plan.columns[i].label for i in positions[1:] if i != positions[0]]
        if others:
            reason += f"; {', '.join(map(repr, others))} does not fit either"
        return Reject(place, code, reason, column.label, value)


@dataclass(frozen=True)
class TableStaging(_Writing):
    """Staging the table of a file that was not text."""

    body: TableBody

    def stage(self, log: RejectLog, *, leave_out_misfits: bool) -> Tally:
        """Write the table's records; misfits become rejects where they may be left out.

        Raises:
            Misfit: a value does not fit a guessed type, or none may be left out.
            TooManyRejects: there are more than allowed.
            ReceiptMismatch: records were lost on the way. This must never happen.
        """
        table = self.body.table
        if table.unread is not None:
            log.include(table.unread)
        tally = Tally(passed=table.count, rejected=log.count, blank=table.blank)
        rows = self.copy(self.body.direct(), leave_out_misfits=leave_out_misfits)
        missing = table.count - rows
        if missing and leave_out_misfits:
            found = self._reject_misfits(log)
            tally.passed -= found
            tally.rejected += found
            missing -= found
        if missing:
            raise _lost(table.count, rows)
        return tally

    def _reject_misfits(self, log: RejectLog) -> int:
        relation = self.body.direct()
        statement = misfits_statement(relation, self.plan, self.targets, self.key)
        found = run(self.connection, f"{statement} LIMIT {log.limit + 1}")
        ordinals = [ordinal for ordinal, _, _ in found]
        if not ordinals:
            return 0
        records = run(
            self.connection,
            f"SELECT * FROM (SELECT row_number() OVER () AS ordinal, * FROM {relation}) "
            f"WHERE ordinal IN (SELECT unnest({ordinals})) ORDER BY ordinal",
        )
        for (ordinal, positions, value), (_, *texts) in zip(found, records, strict=True):
            place = self.body.table.locate(ordinal, texts, positions[0])
            log.add(self.misfit(place, positions, value))
        return len(found)


@dataclass(frozen=True)
class Staging(_Writing):
    """Staging the records of a text."""

    body: Body

    def swiftly(self) -> Tally:
        """Read the file as it lies, in the fastest way.

        Raises:
            Irregular: the file must be read in another way.
        """
        reader = SwiftReader(self.body, self.targets, self.key)
        try:
            return reader.write(self.path, row_group(len(self.targets)))
        except Unproven as error:
            raise Irregular from error

    def directly(self) -> Tally:
        """Let DuckDB read the file as it lies.

        Raises:
            Irregular: the file must be screened.
            Misfit: a value does not fit.
        """
        lines = LineCount(self.body.source.path, self.body.file_offset)
        lines.start()
        try:
            rows = self.copy(self.body.direct(), leave_out_misfits=False)
        except BaseException:
            lines.stop()
            raise
        lines.join()
        if not lines.has_only(self.body.plan.newline):
            raise Irregular
        if rows == lines.lines:
            return Tally(passed=rows, lines=rows)
        tally = self._survey()
        if tally.rejected or tally.passed != rows or self._are_inner_lines_kept(tally) is not True:
            raise Irregular
        return tally

    def screened(self, log: RejectLog, *, leave_out_misfits: bool, is_parallel: bool) -> Tally:
        """Screen the file, and let DuckDB read what passes; misfits become rejects.

        Raises:
            Misfit: a value does not fit a guessed type, or none may be left out.
            Irregular: the file must be read without parallel threads.
            TooManyRejects: there are more than allowed.
            ReceiptMismatch: records were lost on the way. This must never happen.
        """
        screen = self.body.screen(log.add)
        with self.body.screened(screen, is_parallel=is_parallel) as relation:
            rows = self.copy(relation, leave_out_misfits=leave_out_misfits)
        tally = screen.tally
        missing = tally.passed - rows
        is_kept = None if missing else self._are_inner_lines_kept(tally)
        if is_parallel and tally.inner_lines and not is_kept:
            raise Irregular
        if missing and leave_out_misfits:
            found = self._reject_misfits(log, is_parallel=is_parallel)
            tally.passed -= found
            tally.rejected += found
            missing -= found
        if missing or is_kept is False:
            raise _lost(tally.passed, rows)
        return tally

    def _are_inner_lines_kept(self, tally: Tally) -> bool | None:
        r"""Whether the staged texts have as many line ends as those in the file.

        None where that cannot be told: some fields are not staged, or lines end in `\r`.
        """
        if not tally.inner_lines:
            return True
        plan = self.body.plan
        staged = {target.position for target in self.targets} - {None}
        if len(staged) < len(plan.columns) or plan.newline == "\r":
            return None
        texts = [
            target.name
            for target in self.targets
            if target.position is not None and plan.columns[target.position].type == "text"
        ]
        statement = line_ends_statement(str(self.path), texts)
        return bool(texts) and run(self.connection, statement)[0][0] == tally.inner_lines

    def _survey(self) -> Tally:
        """What our own reader finds in the file."""
        screen = self.body.screen(_ignore)
        for _ in screen.pass_through(self.body.text()):
            pass
        return screen.tally

    def _reject_misfits(self, log: RejectLog, *, is_parallel: bool) -> int:
        """Find the records that were left out, and why; a record is one reject."""
        plan = self.body.plan
        with self.body.screened(self.body.screen(_ignore), is_parallel=is_parallel) as relation:
            statement = misfits_statement(relation, plan, self.targets, self.key)
            found = run(self.connection, f"{statement} LIMIT {log.limit + 1}")
        misfits = {ordinal: (positions, value) for ordinal, positions, value in found}

        def add(ordinal: int, place: Place) -> None:
            positions, value = misfits[ordinal]
            log.add(self.misfit(place, positions, value))

        wanted = Wanted(sorted(misfits), add)
        screen = self.body.screen(_ignore, wanted)
        for _ in screen.pass_through(self.body.text()):
            pass
        return len(misfits)


def run(connection: duckdb.DuckDBPyConnection, statement: str) -> list[tuple[Any, ...]]:
    """Run a statement over a file; DuckDB's errors become ours.

    Raises:
        Misfit, Irregular, OutOfMemory, StorageFull.
    """
    try:
        return connection.execute(statement).fetchall()
    except duckdb.OutOfMemoryException as error:
        if "max_temp_directory_size" in str(error):
            raise StorageFull(hint="Make room for temporary files, then try again.") from error
        raise OutOfMemory(
            "The file needs more memory than a parse may use.",
            hint="Raise the memory limit, or split very wide tables.",
        ) from error
    except duckdb.IOException as error:
        if "No space left" in str(error):
            raise StorageFull(hint="Make room on the disk, then try again.") from error
        raise
    except duckdb.InvalidInputException as error:
        raise (Misfit if MISFIT in str(error) else Irregular) from error
    except duckdb.NotImplementedException as error:  # a record longer than several buffers
        raise Irregular from error
    except duckdb.Error as error:
        if "read_parquet" in statement:  # a damaged file: there are many such errors
            raise Irregular from error
        raise


def _lost(found: int, read: int) -> ReceiptMismatch:
    return ReceiptMismatch(
        f"{found:,} records were found in the file, but {read:,} were read.",
        hint="Nothing was imported. Please report this with the file.",
    )


def _ignore(_: Reject) -> None:
    """A reject that is counted, and kept elsewhere."""
