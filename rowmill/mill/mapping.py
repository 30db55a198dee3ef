"""Which column of a file is which column of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rowmill.mill.columns import Column, kind_of
from rowmill.mill.declared import FAMILIES, IDENTIFIER, Declared, positions_of
from rowmill.mill.errors import (
    DeclaredColumnMissing,
    KeyColumnMissing,
    NoColumnMatches,
    UnexpectedColumns,
)
from rowmill.mill.naming import column_names, match_key
from rowmill.mill.plan import PlanColumn, ReadPlan
from rowmill.mill.request import Policy

_WIDENING: Final = {
    "number": ("integer", "decimal"),
    "decimal": ("integer", "decimal"),
    "moment": ("date",),
}
_SHOWN_HEADERS: Final = 12
_SHOWN_ALIASES: Final = 5


@dataclass(frozen=True)
class Target:
    """A column of the staged files, and the position of its field; None where it is missing.

    `type` is the one that the dataset has; None in a new column, whose `declared` type (or family
    of types) is None where the file alone decides. The type of a column that was declared with a
    family of types may be widened.
    """

    name: str
    label: str
    type: str | None
    position: int | None
    declared: str | None = None

    @property
    def is_identifier(self) -> bool:
        """Whether its values are text that names something."""
        return self.declared == IDENTIFIER and self.type in {None, "text"}

    @property
    def may_widen(self) -> bool:
        """Whether the dataset's type may become a wider one of the declared family."""
        kinds = _WIDENING.get(self.declared or "", ())
        return self.type is not None and kind_of(self.type) in kinds


@dataclass(frozen=True)
class Mapping:
    """The columns of the staged files in order; a type is None where the file decides it.

    `is_new_dataset` says that all columns come from the file. `missing` and `extra` are
    labels; extra columns are new ones under policy `evolve`, dropped ones under `discard`.
    """

    targets: tuple[Target, ...]
    is_new_dataset: bool
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def given_types(self) -> dict[int, str]:
        """The types, or families of types, that are prescribed for fields, by position."""
        return {
            t.position: given
            for t in self.targets
            if t.position is not None and (given := t.type or _read_as(t.declared))
        }

    @property
    def widening(self) -> set[int]:
        """The positions of fields whose prescribed type may become a wider one."""
        return {t.position for t in self.targets if t.position is not None and t.may_widen}

    @property
    def positions(self) -> list[int]:
        """The fields that are kept, by position in the file."""
        return sorted(t.position for t in self.targets if t.position is not None)

    def renamed(self, plan: ReadPlan) -> ReadPlan:
        """The plan with the names under which the dataset knows the columns."""
        targets = {t.position: t for t in self.targets}
        columns = (
            replace(c, name=targets[i].name, identifier=targets[i].is_identifier)
            if i in targets
            else c
            for i, c in enumerate(plan.columns)
        )
        return plan.with_columns(tuple(columns))


def map_columns(
    plan: ReadPlan,
    columns: Sequence[Column] | None,
    policy: Policy,
    declared: Sequence[Declared] = (),
) -> Mapping:
    """Find the dataset's columns in the file.

    Args: `columns` are those that the dataset has, None before its first import; `declared` those
    of its template, which it gets by and by, as files bring them.

    Raises:
        NoColumnMatches: the file has no column of the dataset.
        DeclaredColumnMissing: it lacks one that the template requires.
        UnexpectedColumns: the file has others, and the policy is `freeze`.
    """
    if columns is None and not declared:
        own = (Target(c.name, c.label, None, i) for i, c in enumerate(plan.columns))
        return Mapping(tuple(own), is_new_dataset=True)
    known = columns or ()
    found = _match(plan, known, declared)
    _check_required(plan, declared, found)
    extra = [i for i in range(len(plan.columns)) if i not in found.values()]
    labels = tuple(plan.columns[i].label for i in extra)
    if extra and policy == "freeze":
        raise UnexpectedColumns(
            f"The file has columns that the dataset has not: {', '.join(labels)}.",
            column=labels[0],
            hint="Remove them from the file, or let the dataset evolve.",
        )
    targets = _known_targets(known, declared, found) + _declared_targets(
        plan, known, declared, found
    )
    if policy == "evolve" or columns is None:
        taken = [*(c.name for c in known), *(d.name for d in declared)]
        targets += _new_targets(plan, taken, extra)
    if columns is None:
        return Mapping(tuple(sorted(targets, key=_place)), is_new_dataset=True)
    missing = tuple(c.label for c in known if c.name not in found)
    notes = _notes(missing, labels, policy)
    return Mapping(targets, is_new_dataset=False, missing=missing, extra=labels, notes=notes)


def _read_as(declared: str | None) -> str | None:
    return "text" if declared == IDENTIFIER else declared


def _place(target: Target) -> int:
    return target.position or 0


def _match(
    plan: ReadPlan, columns: Sequence[Column], declared: Sequence[Declared]
) -> dict[str, int]:
    """Positions in the file by column name: the same text first, then the same letters, then
    the declared columns, those that the dataset has not among them.
    """
    if not plan.header:
        return _match_by_order(plan, columns)
    found: dict[str, int] = {}
    tests: tuple[Callable[[PlanColumn, Column], bool], ...] = (_is_same, _is_alike)
    for is_match in tests:
        for position, field in enumerate(plan.columns):
            if position in found.values():
                continue
            match = next((c for c in columns if c.name not in found and is_match(field, c)), None)
            if match is not None:
                found[match.name] = position
    free = [i for i in range(len(plan.columns)) if i not in found.values()]
    missing = [column for column in declared if column.name not in found]
    places = positions_of([plan.columns[i].label for i in free], missing)
    found.update({name: free[place] for name, place in places.items()})
    if not found:
        raise NoColumnMatches(
            "None of the file's columns is a column of the dataset.",
            hint="Check that this file belongs here, and that its first row is the header.",
        )
    return found


def _match_by_order(plan: ReadPlan, columns: Sequence[Column]) -> dict[str, int]:
    if not columns:
        raise NoColumnMatches(
            "The file has no header, so nothing tells which column is which.",
            hint="Send a header as the first row.",
        )
    if len(plan.columns) != len(columns):
        raise NoColumnMatches(
            f"The file has no header and {len(plan.columns)} columns, "
            f"the dataset has {len(columns)}.",
            hint="Send a header, or the same columns in the same order.",
        )
    return {column.name: i for i, column in enumerate(columns)}


def _check_required(plan: ReadPlan, declared: Sequence[Declared], found: dict[str, int]) -> None:
    column = next((d for d in declared if d.required and d.name not in found), None)
    if column is not None:
        headers = ", ".join(c.label for c in plan.columns[:_SHOWN_HEADERS])
        others = ", ".join(alias for alias in column.aliases[1:_SHOWN_ALIASES])
        raise DeclaredColumnMissing(
            f"The file has no column {column.label!r}, which its template requires. "
            f"Its columns are: {headers}.",
            column=column.label,
            hint=f"Name it {column.label!r}" + (f", or one of: {others}." if others else "."),
        )


def _known_targets(
    columns: Sequence[Column], declared: Sequence[Declared], found: dict[str, int]
) -> tuple[Target, ...]:
    types = {d.name: d.type for d in declared if d.type in FAMILIES}
    return tuple(
        Target(c.name, c.label, c.type, found.get(c.name), types.get(c.name)) for c in columns
    )


def _declared_targets(
    plan: ReadPlan,
    columns: Sequence[Column],
    declared: Sequence[Declared],
    found: dict[str, int],
) -> tuple[Target, ...]:
    """The columns of the template that the dataset gets by this file."""
    known = {column.name for column in columns}
    return tuple(
        Target(d.name, plan.columns[found[d.name]].label, None, found[d.name], d.type)
        for d in declared
        if d.name in found and d.name not in known
    )


def _is_same(field: PlanColumn, column: Column) -> bool:
    return field.label in {column.label, column.name} or field.name == column.name


def _is_alike(field: PlanColumn, column: Column) -> bool:
    return match_key(field.label) in {match_key(column.label), match_key(column.name)}


def _new_targets(
    plan: ReadPlan, taken_names: Sequence[str], extra: Sequence[int]
) -> tuple[Target, ...]:
    labels = [plan.columns[i].label for i in extra]
    names = column_names(labels, taken_names)
    return tuple(
        Target(name, label, None, i) for name, label, i in zip(names, labels, extra, strict=True)
    )


def _notes(missing: Sequence[str], extra: Sequence[str], policy: Policy) -> tuple[str, ...]:
    notes = []
    if missing:
        notes.append(f"Missing in the file, left empty: {', '.join(missing)}.")
    if extra and policy == "evolve":
        notes.append(f"New columns: {', '.join(extra)}.")
    if extra and policy == "discard":
        notes.append(f"Columns of the file that were dropped: {', '.join(extra)}.")
    return tuple(notes)


def choose_key(
    mapping: Mapping, key: Sequence[str], keys: Sequence[Sequence[str]]
) -> tuple[Target, ...]:
    """The columns of the key; without one, those of the first of several keys that the file has.

    Raises:
        KeyColumnMissing: the file lacks a column of the key, or of each.
    """
    if key or not keys:
        return key_targets(mapping, key)
    there = {target.name for target in mapping.targets if target.position is not None}
    first = next((each for each in keys if there.issuperset(each)), None)
    if first is None:
        ways = ", or ".join(" and ".join(each) for each in keys)
        raise KeyColumnMissing(
            f"The file has no columns that tell one row from another: {ways}.",
            column=keys[0][0],
            hint="Add such a column to the file, or name a key of its own.",
        )
    return key_targets(mapping, first)


def key_targets(mapping: Mapping, key: Sequence[str]) -> tuple[Target, ...]:
    """The key's columns, given by name or label.

    Raises:
        KeyColumnMissing: the file has no such column.
    """
    found = []
    for name in key:
        target = next((t for t in mapping.targets if t.name == name), None) or next(
            (t for t in mapping.targets if match_key(name) in {match_key(t.label), t.name}), None
        )
        if target is None or target.position is None:
            raise KeyColumnMissing(
                f"The key column {name!r} is not in the file.",
                column=name,
                hint="Name a column of the file as the key.",
            )
        found.append(target)
    return tuple(found)
