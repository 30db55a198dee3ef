"""What is done on the server with a file that has come in: moved, renamed, deleted."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import RowmillError
from rowmill.feeds import looking
from rowmill.feeds.links import Link, is_of_connection
from rowmill.feeds.plans import Plan
from rowmill.feeds.progress import Reporter
from rowmill.models import FeedFile, now

PAGE = 200
MOST_NAMES = 1000


def finish_due(context: Context, plan: Plan, link: Link, reporter: Reporter) -> None:
    """Do what is left to be done, file by file. One that cannot be finished is tried again in the
    next run; trouble with the connection is raised.
    """
    last: UUID | None = None
    while True:
        with transaction(context.engine) as session:
            rows = _due(session, plan, last)
        for row in rows:
            reporter.fetching(row.path)
            _finish(context, plan, link, row)
        if len(rows) < PAGE:
            return
        last = rows[-1].id


def _due(session: Session, plan: Plan, last: UUID | None) -> Sequence[FeedFile]:
    query = select(FeedFile).where(FeedFile.feed_id == plan.feed_id, FeedFile.finish == "due")
    if last is not None:
        query = query.where(FeedFile.id > last)
    return session.scalars(query.order_by(FeedFile.id).limit(PAGE)).all()


def _finish(context: Context, plan: Plan, link: Link, row: FeedFile) -> None:
    try:
        outcome = _act(plan, link, row)
    except RowmillError as error:
        if is_of_connection(error):
            raise
        _note(context, row, "due", {"code": error.code, "message": error.detail})
    else:
        _note(context, row, outcome, None)


def _act(plan: Plan, link: Link, row: FeedFile) -> str:
    """`done`, also where an earlier attempt did it; `left` where it is another file by now."""
    source, after = link.source, plan.after
    current = source.look(row.path)
    if after["action"] == "keep" or current is None:
        return "done"
    if looking.fingerprint(current, plan.run_id) != row.fingerprint:
        return "left"
    match after["action"]:
        case "delete":
            source.delete(row.path)
        case "move":
            target = f"{after['folder'].rstrip('/')}/{row.path.lstrip('/')}"
            source.move(row.path, _free(link, target))
        case "rename":
            source.move(row.path, _free(link, row.path, after["suffix"]))
    return "done"


def _free(link: Link, path: str, suffix: str = "") -> str:
    """The path, or the first of `name-2.csv`, `name-3.csv` … that nothing has yet."""
    stem, dot, extension = (
        path.rpartition(".") if "." in posixpath.basename(path) else (path, "", "")
    )
    candidate = f"{path}{suffix}"
    for number in range(2, MOST_NAMES):
        if not link.source.exists(candidate):
            break
        candidate = f"{stem}-{number}{dot}{extension}{suffix}"
    return candidate


def _note(context: Context, row: FeedFile, finish: str, error: dict[str, Any] | None) -> None:
    with transaction(context.engine) as session:
        session.execute(
            update(FeedFile)
            .where(FeedFile.id == row.id)
            .values(finish=finish, finish_error=error, updated_at=now())
        )
