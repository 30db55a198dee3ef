"""Which column of a file is which column of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rowmill.mill.columns import Column
from rowmill.mill.errors import KeyColumnMissing, NoColumnMatches, UnexpectedColumns
from rowmill.mill.naming import column_names, match_key
from rowmill.mill.plan import PlanColumn, ReadPlan
from rowmill.mill.request import Policy


@dataclass(frozen=True)
class Target:
    """A column of the staged files, and the position of its field; None where it is missing."""

    name: str
    label: str
    type: str | None
    position: int | None


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
        """The types of fields that the dataset prescribes, by position."""
        return {t.position: t.type for t in self.targets if t.position is not None and t.type}

    @property
    def positions(self) -> list[int]:
        """The fields that are kept, by position in the file."""
        return sorted(t.position for t in self.targets if t.position is not None)

    def renamed(self, plan: ReadPlan) -> ReadPlan:
        """The plan with the names under which the dataset knows the columns."""
        names = {t.position: t.name for t in self.targets}
        columns = (replace(c, name=names.get(i, c.name)) for i, c in enumerate(plan.columns))
        return plan.with_columns(tuple(columns))


def map_columns(plan: ReadPlan, columns: Sequence[Column] | None, policy: Policy) -> Mapping:
    """Find the dataset's columns in the file.

    Raises:
        NoColumnMatches: the file has no column of the dataset.
        UnexpectedColumns: the file has others, and the policy is `freeze`.
    """
    if columns is None:
        own = (Target(c.name, c.label, None, i) for i, c in enumerate(plan.columns))
        return Mapping(tuple(own), is_new_dataset=True)
    found = _match(plan, columns)
    extra = [i for i in range(len(plan.columns)) if i not in found.values()]
    labels = tuple(plan.columns[i].label for i in extra)
    if extra and policy == "freeze":
        raise UnexpectedColumns(
            f"The file has columns that the dataset has not: {', '.join(labels)}.",
            column=labels[0],
            hint="Remove them from the file, or let the dataset evolve.",
        )
    targets = tuple(Target(c.name, c.label, c.type, found.get(c.name)) for c in columns)
    if policy == "evolve":
        targets += _new_targets(plan, columns, extra)
    missing = tuple(c.label for c in columns if c.name not in found)
    notes = _notes(missing, labels, policy)
    return Mapping(targets, is_new_dataset=False, missing=missing, extra=labels, notes=notes)


def _match(plan: ReadPlan, columns: Sequence[Column]) -> dict[str, int]:
    """Positions in the file by column name: the same text first, then the same letters."""
    if not plan.header:
        if len(plan.columns) != len(columns):
            raise NoColumnMatches(
                f"The file has no header and {len(plan.columns)} columns, "
                f"the dataset has {len(columns)}.",
                hint="Send a header, or the same columns in the same order.",
            )
        return {column.name: i for i, column in enumerate(columns)}
    found: dict[str, int] = {}
    tests: tuple[Callable[[PlanColumn, Column], bool], ...] = (_is_same, _is_alike)
    for is_match in tests:
        for position, field in enumerate(plan.columns):
            if position in found.values():
                continue
            match = next((c for c in columns if c.name not in found and is_match(field, c)), None)
            if match is not None:
                found[match.name] = position
    if not found:
        raise NoColumnMatches(
            "None of the file's columns is a column of the dataset.",
            hint="Check that this file belongs here, and that its first row is the header.",
        )
    return found


def _is_same(field: PlanColumn, column: Column) -> bool:
    return field.label in {column.label, column.name} or field.name == column.name


def _is_alike(field: PlanColumn, column: Column) -> bool:
    return match_key(field.label) in {match_key(column.label), match_key(column.name)}


def _new_targets(
    plan: ReadPlan, columns: Sequence[Column], extra: Sequence[int]
) -> tuple[Target, ...]:
    labels = [plan.columns[i].label for i in extra]
    names = column_names(labels, (column.name for column in columns))
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
