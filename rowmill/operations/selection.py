"""Which rows of a source an operation keeps, worked out inside DuckDB.

Rows are told apart by their row ids, which grow in the order of the file; of equal rows the one
with the smallest id is the first. What is to be kept or removed becomes a temporary table of ids,
then a bit for each row, and the source is read once more, in its order, against these bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from rowmill.datasets.columns import Columns
from rowmill.datasets.filters import Condition
from rowmill.errors import invalid
from rowmill.lake import Source
from rowmill.mill import Column, quote_identifier
from rowmill.models import OperationKind
from rowmill.operations.conditions import (
    Comparison,
    check_columns,
    check_operators,
    compile_comparisons,
)

MOST_BITS: Final = 400_000_000
"""Above this many ids, rows are joined by id on disk, in any order, and sorted afterwards."""

HASH: Final = "hash({})"  # of the values of a row; a blank one counts too

Run = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Wish:
    """What is asked of an operation. `columns` and those of `tests` are names or labels."""

    kind: OperationKind
    columns: tuple[str, ...] = ()
    tests: tuple[Comparison, ...] = ()

    def check(self) -> None:
        """Whatever can be told without knowing the columns. Raises: Invalid."""
        if self.kind is OperationKind.UNIQUE and not self.columns:
            raise invalid("column", "'unique' needs the column whose values are to be unique.")
        if self.kind is OperationKind.FILTER and not self.tests:
            raise invalid("filters", "'filter' needs at least one {column, operator, value}.")
        check_operators(self.tests)

    def check_columns(self, columns: Columns) -> None:
        """Raises: Invalid naming a column that there is not."""
        for name in self.columns:
            columns.get(name, "column" if len(self.columns) == 1 else "columns")
        check_columns(self.tests, columns)

    def resolve(self, columns: Columns) -> Resolved:
        """The same over known columns. Raises: Invalid."""
        self.check()
        self.check_columns(columns)
        names = dict.fromkeys(columns.get(name, "column") for name in self.columns)
        return Resolved(self.kind, columns, tuple(names), compile_comparisons(self.tests, columns))


@dataclass(frozen=True)
class Resolved:
    """An operation over known columns. `key` is empty where whole rows are compared."""

    kind: OperationKind
    columns: Columns
    key: tuple[Column, ...]
    condition: Condition

    @property
    def needed(self) -> list[str]:
        """The columns of the result: all of them."""
        return [column.name for column in self.columns]


@dataclass(frozen=True)
class Selection:
    """Rows found: how many there were, how many stay, and the condition of those that stay.

    `condition` may name `_row_id` and the columns of `source`; it binds `parameters`.
    """

    source: Source
    condition: str
    parameters: tuple[Any, ...]
    rows_in: int
    rows_out: int
    has_to_be_sorted: bool

    @property
    def removed(self) -> int:
        """How many rows go."""
        return self.rows_in - self.rows_out

    def statement(self, values: str) -> str:
        """The rows that stay, in their order. It binds `parameters`."""
        order = " ORDER BY _row_id" if self.has_to_be_sorted else ""
        return f"SELECT {values} FROM {self.source.sql} WHERE {self.condition}{order}"


def select_rows(run: Run, source: Source, resolved: Resolved, rows_in: int) -> Selection:
    """Find the rows that stay. `run` runs a statement; all have to share one connection."""
    if resolved.kind is OperationKind.FILTER:
        condition = resolved.condition
        [(rows_out,)] = run(
            f"SELECT count(*) FROM {source.sql} WHERE {condition.sql}", condition.parameters
        )
        return Selection(
            source, condition.sql, condition.parameters, rows_in, rows_out, not source.is_ordered
        )
    if resolved.key:
        return _by_kept(run, source, resolved.key, rows_in)
    return _by_removed(run, source, list(resolved.columns), rows_in)


def _by_kept(run: Run, source: Source, key: Sequence[Column], rows_in: int) -> Selection:
    """The first row of each value of the key; blank is a value like any other."""
    run(
        "CREATE TEMP TABLE kept AS"
        f" SELECT min(_row_id) AS _row_id FROM {source.sql} GROUP BY {_list(key)}",
        (),
    )
    return _selection(run, source, rows_in, _count(run, "kept"), "kept")


def _by_removed(run: Run, source: Source, columns: Sequence[Column], rows_in: int) -> Selection:
    """Every row but those that equal an earlier one.

    Grouping by every column is slow and wide. Grouping by a hash of them finds the rows that may
    have an equal; where they are few, only these are compared value by value.
    """
    names = _list(columns)
    hashed = HASH.format(names)
    run(
        "CREATE TEMP TABLE hashes AS SELECT h, count(*) AS n FROM"
        f" (SELECT {hashed} AS h FROM {source.sql}) GROUP BY h HAVING count(*) > 1",
        (),
    )
    [(doubtful,)] = run("SELECT coalesce(sum(n), 0) FROM hashes", ())
    if not doubtful:
        return Selection(source, "true", (), rows_in, rows_in, not source.is_ordered)
    if doubtful > rows_in // 2:
        return _by_kept(run, source, columns, rows_in)
    is_doubtful = f"{hashed} IN (SELECT h FROM hashes)"
    run(f"CREATE TEMP TABLE doubtful AS SELECT _row_id FROM {source.sql} WHERE {is_doubtful}", ())
    run(
        "CREATE TEMP TABLE firsts AS"
        f" SELECT min(_row_id) AS _row_id FROM {source.sql} WHERE {is_doubtful} GROUP BY {names}",
        (),
    )
    run(
        "CREATE TEMP TABLE removed AS"
        " SELECT _row_id FROM doubtful ANTI JOIN firsts USING (_row_id)",
        (),
    )
    return _selection(run, source, rows_in, rows_in - _count(run, "removed"), "removed")


def _selection(run: Run, source: Source, rows_in: int, rows_out: int, table: str) -> Selection:
    """The rows whose ids are in the table `kept`, or are not in the table `removed`.

    A join gives its rows in any order, and sorting wide rows is slow. A filter keeps the order
    of the scan: asking for a bit of a constant is one.
    """
    is_in = table == "kept"
    if rows_out == rows_in:
        return Selection(source, "true", (), rows_in, rows_out, not source.is_ordered)
    [(low, high)] = run(f"SELECT min(_row_id), max(_row_id) FROM {source.sql}", ())
    if high - low >= MOST_BITS:
        test = f"_row_id {'' if is_in else 'NOT '}IN (SELECT _row_id FROM {table})"
        return Selection(source, test, (), rows_in, rows_out, has_to_be_sorted=True)
    last = low + (high - low) // 8 * 8 + 7  # whole bytes, or the first bits would be padding
    [(bits,)] = run(
        f"SELECT CAST(bitstring_agg(_row_id, {low}::BIGINT, {last}::BIGINT) AS BLOB) FROM {table}",
        (),
    )
    test = f"get_bit(CAST(? AS BIT), CAST(_row_id - {low} AS INTEGER)) = {int(is_in)}"
    return Selection(source, test, (bits,), rows_in, rows_out, not source.is_ordered)


def _count(run: Run, table: str) -> int:
    [(count,)] = run(f"SELECT count(*) FROM {table}", ())
    return int(count)


def _list(columns: Sequence[Column]) -> str:
    return ", ".join(quote_identifier(column.name) for column in columns)
