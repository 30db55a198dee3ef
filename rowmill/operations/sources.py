"""What an operation reads: a dataset at a version, or of it the rows that one file brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from rowmill.datasets.service import Reading
from rowmill.errors import Conflict
from rowmill.lake import Reader, Source
from rowmill.models import Import, ImportMode, Operation, OperationKind
from rowmill.operations.selection import Run

LONGEST_BASE = 150  # characters of the source's name within the result's


class SourceFailed(Conflict):
    """The file's import failed, so there are no rows to work on."""

    @classmethod
    def of(cls, run: Import) -> Self:
        """With the import's own reason, and where that is."""
        reason = dict(run.job.error or {})
        message = reason.pop("message", "It was cancelled.")
        reason.pop("code", None)
        detail = f"The import of {run.file.name} did not succeed: {message}"
        return cls(detail, import_id=str(run.id), **reason)


class RowsMerged(Conflict):
    """The file's rows were merged into rows that were there before. Name the dataset instead."""


@dataclass(frozen=True)
class Part:
    """The last `rows` rows of a version: those that one import appended."""

    rows: int


def part_of(run: Import) -> Part | None:
    """Which rows of its version an import brought; None where it brought all of them.

    Raises: RowsMerged where that cannot be told, after an upsert.
    """
    receipt = run.receipt or {}
    if run.mode == ImportMode.REPLACE:
        return None
    if receipt.get("updated") or receipt.get("unchanged"):
        raise RowsMerged(
            f"The rows of {run.file.name} were merged into the dataset by their key;"
            " send dataset_id to work on the dataset.",
            dataset_id=str(run.dataset_id),
        )
    return Part(int(receipt.get("inserted", 0)))


def source_of(run: Run, reader: Reader, reading: Reading, part: Part | None) -> tuple[Source, int]:
    """The rows to read, and how many they are."""
    assert reading.version is not None
    names = [column.name for column in reading.columns]
    source = reader.source(reading.table_name, reading.version, names)
    if part is None or part.rows >= reading.row_count:
        return source, reading.row_count
    # Appended rows have the largest ids, one after the other.
    [(largest,)] = run(f"SELECT max(_row_id) FROM {source.sql}", ())
    inside = f"(SELECT * FROM {source.sql} WHERE _row_id > {int(largest) - part.rows})"
    return Source(inside, source.is_ordered), part.rows


def result_name(operation: Operation, reading: Reading) -> str:
    """What the result's dataset is called, unless a name was given."""
    base = operation.dataset.name[:LONGEST_BASE]
    match OperationKind(operation.kind):
        case OperationKind.DEDUP:
            return f"{base} – without duplicates"
        case OperationKind.UNIQUE:
            labels = [reading.columns.find(name) for name in operation.parameters["columns"]]
            by = ", ".join(column.label or column.name for column in labels if column)
            return f"{base} – unique {by}"
        case OperationKind.FILTER:
            return f"{base} – filtered"
