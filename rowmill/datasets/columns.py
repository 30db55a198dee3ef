"""The columns of a dataset at a version, and finding one by what a client calls it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from rowmill.errors import Invalid, invalid
from rowmill.mill import Column


@dataclass(frozen=True)
class Columns:
    """Columns in order. A column is found by its name, or by its label as it was sent."""

    items: tuple[Column, ...]

    @classmethod
    def of(cls, described: Sequence[Mapping[str, Any]]) -> Columns:
        """Args: `described` are `{name, label, type}`, as the database keeps them."""
        return cls(tuple(Column(c["name"], c["label"], c["type"]) for c in described))

    def __iter__(self) -> Iterator[Column]:
        """The columns, in order."""
        return iter(self.items)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self.items)

    def find(self, wanted: str) -> Column | None:
        """The column of that name or label; the exact spelling counts before any other case."""
        folded = wanted.casefold()
        for spellings, spelling in (
            ([column.name for column in self.items], wanted),
            ([column.label for column in self.items], wanted),
            ([column.name.casefold() for column in self.items], folded),
            ([column.label.casefold() for column in self.items], folded),
        ):
            if spelling in spellings:
                return self.items[spellings.index(spelling)]
        return None

    def get(self, wanted: str, field: str) -> Column:
        """Like `find`. Raises: Invalid about the parameter `field` where there is none."""
        column = self.find(wanted)
        if column is None:
            raise invalid(field, self.unknown(wanted))
        return column

    def pick(self, wanted: str | None, field: str) -> tuple[Column, ...]:
        """The columns of a list with commas, in its order; all where it is empty.

        Raises: Invalid about the parameter `field`, naming every unknown column.
        """
        asked = [part.strip() for part in (wanted or "").split(",") if part.strip()]
        if not asked:
            return self.items
        unknown = [name for name in asked if self.find(name) is None]
        if unknown:
            messages = [self.unknown(name) for name in unknown]
            raise Invalid(
                f"{field}: {' '.join(messages)}",
                errors=[{"field": field, "message": message} for message in messages],
            )
        return tuple(dict.fromkeys(self.get(name, field) for name in asked))

    def unknown(self, wanted: str) -> str:
        """A sentence about a column that does not exist."""
        known = [column.name for column in self.items]
        close = get_close_matches(wanted.lower(), known, n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        return f"There is no column '{wanted[:100]}'.{hint}"
