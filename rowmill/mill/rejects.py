"""Keeping the records that did not fit, with where they stand and why they did not."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import duckdb

from rowmill.mill.errors import TooManyRejects
from rowmill.mill.places import Spot
from rowmill.mill.quoting import quote_literal
from rowmill.mill.screen import RAW_BYTES, Place, Reject

EXAMPLES: Final = 3
PENDING: Final = 100
INVALID_EXAMPLES: Final = 200

_FIELDS: Final = (
    "{'record': 'BIGINT', 'line': 'BIGINT', 'column': 'VARCHAR', 'value': 'VARCHAR', "
    "'code': 'VARCHAR', 'reason': 'VARCHAR', 'raw': 'VARCHAR', 'byte_offset': 'BIGINT', "
    "'sheet': 'VARCHAR', 'cell': 'VARCHAR'}"
)


@dataclass
class RejectLog:
    """Rejects on their way into a Parquet file; in memory are counts, examples, the latest.

    `path` is a temporary file that begins anew. `invalid` are lines with bytes that are no
    text, the first few of them.
    """

    path: Path
    limit: int
    count: int = 0
    invalid_count: int = 0
    invalid: list[bytes] = field(default_factory=list)
    examples: list[Reject] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._pending: list[str] = []
        self.path.write_bytes(b"")

    def include(self, other: RejectLog) -> None:
        """Keep the rejects of another log, too; it stays as it is."""
        other.flush()
        with self.path.open("ab") as file, other.path.open("rb") as source:
            shutil.copyfileobj(source, file)
        self.count += other.count
        self.examples += other.examples[: EXAMPLES - len(self.examples)]

    def add(self, reject: Reject) -> None:
        """Keep a reject.

        Raises:
            TooManyRejects: there are more than the limit.
        """
        self.count += 1
        if reject.code == "invalid_encoding":
            self.invalid_count += 1
            if len(self.invalid) < INVALID_EXAMPLES:
                self.invalid.append(reject.place.raw)
        if len(self.examples) < EXAMPLES:
            self.examples.append(reject)
        if self.count > self.limit:
            raise self._too_many()
        self._pending.append(json.dumps(_row(reject)) + "\n")
        if len(self._pending) >= PENDING:
            self.flush()

    def write(self, connection: duckdb.DuckDBPyConnection, path: Path) -> str | None:
        """Write the Parquet file in the order of the records; None if there are no rejects."""
        if not self.count:
            return None
        self.flush()
        rows = (
            f"read_json({quote_literal(str(self.path))}, format = 'newline_delimited', "
            f"columns = {_FIELDS}, maximum_object_size = {RAW_BYTES * 16})"
        )
        connection.execute(
            f"COPY (SELECT * FROM {rows} ORDER BY record) "
            f"TO {quote_literal(str(path))} (FORMAT parquet, COMPRESSION zstd)"
        )
        return str(path)

    def flush(self) -> None:
        """Bring to disk what was added."""
        with self.path.open("a", encoding="ascii") as file:
            file.writelines(self._pending)
        self._pending.clear()

    def _too_many(self) -> TooManyRejects:
        first = self.examples[0]
        examples = "; ".join(f"{_where(e.place)}: {e.reason}" for e in self.examples)
        return TooManyRejects(
            f"More than {self.limit:,} records do not fit, so the import was stopped. {examples}.",
            line=first.place.line,
            column=first.column,
            hint="Check the delimiter, the quotes and the column types, or mend the file.",
        )


def _where(place: Place | Spot) -> str:
    if isinstance(place, Spot) and place.cell:
        return f"{place.sheet}!{place.cell}"
    return f"record {place.record:,}" if place.line is None else f"line {place.line:,}"


def _row(reject: Reject) -> dict[str, str | int | None]:
    place, value = reject.place, reject.value
    spot = place if isinstance(place, Spot) else None
    return {
        "record": place.record,
        "line": place.line,
        "column": reject.column,
        "value": value if value is None else _storable(value[:RAW_BYTES]),
        "code": reject.code,
        "reason": reject.reason,
        "raw": readable(place.raw[:RAW_BYTES]),
        "byte_offset": place.offset,
        "sheet": spot.sheet if spot else None,
        "cell": spot.cell if spot else None,
    }


def readable(raw: bytes) -> str:
    r"""The bytes as text; those that are no text are written as `\x..`."""
    return _storable(raw.decode("utf-8", "backslashreplace"))


def _storable(text: str) -> str:
    """The text without zero characters, which PostgreSQL does not take."""
    return text.replace("\x00", "\\x00")
