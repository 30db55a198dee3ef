"""What goes into a parse and what comes out of it, as plain values that fit into JSON."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal, Self

from rowmill.mill.columns import Column
from rowmill.mill.declared import Convention, Declared
from rowmill.mill.plan import ReadOptions, ReadPlan

MEBIBYTE: Final = 1024 * 1024

Policy = Literal["evolve", "freeze", "discard"]


def _cpu_count() -> int:
    return os.cpu_count() or 1


@dataclass(frozen=True)
class Limits:
    """What one parse may use. Sizes in bytes, the time in seconds.

    `memory_bytes` bounds DuckDB's buffers and `process_bytes` the whole child process,
    which is killed above it. `temp_directory` takes what does not fit into memory, and what
    is unpacked; a temporary folder is made where it is None. A compressed file may expand to
    `max_expanded_bytes`, and beyond a first few hundred mebibytes to `max_expansion` times
    its own size; an archive may have `max_members`.
    """

    memory_bytes: int = 448 * MEBIBYTE
    process_bytes: int = 960 * MEBIBYTE
    threads: int = field(default_factory=_cpu_count)
    max_rejects: int = 100_000
    max_columns: int = 10_000
    max_record_bytes: int = 16 * MEBIBYTE
    max_expanded_bytes: int = 64 * 1024 * MEBIBYTE
    max_expansion: int = 200
    max_members: int = 1000
    temp_directory: str | None = None
    timeout_seconds: float | None = None


@dataclass(frozen=True)
class ParseRequest:
    """One parse. `size` of the source in bytes.

    `source` is a local path or an s3:// URI; `output` a folder (path or s3:// URI) that
    belongs to this import alone. `columns` is the schema of an existing dataset, or None.
    `key` are names (or labels) of the key columns of an upsert; without any, the first of
    `keys` that the file has counts. `declared` are the columns of the dataset's template,
    under the names they have, or will have, in the dataset. The first of the `conventions` that
    applies settles what the file leaves open about its dates. `s3` holds the settings
    of the object store: key_id, secret, session_token, region, endpoint, url_style, use_ssl.
    """

    source: str
    size: int
    output: str
    columns: tuple[Column, ...] | None = None
    key: tuple[str, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    declared: tuple[Declared, ...] = ()
    conventions: tuple[Convention, ...] = ()
    options: ReadOptions = field(default_factory=ReadOptions)
    policy: Policy = "evolve"
    limits: Limits = field(default_factory=Limits)
    s3: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """The request as plain JSON values."""
        columns = None if self.columns is None else [asdict(c) for c in self.columns]
        return {
            **{name: getattr(self, name) for name in ("source", "size", "output", "policy")},
            "columns": columns,
            "key": list(self.key),
            "keys": [list(key) for key in self.keys],
            "declared": [asdict(column) for column in self.declared],
            "conventions": [asdict(convention) for convention in self.conventions],
            "options": self.options.to_dict(),
            "limits": asdict(self.limits),
            "s3": None if self.s3 is None else dict(self.s3),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The request that `to_dict` wrote."""
        columns = values["columns"]
        plain = {
            "columns": None if columns is None else tuple(Column(**c) for c in columns),
            "key": tuple(values["key"]),
            "keys": tuple(tuple(key) for key in values.get("keys", ())),
            "declared": tuple(
                Declared(**{**column, "aliases": tuple(column["aliases"])})
                for column in values.get("declared", ())
            ),
            "conventions": tuple(
                Convention(one["day_first"], tuple(one["headers"]))
                for one in values.get("conventions", ())
            ),
            "options": ReadOptions.from_dict(values["options"]),
            "limits": Limits(**values["limits"]),
        }
        return cls(**{**values, **plain})


@dataclass(frozen=True)
class Progress:
    """How far a parse is. `rows` is an estimate until the file has been read through."""

    phase: Literal["detecting", "parsing"]
    bytes_done: int
    bytes_total: int
    rows: int


@dataclass(frozen=True)
class Drift:
    """How a file differs from the dataset it goes into, by label or name of the columns."""

    new: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    retyped: tuple[str, ...] = ()


@dataclass(frozen=True)
class StagedFile:
    """A Parquet file of parsed records; several are in the order of the file's records."""

    uri: str
    rows: int
    bytes: int


@dataclass(frozen=True)
class Counts:
    """The account of a parse: read = staged + rejected + deduplicated + skipped.

    `skipped` are blank lines, and empty records and footers at the end of the file.
    """

    records_read: int
    staged: int
    rejected: int
    deduplicated: int
    skipped: int


@dataclass(frozen=True)
class ParseResult:
    """What a parse left behind. `columns` are those of the staged files, in their order.

    `new_columns` are the ones a dataset gets by this import, `key` the names of the key
    columns of an upsert. `passes` counts how often the
    file was read to the end or until something forced another plan.
    """

    plan: ReadPlan
    columns: tuple[Column, ...]
    new_columns: tuple[Column, ...]
    drift: Drift
    files: tuple[StagedFile, ...]
    counts: Counts
    rejects_path: str | None
    passes: int
    notes: tuple[str, ...]
    key: tuple[str, ...] = ()

    @property
    def staged(self) -> int:
        """Rows in the staged files."""
        return self.counts.staged

    @property
    def rejected(self) -> int:
        """Records that did not fit."""
        return self.counts.rejected

    @property
    def deduplicated(self) -> int:
        """Records that a later record of the same key replaced."""
        return self.counts.deduplicated

    @property
    def skipped(self) -> int:
        """Lines and records without content."""
        return self.counts.skipped

    @property
    def records_read(self) -> int:
        """Everything that was found in the file after the header."""
        return self.counts.records_read

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON values."""
        return {**asdict(self), "plan": self.plan.to_dict()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The result that `to_dict` wrote."""
        drift = {name: tuple(labels) for name, labels in values["drift"].items()}
        plain = {
            "plan": ReadPlan.from_dict(values["plan"]),
            "columns": tuple(Column(**c) for c in values["columns"]),
            "new_columns": tuple(Column(**c) for c in values["new_columns"]),
            "drift": Drift(**drift),
            "files": tuple(StagedFile(**f) for f in values["files"]),
            "counts": Counts(**values["counts"]),
            "notes": tuple(values["notes"]),
            "key": tuple(values.get("key", ())),
        }
        return cls(**{**values, **plain})
