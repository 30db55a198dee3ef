"""Column names from header labels: snake_case, unique, and never in our own way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

MAX_NAME_LENGTH: Final = 120

_RESERVED: Final = frozenset({"rowid", "filename", "file_row_number", "file_index"})
_NOT_A_WORD: Final = re.compile(r"[^\w]+|_+")
_CAMEL: Final = re.compile(r"(?<=[a-zß-öø-ÿ0-9])(?=[A-ZÀ-ÖØ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")


def column_names(labels: Sequence[str], taken_names: Iterable[str] = ()) -> list[str]:
    """A name for each label, in order, none of them among the names already taken.

    Names hold letters of any script, digits and single underscores, never begin or end
    with an underscore, are unique whatever their case, and avoid the names that the
    engine gives its own columns. A label without letter or digit becomes `column_<n>`.
    """
    taken = {name.casefold() for name in taken_names}
    names = []
    for position, label in enumerate(labels, start=1):
        name = _free(snake_case(label) or f"column_{position}", taken)
        taken.add(name.casefold())
        names.append(name)
    return names


def snake_case(label: str) -> str:
    """`Sale (Dollars)` → `sale_dollars`, `orderNumber` → `order_number`; may be empty."""
    words = _NOT_A_WORD.sub("_", _CAMEL.sub("_", label.strip())).strip("_")
    return words.lower()[:MAX_NAME_LENGTH].strip("_")


def match_key(label: str) -> str:
    """What makes two labels the same to a person: letters and digits, no case, no signs."""
    return re.sub(r"[\W_]+", "", label).casefold()


def _free(name: str, taken: set[str]) -> str:
    if name.casefold() not in taken and name not in _RESERVED:
        return name
    number = 2
    while f"{name}_{number}".casefold() in taken:
        number += 1
    return f"{name}_{number}"
