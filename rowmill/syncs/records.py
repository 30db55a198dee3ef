"""The records that a sync sends: written as text inside DuckDB, so that every digit stays.

A delivery is lines of `change<tab>identity<tab>record`. The record is JSON; neither it nor the
identity, which tells one row from another, holds a tab or the end of a line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rowmill.datasets.changes import before
from rowmill.datasets.columns import Columns
from rowmill.datasets.rendering import object_json, value_json
from rowmill.lake import key_column
from rowmill.mill import Column, quote_literal

ROW_ID = "_row_id"
CHANGE = "_change"
DELETE = "delete"


@dataclass(frozen=True)
class Member:
    """A member of the records: the value of a column, a special value, or a constant as JSON."""

    name: str
    type: str
    column: Column | None = None
    special: str | None = None
    constant: str = "null"

    def value(self, *, is_before: bool) -> str:
        """An SQL expression on a feed of changes: the member's JSON text."""
        if self.column is not None:
            return value_json(before(self.column) if is_before else self.column)
        if self.special == CHANGE:
            return f"concat('\"', {CHANGE}, '\"')"
        return self.special or quote_literal(self.constant)


@dataclass(frozen=True)
class Shape:
    """What records look like. `key` are the members that tell rows apart."""

    members: tuple[Member, ...]
    key: tuple[str, ...]

    def line(self, key: Sequence[str]) -> str:
        """An SQL expression on a feed of changes by that key: the line of one."""
        was, is_now = self._json(is_before=True), self._json(is_before=False)
        record = f"CASE WHEN {CHANGE} = 'delete' THEN {was} ELSE {is_now} END"
        return f"concat({CHANGE}, chr(9), {identity(key)}, chr(9), {record}, chr(10))"

    def condition(self, kinds: Sequence[str]) -> str:
        """An SQL condition: changes of these kinds that the records show."""
        wanted = ", ".join(quote_literal(kind) for kind in kinds)
        return (
            f"{CHANGE} IN ({wanted}) AND ({CHANGE} <> 'update'"
            f" OR {self._json(is_before=True)} <> {self._json(is_before=False)})"
        )

    def _json(self, *, is_before: bool) -> str:
        return object_json([(m.name, m.value(is_before=is_before)) for m in self.members])


@dataclass(frozen=True)
class Line:
    """One record on its way, and what became of its row."""

    change: str
    identity: str
    record: str

    @classmethod
    def parse(cls, text: str) -> Line:
        """The line that `Shape.line` wrote, with or without its end."""
        change, identity, record = text.rstrip("\n").split("\t", 2)
        return cls(change, identity, record)

    def __str__(self) -> str:
        """The line again, with its end."""
        return f"{self.change}\t{self.identity}\t{self.record}\n"

    def values(self) -> dict[str, Any]:
        """The record's values; numbers as text, so that every digit stays."""
        found: dict[str, Any] = json.loads(self.record, parse_float=str, parse_int=str)
        return found


def shape_of(
    columns: Columns,
    fields: Sequence[Mapping[str, Any]] | None,
    names: Mapping[str, str],
    key: Sequence[str],
) -> Shape:
    """The shape of records with these fields; without them all columns go, by their names.

    Args: `names` are other names for columns. Raises: Invalid naming an unknown column.
    """
    if fields is None:
        members = [Member(names.get(c.name, c.name), c.type, c) for c in columns]
    else:
        members = [_member(columns, field, i) for i, field in enumerate(fields)]
    by_column = {m.column.name: m.name for m in members if m.column is not None}
    row_ids = tuple(m.name for m in members if m.special == ROW_ID)
    parts = tuple(by_column[name] for name in key if name in by_column)
    return Shape(tuple(members), parts if key and len(parts) == len(key) else row_ids[:1])


def identity(key: Sequence[str]) -> str:
    """An SQL expression on a feed of changes: text that tells one row from another."""
    if not key:
        return f"CAST({ROW_ID} AS VARCHAR)"
    parts = ", ".join(f"CAST({key_column(i)} AS VARCHAR)" for i in range(len(key)))
    return f"CAST(to_json([{parts}]) AS VARCHAR)"


def _member(columns: Columns, field: Mapping[str, Any], position: int) -> Member:
    name, wanted = field["name"], field.get("column")
    if wanted is None:
        return Member(name, "text", constant=json.dumps(field.get("value"), ensure_ascii=False))
    if wanted in {ROW_ID, CHANGE}:
        return Member(name, "integer" if wanted == ROW_ID else "text", special=wanted)
    column = columns.get(wanted, f"fields.{position}.column")
    return Member(name, column.type, column)
