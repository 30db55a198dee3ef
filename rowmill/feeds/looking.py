"""Comparing what is on the server with what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.feeds.matching import Matcher
from rowmill.feeds.plans import Plan
from rowmill.feeds.progress import Reporter
from rowmill.feeds.sources import Source
from rowmill.models import FeedFile, FeedFileState, FeedRun, now
from rowmill.remote import RemoteFile

BATCH = 500
OPEN = (FeedFileState.SEEN, FeedFileState.FETCHING)
GONE = "gone"
"""The error code of a file that was no longer there when it was to be fetched."""


@dataclass(frozen=True)
class Look:
    """One pass over everything that is on the server. `found` counts what is not ignored."""

    began_at: datetime
    found: int


def fingerprint(file: RemoteFile, run_id: UUID) -> str:
    """What tells one version of a file from the next, as far as the server tells it.

    Where it tells neither time nor etag, every run has to fetch the file to find out.
    """
    if file.modified_at is None and file.etag is None:
        return f"run:{run_id}"
    moment = file.modified_at.isoformat() if file.modified_at else ""
    return f"{'' if file.size_bytes is None else file.size_bytes}|{moment}|{file.etag or ''}"


def is_unvalidated(row: FeedFile) -> bool:
    """Whether only its content can tell if it has changed."""
    return row.fingerprint.startswith("run:")


def look(context: Context, plan: Plan, source: Source, reporter: Reporter) -> Look:
    """Note every file that is new or has changed, and what has gone."""
    began_at = now()
    matcher = Matcher(plan.rules, plan.ignore)
    found = 0
    for batch in batches(source.files()):
        verdicts = matcher.verdicts([file.path for file in batch])
        wanted = [
            file for file, verdict in zip(batch, verdicts, strict=True) if not verdict.ignored_by
        ]
        found += len(wanted)
        with transaction(context.engine) as session:
            _note(session, plan, wanted)
        reporter.listed(found)
    with transaction(context.engine) as session:
        _note_gone(session, plan, began_at)
        session.execute(update(FeedRun).where(FeedRun.id == plan.run_id).values(files_found=found))
    return Look(began_at, found)


def batches(files: Iterable[RemoteFile]) -> Iterator[list[RemoteFile]]:
    """The files in lists of a bounded length."""
    iterator = iter(files)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def ready(
    session: Session, plan: Plan, source: Source, since: datetime, *, after: str, limit: int
) -> Sequence[FeedFile]:
    """The files behind the path `after` that are to be fetched, in the order of their paths."""
    path = FeedFile.path.collate("C")
    return session.scalars(
        select(FeedFile)
        .where(_of(plan), is_ready(plan, source, since), path > after)
        .order_by(path, FeedFile.id)
        .limit(limit)
    ).all()


def is_ready(plan: Plan, source: Source, since: datetime) -> ColumnElement[bool]:
    """Whether a file that was there since then is complete, as far as anybody can tell."""
    is_there = and_(FeedFile.state.in_(OPEN), FeedFile.looked_at >= since)
    if source.appears_whole or plan.stable_seconds == 0:
        return is_there
    stable = FeedFile.looked_at - FeedFile.seen_at >= timedelta(seconds=plan.stable_seconds)
    return and_(is_there, or_(FeedFile.state == FeedFileState.FETCHING, stable))


def extent(session: Session, plan: Plan, source: Source, since: datetime) -> tuple[int, int]:
    """How many files are to be fetched, and their bytes as far as they are known."""
    size = func.coalesce(func.sum(FeedFile.size_bytes), 0)
    statement = select(func.count(), size).where(_of(plan), is_ready(plan, source, since))
    count, total = session.execute(statement).one()
    return count, int(total or 0)


def waiting(session: Session, plan: Plan) -> int:
    """How many files have been seen and not been fetched."""
    statement = select(func.count()).where(_of(plan), FeedFile.state.in_(OPEN))
    return session.scalar(statement) or 0


def newest(session: Session, feed_id: UUID, paths: Sequence[str]) -> dict[str, FeedFile]:
    """What is known of these paths: their newest versions."""
    rows = session.scalars(
        select(FeedFile)
        .where(FeedFile.feed_id == feed_id, FeedFile.path.in_(paths))
        .order_by(FeedFile.id)
    )
    return {row.path: row for row in rows}


def describe(row: FeedFile, file: RemoteFile, mark: str) -> None:
    """Let the row be about the file as it is now; its time of being stable begins anew."""
    row.fingerprint = mark
    row.size_bytes, row.modified_at, row.etag = file.size_bytes, file.modified_at, file.etag
    row.state, row.error = FeedFileState.SEEN, None
    row.seen_at = row.looked_at = row.updated_at = now()


def _note(session: Session, plan: Plan, files: Sequence[RemoteFile]) -> None:
    by_path = {file.path: file for file in files}
    rows = session.scalars(
        select(FeedFile)
        .where(FeedFile.feed_id == plan.feed_id, FeedFile.path.in_(by_path))
        .order_by(FeedFile.id)
    ).all()
    known = {(row.path, row.fingerprint): row for row in rows}
    latest = {row.path: row for row in rows}
    added = 0
    for path, file in by_path.items():
        mark = fingerprint(file, plan.run_id)
        same, last = known.get((path, mark)), latest.get(path)
        if same is not None:
            _note_same(plan, same)
        elif last is not None and last.state in OPEN:
            describe(last, file, mark)
        else:
            session.add(_new(plan, file, mark))
            added += 1
    if added:
        session.execute(
            update(FeedRun)
            .where(FeedRun.id == plan.run_id)
            .values(files_new=FeedRun.files_new + added)
        )


def _note_same(plan: Plan, row: FeedFile) -> None:
    if row.state in OPEN:
        row.looked_at = now()
    elif _is_worth_another_try(plan, row):
        row.state, row.looked_at = FeedFileState.FETCHING, now()
    elif row.state == FeedFileState.SKIPPED and (row.error or {}).get("code") == GONE:
        row.state, row.error = FeedFileState.SEEN, None
        row.seen_at = row.looked_at = row.updated_at = now()


def _is_worth_another_try(plan: Plan, row: FeedFile) -> bool:
    """Whether it could not be read in an earlier run; somebody may have mended that."""
    return row.state == FeedFileState.FAILED and row.file_id is None and row.run_id != plan.run_id


def _new(plan: Plan, file: RemoteFile, mark: str) -> FeedFile:
    moment = now()
    return FeedFile(
        workspace_id=plan.workspace_id,
        feed_id=plan.feed_id,
        run_id=plan.run_id,
        path=file.path,
        fingerprint=mark,
        size_bytes=file.size_bytes,
        modified_at=file.modified_at,
        etag=file.etag,
        seen_at=moment,
        looked_at=moment,
    )


def _note_gone(session: Session, plan: Plan, began_at: datetime) -> None:
    message = "It was gone from the server before it could be fetched."
    session.execute(
        update(FeedFile)
        .where(_of(plan), FeedFile.state.in_(OPEN), FeedFile.looked_at < began_at)
        .values(
            state=FeedFileState.SKIPPED,
            error={"code": GONE, "message": message},
            updated_at=now(),
        )
    )


def _of(plan: Plan) -> ColumnElement[bool]:
    return FeedFile.feed_id == plan.feed_id
