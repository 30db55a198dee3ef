"""What is known of the texts in each column, and the types that follow from it.

Evidence grows: first a sample, then whatever a look at the whole file found to contradict
a guess. Each time the guesses are made again from everything known, so they only widen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from rowmill.mill.columns import kind_of
from rowmill.mill.errors import AmbiguousDates, AmbiguousNumbers
from rowmill.mill.infer import TEXT, Reading, fixed_readings, readings
from rowmill.mill.numerals import PLAIN
from rowmill.mill.plan import PlanColumn, ReadPlan

LONGEST_TEXT: Final = 200

_DATE_KINDS: Final = {"date", "timestamp", "timestamptz"}


@dataclass
class Evidence:
    """Texts of each column of a file, without empty cells, and what a person has said.

    `fixed` maps column positions to given types, of which those at the positions `widening` may
    become wider ones. `day_first` settles the order of dates; `usual_day_first` does so where the
    whole file leaves it open.
    """

    texts: list[set[str]]
    fixed: dict[int, str] = field(default_factory=dict)
    day_first: bool | None = None
    usual_day_first: bool | None = None
    given_up: set[int] = field(default_factory=set)
    widening: set[int] = field(default_factory=set)

    def add(self, position: int, texts: Iterable[str]) -> None:
        """More texts of a column. Very long ones can only be text, and are kept short."""
        self.texts[position].update(text[:LONGEST_TEXT] for text in texts if text)

    def readings(self, position: int) -> list[Reading]:
        """The readings of a column that are still possible; text if there is none."""
        column_type = self.fixed.get(position)
        if column_type is not None:
            may_widen = position in self.widening
            return fixed_readings(self.texts[position], column_type, may_widen=may_widen)
        if position in self.given_up:
            return [TEXT]
        return readings(self.texts[position]) or [TEXT]


@dataclass(frozen=True)
class Settled:
    """A plan with a reading for every column.

    `undecided` are the columns for which the texts known so far allow several readings.
    """

    plan: ReadPlan
    undecided: Mapping[int, tuple[Reading, ...]]


def settle(plan: ReadPlan, evidence: Evidence) -> Settled:
    """The plan with the readings that follow from the evidence, conventions included."""
    found = {index: evidence.readings(index) for index in range(len(plan.columns))}
    found = {
        index: _by_order(several, day_first=evidence.day_first) for index, several in found.items()
    }
    decided = [several[0] for several in found.values() if len(several) == 1]
    undecided = {index: tuple(several) for index, several in found.items() if len(several) > 1}
    orders = {reading.day_first for reading in decided} - {None}
    order = evidence.day_first
    if order is None and len(orders) == 1:
        order = orders.pop()
    columns = tuple(
        found[index][0].applied_to(replace(column, fixed=index in evidence.fixed))
        for index, column in enumerate(plan.columns)
    )
    return Settled(replace(plan, columns=columns, day_first=order), undecided)


def decide(settled: Settled, evidence: Evidence) -> ReadPlan:
    """The plan once the whole file has been looked at and some columns are still undecided.

    Raises:
        AmbiguousDates: a column that must hold dates could be read in two ways.
        AmbiguousNumbers: the same for a column of numbers.
    """
    plan, notes = _with_usual_order(settled, evidence), []
    columns = list(plan.columns)
    marks = _decimal_marks(settled, evidence)
    for index, several in settled.undecided.items():
        column = columns[index]
        reading = _by_convention(several, plan, marks)
        if reading is None and column.fixed:
            raise _ambiguous(column)
        if reading is None:
            notes.append(_note(column))
        columns[index] = (reading or TEXT).applied_to(column)
    return replace(plan, columns=tuple(columns)).with_notes(*notes)


def _with_usual_order(settled: Settled, evidence: Evidence) -> ReadPlan:
    """The plan with the usual order of day and month, where dates need one and have none."""
    plan = settled.plan
    unclear = [
        plan.columns[index].label
        for index, several in settled.undecided.items()
        if kind_of(several[0].type) in _DATE_KINDS
    ]
    if not unclear or plan.day_first is not None or evidence.usual_day_first is None:
        return plan
    order = "day first" if evidence.usual_day_first else "month first"
    note = (
        f"Each date in {', '.join(map(repr, unclear))} could be day first or month first; they "
        f"were read {order}, as is usual here. The option day_first decides otherwise."
    )
    return replace(plan, day_first=evidence.usual_day_first).with_notes(note)


def _by_order(several: list[Reading], *, day_first: bool | None) -> list[Reading]:
    """The readings that agree with what a person said about dates, all if nothing was said."""
    if day_first is None:
        return several
    agreeing = [reading for reading in several if reading.day_first in {day_first, None}]
    return agreeing or several


def _decimal_marks(settled: Settled, evidence: Evidence) -> set[str]:
    """The decimal marks that decided columns of the file use without doubt."""
    marks = set()
    for index, column in enumerate(settled.plan.columns):
        if index in settled.undecided or kind_of(column.type) not in {"integer", "decimal"}:
            continue
        uses_mark = any(column.decimal in text for text in evidence.texts[index])
        if uses_mark or column.thousands:
            marks.add(column.decimal)
    return marks


def _by_convention(several: tuple[Reading, ...], plan: ReadPlan, marks: set[str]) -> Reading | None:
    """The reading that the other columns of the file speak for."""
    if kind_of(several[0].type) in _DATE_KINDS:
        return next(
            (r for r in several if plan.day_first is not None and r.day_first == plan.day_first),
            None,
        )
    agreeing = [reading for reading in several if {reading.marks.decimal} == marks]
    if agreeing:
        return agreeing[0]
    if PLAIN in {reading.marks for reading in several}:
        return next(reading for reading in several if reading.marks == PLAIN)
    return several[0] if plan.delimiter.startswith(",") else None


def _ambiguous(column: PlanColumn) -> AmbiguousDates | AmbiguousNumbers:
    if kind_of(column.type) in _DATE_KINDS:
        return AmbiguousDates(
            f"Every date in {column.label!r} could be day first or month first.",
            column=column.label,
            hint="Say which with the option day_first.",
        )
    return AmbiguousNumbers(
        f"The comma in the numbers of {column.label!r} could mark thousands or decimals.",
        column=column.label,
        hint="Write the numbers with a decimal point and without marks for thousands.",
    )


def _note(column: PlanColumn) -> str:
    if kind_of(column.type) in _DATE_KINDS:
        return (
            f"{column.label!r} looks like dates, but each could be day first or month first; "
            "it was kept as text. The option day_first decides."
        )
    return (
        f"{column.label!r} looks like numbers, but their comma could mark thousands or "
        "decimals; it was kept as text."
    )
