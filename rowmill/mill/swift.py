"""Reading clean text fast, with Polars: typed Parquet, and a proof that nothing was changed.

Polars reads, converts and writes a clean file in less time than DuckDB, but it tells us little
about what it met: a line that is blank or too short becomes nulls. So the file has to prove
itself, in two ways:

* Values. Each is written in the one way in which its type is written (see `expressions`).
* Structure. Quotes and returns stand where RFC 4180 has them (see `linecount`). Bytes that belong
  to no value are those, and the delimiters and line ends of the records. The sizes of all fields,
  those of the delimiters and line ends of so many complete records, and the quotes must add up to
  the size of the file. Polars refuses records with too many fields; a short or blank line makes
  the sum larger than the file, and nothing makes it smaller, so errors cannot cancel out.

Where the last field of no record is empty, no record is short or blank. Then integers are read
natively, which saves making texts of them, and counted as long as they are without signs and
zeros that mean nothing: what is written in another way makes the sum smaller than the file, and
nothing makes it larger.

Where a file cannot prove itself, nothing is said about why: it is read in another way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import polars as pl
import psutil
import pyarrow.parquet as pq

from rowmill.mill.body import Body
from rowmill.mill.columns import MOST_INTEGER_DIGITS
from rowmill.mill.duck import WIDE_COLUMNS, reference
from rowmill.mill.expressions import Field, field_of, is_known, polars_type, value_name
from rowmill.mill.linecount import StructureCheck
from rowmill.mill.mapping import Target
from rowmill.mill.request import MEBIBYTE
from rowmill.mill.screen import Tally

LEAST_BYTES: Final = 4 * MEBIBYTE  # DuckDB reads smaller files as soon
MOST_BYTES_PER_ROW: Final = 1024  # Polars holds row groups of a fixed number of rows in memory

_SAMPLE_BYTES: Final = MEBIBYTE
_GROUP_SHARE: Final = 2  # of half a group, the last rows are found as soon as the first ones
_MOST_SUMMED: Final = 2**32 - 1  # bytes: lengths are numbers of 32 bits, and so is their sum
_FAILURES: Final = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
_MEMORY_SHARE: Final = 0.85  # of what the process may use, beyond which the reading is given up


class Unproven(Exception):
    """The file must be read in another way."""


def can_be_swift(body: Body, targets: Sequence[Target]) -> bool:
    """Whether the swift reader may be tried on a file that can be read as it lies: much text, in
    columns that it knows.
    """
    plan, dialect = body.plan, body.dialect
    return (
        body.source.size >= LEAST_BYTES
        and body.meter.bytes_per_row <= MOST_BYTES_PER_ROW
        and 1 < len(plan.columns) <= WIDE_COLUMNS
        and len(dialect.mark.encode()) == 1
        and len(dialect.quote.encode()) <= 1
        and not plan.nulls
        and all(is_known(plan.columns[t.position]) for t in targets if t.position is not None)
    )


@dataclass(frozen=True)
class _Facts:
    """What Polars has read: rows, the bytes of their fields, and whether all are proven.

    No record has more than `longest_bytes` in its texts.
    """

    rows: int
    text_bytes: int
    longest_bytes: int
    is_proven: bool


@dataclass(frozen=True)
class SwiftReader:
    """One attempt at a file. `key` are positions of fields that must not be empty."""

    body: Body
    targets: Sequence[Target]
    key: Sequence[int]

    def write(self, path: Path, row_group: int) -> Tally:
        """Write all records as Parquet, in order, in groups of up to so many rows.

        Raises:
            Unproven: the file must be read in another way.
        """
        seen = self._checking()
        seen.start()
        try:
            facts = self._copy(path, row_group)
        except BaseException as error:
            seen.stop()
            if isinstance(error, _FAILURES):
                raise Unproven from error
            raise
        seen.join()
        is_short = facts.longest_bytes <= self.body.limits.max_record_bytes
        is_whole = pq.read_metadata(path).num_rows == facts.rows
        if not (facts.is_proven and is_short and is_whole and self._adds_up(facts, seen)):
            raise Unproven
        return Tally(passed=facts.rows, lines=facts.rows)

    @cached_property
    def _is_native(self) -> bool:
        """Whether integers are read natively: the last field seems never to be empty."""
        mark, quote = self.body.dialect.mark.encode(), self.body.dialect.quote.encode()
        lines = self._sample.splitlines()[:-1]
        return not any(line.endswith((mark, mark + quote * 2)) for line in lines)

    @cached_property
    def _has_blanks(self) -> bool:
        """Whether there seem to be empty texts in quotes."""
        quote = self.body.dialect.quote.encode()
        return bool(quote) and quote * 2 in self._sample

    @cached_property
    def _sample(self) -> bytes:
        with Path(self.body.source.path).open("rb") as file:
            file.seek(self.body.file_offset)
            return file.read(_SAMPLE_BYTES)

    @cached_property
    def _fields(self) -> list[Field]:
        """How each field of a record is read; those that no target wants are plain text."""
        wanted = {target.position for target in self.targets}
        return [
            field_of(column, i, has_blanks=self._has_blanks, is_native=self._is_native)
            if i in wanted
            else Field(pl.String(), pl.col(reference(i)))
            for i, column in enumerate(self.body.plan.columns)
        ]

    def _copy(self, path: Path, row_group: int) -> _Facts:
        """Write the records, and say what they were, in one reading."""
        rows = self._rows().with_columns(
            field.value.alias(value_name(i)) for i, field in enumerate(self._fields)
        )
        written = rows.select(self._output(target) for target in self.targets).sink_parquet(
            path,
            compression="lz4",
            row_group_size=row_group // _GROUP_SHARE,
            maintain_order=True,
            lazy=True,
        )
        facts = rows.with_columns(self._measures()).select(self._facts())
        _, found = pl.collect_all([written, facts], engine="streaming")
        return _Facts(*found.row(0))

    def _rows(self) -> pl.LazyFrame:
        """The fields of all records; whoever reads them tells how far that is."""
        dialect = self.body.dialect
        first = pl.col(reference(0))
        rows = pl.scan_csv(
            self.body.source.path,
            has_header=False,
            skip_lines=self.body.start.line - 1,
            schema={reference(i): field.dtype for i, field in enumerate(self._fields)},
            separator=dialect.mark,
            quote_char=dialect.quote or None,
            glob=False,
        )
        watch = _Watch(self.body)
        return rows.with_columns(
            first.map_batches(watch.see, return_dtype=self._fields[0].dtype, is_elementwise=True)
        )

    def _output(self, target: Target) -> pl.Expr:
        if target.position is None:
            return pl.lit(None, dtype=polars_type(target.type or "text")).alias(target.name)
        return pl.col(value_name(target.position)).alias(target.name)

    def _facts(self) -> list[pl.Expr]:
        """Aggregates, in the order of the members of `_Facts`."""
        sizes = [length.sum() for length in self._lengths]
        sizes += map(_digits_and_sign, self._numbers)
        return [
            pl.len().cast(pl.Int64).alias("rows"),
            _total(sizes).alias("text_bytes"),
            _total([length.max() for length in self._lengths]).alias("longest_bytes"),
            pl.all_horizontal(pl.lit(value=True), *self._proofs()).alias("is_proven"),
        ]

    def _proofs(self) -> list[pl.Expr]:
        """Aggregates that are true where a file is as it seemed, and its values are faithful."""
        proofs = [field.proof.all() for field in self._fields if field.proof is not None]
        filled = [value_name(position) for position in self.key]
        if self._is_native:
            filled.append(reference(len(self._fields) - 1))
        proofs += [pl.col(name).null_count() == 0 for name in filled]
        if self.body.dialect.quote and not self._has_blanks:
            proofs += [length.min().fill_null(1) > 0 for length in self._lengths]
        return proofs

    def _measures(self) -> list[pl.Expr]:
        """What the facts need to know of each field: how long a text is, an integer's amount."""
        length = pl.Int64() if self.body.source.size > _MOST_SUMMED else pl.UInt32()
        measures = {i: pl.col(reference(i)).str.len_bytes().cast(length) for i in self._texts}
        measures |= {i: pl.col(reference(i)).abs() for i in self._numbers}
        return [measure.alias(_measure_name(i)) for i, measure in measures.items()]

    @property
    def _lengths(self) -> list[pl.Expr]:
        """How long the texts of each such field are."""
        return [pl.col(_measure_name(i)) for i in self._texts]

    @property
    def _texts(self) -> list[int]:
        """Positions of the fields that are read as texts."""
        return [i for i, field in enumerate(self._fields) if field.dtype == pl.String()]

    @property
    def _numbers(self) -> list[int]:
        """Positions of the fields that are read as integers."""
        return [i for i, field in enumerate(self._fields) if field.dtype == pl.Int64()]

    def _checking(self) -> StructureCheck:
        source, dialect = self.body.source, self.body.dialect
        return StructureCheck(
            source.path, self.body.file_offset, dialect.mark, dialect.quote, dialect.newline
        )

    def _adds_up(self, facts: _Facts, seen: StructureCheck) -> bool:
        ends = facts.rows - seen.ends_open
        returns = ends if self.body.dialect.newline == "\r\n" else 0
        if seen.error is not None or not seen.is_regular or seen.quotes % 2:
            return False
        if not seen.returns == seen.feeds == returns:
            return False
        structure = facts.rows * (len(self._fields) - 1) + ends + returns
        return seen.size == facts.text_bytes + structure + seen.quotes - seen.escapes


class _Watch:
    """Tells how far the reading is, and gives it up where it takes too much memory."""

    def __init__(self, body: Body) -> None:
        self._meter, self._size = body.meter, body.source.size
        self._most_bytes = int(body.limits.process_bytes * _MEMORY_SHARE)
        self._process = psutil.Process()
        self._rows = 0

    def see(self, fields: pl.Series) -> pl.Series:
        """Called with the first fields of further records. Raises: Unproven."""
        if self._process.memory_info().rss > self._most_bytes:
            raise Unproven
        self._rows += len(fields)
        self._meter.tell(self._rows * self._meter.bytes_per_row / self._size, self._rows)
        return fields


def _measure_name(position: int) -> str:
    return f"m{position}"


def _digits_and_sign(position: int) -> pl.Expr:
    """How long all the integers of a field are as texts; cheaper than making the texts."""
    number, amount = pl.col(reference(position)), pl.col(_measure_name(position))
    longer = [(amount >= 10**digits).sum() for digits in range(1, MOST_INTEGER_DIGITS)]
    return _total([number.count(), (number < 0).sum(), *longer])


def _total(counts: Sequence[pl.Expr]) -> pl.Expr:
    return pl.sum_horizontal(pl.lit(0), *(count.cast(pl.Int64) for count in counts))
