"""The records of a file that is not CSV, written as a table of texts.

Such a file is read once, in one direction, into Parquet files in which every value is a
text (or null), exactly as the file has it. From there on it goes the way of every other
file: types are found in the texts, values are cast, and misfits become rejects. Columns may
appear late: then the next part has more columns than those before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntFlag
from itertools import islice, zip_longest
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from rowmill.mill.duck import reference
from rowmill.mill.errors import TooManyColumns
from rowmill.mill.evidence import LONGEST_TEXT, Evidence
from rowmill.mill.infer import readings
from rowmill.mill.meter import Meter
from rowmill.mill.places import Locate, PlaceIndex
from rowmill.mill.plan import PlanColumn, ReadPlan
from rowmill.mill.quoting import quote_literal
from rowmill.mill.rejects import RejectLog
from rowmill.mill.request import MEBIBYTE, Limits

BATCH_BYTES: Final = 16 * MEBIBYTE
BATCH_CELLS: Final = 400_000
EVIDENCE_ROWS: Final = 2_000
EVIDENCE_ROWS_LATER: Final = 50
PART_CELLS: Final = 20_000_000

_DATE_KINDS: Final = {"date", "timestamp", "timestamptz"}


class Kind(IntFlag):
    """What the values of a column were in the file, where the file says so."""

    NONE = 0
    TEXT = 1
    NUMBER = 2
    BOOLEAN = 4
    MOMENT = 8
    NESTED = 16
    ERROR = 32


class TextTable:
    """Takes records one by one, in bounded memory.

    `log` takes the records that are none; `blank` counts what was left out as empty.
    `is_done` turns true once `most` records are there, if only a sample is wanted.
    """

    def __init__(self, folder: Path, limits: Limits, most: int | None = None) -> None:
        self.index = PlaceIndex(folder / "places")
        self.log = RejectLog(folder / "unread.jsonl", limits.max_rejects)
        self.kinds: list[Kind] = []
        self.evidence: list[set[str]] = []
        self.parts: list[str] = []
        self.count = self.blank = 0
        self._folder, self._limits, self._most = folder, limits, most
        self._rows: list[list[str | None]] = []
        self._bytes = 0
        self._writer: pq.ParquetWriter | None = None
        self._written_cells = 0

    @property
    def width(self) -> int:
        """How many columns there are by now."""
        return len(self.kinds)

    @property
    def is_done(self) -> bool:
        """Whether as many records are there as were wanted."""
        return self._most is not None and self.count >= self._most

    def widen(self, width: int, line: int) -> None:
        """Have at least so many columns. Raises: TooManyColumns."""
        if width > self._limits.max_columns:
            raise TooManyColumns(
                f"The file has more than {self._limits.max_columns:,} columns.",
                line=line,
                hint="Turn columns into rows, or values used as keys into values.",
            )
        while self.width < width:
            self.kinds.append(Kind.NONE)
            self.evidence.append(set())

    def narrow(self, width: int) -> None:
        """Have at most so many columns; those beyond must have been without values."""
        del self.kinds[width:], self.evidence[width:]

    def add(self, row: list[str | None], size: int) -> None:
        """The next record, as wide as the table or narrower; `size` of its texts, about."""
        self._rows.append(row)
        self.count += 1
        self._bytes += size
        if self._bytes > BATCH_BYTES or len(self._rows) * max(self.width, 8) > BATCH_CELLS:
            self.flush()

    def flush(self) -> None:
        """Write what is there."""
        self.index.flush()
        if not self._rows:
            return
        columns = list(zip_longest(*self._rows)) or [()]
        columns += [(None,) * len(self._rows)] * (self.width - len(columns))
        self._learn(columns)
        arrays = [pa.array(values, pa.string()) for values in columns[: self.width]]
        self._write(pa.table(arrays, names=[reference(i) for i in range(len(arrays))]))
        self._rows, self._bytes = [], 0

    def close(self) -> None:
        """Write what is left."""
        self.flush()
        self._close_part()

    def _learn(self, columns: Sequence[Sequence[str | None]]) -> None:
        rows = EVIDENCE_ROWS_LATER if self.parts else EVIDENCE_ROWS
        for known, values in zip(self.evidence, columns, strict=False):
            known.update(value[:LONGEST_TEXT] for value in islice(filter(None, values), rows))

    def _write(self, table: pa.Table) -> None:
        if self._writer is not None and (
            len(self._writer.schema) != table.num_columns or self._written_cells > PART_CELLS
        ):
            self._close_part()
        if self._writer is None:
            path = self._folder / f"texts-{len(self.parts)}.parquet"
            self._writer = pq.ParquetWriter(
                path, table.schema, compression="lz4", use_dictionary=False, write_statistics=False
            )
            self.parts.append(str(path))
        self._writer.write_table(table)
        self._written_cells += table.num_rows * table.num_columns

    def _close_part(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._writer, self._written_cells = None, 0


@dataclass(frozen=True)
class Table:
    """A file's records as a relation of texts, and what is known of them besides.

    `relation` is SQL; `fields` are SQL for the texts of the plan's columns in it. Empty texts
    are values of their own, unlike in CSV. `count` records are in it.
    """

    relation: str
    fields: tuple[str, ...]
    count: int
    locate: Locate
    unread: RejectLog | None = None
    blank: int = 0


@dataclass(frozen=True)
class TableBody:
    """A table, made ready to be staged by a plan."""

    table: Table
    plan: ReadPlan
    limits: Limits
    meter: Meter

    def is_direct(self) -> bool:
        """There is no other way to read it."""
        return True

    def direct(self) -> str:
        """SQL for the fields, named by their positions."""
        self.meter.follow(None, None)
        fields = (
            f"{_without_nulls(field, column, self.plan)} AS {reference(i)}"
            for i, (field, column) in enumerate(
                zip(self.table.fields, self.plan.columns, strict=True)
            )
        )
        return f"(SELECT {', '.join(fields)} FROM {self.table.relation})"


def _without_nulls(field: str, column: PlanColumn, plan: ReadPlan) -> str:
    """The field, null where it is one of the file's words for that.

    An empty text is a text; in a column of another type it is no value.
    """
    nulls = [*plan.nulls, *([""] if column.type != "text" else [])]
    for text in nulls:
        field = f"nullif({field}, {quote_literal(text)})"
    return field


def table_of(texts: TextTable, positions: Sequence[int], locate: Locate) -> Table:
    """What was written, with these of its columns."""
    files = ", ".join(map(quote_literal, texts.parts))
    return Table(
        relation=f"read_parquet([{files}], union_by_name = true)",
        fields=tuple(reference(i) for i in positions),
        count=texts.count,
        locate=locate,
        unread=texts.log,
        blank=texts.blank,
    )


def evidence_of(
    texts: TextTable, positions: Sequence[int], *, is_text: Callable[[Kind], bool]
) -> Evidence:
    """What the texts say of the types. Where `is_text`, they are never numbers or truth values."""
    evidence = Evidence([set(texts.evidence[i]) for i in positions])
    for position, i in enumerate(positions):
        if is_text(texts.kinds[i]) and not _are_moments(texts.evidence[i]):
            evidence.given_up.add(position)
    return evidence


def number_notes(
    plan: ReadPlan, texts: TextTable, positions: Sequence[int], evidence: Evidence
) -> list[str]:
    """A word on columns of numbers that are texts in the file, and stay so."""
    labels = [
        repr(column.label)
        for position, column in enumerate(plan.columns)
        if position in evidence.given_up
        and position not in evidence.fixed
        and _are_numbers(texts.evidence[positions[position]])
    ]
    if not labels:
        return []
    return [f"Numbers that are texts in the file were kept as text: {', '.join(labels)}."]


def _are_moments(values: set[str]) -> bool:
    found = readings(values)
    return bool(found) and all(reading.type in _DATE_KINDS for reading in found)


def _are_numbers(values: set[str]) -> bool:
    found = readings(values)
    return bool(found) and all(reading.type not in _DATE_KINDS for reading in found)
