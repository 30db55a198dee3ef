"""A look at a file, or at its beginning: how it would be read, and its first records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

import duckdb

from rowmill.mill.detected import Detected
from rowmill.mill.formats import csv
from rowmill.mill.meter import Meter
from rowmill.mill.opening import detect
from rowmill.mill.plan import ReadOptions, ReadPlan
from rowmill.mill.request import Limits

FIRST_RECORDS: Final = 5

Record = tuple[str | None, ...]


@dataclass(frozen=True)
class LookRequest:
    """What is to be looked at: a local file, of which `is_cut` says that its end is missing.

    `records` is how many of the first ones are wanted.
    """

    source: str
    is_cut: bool = False
    records: int = FIRST_RECORDS
    options: ReadOptions = field(default_factory=ReadOptions)
    limits: Limits = field(default_factory=Limits)

    def to_dict(self) -> dict[str, Any]:
        """The request as plain JSON values."""
        plain = {name: getattr(self, name) for name in ("source", "is_cut", "records")}
        return {**plain, "options": self.options.to_dict(), "limits": asdict(self.limits)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The request that `to_dict` wrote."""
        options = ReadOptions.from_dict(values["options"])
        return cls(**{**values, "options": options, "limits": Limits(**values["limits"])})


@dataclass(frozen=True)
class Seen:
    """What a look has found: a plan, and the texts of the first records, one for each column."""

    plan: ReadPlan
    records: tuple[Record, ...]

    def to_dict(self) -> dict[str, Any]:
        """What was seen as plain JSON values."""
        return {"plan": self.plan.to_dict(), "records": [list(row) for row in self.records]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` wrote."""
        records = tuple(tuple(row) for row in values["records"])
        return cls(ReadPlan.from_dict(values["plan"]), records)


def look(request: LookRequest, folder: Path) -> Seen:
    """Look at a file, with `folder` for temporary files. A file that is cut loses its last line.

    Raises:
        ImportFailed: it cannot be read, or not by its beginning alone.
    """
    meter = Meter(Path(request.source).stat().st_size)
    found = detect(
        request.source,
        request.options,
        request.limits,
        folder,
        meter,
        is_sample=True,
        is_cut=request.is_cut,
    )
    return Seen(found.plan, _first_records(found, request.records))


def _first_records(found: Detected, most: int) -> tuple[Record, ...]:
    if found.table is None:
        return csv.first_records(found.path, found.plan, most)
    fields = ", ".join(found.table.fields)
    statement = f"SELECT {fields} FROM {found.table.relation} LIMIT {most:d}"
    with duckdb.connect() as connection:
        return tuple(connection.execute(statement).fetchall())
