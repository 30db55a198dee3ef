"""Workspaces, their jobs and their logs, over all tenants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from rowmill import events, jobs
from rowmill.errors import Conflict, NotFound
from rowmill.imports import service as imports
from rowmill.models import (
    Dataset,
    Event,
    Import,
    Job,
    JobStatus,
    Member,
    Operation,
    User,
    Workspace,
)
from rowmill.models.jobs import UNDONE
from rowmill.operations import service as operations
from rowmill.paging import InvalidCursor, PageRequest, Slice, cut, decode, slice_newest
from rowmill.settings import Settings
from rowmill.workspaces import quotas
from rowmill.workspaces.quotas import Quotas, Usage

QUOTAS = ("storage_bytes", "rows", "running_jobs")


class NotRepeatable(Conflict):
    """Only a failed or cancelled import or operation that nobody repeated can be tried again."""


@dataclass(frozen=True)
class WorkspaceState:
    """A workspace with its owner's name, what it holds, and what it may hold."""

    workspace: Workspace
    owner: str | None
    usage: Usage
    quotas: Quotas


@dataclass(frozen=True)
class JobState:
    """A job, the name of its workspace, who began it, and whether it can be tried again."""

    job: Job
    workspace_name: str
    author: str | None
    can_retry: bool


@dataclass(frozen=True)
class AuditFilter:
    """Which events are wanted. `kind` is a whole kind, or what stands before its dot."""

    user_id: UUID | None = None
    workspace_id: UUID | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def workspaces(
    session: Session, settings: Settings, request: PageRequest, *, search: str | None = None
) -> Slice[WorkspaceState]:
    """One page of all workspaces, newest first, in a number of statements that is always equal."""
    statement = _owned()
    if search and (wanted := search.replace("\0", "").strip()):
        statement = statement.where(Workspace.name.icontains(wanted, autoescape=True))
    page = slice_newest(session, statement.add_columns(Workspace.id), Workspace.id, request)
    usage = quotas.usage_of(session, [row[0].id for row in page.items])
    states = [
        WorkspaceState(row[0], row[1], usage[row[0].id], quotas.quotas_of(row[0], settings))
        for row in page.items
    ]
    return Slice(states, page.next_cursor)


def find_workspace(session: Session, settings: Settings, workspace_id: UUID) -> WorkspaceState:
    """Raises: NotFound."""
    row = session.execute(_owned().where(Workspace.id == workspace_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such workspace.")
    usage = quotas.usage_of(session, [workspace_id])[workspace_id]
    return WorkspaceState(row[0], row[1], usage, quotas.quotas_of(row[0], settings))


def set_quotas(
    session: Session, workspace: Workspace, wanted: Mapping[str, int | None], *, actor_id: UUID
) -> None:
    """Give the workspace quotas of its own; null stands for that of the settings."""
    for name, value in wanted.items():
        setattr(workspace, f"quota_{name}", value)
    session.flush()
    _log(
        session,
        "workspace.quotas_changed",
        "workspace",
        workspace.id,
        workspace.id,
        actor_id,
        wanted,
    )


def all_jobs(
    session: Session,
    request: PageRequest,
    *,
    workspace_id: UUID | None = None,
    status: JobStatus | None = None,
    kind: str | None = None,
) -> Slice[JobState]:
    """One page of all jobs, newest first."""
    statement = _jobs().add_columns(Job.id)
    if workspace_id is not None:
        statement = statement.where(Job.workspace_id == workspace_id)
    if status is not None:
        statement = statement.where(Job.status == status)
    if kind is not None:
        statement = statement.where(Job.kind == kind.replace("\0", ""))
    page = slice_newest(session, statement, Job.id, request)
    return Slice([JobState(*row[:4]) for row in page.items], page.next_cursor)


def find_job(session: Session, job_id: UUID) -> JobState:
    """Raises: NotFound."""
    row = session.execute(_jobs().where(Job.id == job_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such job.")
    return JobState(*row)


def cancel_job(session: Session, job: Job, *, actor_id: UUID) -> None:
    """Ask the job to stop; one that has ended stays as it is."""
    if JobStatus(job.status).is_final:
        return
    run, operation = _import_of(session, job), _operation_of(session, job)
    if run is not None:
        imports.cancel(session, run)
    elif operation is not None:
        operations.cancel(session, operation)
    else:
        jobs.request_cancel(session, job)
    _log(session, "job.cancelled", "job", job.id, job.workspace_id, actor_id, {"kind": job.kind})


def retry_job(session: Session, job: Job, *, slots: int, actor_id: UUID) -> Job:
    """Begin what a failed or cancelled job was to do anew; returns the job that does it now.

    Raises: NotRepeatable.
    """
    if job.status not in UNDONE:
        raise NotRepeatable
    run, operation = _import_of(session, job), _operation_of(session, job)
    if run is not None:
        imports.retry(session, run, slots=slots, created_by=job.created_by)
        repeated = run.job
    elif operation is not None:
        repeated = operations.repeat(session, operation, slots=slots, created_by=job.created_by).job
    else:
        raise NotRepeatable
    payload = {"kind": job.kind, "job_id": str(repeated.id)}
    _log(session, "job.retried", "job", job.id, job.workspace_id, actor_id, payload)
    return repeated


def audit(session: Session, wanted: AuditFilter, request: PageRequest) -> Slice[dict[str, Any]]:
    """One page of the log of all workspaces, newest first."""
    statement = (
        select(Event, User.username, Workspace.name)
        .join(Workspace, Workspace.id == Event.workspace_id)
        .outerjoin(User, User.id == Event.actor_id)
        .order_by(Event.id.desc())
        .limit(request.limit + 1)
    )
    if wanted.user_id is not None:
        statement = statement.where(Event.actor_id == wanted.user_id)
    if wanted.workspace_id is not None:
        statement = statement.where(Event.workspace_id == wanted.workspace_id)
    if wanted.kind is not None:
        kind = wanted.kind.replace("\0", "")
        begins = Event.kind.startswith(f"{kind}.", autoescape=True)
        statement = statement.where((Event.kind == kind) | begins)
    if wanted.since is not None:
        statement = statement.where(Event.created_at >= wanted.since)
    if wanted.until is not None:
        statement = statement.where(Event.created_at < wanted.until)
    if request.cursor is not None:
        statement = statement.where(Event.id < _position(request))
    rows = [
        {
            **events.public(event, actor),
            "workspace": {"id": event.workspace_id, "name": name},
        }
        for event, actor, name in session.execute(statement)
    ]
    return cut(rows, request, lambda last: {"list": "audit", "below": last["id"]})


def _position(request: PageRequest) -> int:
    values = decode(request.key, request.cursor or "")
    below = values.get("below")
    if values.get("list") != "audit" or not isinstance(below, int):
        raise InvalidCursor
    return below


def _owned() -> Select[Workspace, str | None]:
    """Workspaces, each with the username of its first owner."""
    owner = (
        select(User.username)
        .join(Member, Member.user_id == User.id)
        .where(Member.workspace_id == Workspace.id, Member.role == "owner")
        .order_by(Member.created_at)
        .limit(1)
        .correlate(Workspace)
        .scalar_subquery()
    )
    return select(Workspace, owner)


def _jobs() -> Select[Job, str, str | None, bool]:
    is_kept = Dataset.deleted_at.is_(None)
    repeatable = [
        exists().where(done.job_id == Job.id, Dataset.id == done.dataset_id, is_kept)
        for done in (Import, Operation)
    ]
    can_retry = and_(Job.status.in_(UNDONE), or_(*repeatable))
    return (
        select(Job, Workspace.name, User.username, can_retry)
        .join(Workspace, Workspace.id == Job.workspace_id)
        .outerjoin(User, User.id == Job.created_by)
    )


def _import_of(session: Session, job: Job) -> Import | None:
    found = session.scalar(select(Import.id).where(Import.job_id == job.id))
    return None if found is None else imports.find(session, job.workspace_id, found)


def _operation_of(session: Session, job: Job) -> Operation | None:
    found = session.scalar(select(Operation.id).where(Operation.job_id == job.id))
    return None if found is None else operations.find(session, job.workspace_id, found)


def _log(  # noqa: PLR0917 - each is a thing of its own
    session: Session,
    kind: str,
    subject: str,
    subject_id: UUID,
    workspace_id: UUID,
    actor_id: UUID,
    payload: Mapping[str, Any],
) -> None:
    events.append(
        session,
        kind,
        workspace_id=workspace_id,
        subject=subject,
        subject_id=subject_id,
        payload=dict(payload),
        actor_id=actor_id,
    )
