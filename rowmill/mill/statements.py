"""The SQL that one parse runs: staging, looking for contradictions, finding misfits.

`relation` is always SQL for the fields as texts, named by position (`c0`, `c1`, …).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rowmill.mill.casts import cast_of
from rowmill.mill.columns import sql_type
from rowmill.mill.duck import reference
from rowmill.mill.infer import Reading
from rowmill.mill.mapping import Target
from rowmill.mill.plan import PlanColumn, ReadPlan
from rowmill.mill.quoting import quote_identifier, quote_literal

MISFIT: Final = "rowmill: a value does not fit its column"

# Measured on sales data: as small as the default level and bloom filters, a tenth faster.
PARQUET: Final = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, WRITE_BLOOM_FILTER false"
)

_FULL_ROW_GROUP: Final = 122_880
_VECTOR: Final = 2_048
_GROUP_CELLS: Final = 4_000_000
_FEW: Final = 100


def copy_statement(
    relation: str,
    plan: ReadPlan,
    targets: Sequence[Target],
    key: Iterable[int],
    path: str,
    *,
    leave_out_misfits: bool,
) -> str:
    """Write the values of all records to a Parquet file, in order.

    A value that does not fit a guessed type stops the statement with the message MISFIT.
    So does one that does not fit a given type, or an empty key, unless such records are to
    be left out.
    """
    given = [*_conditions(plan, targets, fixed=True), *(f"{reference(i)} IS NOT NULL" for i in key)]
    guessed = _conditions(plan, targets, fixed=False)
    values = [f"{_value(plan, t)} AS {quote_identifier(t.name)}" for t in targets]
    stop = f"error({quote_literal(MISFIT)})"
    where = ""
    if leave_out_misfits:
        fits = f"CASE WHEN {_all(guessed)} THEN true ELSE {stop} END" if guessed else "true"
        where = f" WHERE CASE WHEN {_all(given)} THEN {fits} ELSE false END"
    elif given or guessed:
        first = targets[0]
        value = _value(plan, first)
        checked = f"CASE WHEN {_all([*given, *guessed])} THEN {value} ELSE {stop} END"
        values[0] = f"{checked} AS {quote_identifier(first.name)}"
    options = f"{PARQUET}, ROW_GROUP_SIZE {_row_group(len(targets))}"
    return (
        f"COPY (SELECT {', '.join(values)} FROM {relation}{where}) "
        f"TO {quote_literal(path)} ({options})"
    )


def contradictions_statement(
    relation: str, readings: Mapping[int, Sequence[PlanColumn]], scale: int = _FEW
) -> str:
    """For each field and each way to read it: some texts that this reading cannot hold.

    One row of lists, in the order of the readings: the least and the greatest of them, the
    shortest and longest, and those with the most characters after a point or comma.
    """
    lists = []
    for position, columns in readings.items():
        field = reference(position)
        for column in columns:
            condition = cast_of(column, field).is_faithful
            lists.append(_some(field, f"NOT {condition}" if condition else "false", scale))
    return f"SELECT {', '.join(lists)} FROM {relation}"


def _some(field: str, condition: str, count: int) -> str:
    tail = f"strlen({field}) - greatest(instr({field}, '.'), instr({field}, ','))"
    picks = (
        f"min({field}, {count})",
        f"max({field}, {count})",
        f"arg_min({field}, strlen({field}), {count})",
        f"arg_max({field}, strlen({field}), {count})",
        f"arg_max({field}, {tail}, {count})",
    )
    filtered = (f"coalesce({pick} FILTER (WHERE {condition}), [])" for pick in picks)
    return f"list_distinct({' || '.join(filtered)})"


def misfits_statement(
    relation: str, plan: ReadPlan, targets: Sequence[Target], key: Iterable[int]
) -> str:
    """The records that do not fit: ordinal, positions of the fields at fault, first value.

    Ordinals are 1-based, in the order of the file. An empty key counts as a fault of its field.
    """
    checks = []
    for target in targets:
        if target.position is not None:
            condition = cast_of(plan.columns[target.position], reference(target.position))
            if condition.is_faithful:
                checks.append((target.position, condition.is_faithful))
    checks += [(position, f"{reference(position)} IS NOT NULL") for position in key]
    faults = ", ".join(f"CASE WHEN NOT {check} THEN {i} END" for i, check in checks)
    values = " ".join(f"WHEN NOT {check} THEN {reference(i)}" for i, check in checks)
    fields = ", ".join({reference(i): None for i, _ in checks})
    return (
        f"SELECT ordinal, list_filter([{faults}], lambda i: i IS NOT NULL), CASE {values} END "
        f"FROM (SELECT row_number() OVER () AS ordinal, {fields} FROM {relation}) "
        f"WHERE NOT ({_all(check for _, check in checks)}) ORDER BY ordinal"
    )


def possible_columns(
    column: PlanColumn, readings: Sequence[Reading]
) -> list[PlanColumn]:
    """The column in each of the ways in which it may be read."""
    return [reading.applied_to(column) for reading in readings]


def _value(plan: ReadPlan, target: Target) -> str:
    if target.position is None:
        return f"NULL::{sql_type(target.type or 'text')}"
    return cast_of(plan.columns[target.position], reference(target.position)).value


def _conditions(plan: ReadPlan, targets: Sequence[Target], *, fixed: bool) -> list[str]:
    fields = [(t.position, plan.columns[t.position]) for t in targets if t.position is not None]
    casts = (cast_of(column, reference(i)) for i, column in fields if column.fixed is fixed)
    return [cast.is_faithful for cast in casts if cast.is_faithful]


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "true"


def _row_group(width: int) -> int:
    """Rows in a group, fewer for wide tables: each thread holds a group in memory."""
    rows = min(_FULL_ROW_GROUP, _GROUP_CELLS // max(width, 1))
    return max(rows // _VECTOR * _VECTOR, _VECTOR)
