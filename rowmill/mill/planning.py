"""From a first plan to one that fits the whole file, by looking at all of it where needed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Final

import duckdb

from rowmill.mill.body import Body
from rowmill.mill.errors import AmbiguousDates, AmbiguousNumbers, DamagedFile
from rowmill.mill.evidence import Evidence, decide, settle
from rowmill.mill.plan import PlanColumn, ReadPlan
from rowmill.mill.screen import Reject
from rowmill.mill.staging import Irregular, run
from rowmill.mill.statements import contradictions_statement
from rowmill.mill.texts import TableBody

MAX_LOOKS: Final = 2


class Planner:
    """Holds the plan and the evidence of one file; both only grow.

    `is_swift` says whether the swift reader may be tried, which knows clean text only, and
    `is_direct` whether DuckDB reads the file as it lies; once it turns out to be irregular, it is
    screened from then on. `is_parallel` says whether DuckDB may read it with several threads,
    which goes wrong with some values of several lines.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, body: Body | TableBody, evidence: Evidence
    ) -> None:
        self.connection = connection
        self.body = body
        self.evidence = evidence
        self.is_direct = self.is_swift = body.is_direct()
        self.is_parallel = True

    @property
    def plan(self) -> ReadPlan:
        """The plan as it is by now."""
        return self.body.plan

    def use(self, plan: ReadPlan) -> None:
        """Go on with another plan for the same records."""
        self.body = replace(self.body, plan=plan)

    def settle(self) -> None:
        """Give every column a type; look through the file where the sample leaves a choice.

        Raises:
            AmbiguousDates, AmbiguousNumbers: the whole file leaves it too.
        """
        for _ in range(MAX_LOOKS):
            settled = settle(self.plan, self.evidence)
            self.use(settled.plan)
            choices = {
                position: [reading.applied_to(self.plan.columns[position]) for reading in several]
                for position, several in settled.undecided.items()
            }
            if not choices or not self._learn(self._contradictions(choices)):
                break
        else:
            settled = settle(self.plan, self.evidence)
        self.use(decide(settled, self.evidence))

    def be_careful(self) -> bool:
        """Read the file in the next safer way; False if there is none.

        Raises:
            DamagedFile: it is no text, and there never was another way.
        """
        if isinstance(self.body, TableBody):
            raise DamagedFile(hint="Make the file anew, and check that all of it was sent.")
        if self.is_swift:
            self.is_swift = False
        elif self.is_direct:
            self.is_direct = False
        elif self.is_parallel:
            self.is_parallel = False
        else:
            return False
        return True

    def widen(self, *, give_up: bool) -> bool:
        """Widen the guessed types that values contradict; False if there are none.

        A column becomes text if `give_up`, or where a contradiction teaches nothing new. A given
        type stays what it is, but other texts may show how it is written, such as `1,000`, and
        which type of a given family it has to be.
        """
        guessed = {
            position: [column]
            for position, column in enumerate(self.plan.columns)
            if column.type != "text" and not (column.fixed and give_up)
        }
        found = self._contradictions(guessed) if guessed else {}
        contradicted = {position for position, texts in found.items() if texts}
        given = {position for position in contradicted if self.plan.columns[position].fixed}
        known = {position: set(self.evidence.texts[position]) for position in given}
        learnt = self._learn(found)
        contradicted -= given
        self.evidence.given_up.update(contradicted if give_up else contradicted - learnt)
        before = self.plan.columns
        if contradicted or given & learnt:
            self._settle_again(known)
            self._note_widened(before)
        return bool(contradicted) or self.plan.columns != before

    def _settle_again(self, known: Mapping[int, set[str]]) -> None:
        """Settle; where that is impossible by what was learnt of given types, without it."""
        try:
            self.settle()
        except (AmbiguousDates, AmbiguousNumbers):
            for position, texts in known.items():
                self.evidence.texts[position] = texts
            self.settle()

    def _learn(self, found: Mapping[int, set[str]]) -> set[int]:
        """Add texts to the evidence; the positions for which some were new."""
        learnt = set()
        for position, texts in found.items():
            if texts - self.evidence.texts[position]:
                learnt.add(position)
            self.evidence.add(position, texts)
        return learnt

    def _note_widened(self, before: tuple[PlanColumn, ...]) -> None:
        notes = [
            f"{new.label!r} looked like {old.type} at first; other values make it {new.type}."
            for old, new in zip(before, self.plan.columns, strict=True)
            if old.type != new.type
        ]
        self.use(self.plan.with_notes(*notes))

    def _contradictions(self, choices: Mapping[int, list[PlanColumn]]) -> dict[int, set[str]]:
        """Texts of each field that one of these ways to read it cannot hold, some of them."""
        lists = iter(self._look(choices))
        return {
            position: {text for _ in columns for text in next(lists)}
            for position, columns in choices.items()
        }

    def _look(self, choices: Mapping[int, list[PlanColumn]]) -> list[list[str]]:
        while True:
            try:
                with self._relation() as relation:
                    statement = contradictions_statement(relation, choices)
                    return list(run(self.connection, statement)[0])
            except Irregular:
                if not self.be_careful():
                    raise

    def _relation(self) -> AbstractContextManager[str]:
        if self.is_direct or isinstance(self.body, TableBody):
            return nullcontext(self.body.direct())
        return self.body.screened(self.body.screen(_ignore), is_parallel=self.is_parallel)


def _ignore(_: Reject) -> None:
    """A reject that will be met again when the records are staged."""
