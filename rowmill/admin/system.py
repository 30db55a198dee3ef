"""The server itself: its workers, its storage, its settings."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from rowmill import jobs
from rowmill.context import Context
from rowmill.models import Job, JobStatus, Workspace, now
from rowmill.settings import Settings, variable_of
from rowmill.store import DRAFTS
from rowmill.workspaces import quotas

ALIVE = timedelta(seconds=10)
HIDDEN = "********"


@dataclass(frozen=True)
class Folder:
    """A part of the object store."""

    name: str
    description: str
    size_bytes: int


@dataclass(frozen=True)
class Storage:
    """Where everything lies, and how much of it. The disk's sizes are null for a bucket."""

    address: str
    folders: list[Folder]
    total_bytes: int | None
    free_bytes: int | None
    database_bytes: int


@dataclass(frozen=True)
class Queue:
    """The workers that the queue knows, and what waits for them."""

    workers: list[jobs.WorkerState]
    waiting_jobs: int
    oldest_waiting_since: datetime | None


def is_alive(worker: jobs.WorkerState) -> bool:
    """Whether the worker has given a sign of life lately."""
    return now() - worker.last_heartbeat < ALIVE


def queue(session: Session) -> Queue:
    """What the queue looks like now."""
    pending = select(func.count(), func.min(Job.created_at)).where(Job.status == JobStatus.PENDING)
    waiting, oldest = session.execute(pending).one()
    return Queue(jobs.workers(session), waiting, oldest)


def storage(session: Session, context: Context) -> Storage:
    """How much is stored, by kind."""
    ids = session.scalars(select(Workspace.id)).all()
    usage = quotas.usage_of(session, ids).values()
    folders = [
        Folder("files", "Uploaded originals.", sum(one.original_bytes for one in usage)),
        Folder("tables", "Datasets as they are now.", sum(one.table_bytes for one in usage)),
        Folder(
            "history",
            "Older versions and deleted datasets, until they expire.",
            sum(one.history_bytes for one in usage),
        ),
        Folder("exports", "Result files of operations.", _listed(context, "exports")),
        Folder("drafts", "Uploads that have not ended.", _listed(context, DRAFTS)),
    ]
    total, free = _disk(context.store.root)
    database = session.scalar(select(func.pg_database_size(func.current_database()))) or 0
    return Storage(context.store.root, folders, total, free, int(database))


def settings(current: Settings) -> list[dict[str, Any]]:
    """Every setting with its value in effect; secrets are told apart from unset ones only."""
    return [
        {
            "name": name,
            "variable": variable_of(name),
            "value": shown(getattr(current, name)),
            "default": shown(field.get_default()),
            "is_changed": getattr(current, name) != field.get_default(),
            "description": field.description or "",
        }
        for name, field in type(current).model_fields.items()
    ]


def shown(value: Any) -> Any:
    """A setting's value without any secret in it."""
    if isinstance(value, SecretStr):
        return HIDDEN
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, str) and "://" in value:
        return _without_password(value)
    return value


def _without_password(url: str) -> str:
    """The URL with its password hidden, also where that stands in the query."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return url if "@" not in url else HIDDEN
    if "password" in parsed.query:
        parsed = parsed.update_query_dict({"password": HIDDEN})
    return parsed.render_as_string(hide_password=True)


def _listed(context: Context, prefix: str) -> int:
    return sum(found.size_bytes for found in context.store.list(prefix))


def _disk(root: str) -> tuple[int | None, int | None]:
    folder = Path(root)
    if "://" in root or not folder.exists():
        return None, None
    disk = shutil.disk_usage(folder)
    return disk.total, disk.free
