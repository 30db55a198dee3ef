"""The order of rows: as asked for, continued behind a row, whatever nulls and directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rowmill.datasets.columns import Columns
from rowmill.datasets.filters import Condition
from rowmill.errors import invalid
from rowmill.mill import Column, quote_identifier, sql_type


@dataclass(frozen=True)
class SortKey:
    """A column to sort by. Nulls come last in either direction, unless they come first."""

    column: Column
    descending: bool = False
    nulls_first: bool = False

    @property
    def sql(self) -> str:
        """The item of ORDER BY."""
        nulls = "FIRST" if self.nulls_first else "LAST"
        return f"{quote_identifier(self.column.name)} {self.direction} NULLS {nulls}"

    @property
    def direction(self) -> str:
        """`ASC` or `DESC`."""
        return "DESC" if self.descending else "ASC"


@dataclass(frozen=True)
class Order:
    """Sort keys, first the one that counts most. Rows that are equal in all keep their own order:
    ascending row ids.
    """

    keys: tuple[SortKey, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything but the table's own order is asked for."""
        return bool(self.keys)

    @property
    def sql(self) -> str:
        """What follows ORDER BY, where row ids are called `_row_id`."""
        return ", ".join([*(key.sql for key in self.keys), "_row_id"])

    def normalised(self) -> list[str]:
        """The order as plain values, for hashes and cache keys."""
        return [f"{'-' if key.descending else ''}{key.column.name}" for key in self.keys]

    def behind(self, values: Sequence[str | None], row_id: int) -> Condition:
        """Holds for the rows behind the one with these values, as text, in the sort columns."""
        equal = [_equal(key, value) for key, value in zip(self.keys, values, strict=True)]
        ways = [
            _all([*equal[:position], _after(key, value)])
            for position, (key, value) in enumerate(zip(self.keys, values, strict=True))
            if key.nulls_first or value is not None  # behind the nulls at the end comes nothing
        ]
        ways.append(_all([*equal, Condition(f"_row_id > {row_id}")]))
        return Condition(
            " OR ".join(f"({way.sql})" for way in ways),
            tuple(parameter for way in ways for parameter in way.parameters),
        )


def parse(text: str | None, columns: Columns, field: str = "sort") -> Order:
    """Read `-amount,city`: columns with commas between them, a minus for the largest first.

    Raises: Invalid about the parameter `field`.
    """
    keys: list[SortKey] = []
    for part in (text or "").split(","):
        name = part.strip()
        if not name:
            continue
        column = columns.find(name)
        descending = column is None and name.startswith("-")
        if column is None:
            column = columns.get(name.lstrip("+-") if name[0] in "+-" else name, field)
        if any(key.column == column for key in keys):
            raise invalid(field, f"The column '{column.name}' stands there twice.")
        keys.append(SortKey(column, descending))
    return Order(tuple(keys))


def _value(key: SortKey) -> str:
    return f"CAST(? AS {sql_type(key.column.type)})"


def _equal(key: SortKey, value: str | None) -> Condition:
    column = quote_identifier(key.column.name)
    if value is None:
        return Condition(f"{column} IS NULL")
    return Condition(f"{column} = {_value(key)}", (value,))


def _after(key: SortKey, value: str | None) -> Condition:
    column, sign = quote_identifier(key.column.name), "<" if key.descending else ">"
    if value is None:
        return Condition(f"{column} IS NOT NULL")
    later = f"{column} {sign} {_value(key)}"
    return Condition(later if key.nulls_first else f"({later} OR {column} IS NULL)", (value,))


def _all(conditions: Sequence[Condition]) -> Condition:
    return Condition(
        " AND ".join(condition.sql for condition in conditions),
        tuple(parameter for condition in conditions for parameter in condition.parameters),
    )
