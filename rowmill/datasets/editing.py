"""Changes of single rows: one commit in the lake, one publication, both exactly once.

An edit is written down before the lake's commit, with everything that is to be told of it. Where
its writer dies behind that commit, the next one to hold the workspace's commit lock finds the
edit's mark in the lake and publishes it; an edit without a mark was never made, and is forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from rowmill import events
from rowmill.context import Context
from rowmill.datasets import service
from rowmill.datasets.service import Reading
from rowmill.db import transaction
from rowmill.errors import Conflict, Invalid, NotFound
from rowmill.lake import Change, Deletion, EditCommit, Insertion, TableEdit, Writer
from rowmill.mill import Column, sql_type
from rowmill.models import Dataset, DatasetVersion, Edit, User, now
from rowmill.workspaces import quotas

KIND = "edit"
REPEATABLE_FOR = timedelta(hours=24)
LONGEST_KEY = 255
SETTLE_AFTER = timedelta(seconds=30)


class IdempotencyKeyReused(Conflict):
    """This Idempotency-Key was sent before with another request. Use a new key for each change."""


@dataclass(frozen=True)
class Repeatable:
    """A request that may be sent again and has its effect once. `fingerprint` tells it from
    others.
    """

    key: str
    fingerprint: str


@dataclass(frozen=True)
class Notice:
    """An event to append when the edit is published."""

    kind: str
    subject: str
    subject_id: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Plan:
    """What an edit is to do.

    Attributes:
        columns: all that the dataset is to have; see `lake.TableEdit`.
        roles: those that the dataset is to have, null where they stay.
        result: JSON for whoever asked, kept so that a repeated request gets the same.
    """

    columns: tuple[Column, ...]
    changes: tuple[Change, ...]
    message: str
    notices: tuple[Notice, ...]
    result: dict[str, Any]
    roles: Mapping[str, str] | None = None


Planner = Callable[[Dataset, Reading], Plan]


def repeatable(key: str | None, user_id: UUID, *request: str) -> Repeatable | None:
    """What an `Idempotency-Key` makes of a request; keys of different users are different.

    Raises: Invalid where the key is too long or empty.
    """
    if key is None:
        return None
    if not 0 < len(key.strip()) <= LONGEST_KEY:
        message = f"A key has 1 to {LONGEST_KEY} characters."
        raise Invalid(message, errors=[{"field": "Idempotency-Key", "message": message}])
    fingerprint = hashlib.sha256("\0".join(request).encode("utf-8", "surrogatepass")).hexdigest()
    name = hashlib.sha256(f"{user_id}:{key}".encode("utf-8", "surrogatepass")).hexdigest()
    return Repeatable(name, fingerprint)


def repeated(session: Session, workspace_id: UUID, request: Repeatable) -> dict[str, Any] | None:
    """What the request led to when it was sent before. Raises: IdempotencyKeyReused."""
    earlier = session.scalar(
        select(Edit).where(
            Edit.workspace_id == workspace_id,
            Edit.repeat_key == request.key,
            Edit.version.is_not(None),
        )
    )
    if earlier is None:
        return None
    if earlier.fingerprint != request.fingerprint:
        raise IdempotencyKeyReused
    return earlier.result or {}


def edit(
    context: Context, dataset: Dataset, actor: User, planner: Planner, request: Repeatable | None
) -> dict[str, Any]:
    """Change rows of a dataset; readers see it when this returns. Returns the plan's result.

    `planner` looks at the dataset while nobody else can change it. Raises: what it raises;
    NotFound where the dataset is gone; IdempotencyKeyReused; QuotaExceeded; CommitFailed.
    """
    with context.lakes.writer(dataset.workspace_id) as writer:
        with transaction(context.engine) as session:
            settle(session, writer, dataset.workspace_id)
        with transaction(context.engine) as session:
            known = repeated(session, dataset.workspace_id, request) if request else None
            if known is not None:
                return known
            found = service.find(session, dataset.workspace_id, str(dataset.id))
            reading = service.reading(session, found)
            plan = planner(found, reading)
            if not plan.changes and plan.columns == reading.columns.items:
                return plan.result
            _check_room(session, context, found, plan)
            record = _record(found, actor, plan, request)
            session.add(record)
            session.flush()
        commit = writer.commit_edit(_table_edit(record, found, actor, plan))
        with transaction(context.engine) as session:
            publish(session, session.get_one(Edit, record.id), commit)
    return plan.result


def settle(session: Session, writer: Writer, workspace_id: UUID) -> None:
    """Publish the edits that were committed and not published; forget those never committed."""
    for left in session.scalars(
        select(Edit).where(Edit.workspace_id == workspace_id, Edit.version.is_(None))
    ).all():
        dataset = session.get_one(Dataset, left.dataset_id)
        commit = writer.find_edit(dataset.table_name, left.id)
        if commit is None or dataset.deleted_at is not None:
            session.delete(left)
        else:
            publish(session, left, commit)


def settle_all(context: Context) -> None:
    """Publish what died with its writer, in every workspace; forget what nobody can repeat."""
    with transaction(context.engine) as session:
        session.execute(
            delete(Edit).where(Edit.version.is_not(None), Edit.created_at < now() - REPEATABLE_FOR)
        )
        waiting = session.scalars(
            select(Edit.workspace_id)
            .where(Edit.version.is_(None), Edit.created_at < now() - SETTLE_AFTER)
            .distinct()
        ).all()
    for workspace_id in waiting:
        with (
            context.lakes.writer(workspace_id) as writer,
            transaction(context.engine) as session,
        ):
            settle(session, writer, workspace_id)


def publish(session: Session, record: Edit, commit: EditCommit) -> None:
    """Let readers see an edit, and tell of it. The caller holds the workspace's commit lock."""
    dataset = session.get_one(Dataset, record.dataset_id, with_for_update=True)
    if dataset.deleted_at is not None:
        raise NotFound("The dataset was deleted before the change could be made.")
    if record.roles is not None:
        dataset.roles = {**dataset.roles, **record.roles}
    if dataset.version is not None and dataset.version > commit.version:
        # A later commit shows its rows already; what is missing is its place in the history.
        _keep_version(session, dataset, record, commit)
    else:
        service.publish_version(
            session,
            dataset,
            version=commit.version,
            columns=record.columns,
            row_count=commit.row_count,
            size_bytes=commit.size_bytes,
            import_id=None,
            kind=KIND,
            message=record.message,
            created_by=record.created_by,
        )
    for notice in record.notices:
        events.append(
            session,
            notice["kind"],
            workspace_id=record.workspace_id,
            subject=notice["subject"],
            subject_id=UUID(notice["subject_id"]),
            payload={**notice["payload"], "version": commit.version},
            actor_id=record.created_by,
        )
    record.version = commit.version
    record.notices = []


def _keep_version(session: Session, dataset: Dataset, record: Edit, commit: EditCommit) -> None:
    session.add(
        DatasetVersion(
            dataset_id=dataset.id,
            version=commit.version,
            kind=KIND,
            message=record.message,
            import_id=None,
            columns=record.columns,
            row_count=commit.row_count,
            created_at=record.created_at,
            created_by=record.created_by,
        )
    )


def _check_room(session: Session, context: Context, dataset: Dataset, plan: Plan) -> None:
    inserted = sum(isinstance(change, Insertion) for change in plan.changes)
    added = inserted - sum(isinstance(change, Deletion) for change in plan.changes)
    if added <= 0:
        return
    left = quotas.rows_left(session, context.settings, dataset.workspace_id)
    if left is not None and added > left:
        raise quotas.rows_exceeded(left, added)


def _record(dataset: Dataset, actor: User, plan: Plan, request: Repeatable | None) -> Edit:
    return Edit(
        workspace_id=dataset.workspace_id,
        dataset_id=dataset.id,
        message=plan.message,
        columns=[asdict(column) for column in plan.columns],
        roles=dict(plan.roles) if plan.roles is not None else None,
        notices=[asdict(notice) for notice in plan.notices],
        result=plan.result,
        repeat_key=request.key if request else None,
        fingerprint=request.fingerprint if request else None,
        created_by=actor.id,
    )


def _table_edit(record: Edit, dataset: Dataset, actor: User, plan: Plan) -> TableEdit:
    return TableEdit(
        edit_id=record.id,
        table_name=dataset.table_name,
        columns={column.name: sql_type(column.type) for column in plan.columns},
        changes=plan.changes,
        author=actor.username,
        message=plan.message,
    )
