"""Products that other systems send: a file or a batch becomes an ordinary import."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import Invalid, RowmillError, ServiceUnavailable
from rowmill.files import service as files
from rowmill.files.receiving import Received
from rowmill.imports import service as imports
from rowmill.models import Import, ImportMode, JobStatus
from rowmill.models.files import object_key
from rowmill.models.jobs import UNDONE
from rowmill.retail.objects import PRODUCT_KEYS
from rowmill.templates import service as templates
from rowmill.templates.builtin import PRODUCTS

BATCH_NAME: Final = "products.csv"


class ImportRefused(Invalid):
    """The file could not be imported. Nothing was changed."""


@dataclass(frozen=True)
class Outcome:
    """An import of products, as far as it is."""

    run: Import
    is_duplicate: bool

    @property
    def is_over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return JobStatus(self.run.job.status).is_final

    @property
    def message(self) -> str:
        """What became of the products, in a sentence for people."""
        receipt = self.run.receipt
        if receipt is None:
            return "The file is safe and its import has begun."
        if self.is_duplicate:
            return "These exact products were imported before; nothing has changed since."
        parts = [
            f"{receipt[name]:,} {word}"
            for name, word in (
                ("inserted", "new"),
                ("updated", "changed"),
                ("unchanged", "unchanged"),
            )
            if receipt[name]
        ]
        products = _counted(receipt["loaded"], "product", "products")
        text = f"{products}: {', '.join(parts) or 'nothing to do'}."
        if receipt["deduplicated"]:
            key = " and ".join(self.run.key)
            replaced = _counted(receipt["deduplicated"], "record was", "records were")
            text += f" {replaced} replaced by a later one of the same {key} in the file."
        if receipt["rejected"]:
            rejected = _counted(receipt["rejected"], "record", "records")
            text += f" {rejected} did not fit, kept as rejects."
        return text


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def submit(
    context: Context, received: Received, *, workspace_id: UUID, user_id: UUID
) -> tuple[UUID, bool]:
    """Begin to upsert a file of products; returns the import, and whether it was there before."""
    with transaction(context.engine) as session:
        file = files.record(session, received, workspace_id=workspace_id, created_by=user_id)
        dataset = templates.find_or_create_dataset(
            session, workspace_id, PRODUCTS, created_by=user_id
        )
        submission = imports.submit(
            session,
            dataset=dataset,
            file=file,
            wanted=imports.Wish(ImportMode.UPSERT, template=PRODUCTS.name),
            slots=context.settings.workspace_jobs,
            created_by=user_id,
        )
        return submission.run.id, submission.is_duplicate


def outcome(
    context: Context, workspace_id: UUID, import_id: UUID, *, is_duplicate: bool
) -> Outcome:
    """How far the import is. Raises: ImportRefused where it has failed."""
    with transaction(context.engine) as session:
        run = imports.find(session, workspace_id, import_id)
    status, error = JobStatus(run.job.status), run.job.error or {}
    if status is JobStatus.FAILED and error.get("code") == RowmillError.code:
        raise ServiceUnavailable("The import failed inside the server. Try again.")
    if status in UNDONE:
        hint = f" {error['hint']}" if error.get("hint") else ""
        text = error.get("message", "The import was cancelled.")
        raise ImportRefused(f"{text}{hint}", import_id=str(run.id), reason=error.get("code"))
    return Outcome(run, is_duplicate)


def keep_batch(
    context: Context, workspace_id: UUID, products: Sequence[Mapping[str, Any]]
) -> Received:
    """Write a batch of products to the store, as the file that it could have been sent as."""
    content = _csv(products, _moment_type(context, workspace_id)).encode()
    limits = files.limits(context, workspace_id)
    limits.check(len(content))
    sha256 = hashlib.sha256(content).hexdigest()
    draft = context.store.draft(len(content))
    try:
        draft.write(content)
        draft.finish(object_key(workspace_id, sha256))
    except BaseException:
        draft.abort()
        raise
    return Received(BATCH_NAME, "text/csv", sha256, len(content))


def _moment_type(context: Context, workspace_id: UUID) -> str | None:
    """The type of the column that says when a product was updated; None where there is none."""
    with transaction(context.engine) as session:
        dataset = templates.find_dataset(session, workspace_id, PRODUCTS.name)
        name = dataset.roles.get(PRODUCT_KEYS["last_updated"]) if dataset else None
        columns = dataset.columns if dataset else []
    return next((column["type"] for column in columns if column["name"] == name), None)


def _csv(products: Sequence[Mapping[str, Any]], moment_type: str | None) -> str:
    """The products as CSV: a column for each key that one of them has."""
    names = list(dict.fromkeys(name for product in products for name in product))
    zoned = any(
        isinstance(value, datetime) and value.tzinfo is not None
        for product in products
        for value in product.values()
    )
    moment_type = moment_type or ("timestamptz" if zoned else "timestamp")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    for product in products:
        writer.writerow([_text(product.get(name), moment_type) for name in names])
    return text.getvalue()


def _text(value: Any, moment_type: str) -> str:
    if isinstance(value, datetime):
        return _moment_text(value, moment_type)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _moment_text(value: datetime, moment_type: str) -> str:
    """A time as its column takes it; where one side has no zone, it is in UTC."""
    if moment_type == "timestamptz":
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    return plain.date().isoformat() if moment_type == "date" else plain.isoformat(" ")
