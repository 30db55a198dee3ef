"""The effect of an operation before it is run: counts, and some rows of either fate."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from rowmill.datasets import service as datasets
from rowmill.datasets.columns import Columns
from rowmill.datasets.rendering import array, row_json
from rowmill.datasets.service import Reading
from rowmill.errors import Conflict
from rowmill.lake import Lakes
from rowmill.models import JobStatus
from rowmill.operations import service, sources
from rowmill.operations.selection import Resolved, Selection, Wish, select_rows


class NotImportedYet(Conflict):
    """The file is still being imported. Its rows can be looked at as soon as that is done."""


@dataclass(frozen=True)
class Scope:
    """The rows that an operation would read now."""

    reading: Reading
    part: sources.Part | None


def scope_of(session: Session, source: service.Source) -> Scope:
    """Raises: NotImportedYet, SourceFailed, RowsMerged, CursorExpired."""
    if source.file is None and source.dataset.version is not None:
        return Scope(datasets.reading(session, source.dataset), None)
    run = service.latest_import(session, source)
    if run is None or not JobStatus(run.job.status).is_final:
        raise NotImportedYet
    if run.version is None:
        raise sources.SourceFailed.of(run)
    reading = datasets.reading_of_version(session, source.dataset, run.version)
    return Scope(reading, sources.part_of(run) if source.file is not None else None)


def answer(lakes: Lakes, scope: Scope, wish: Wish, sample: int) -> str:
    """Counts and samples as JSON text. Nothing is written. Raises: Invalid, QueryTimedOut."""
    resolved = wish.resolve(scope.reading.columns)
    with lakes.reader(scope.reading.workspace_id) as reader:
        source, rows_in = sources.source_of(reader.rows, reader, scope.reading, scope.part)
        selection = select_rows(reader.rows, source, resolved, rows_in)
        kept = _sample(reader.rows, selection, resolved, sample, negation="")
        removed = _sample(reader.rows, selection, resolved, sample, negation="NOT ")
    columns = json.dumps([vars(column) for column in resolved.columns])
    return (
        f'{{"version":{scope.reading.version},"rows_in":{selection.rows_in},'
        f'"rows_out":{selection.rows_out},"removed":{selection.removed},"columns":{columns},'
        f'"sample":{{"kept":{kept},"removed":{removed}}}}}'
    )


def _sample(
    run: Callable[..., list[tuple[str, ...]]],
    selection: Selection,
    resolved: Resolved,
    rows: int,
    *,
    negation: str,
) -> str:
    """The first rows that stay, or that go, as a JSON array."""
    ids = run(
        f"SELECT _row_id FROM {selection.source.sql}"
        f" WHERE {negation}coalesce({selection.condition}, false) ORDER BY _row_id LIMIT {rows}",
        selection.parameters,
    )
    return first_rows(run, selection.source.sql, resolved.columns, [row[0] for row in ids])


def first_rows(
    run: Callable[..., list[tuple[str, ...]]], source: str, columns: Columns, ids: Sequence[object]
) -> str:
    """The rows of these ids as a JSON array, in their order."""
    if not ids:
        return "[]"
    wanted = ", ".join(map(str, ids))
    found = run(
        f"SELECT {row_json(columns.items)} FROM {source}"
        f" WHERE _row_id IN ({wanted}) ORDER BY _row_id"
    )
    return array(row[0] for row in found)
