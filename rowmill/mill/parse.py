"""A whole parse, in this process: from a local file to staged Parquet and a balanced account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import duckdb

from rowmill.mill.body import Body
from rowmill.mill.columns import Column, kind_of
from rowmill.mill.duck import allow_for_width, connect
from rowmill.mill.encoding import legacy_encoding
from rowmill.mill.errors import ReceiptMismatch, TooManyRejects
from rowmill.mill.infer import readings
from rowmill.mill.keys import keep_last
from rowmill.mill.mapping import Target, choose_key, map_columns
from rowmill.mill.meter import Meter
from rowmill.mill.money import currency_notes
from rowmill.mill.opening import detect
from rowmill.mill.planning import Planner
from rowmill.mill.rejects import RejectLog
from rowmill.mill.request import Counts, Drift, ParseRequest, ParseResult, StagedFile
from rowmill.mill.screen import Tally
from rowmill.mill.staging import Irregular, Misfit, Staging, TableStaging
from rowmill.mill.swift import can_be_swift
from rowmill.mill.texts import TableBody

MAX_WIDENINGS: Final = 3
STAGED_NAME: Final = "part-0.parquet"
REJECTS_NAME: Final = "rejects.parquet"

_WIDER: Final = {
    "integer": {"decimal", "double"},
    "decimal": {"double"},
    "date": {"timestamp"},
}


def parse(request: ParseRequest, workspace: Path, meter: Meter | None = None) -> ParseResult:
    """Parse a local file into a local folder; `workspace` is a folder for temporary files.

    Raises:
        RowmillError: the file cannot be imported; what was staged may be left behind.
    """
    meter = meter or Meter(request.size)
    Path(request.output).mkdir(parents=True, exist_ok=True)
    with connect(request.limits, str(workspace)) as connection:
        meter.connection = connection
        return _Parse(request, workspace, connection, meter).run()


class _Parse:
    """The state of one parse."""

    def __init__(
        self,
        request: ParseRequest,
        workspace: Path,
        connection: duckdb.DuckDBPyConnection,
        meter: Meter,
    ) -> None:
        self.request = request
        self.connection = connection
        self.meter = meter
        self.log_path = workspace / "rejects.jsonl"
        self.staged = Path(request.output) / STAGED_NAME
        limits = request.limits
        detected = detect(request.source, request.options, limits, workspace, meter)
        self.mapping = map_columns(detected.plan, request.columns, request.policy, request.declared)
        self.key = choose_key(self.mapping, request.key, request.keys)
        evidence, meter.bytes_per_row = detected.evidence, detected.bytes_per_row
        evidence.fixed.update(self.mapping.given_types)
        evidence.widening.update(self.mapping.widening)
        labels = [column.label for column in detected.plan.columns]
        usual = (c.day_first for c in request.conventions if c.applies_to(labels))
        evidence.usual_day_first = next(usual, None)
        dropped = set(range(len(detected.plan.columns))) - set(self.mapping.positions)
        evidence.given_up.update(dropped)
        plan = self.mapping.renamed(detected.plan).with_notes(*self.mapping.notes)
        body = (
            Body.of(detected.path, plan, limits, meter)
            if detected.table is None
            else TableBody(detected.table, plan, limits, meter)
        )
        allow_for_width(connection, limits, len(plan.columns))
        self.planner = Planner(connection, body, evidence)
        self.passes = self.widenings = 0
        self.leaves_out = False

    def run(self) -> ParseResult:
        """Plan, stage, keep one record of each key, write the rejects, and sum up."""
        self.planner.settle()
        self.meter.phase = "parsing"
        log, tally = self._stage()
        names = [target.name for target in self.key]
        removed = keep_last(self.connection, self.staged, names) if names else 0
        rejects = log.write(self.connection, self.staged.with_name(REJECTS_NAME))
        return self._result(tally, removed, rejects)

    def _stage(self) -> tuple[RejectLog, Tally]:
        """Write the staged file, in as many attempts as it takes."""
        while True:
            self.passes += 1
            log = RejectLog(self.log_path, self.request.limits.max_rejects)
            tally = self._attempt(log)
            if tally is not None and not self._is_reread(log):
                return log, tally

    def _attempt(self, log: RejectLog) -> Tally | None:
        """One attempt; None if another one is to make use of what this one has taught."""
        try:
            return self._staged(log)
        except Irregular as error:
            if not self.planner.be_careful():
                raise _unexplained() from error
        except Misfit as error:
            self._learn_from(error)
        except TooManyRejects:
            if not self._is_reread(log):
                raise
        return None

    def _staged(self, log: RejectLog) -> Tally:
        key = [target.position for target in self.key if target.position is not None]
        body, targets = self.planner.body, self.mapping.targets
        if isinstance(body, TableBody):
            table = TableStaging(self.connection, body.plan, targets, key, self.staged, body)
            return table.stage(log, leave_out_misfits=self.leaves_out)
        staging = Staging(self.connection, body.plan, targets, key, self.staged, body)
        if self.planner.is_swift and can_be_swift(body, targets):
            return staging.swiftly()
        self.planner.is_swift = False
        if self.planner.is_direct:
            return staging.directly()
        return staging.screened(
            log, leave_out_misfits=self.leaves_out, is_parallel=self.planner.is_parallel
        )

    def _learn_from(self, misfit: Misfit) -> None:
        """Widen the types that were guessed; if all of them fit, misfits become rejects."""
        self.widenings += 1
        if self.planner.widen(give_up=self.widenings >= MAX_WIDENINGS):
            return
        if self.leaves_out:
            raise _unexplained() from misfit
        self.leaves_out, self.planner.is_direct = True, False

    def _is_reread(self, log: RejectLog) -> bool:
        """Whether the rejects show that the text is in another encoding than its sample."""
        body = self.planner.body
        if isinstance(body, TableBody) or self.request.options.encoding:
            return False
        if not body.source.encoding.is_utf8 or not log.invalid:
            return False
        name = legacy_encoding(log.invalid, log.invalid_count, body.source.text())
        if name is None:
            return False
        plan = replace(body.plan, encoding=name).with_notes(f"The text is encoded in {name}.")
        self.planner.body = Body.of(body.source.path, plan, body.limits, body.meter)
        self.planner.is_direct = False
        return True

    def _result(self, tally: Tally, removed: int, rejects: str | None) -> ParseResult:
        plan = self.planner.plan
        columns = tuple(self._column(target) for target in self.mapping.targets)
        is_new = [target.type is None for target in self.mapping.targets]
        new = tuple(column for column, new in zip(columns, is_new, strict=True) if new)
        staged = tally.passed - removed
        counts = Counts(tally.found, staged, tally.rejected, removed, tally.skipped)
        _ensure_balance(counts, tally)
        notes = [*plan.notes, *currency_notes(plan)]
        notes += (f"Left out as a footer: {text!r}." for text in tally.footers)
        size = self.staged.stat().st_size
        return ParseResult(
            plan=plan,
            columns=columns,
            new_columns=new,
            drift=self._drift(),
            files=(StagedFile(str(self.staged), staged, size),),
            counts=counts,
            rejects_path=rejects,
            passes=self.passes,
            notes=tuple(notes),
            key=tuple(target.name for target in self.key),
        )

    def _column(self, target: Target) -> Column:
        if target.position is None:
            return Column(target.name, target.label, target.type or "text")
        column_type = self.planner.plan.columns[target.position].type
        if target.type and not target.may_widen:
            column_type = target.type
        return Column(target.name, target.label, column_type)

    def _drift(self) -> Drift:
        if self.mapping.is_new_dataset:
            return Drift()
        retyped = tuple(
            target.label
            for target in self.mapping.targets
            if target.position is not None and target.type and self._is_retyped(target)
        )
        return Drift(self.mapping.extra, self.mapping.missing, retyped)

    def _is_retyped(self, target: Target) -> bool:
        """Whether the file by itself would not have had the dataset's type here."""
        texts = self.planner.evidence.texts[target.position or 0]
        if not texts or target.type == "text":
            return False
        own = readings(texts)
        kinds = {kind_of(reading.type) for reading in own} or {"text"}
        given = kind_of(target.type or "text")
        return not any(kind == given or given in _WIDER.get(kind, ()) for kind in kinds)


def _ensure_balance(counts: Counts, tally: Tally) -> None:
    """The account of P1, once more over the numbers that leave this module.

    Raises:
        ReceiptMismatch: it does not balance.
    """
    accounted = counts.staged + counts.rejected + counts.deduplicated + counts.skipped
    if accounted != counts.records_read or tally.found != counts.records_read:
        raise ReceiptMismatch(
            f"{counts.records_read:,} records were found, {accounted:,} are accounted for.",
            hint="Nothing was imported. Please report this with the file.",
        )


def _unexplained() -> ReceiptMismatch:
    return ReceiptMismatch(
        "The records of the file could not be read twice in the same way.",
        hint="Nothing was imported. Please report this with the file.",
    )
