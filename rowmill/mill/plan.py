"""The read plan: everything about how one file is read, as a plain value.

It is what detection finds, what a person sees and corrects, and what a feed saves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final, Self

from rowmill.mill.columns import Column

FORMATS: Final = ("csv", "json", "jsonl", "xlsx", "xls", "xlsb", "ods", "parquet")


@dataclass(frozen=True)
class ReadOptions:
    """What a person says about a file; None means: find out.

    `skip_rows` counts physical lines before the header. `types` maps column names or
    labels to column types; a value that does not fit a type given here is a reject.
    `nulls` are texts that mean "no value" besides the empty cell. `day_first` settles
    dates such as 3/4/2024. `quote=""` says that nothing is quoted.

    `format` is one of FORMATS. `member` names the file within a ZIP archive, `sheet` the
    sheet of a workbook (or its number, from 1), `records` the array of a JSON document
    that holds the records, by the keys that lead to it, with dots.
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
    format: str | None = None
    member: str | None = None
    sheet: str | None = None
    records: str | None = None

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
    is a reject; otherwise the type is widened. The values of an `identifier` are text that
    names something: `51445.0` and `51,445` name the same as `51445`. `currency` is the sign of
    amounts of money, empty where only parentheses tell negative ones, None for plain numbers.
    """

    name: str
    label: str
    type: str
    formats: tuple[str, ...] = ()
    thousands: str = ""
    decimal: str = "."
    trim: bool = False
    fixed: bool = False
    identifier: bool = False
    currency: str | None = None

    def as_column(self) -> Column:
        """The column as a dataset sees it."""
        return Column(self.name, self.label, self.type)


@dataclass(frozen=True)
class ReadPlan:
    r"""How a file is read. `newline` is `\n`, `\r\n`, `\r` or `mixed`; `bom` in bytes.

    `skip_rows` counts the physical lines before the header (or the first record).
    `quote` and `escape` are empty where the file has none; an escape equal to the quote
    means doubled quotes. `day_first` is what the dates of the file showed, None if nothing.

    `format` is one of FORMATS; `container` is what the file was packed in (`gzip`, `zstd`,
    `zip`, the outermost first), `member` the file taken from a ZIP archive. A workbook has
    `sheets`, of which `sheet` was read; a JSON document has its `records` under these keys,
    with dots (empty where they are the document itself). The members that say how text is
    written are empty for files that are not text.
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
    container: str | None = None
    member: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    records: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain JSON values."""
        columns = [{**asdict(c), "formats": list(c.formats)} for c in self.columns]
        lists = {name: list(getattr(self, name)) for name in ("nulls", "notes", "sheets")}
        return {**asdict(self), **lists, "columns": columns}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The plan that `to_dict` wrote."""
        columns = tuple(
            PlanColumn(**{**column, "formats": tuple(column["formats"])})
            for column in values["columns"]
        )
        lists = {name: tuple(values.get(name, ())) for name in ("nulls", "notes", "sheets")}
        return cls(**{**values, **lists, "columns": columns})

    def with_columns(self, columns: tuple[PlanColumn, ...]) -> ReadPlan:
        """The same plan with other columns, one for each of the old."""
        return replace(self, columns=columns)

    def with_notes(self, *notes: str) -> ReadPlan:
        """The same plan with further notes, none twice."""
        new = tuple(note for note in dict.fromkeys(notes) if note not in self.notes)
        return replace(self, notes=self.notes + new)
