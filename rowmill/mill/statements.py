"""The SQL that one parse runs: staging, looking for contradictions, finding misfits.

`relation` is always SQL for the fields as texts, named by position (`c0`, `c1`, …).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from rowmill.mill.casts import cast_of
from rowmill.mill.columns import sql_type
from rowmill.mill.duck import reference
from rowmill.mill.mapping import Target
from rowmill.mill.plan import PlanColumn, ReadPlan
from rowmill.mill.quoting import quote_identifier, quote_literal

MISFIT: Final = "rowmill: a value does not fit its column"

# Measured on sales data: pages and aggregates take a tenth to a fifth less than with Zstandard,
# whose files are smaller by a third.
PARQUET: Final = "FORMAT parquet, COMPRESSION lz4_raw, WRITE_BLOOM_FILTER false"

_FULL_ROW_GROUP: Final = 122_880
_VECTOR: Final = 2_048
_GROUP_CELLS: Final = 4_000_000
_PER_DICTIONARY_ENTRY: Final = 15  # rows; a longer dictionary costs time and saves nothing
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
    fields = _fields(plan, targets)
    given = [*_conditions(fields, fixed=True), *(f"{reference(i)} IS NOT NULL" for i in key)]
    guessed = _conditions(fields, fixed=False)
    values = [_output(target) for target in targets]
    stop = f"error({quote_literal(MISFIT)})"
    where = ""
    if leave_out_misfits:
        fits = f"CASE WHEN {_all(guessed)} THEN true ELSE {stop} END"
        where = f" WHERE CASE WHEN {_all(given)} THEN {fits} ELSE false END"
    elif given or guessed:
        values[0] = f"CASE WHEN {_all([*given, *guessed])} THEN {values[0]} ELSE {stop} END"
    named = (
        f"{value} AS {quote_identifier(target.name)}"
        for value, target in zip(values, targets, strict=True)
    )
    rows = row_group(len(targets))
    dictionary = rows // _PER_DICTIONARY_ENTRY  # memory of that size is taken for each column
    options = f"{PARQUET}, ROW_GROUP_SIZE {rows}, DICTIONARY_SIZE_LIMIT {dictionary}"
    return (
        f"COPY (SELECT {', '.join(named)} FROM ({_computed(relation, fields)}){where}) "
        f"TO {quote_literal(path)} ({options})"
    )


def contradictions_statement(relation: str, choices: Mapping[int, Sequence[PlanColumn]]) -> str:
    """For each field and each way to read it: some texts that this way cannot hold.

    One row of lists, in the order of the ways: the least and the greatest of the texts, the
    shortest and longest, and those with the most characters after a point or comma.
    """
    fits: list[str] = []
    lists: list[str] = []
    for position, columns in choices.items():
        field = reference(position)
        for column in columns:
            condition = cast_of(column, field).is_faithful or "true"
            name = f"fits{len(fits)}"
            fits.append(f"{condition} AS {name}")
            lists.append(_some(field, f"NOT {name}"))
    fields = ", ".join(map(reference, choices))
    return f"SELECT {', '.join(lists)} FROM (SELECT {fields}, {', '.join(fits)} FROM {relation})"


def _some(field: str, condition: str) -> str:
    tail = f"strlen({field}) - greatest(instr({field}, '.'), instr({field}, ','))"
    picks = (
        f"min({field}, {_FEW})",
        f"max({field}, {_FEW})",
        f"arg_min({field}, strlen({field}), {_FEW})",
        f"arg_max({field}, strlen({field}), {_FEW})",
        f"arg_max({field}, {tail}, {_FEW})",
    )
    filtered = (f"coalesce({pick} FILTER (WHERE {condition}), [])" for pick in picks)
    return f"list_distinct({' || '.join(filtered)})"


def misfits_statement(
    relation: str, plan: ReadPlan, targets: Sequence[Target], key: Iterable[int]
) -> str:
    """The records that do not fit: ordinal, positions of the fields at fault, first value.

    Ordinals are 1-based, in the order of the file. An empty key is a fault of its field.
    """
    casts = {i: cast_of(column, reference(i)) for i, column in _fields(plan, targets).items()}
    checks = [(i, cast.is_faithful) for i, cast in casts.items() if cast.is_faithful]
    checks += [(i, f"{reference(i)} IS NOT NULL") for i in key]
    faults = ", ".join(f"CASE WHEN NOT {check} THEN {i} END" for i, check in checks)
    values = " ".join(f"WHEN NOT {check} THEN {reference(i)}" for i, check in checks)
    fields = ", ".join({reference(i): None for i, _ in checks})
    return (
        f"SELECT ordinal, list_filter([{faults}], lambda i: i IS NOT NULL), CASE {values} END "
        f"FROM (SELECT row_number() OVER () AS ordinal, {fields} FROM {relation}) "
        f"WHERE NOT ({_all(check for _, check in checks)}) ORDER BY ordinal"
    )


def line_ends_statement(path: str, names: Sequence[str]) -> str:
    """The number of line feeds in these columns of a staged file."""
    texts = [quote_identifier(name) for name in names]
    counts = (f"sum(strlen({t}) - strlen(replace({t}, chr(10), '')))" for t in texts)
    total = " + ".join(f"coalesce({count}, 0)" for count in counts)
    return f"SELECT ({total})::BIGINT FROM read_parquet({quote_literal(path)})"


def _fields(plan: ReadPlan, targets: Sequence[Target]) -> dict[int, PlanColumn]:
    """The columns of the file that are wanted, by position."""
    return {t.position: plan.columns[t.position] for t in targets if t.position is not None}


def _computed(relation: str, fields: Mapping[int, PlanColumn]) -> str:
    """The fields as texts and as values. One field at least, or there would be no rows."""
    items = [
        f"{reference(i)}, {cast_of(column, reference(i)).value} AS {_value(i)}"
        for i, column in fields.items()
    ]
    return f"SELECT {', '.join(items)} FROM {relation}"


def _value(position: int) -> str:
    return f"v{position}"


def _output(target: Target) -> str:
    if target.position is None:
        return f"NULL::{sql_type(target.type or 'text')}"
    return _value(target.position)


def _conditions(fields: Mapping[int, PlanColumn], *, fixed: bool) -> list[str]:
    casts = (
        cast_of(column, reference(i), _value(i))
        for i, column in fields.items()
        if column.fixed is fixed
    )
    return [cast.is_faithful for cast in casts if cast.is_faithful]


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "true"


def row_group(width: int) -> int:
    """Rows in a group, fewer for wide tables: each thread holds a group in memory."""
    rows = min(_FULL_ROW_GROUP, _GROUP_CELLS // max(width, 1))
    return max(rows // _VECTOR * _VECTOR, _VECTOR)
