"""Columns that are declared before any file is seen, and finding them in a file's header."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rowmill.mill.columns import is_column_type
from rowmill.mill.naming import match_key

IDENTIFIER: Final = "identifier"
FAMILIES: Final = (IDENTIFIER, "number", "decimal", "moment")


@dataclass(frozen=True)
class Declared:
    """A column that files bring under one of several headers.

    `type` is a column type, or a family of types of which each file's values choose one:
    `identifier` (text that names something, and is no quantity even where it is all digits),
    `number` (whole numbers, or decimals where there are fractions), `decimal` (with as many
    decimals as are needed) and `moment` (date, or time where there are times).
    """

    name: str
    label: str
    type: str
    aliases: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Convention:
    """How dates are written in files with all of these headers, in any file where there are none.

    It decides only where each date of a file could be day first or month first.
    """

    day_first: bool
    headers: tuple[str, ...] = ()

    def applies_to(self, labels: Iterable[str]) -> bool:
        """Whether a file with these headers is one of those."""
        return {match_key(label) for label in labels}.issuperset(map(match_key, self.headers))


def is_declared_type(name: str) -> bool:
    """Whether this is a column type or a family of types."""
    return name in FAMILIES or is_column_type(name)


def positions_of(labels: Sequence[str], declared: Iterable[Declared]) -> dict[str, int]:
    """The places of declared columns among a header's labels, by name of the column.

    A label matches by its letters and digits: a column's own name and label count before the
    aliases of any, and an alias before those that stand behind it.
    """
    columns = list(declared)
    places: dict[str, int] = {}
    for position, label in enumerate(labels):
        places.setdefault(match_key(label), position)
    places.pop("", None)
    found: dict[str, int] = {}
    for spellings in (_own_spellings, _aliases):
        for column in columns:
            if column.name in found:
                continue
            keys = map(match_key, spellings(column))
            place = next((places.pop(key) for key in keys if key in places), None)
            if place is not None:
                found[column.name] = place
    return found


def _own_spellings(column: Declared) -> tuple[str, ...]:
    return column.name, column.label


def _aliases(column: Declared) -> tuple[str, ...]:
    return column.aliases
