"""Datasets as clients see them."""

from __future__ import annotations

from rowmill.datasets import schemas
from rowmill.datasets.columns import Columns
from rowmill.datasets.explore import Exploration
from rowmill.datasets.service import Overview, Reading
from rowmill.models import Dataset, DatasetVersion, Import, JobStatus


def summary(overview: Overview) -> schemas.DatasetSummary:
    """A dataset without its rows."""
    dataset, last = overview.dataset, overview.last_import
    return schemas.DatasetSummary(
        id=dataset.id,
        slug=dataset.slug,
        name=dataset.name,
        status=overview.status,
        row_count=dataset.row_count,
        rows_dropped=overview.rows_dropped,
        column_count=len(dataset.columns),
        size_bytes=dataset.size_bytes,
        version=dataset.version,
        created_at=dataset.created_at,
        updated_at=dataset.updated_at,
        original_filename=overview.original_filename,
        template=dataset.template,
        roles=dataset.roles,
        suggested_template=dataset.suggested_template,
        last_import=last_import(last, dataset) if last else None,
    )


def last_import(run: Import, dataset: Dataset) -> schemas.LastImport:
    """An import into the dataset; its job and file have been loaded with it."""
    job, staged = run.job, run.staged or {}
    return schemas.LastImport(
        id=run.id,
        dataset_id=dataset.id,
        dataset_slug=dataset.slug,
        dataset_name=dataset.name,
        file=schemas.ImportedFile.model_validate(run.file),
        mode=run.mode,
        key=run.key,
        status=job.status,
        progress=schemas.ImportProgress.model_validate(job.progress),
        receipt=schemas.ImportReceipt.model_validate(run.receipt) if run.receipt else None,
        version=run.version,
        error=schemas.ImportFailure.model_validate(job.error) if job.error else None,
        plan=staged.get("plan"),
        notes=staged.get("notes", []),
        drift=schemas.ColumnDrift.model_validate(staged["drift"]) if staged.get("drift") else None,
        job_id=job.id,
        attempts=job.attempts,
        created_at=run.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        created_by=run.created_by,
    )


def status(overview: Overview) -> schemas.DatasetStatus:
    """How a dataset is doing."""
    last = overview.last_import
    progress, error = None, None
    if last is not None and overview.is_processing:
        progress = schemas.ImportProgress.model_validate(last.job.progress)
    if last is not None and last.job.status == JobStatus.FAILED and last.job.error:
        error = schemas.ImportFailure.model_validate(last.job.error)
    return schemas.DatasetStatus(
        dataset_id=overview.dataset.id,
        status=overview.status,
        row_count=overview.dataset.row_count,
        rows_dropped=overview.rows_dropped,
        progress=progress,
        error=error,
        import_id=last.id if last else None,
    )


def columns(found: Columns) -> list[schemas.ColumnOut]:
    """The columns, in order."""
    return [
        schemas.ColumnOut(
            name=column.name,
            label=column.label,
            type=column.type,
            nullable=True,
            position=position,
        )
        for position, column in enumerate(found, start=1)
    ]


def version(found: DatasetVersion, author: str | None) -> schemas.VersionOut:
    """A version of a dataset."""
    return schemas.VersionOut(
        version=found.version,
        at=found.created_at,
        import_id=found.import_id,
        author=author,
        message=found.message,
        kind=found.kind,
        row_count=found.row_count,
    )


def exploration(found: Exploration, reading: Reading) -> schemas.Exploration:
    """What to show first of a dataset."""
    time = found.time
    return schemas.Exploration(
        version=reading.version,
        row_count=reading.row_count,
        time=schemas.TimeOut(
            column=time.column.name,
            label=time.column.label,
            grain=time.grain,
            min=time.first,
            max=time.last,
        )
        if time
        else None,
        measures=[
            schemas.MeasureOut(
                column=each.column.name,
                label=each.column.label,
                aggregate=each.aggregate,
                type=each.column.type,
            )
            for each in found.measures
        ],
        dimensions=[
            schemas.DimensionOut(
                column=each.column.name, label=each.column.label, distinct=each.distinct
            )
            for each in found.dimensions
        ],
    )
