"""Names of datasets: from file names, for people; slugs for addresses; table names for the lake."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from uuid import UUID

from rowmill.errors import invalid

LONGEST_NAME = 200
LONGEST_SLUG = 80
LONGEST_TABLE_NAME = 60
UNNAMED = "dataset"

_EXTENSIONS = (
    "csv", "tsv", "tab", "txt", "dat", "psv", "json", "jsonl", "ndjson", "geojson", "parquet",
    "xlsx", "xlsm", "xlsb", "xls", "ods", "gz", "zst", "zip", "bz2", "xz",
)  # fmt: skip
_EXTENSION = re.compile(rf"\.({'|'.join(_EXTENSIONS)})$", re.IGNORECASE)
_NO_WORD = re.compile(r"[\W_]+")


def name_of_file(file_name: str) -> str:
    """What a dataset made from that file is called: `in/Sales 2024.CSV.gz` → `Sales 2024`."""
    name = re.split(r"[/\\]", file_name)[-1].strip()
    while (shorter := _EXTENSION.sub("", name).strip()) != name:
        name = shorter
    return cleaned(name) or UNNAMED


def cleaned(name: str) -> str:
    """The name without control characters and superfluous blanks, cut to the allowed length."""
    printable = "".join(c if c.isprintable() else " " for c in name)
    return " ".join(printable.split())[:LONGEST_NAME].strip()


def checked(name: str) -> str:
    """The cleaned name. Raises: Invalid where nothing is left of it."""
    name = cleaned(name)
    if not name:
        raise invalid("name", "A name has at least one visible character.")
    return name


def slug_of(name: str) -> str:
    """The name as part of an address: `Umsätze 2024 (neu)` → `umsätze-2024-neu`."""
    plain = unicodedata.normalize("NFKC", name).lower()
    slug = _NO_WORD.sub("-", plain).strip("-")[:LONGEST_SLUG].strip("-")
    return slug if slug and not is_id(slug) else UNNAMED


def check_slug(slug: str) -> str:
    """Raises: Invalid where it is none, or could be taken for an id."""
    if slug != slug_of(slug) or is_id(slug):
        raise invalid(
            "slug",
            f"A slug is up to {LONGEST_SLUG} lower-case letters and digits, "
            "in words joined by single hyphens.",
        )
    return slug


def is_id(text: str) -> bool:
    """Whether the text is a UUID as the API writes them."""
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def free_slug(slug: str, taken: Collection[str]) -> str:
    """The slug, or where it is taken the first of `slug-2`, `slug-3` … that is not."""
    return _free(slug, taken, lambda number: f"{slug[: LONGEST_SLUG - 8].rstrip('-')}-{number}")


def free_table_name(slug: str, taken: Collection[str]) -> str:
    """A name for the dataset's table that no table of the workspace ever had.

    It is plain ASCII, because the lake names the table's folder after it.
    """
    plain = unicodedata.normalize("NFKD", slug).encode("ascii", "ignore").decode()
    name = _NO_WORD.sub("_", plain)[:LONGEST_TABLE_NAME].strip("_")
    name = name if name[:1].isalpha() else f"t_{name}".strip("_")
    return _free(name, taken, lambda number: f"{name}_{number}")


def _free(name: str, taken: Collection[str], numbered: Callable[[int], str]) -> str:
    number, candidate = 1, name
    while candidate in taken:
        number += 1
        candidate = numbered(number)
    return candidate
