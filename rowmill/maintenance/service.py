"""Housekeeping: what crashes and refusals left behind is removed, with a generous delay."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.datasets import service as datasets
from rowmill.db import transaction
from rowmill.models import File, Throttle, Workspace, now
from rowmill.store import DRAFTS, StoredObject

logger = logging.getLogger(__name__)

ORPHAN_AGE = timedelta(hours=24)
"""Far longer than any upload or import takes, so that nothing in the making is removed."""


@dataclass(frozen=True)
class Freed:
    """What a clean-up removed."""

    drafts: int = 0
    originals: int = 0
    lake_files: int = 0
    size_bytes: int = 0


def clean_up(context: Context, *, older_than: timedelta = ORPHAN_AGE) -> Freed:
    """Remove drafts of broken uploads, originals that no file row names, and orphaned Parquet."""
    before = now() - older_than
    drafts = _remove(context, [o for o in context.store.list(DRAFTS) if o.modified_at < before])
    with transaction(context.engine) as session:
        session.execute(delete(Throttle).where(Throttle.expires_at < now()))
        workspaces = list(session.scalars(select(Workspace)))
        unused = [
            found
            for workspace in workspaces
            for found in _unused(context, session, workspace, before)
        ]
        for workspace in workspaces:
            datasets.drop_left_tables(session, context.lakes, workspace.id)
    originals = _remove(context, unused)
    lake_files = sum(
        context.lakes.collect_orphans(workspace.id, older_than=older_than)
        for workspace in workspaces
    )
    freed = Freed(len(drafts), len(originals), lake_files, sum(drafts) + sum(originals))
    logger.info("cleaned_up", extra=vars(freed))
    return freed


def _unused(
    context: Context, session: Session, workspace: Workspace, before: datetime
) -> list[StoredObject]:
    """The workspace's stored originals that no upload refers to any more."""
    known = set(
        session.scalars(select(File.sha256).where(File.workspace_id == workspace.id).distinct())
    )
    return [
        found
        for found in context.store.list(f"files/{workspace.id}")
        if found.modified_at < before and found.key.rsplit("/", 1)[-1] not in known
    ]


def _remove(context: Context, found: list[StoredObject]) -> list[int]:
    """Delete the objects; returns their sizes in bytes."""
    for each in found:
        context.store.delete(each.key)
    return [each.size_bytes for each in found]
