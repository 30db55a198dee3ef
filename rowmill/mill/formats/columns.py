"""Plans of files that are not text: columns with labels, types by evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rowmill.mill.columns import is_column_type
from rowmill.mill.errors import BadOption
from rowmill.mill.naming import column_names
from rowmill.mill.plan import PlanColumn, ReadOptions, ReadPlan


def plan_of(
    file_format: str, labels: Sequence[str], options: ReadOptions, **members: Any
) -> ReadPlan:
    """A plan for columns of these labels, all of them text for now."""
    names = column_names(labels)
    columns = tuple(
        PlanColumn(name, label or name, "text") for name, label in zip(names, labels, strict=True)
    )
    text = dict.fromkeys(("encoding", "delimiter", "quote", "escape", "newline"), "")
    plain = {**text, "bom": 0, "header": True, "skip_rows": 0, "nulls": options.nulls}
    return ReadPlan(**{**plain, **members, "format": file_format, "columns": columns})


def given_types(plan: ReadPlan, options: ReadOptions) -> dict[int, str]:
    """The types that a person gave, by position. Raises: BadOption."""
    positions: dict[str, int] = {}
    for index, column in enumerate(plan.columns):
        positions.setdefault(column.label, index)
        positions[column.name] = index
    given = {}
    for name, column_type in options.types.items():
        if name not in positions:
            raise BadOption(f"The file has no column {name!r} whose type could be set.")
        if not is_column_type(column_type):
            raise BadOption(f"{column_type!r} is not a column type.", column=name)
        given[positions[name]] = column_type
    return given
