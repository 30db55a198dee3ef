"""The demo in a workspace: generated files that go in as anybody's files do."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.datasets import service as datasets
from rowmill.datasets.service import Overview
from rowmill.db import lock_in_transaction, transaction
from rowmill.demo.generating import DemoFile, file_name, write_files
from rowmill.errors import Conflict, NotFound
from rowmill.files import service as files
from rowmill.files.receiving import Intake, Limits, Received
from rowmill.imports import service as imports
from rowmill.models import Dataset, File, Import, User
from rowmill.templates import service as templates
from rowmill.workspaces import service as workspaces

TEMPLATES = ("products", "stock", "sales")
PIECE_BYTES = 1024 * 1024


class OwnData(Conflict):
    """This workspace has sales, products or stock of its own; the demo would mix with them."""


class NoDemo(NotFound):
    """There is no demo in this workspace."""


class NoAccount(NotFound):
    """There is no such account, so nothing was made. Register one, or name another."""


def overviews(session: Session, workspace_id: UUID) -> list[Overview]:
    """The demo's datasets, none where the workspace has no demo."""
    return [
        datasets.overview(session, dataset) for dataset in _demo_datasets(session, workspace_id)
    ]


def create(context: Context, workspace_id: UUID, user_id: UUID, today: date) -> bool:
    """Begin the demo's imports; returns whether there was anything to do.

    The demo is there already where any of its datasets is. Raises: OwnData, QuotaExceeded,
    OutOfSpace.
    """
    with transaction(context.engine) as session:
        if _demo_datasets(session, workspace_id):
            return False
        _check_room(session, workspace_id)
    limits = files.limits(context, workspace_id)
    with tempfile.TemporaryDirectory(prefix="rowmill-demo-") as folder:
        received = [
            (made.template, _received(context, limits, workspace_id, made))
            for made in write_files(Path(folder), today)
        ]
    with transaction(context.engine) as session:
        lock_in_transaction(session, "demo", workspace_id)
        if _demo_datasets(session, workspace_id):  # made by another request meanwhile
            return False
        _check_room(session, workspace_id)
        for template, body in received:
            _submit(context, session, workspace_id, user_id, template, body)
    return True


def remove(context: Context, workspace_id: UUID, user_id: UUID) -> None:
    """Delete the demo's datasets, with whatever was added to them. Raises: NoDemo."""
    with transaction(context.engine) as session:
        found = _demo_datasets(session, workspace_id)
        if not found:
            raise NoDemo
        for dataset in found:
            datasets.mark_deleted(session, dataset, actor_id=user_id)
    for dataset in found:
        datasets.drop_table(context.lakes, workspace_id, dataset.table_name)


def account(session: Session, username: str | None) -> tuple[User, UUID]:
    """A user and their personal workspace; without a name the first administrator.

    Raises: NoAccount.
    """
    wanted = select(User).where(User.disabled_at.is_(None)).order_by(User.created_at)
    if username is None:
        wanted = wanted.where(User.is_admin)
    else:
        wanted = wanted.where(User.username == username.strip().lower())
    user = session.scalar(wanted.limit(1))
    if user is None:
        raise NoAccount
    workspace, _ = workspaces.personal(session, user.id)
    return user, workspace.id


def _demo_datasets(session: Session, workspace_id: UUID) -> list[Dataset]:
    """Datasets that a file of the demo went into: their names alone are the users' to change."""
    names = [file_name(template) for template in TEMPLATES]
    imported = (
        select(Import.dataset_id)
        .join(Import.file)
        .where(File.workspace_id == workspace_id, File.name.in_(names))
    )
    alive = select(Dataset).where(Dataset.id.in_(imported), Dataset.deleted_at.is_(None))
    return list(session.scalars(alive.order_by(Dataset.id)))


def _check_room(session: Session, workspace_id: UUID) -> None:
    """Raises: OwnData."""
    for template in TEMPLATES:
        own = templates.find_dataset(session, workspace_id, template)
        if own is not None:
            raise OwnData(
                f"This workspace has its own {template} in the dataset '{own.slug}'. The demo is "
                "for a workspace without sales, products or stock, so that they do not mix."
            )


def _received(context: Context, limits: Limits, workspace_id: UUID, made: DemoFile) -> Received:
    """Put a generated file into the store, as if it had been sent."""
    intake = Intake(context.store.draft(made.path.stat().st_size), limits)
    try:
        with made.path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                intake.write(piece)
        sha256 = intake.keep(workspace_id)
    except BaseException:
        intake.abort()
        raise
    return Received(made.name, "text/csv", sha256, intake.size_bytes)


def _submit(
    context: Context,
    session: Session,
    workspace_id: UUID,
    user_id: UUID,
    template: str,
    body: Received,
) -> None:
    file = files.record(session, body, workspace_id=workspace_id, created_by=user_id)
    dataset = imports.resolve_dataset(session, workspace_id, None, file.name, user_id, template)
    imports.submit(
        session,
        dataset=dataset,
        file=file,
        wanted=imports.wish(None, None, force=False, template=template),
        slots=context.settings.workspace_jobs,
        created_by=user_id,
    )
