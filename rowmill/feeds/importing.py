"""From files that are here to imports, and from ended imports back to their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from rowmill.context import Context
from rowmill.db import lock_in_transaction, transaction
from rowmill.errors import RowmillError, ServiceUnavailable
from rowmill.feeds.fetching import append_file_event
from rowmill.feeds.matching import Matcher
from rowmill.feeds.plans import own_patterns
from rowmill.files import service as files
from rowmill.imports import service as imports
from rowmill.mill import ReadOptions
from rowmill.models import (
    Feed,
    FeedFile,
    FeedFileState,
    File,
    Import,
    ImportMode,
    Job,
    JobStatus,
)
from rowmill.models import now as this_moment
from rowmill.models.jobs import FINAL

MOST_UNFINISHED: Final = 100
"""Imports of one feed that wait or run at once; the files behind them wait as fetched."""

PAGE: Final = 500


def submit_fetched(context: Context, feed_id: UUID) -> int:
    """Begin the imports of files that are here, as many as there is room for; returns how many.

    In the order of the runs that fetched them, then of their paths.
    """
    count = 0
    while _submit_next(context, feed_id):
        count += 1
    return count


def _submit_next(context: Context, feed_id: UUID) -> bool:
    """Begin the next import; False where there is none, or no room."""
    row_id: UUID | None = None
    try:
        with transaction(context.engine) as session:
            lock_in_transaction(session, "feed-imports", feed_id)
            row = _next(session, context, feed_id)
            if row is None:
                return False
            row_id = row.id
            _submit(session, context, row)
    except ServiceUnavailable:
        raise
    except RowmillError as error:
        assert row_id is not None
        with transaction(context.engine) as session:
            failed = session.get(FeedFile, row_id, with_for_update=True)
            if failed is not None and failed.state == FeedFileState.FETCHED:
                _fail(failed, {"code": error.code, "message": error.detail})
    return True


def _next(session: Session, context: Context, feed_id: UUID) -> FeedFile | None:
    counted = select(func.count()).where(
        FeedFile.feed_id == feed_id, FeedFile.state == FeedFileState.IMPORTING
    )
    quota = context.settings.workspace_waiting_jobs
    most = min(MOST_UNFINISHED, max(1, quota // 2)) if quota else MOST_UNFINISHED
    if (session.scalar(counted) or 0) >= most:
        return None
    return session.scalar(
        select(FeedFile)
        .where(FeedFile.feed_id == feed_id, FeedFile.state == FeedFileState.FETCHED)
        .options(joinedload(FeedFile.file))
        .order_by(FeedFile.run_id, FeedFile.path.collate("C"), FeedFile.id)
        .limit(1)
    )


def _submit(session: Session, context: Context, row: FeedFile) -> None:
    """Raises: whatever keeps the file from being imported, said to who wrote the rule."""
    feed, file, rule = session.get_one(Feed, row.feed_id), row.file, row.rule or {}
    if file is None:
        raise files.OriginalRemoved
    files.check_kept(file)
    wanted = wish_of(rule)
    dataset = imports.resolve_dataset(
        session, row.workspace_id, rule.get("dataset"), file.name, feed.created_by, wanted.template
    )
    earlier = _earlier(session, row, file, dataset.id, wanted)
    if earlier is None:
        submission = imports.submit(
            session,
            dataset=dataset,
            file=file,
            wanted=wanted,
            slots=context.settings.workspace_jobs,
            created_by=feed.created_by,
        )
        earlier = submission.run
    row.import_id, row.state = earlier.id, FeedFileState.IMPORTING
    row.error, row.updated_at = None, this_moment()
    session.flush()
    if earlier.job.status == JobStatus.SUCCEEDED:
        _settle(session, row, earlier, feed)


def wish_of(rule: Mapping[str, Any]) -> imports.Wish:
    """What a rule wants done with its files."""
    return imports.Wish(
        mode=ImportMode(rule["mode"]) if rule.get("mode") else None,
        key=tuple(rule.get("key") or ()),
        template=rule.get("template"),
        options=ReadOptions.from_dict(rule.get("options") or {}),
    )


def _earlier(
    session: Session, row: FeedFile, file: File, dataset_id: UUID, wanted: imports.Wish
) -> Import | None:
    """The import that has brought these bytes into the dataset before, by whatever name.

    A file that went back to what it was before is none: whether that changes anything depends on
    the mode, which an import knows itself.
    """
    if _is_changed_back(session, row, file):
        return None
    return session.scalar(
        select(Import)
        .join(Import.job)
        .join(Import.file)
        .where(
            Import.dataset_id == dataset_id,
            Import.options == wanted.stored_options,
            File.sha256 == file.sha256,
            Job.status.in_(imports.LIVE),
        )
        .options(joinedload(Import.job), joinedload(Import.file), joinedload(Import.dataset))
        .order_by(Import.id.desc())
        .limit(1)
    )


def _is_changed_back(session: Session, row: FeedFile, file: File) -> bool:
    """Whether the version before, at the same path, had other bytes."""
    before = session.scalar(
        select(File.sha256)
        .join(FeedFile, FeedFile.file_id == File.id)
        .where(FeedFile.feed_id == row.feed_id, FeedFile.path == row.path, FeedFile.id < row.id)
        .order_by(FeedFile.id.desc())
        .limit(1)
    )
    return before is not None and before != file.sha256


def settle(context: Context) -> None:
    """Note what has become of imports that have ended."""
    while True:
        with transaction(context.engine) as session:
            ended = session.execute(_ended().limit(PAGE)).all()
            for row, run, feed in ended:
                _settle(session, row, run, feed)
        if len(ended) < PAGE:
            return


def _ended() -> Select[FeedFile, Import, Feed]:
    """Files whose import has ended since; also failed ones that somebody tried again."""
    has_ended = (FeedFile.state == FeedFileState.IMPORTING) & Job.status.in_(FINAL)
    was_mended = (FeedFile.state == FeedFileState.FAILED) & (Job.status == JobStatus.SUCCEEDED)
    return (
        select(FeedFile, Import, Feed)
        .join(Import, Import.id == FeedFile.import_id)
        .join(Job, Job.id == Import.job_id)
        .join(Feed, Feed.id == FeedFile.feed_id)
        .where(has_ended | was_mended)
        .options(joinedload(Import.job), joinedload(Import.dataset))
        .order_by(FeedFile.id)
        .with_for_update(of=FeedFile, skip_locked=True)
    )


def _settle(session: Session, row: FeedFile, run: Import, feed: Feed) -> None:
    is_own = run.file_id == row.file_id
    row.updated_at = this_moment()
    if run.job.status == JobStatus.SUCCEEDED:
        row.state = FeedFileState.IMPORTED if is_own else FeedFileState.DUPLICATE
        row.error = None
        row.finish = None if feed.after["action"] == "keep" else "due"
        payload = {"import_id": str(run.id), "dataset_slug": run.dataset.slug}
        kind = "feed.file_imported" if is_own else "feed.file_duplicate"
        append_file_event(session, kind, row, feed.slug, **payload, receipt=run.receipt)
    elif is_own:
        cancelled = {"code": "import_cancelled", "message": "Its import was cancelled."}
        _fail(row, run.job.error or cancelled)
    else:  # what was to be the same has not come in after all
        row.state, row.import_id = FeedFileState.FETCHED, None


def _fail(row: FeedFile, error: Mapping[str, Any]) -> None:
    row.state, row.error = FeedFileState.FAILED, dict(error)
    row.updated_at = this_moment()


def rematch(session: Session, feed: Feed) -> int:
    """Let the rules of the feed take files that no rule took before; returns how many they did."""
    matcher = Matcher(feed.rules, [*feed.ignore, *own_patterns(feed.after)])
    taken, last = 0, None
    while rows := _unrecognised(session, feed, last):
        verdicts = matcher.verdicts([row.path for row in rows])
        for row, verdict in zip(rows, verdicts, strict=True):
            if verdict.rule is not None:
                row.rule, row.state = dict(feed.rules[verdict.rule]), FeedFileState.FETCHED
                row.updated_at = this_moment()
                taken += 1
        last = rows[-1].id
    return taken


def _unrecognised(session: Session, feed: Feed, last: UUID | None) -> Sequence[FeedFile]:
    query = select(FeedFile).where(
        FeedFile.feed_id == feed.id, FeedFile.state == FeedFileState.UNRECOGNISED
    )
    if last is not None:
        query = query.where(FeedFile.id > last)
    return session.scalars(query.order_by(FeedFile.id).limit(PAGE)).all()


def begin_anew(feed: Feed, row: FeedFile) -> None:
    """Have the file imported by the rules as they are now; its rule is None where none fits.

    Raises: OriginalRemoved.
    """
    if row.file is not None:
        files.check_kept(row.file)
    matcher = Matcher(feed.rules, [*feed.ignore, *own_patterns(feed.after)])
    (verdict,) = matcher.verdicts([row.path])
    row.rule = None if verdict.rule is None else dict(feed.rules[verdict.rule])
    row.state, row.import_id = FeedFileState.FETCHED, None
