"""The read plan: everything about how one file is read, as a plain value.

It is what detection finds, what a person sees and corrects, and what a feed saves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from rowmill.mill.columns import Column


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about a file; None means: find out.

    `skip_rows` counts physical lines before the header. `types` maps column names or
    labels to column types; a value that does not fit a type given here is a reject.
    `nulls` are texts that mean "no value" besides the empty cell. `day_first` settles
    dates such as 3/4/2024. `quote=""` says that nothing is quoted.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    header: bool | None = None
    skip_rows: int | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    nulls: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The options as plain JSON values."""
        return {**asdict(self), "types": dict(self.types), "nulls": list(self.nulls)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The options that `to_dict` wrote."""
        known = {**values, "nulls": tuple(values.get("nulls") or ())}
        return cls(**{**known, "types": dict(values.get("types") or {})})


@dataclass(frozen=True)
class PlanColumn:
    """One column of the file: where it goes, its type, and how its text is read.

    `formats` are strptime patterns, in the order in which they are tried. `thousands` and
    `decimal` are the marks of its numbers. `trim` says that white space around its values
    is not part of them. `fixed` types were given, not guessed: a value that does not fit
    is a reject; otherwise the type is widened.
    """

    name: str
    label: str
    type: str
    formats: tuple[str, ...] = ()
    thousands: str = ""
    decimal: str = "."
    trim: bool = False
    fixed: bool = False

    def as_column(self) -> Column:
        """The column as a dataset sees it."""
        return Column(self.name, self.label, self.type)


@dataclass(frozen=True)
class ReadPlan:
    r"""How a file is read. `newline` is `\n`, `\r\n`, `\r` or `mixed`; `bom` in bytes.

    `skip_rows` counts the physical lines before the header (or the first record).
    `quote` and `escape` are empty where the file has none; an escape equal to the quote
    means doubled quotes. `day_first` is what the dates of the file showed, None if nothing.
    """

    format: str
    encoding: str
    bom: int
    delimiter: str
    quote: str
    escape: str
    newline: str
    header: bool
    skip_rows: int
    columns: tuple[PlanColumn, ...]
    nulls: tuple[str, ...] = ()
    day_first: bool | None = None
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain JSON values."""
        columns = [{**asdict(c), "formats": list(c.formats)} for c in self.columns]
        plain = {"columns": columns, "nulls": list(self.nulls), "notes": list(self.notes)}
        return {**asdict(self), **plain}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The plan that `to_dict` wrote."""
        columns = tuple(
            PlanColumn(**{**column, "formats": tuple(column["formats"])})
            for column in values["columns"]
        )
        plain = {"nulls": tuple(values["nulls"]), "notes": tuple(values["notes"])}
        return cls(**{**values, **plain, "columns": columns})

    def with_columns(self, columns: tuple[PlanColumn, ...]) -> ReadPlan:
        """The same plan with other columns, one for each of the old."""
        return replace(self, columns=columns)

    def with_notes(self, *notes: str) -> ReadPlan:
        """The same plan with further notes, none twice."""
        new = tuple(note for note in dict.fromkeys(notes) if note not in self.notes)
        return replace(self, notes=self.notes + new)
