"""Feeds in the app's own tables: made, changed, started, and what came of them."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, joinedload

from rowmill import events, jobs
from rowmill.context import Context
from rowmill.datasets import names
from rowmill.db import lock_in_transaction, transaction
from rowmill.errors import Conflict, NotFound, PreconditionFailed
from rowmill.feeds import importing
from rowmill.models import Feed, FeedFile, FeedFileState, FeedRun, Job, JobStatus, now
from rowmill.schedules import Schedule

KIND: Final = "feeds.run"
FIRST_RETRY_SECONDS: Final = 30
FIRST_RETRY_OF_LASTING_SECONDS: Final = 300
LONGEST_RETRY_SECONDS: Final = 3600
MOST_RETRIES_UNSCHEDULED: Final = 8
KEPT_QUIET_RUNS: Final = 50
"""Runs that found nothing new, of which only so many are kept for each feed."""

AT_ONCE: Final = 100
UNFINISHED: Final = (JobStatus.PENDING, JobStatus.RUNNING)


class FeedSlugTaken(Conflict):
    """Another feed of this workspace has that slug."""


class NoChangedHostKey(Conflict):
    """The server has shown no other host key than the one that is trusted, or yet another one."""


@dataclass(frozen=True)
class Overview:
    """A feed with its newest run, and how many files are in which state."""

    feed: Feed
    last_run: FeedRun | None = None
    files: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_running(self) -> bool:
        """Whether a run has not ended."""
        return self.last_run is not None and self.last_run.job.status in UNFINISHED

    @property
    def health(self) -> str:
        """`paused`, `failing` or `ok`."""
        if self.feed.paused:
            return "paused"
        return "failing" if self.feed.failing_since else "ok"

    @property
    def next_run_at(self) -> datetime | None:
        """When it runs by itself the next time."""
        if self.feed.paused:
            return None
        moments = [self.feed.follow_up_at]
        if not (self.feed.failing_since and self.feed.follow_up_at):
            moments.append(self.feed.next_run_at)
        return min((moment for moment in moments if moment), default=None)


def find(session: Session, workspace_id: UUID, id_or_slug: str, *, lock: bool = False) -> Feed:
    """Raises: NotFound, also where the feed is another workspace's."""
    is_it = Feed.id == UUID(id_or_slug) if names.is_id(id_or_slug) else Feed.slug == id_or_slug
    query = select(Feed).where(Feed.workspace_id == workspace_id, is_it)
    feed = session.scalar(query.with_for_update() if lock else query)
    if feed is None:
        raise NotFound("There is no such feed.")
    return feed


def listing(workspace_id: UUID) -> Select[Feed]:
    """The query of a workspace's feeds, to be paged."""
    return select(Feed).where(Feed.workspace_id == workspace_id)


def overviews(session: Session, feeds: Sequence[Feed]) -> list[Overview]:
    """What is to be told of each feed, in two statements for any number of them."""
    ids = [feed.id for feed in feeds]
    runs = _last_runs(session, ids)
    counts: dict[UUID, dict[str, int]] = {}
    for feed_id, state, count in session.execute(
        select(FeedFile.feed_id, FeedFile.state, func.count())
        .where(FeedFile.feed_id.in_(ids))
        .group_by(FeedFile.feed_id, FeedFile.state)
    ):
        counts.setdefault(feed_id, {})[state] = count
    return [Overview(feed, runs.get(feed.id), counts.get(feed.id, {})) for feed in feeds]


def overview(session: Session, feed: Feed) -> Overview:
    """What is to be told of one feed."""
    return overviews(session, [feed])[0]


def _last_runs(session: Session, feed_ids: Collection[UUID]) -> dict[UUID, FeedRun]:
    newest = (
        select(FeedRun)
        .where(FeedRun.feed_id.in_(feed_ids))
        .ext(distinct_on(FeedRun.feed_id))
        .order_by(FeedRun.feed_id, FeedRun.created_at.desc())
        .options(joinedload(FeedRun.job))
    )
    return {run.feed_id: run for run in session.scalars(newest)}


def create(session: Session, feed: Feed, *, actor_id: UUID) -> None:
    """Keep a new feed. Its slug is made free where it was not chosen.

    Raises: FeedSlugTaken.
    """
    lock_in_transaction(session, "feed-names", feed.workspace_id)
    taken = set(session.scalars(select(Feed.slug).where(Feed.workspace_id == feed.workspace_id)))
    if feed.slug:
        _check_free(feed.slug, taken)
    else:
        feed.slug = names.free_slug(names.slug_of(feed.name), taken)
    feed.created_by = actor_id
    _plan_next(feed)
    session.add(feed)
    session.flush()
    append_event(session, "feed.created", feed, actor_id)


def rename(session: Session, feed: Feed, slug: str) -> None:
    """Raises: Invalid, FeedSlugTaken."""
    if names.check_slug(slug) == feed.slug:
        return
    lock_in_transaction(session, "feed-names", feed.workspace_id)
    taken = set(session.scalars(select(Feed.slug).where(Feed.workspace_id == feed.workspace_id)))
    _check_free(slug, taken)
    feed.slug = slug


def _check_free(slug: str, taken: Collection[str]) -> None:
    if names.check_slug(slug) in taken:
        raise FeedSlugTaken(f"Another feed has the slug '{slug}'.")


def reschedule(feed: Feed, schedule: Schedule | None) -> None:
    """Let it run by another schedule from now on; by None only when it is asked to."""
    feed.schedule = schedule.to_dict() if schedule else None
    _plan_next(feed)


def changed(session: Session, feed: Feed, *, actor_id: UUID, look_again: bool) -> None:
    """Note that a person has changed the feed."""
    feed.updated_at = now()
    if look_again:
        feed.follow_up_at = now()
    session.flush()
    append_event(session, "feed.changed", feed, actor_id)


def _plan_next(feed: Feed) -> None:
    feed.next_run_at = Schedule.stored(feed.schedule).next_run(now()) if feed.schedule else None


def check_unchanged(feed: Feed, if_match: str | None) -> None:
    """Raises: PreconditionFailed where the feed is not the one that the client has read."""
    if if_match is not None and if_match.strip() not in {"*", entity_tag(feed)}:
        raise PreconditionFailed


def entity_tag(feed: Feed) -> str:
    """Changes whenever a person changes the feed."""
    return f'"{feed.id.hex[-12:]}-{int(feed.updated_at.timestamp() * 1_000_000):x}"'


def remove(session: Session, feed: Feed, *, actor_id: UUID) -> None:
    """Forget the feed, its runs and its list of files. What it brought in stays."""
    run = unfinished_run(session, feed.id)
    if run is not None:
        jobs.request_cancel(session, run.job)
    append_event(session, "feed.deleted", feed, actor_id)
    session.delete(feed)
    session.flush()


def pause(session: Session, feed: Feed, *, actor_id: UUID) -> None:
    """Let it rest; a run that has begun goes on to its end."""
    if not feed.paused:
        feed.paused, feed.updated_at = True, now()
        append_event(session, "feed.paused", feed, actor_id)


def resume(session: Session, feed: Feed, *, actor_id: UUID) -> None:
    """Let it run by its schedule again."""
    if feed.paused:
        feed.paused, feed.updated_at = False, now()
        _plan_next(feed)
        append_event(session, "feed.resumed", feed, actor_id)


def start(
    session: Session, feed: Feed, *, trigger: str, slots: int, created_by: UUID | None
) -> tuple[FeedRun, bool]:
    """A run from now on, and whether it is new: where one has not ended, it is that one."""
    lock_in_transaction(session, "feed", feed.id)
    running = unfinished_run(session, feed.id)
    if running is not None:
        return running, False
    job = jobs.enqueue(
        session,
        KIND,
        workspace_id=feed.workspace_id,
        on=jobs.CONNECTIONS,
        slots=slots,
        subject=feed.id,
        created_by=created_by,
        progress={"phase": "queued"},
    )
    run = FeedRun(
        id=job.id,
        workspace_id=feed.workspace_id,
        feed_id=feed.id,
        job_id=job.id,
        trigger=trigger,
        created_by=created_by,
        job=job,
    )
    session.add(run)
    feed.follow_up_at = None
    session.flush()
    _announce(session, "feed.run_started", feed, run)
    return run, True


def unfinished_run(session: Session, feed_id: UUID) -> FeedRun | None:
    """The run that waits or goes on, None where there is none."""
    return session.scalar(
        select(FeedRun)
        .join(FeedRun.job)
        .where(FeedRun.feed_id == feed_id, Job.status.in_(UNFINISHED))
        .options(joinedload(FeedRun.job))
        .limit(1)
    )


def enqueue_due(context: Context) -> None:
    """What is to be done about once a second: settle imports, begin others, start due runs."""
    importing.settle(context)
    with transaction(context.engine) as session:
        fetched = session.scalars(
            select(FeedFile.feed_id)
            .where(FeedFile.state == FeedFileState.FETCHED)
            .distinct()
            .limit(AT_ONCE)
        ).all()
    for feed_id in fetched:
        importing.submit_fetched(context, feed_id)
    with transaction(context.engine) as session:
        _finish_soon(session)
        due = session.scalars(
            select(Feed).where(_is_due()).limit(AT_ONCE).with_for_update(skip_locked=True)
        ).all()
        for feed in due:
            _start_due(session, context, feed)


def _is_due() -> ColumnElement[bool]:
    """Whether its moment has come; a feed that fails waits for its next attempt."""
    by_schedule = and_(
        Feed.next_run_at <= now(), or_(Feed.failing_since.is_(None), Feed.follow_up_at.is_(None))
    )
    return and_(~Feed.paused, or_(by_schedule, Feed.follow_up_at <= now()))


def _start_due(session: Session, context: Context, feed: Feed) -> None:
    is_scheduled = feed.next_run_at is not None and feed.next_run_at <= now()
    if is_scheduled:
        _plan_next(feed)
    start(
        session,
        feed,
        trigger="schedule" if is_scheduled else "follow_up",
        slots=context.settings.workspace_connections,
        created_by=None,
    )
    feed.follow_up_at = None


def _finish_soon(session: Session) -> None:
    """Have feeds look again that have something to tidy up on the server, when all is imported."""
    is_busy = select(FeedFile.id).where(
        FeedFile.feed_id == Feed.id,
        FeedFile.state.in_([FeedFileState.FETCHED, FeedFileState.IMPORTING]),
    )
    has_due = select(FeedFile.id).where(
        FeedFile.feed_id == Feed.id, FeedFile.finish == "due", FeedFile.finish_error.is_(None)
    )
    runs = (
        select(FeedRun.id)
        .join(Job, Job.id == FeedRun.job_id)
        .where(FeedRun.feed_id == Feed.id, Job.status.in_(UNFINISHED))
    )
    session.execute(
        update(Feed)
        .where(
            ~Feed.paused,
            Feed.follow_up_at.is_(None),
            Feed.after["action"].astext != "keep",
            has_due.exists(),
            ~is_busy.exists(),
            ~runs.exists(),
        )
        .values(follow_up_at=now())
        .execution_options(synchronize_session=False)
    )


def note_success(
    session: Session, feed: Feed, run_id: UUID, follow_up_seconds: float | None
) -> None:
    """A run went well. Args: after how many seconds the next look is due before the schedule."""
    run = session.get_one(FeedRun, run_id, populate_existing=True)
    was_failing = feed.failing_since is not None
    feed.failures, feed.failing_since, feed.error = 0, None, None
    feed.follow_up_at = (
        None if follow_up_seconds is None else now() + timedelta(seconds=follow_up_seconds)
    )
    session.flush()
    is_eventful = bool(run.files_fetched or run.files_new or run.files_failed)
    if is_eventful or was_failing or run.trigger == "manual":
        append_event(session, "feed.run_finished", feed, run.created_by, **_account(run))
    else:
        _announce(session, "feed.run_finished", feed, run)
    _forget_quiet_runs(session, feed.id)


def ended(session: Session, job: Job) -> None:
    """Record that a run failed or was cancelled, and when it is tried again."""
    found = session.execute(
        select(FeedRun, Feed)
        .join(Feed, Feed.id == FeedRun.feed_id)
        .where(FeedRun.job_id == job.id)
        .with_for_update(of=Feed)
    ).one_or_none()
    if found is None:
        return
    run, feed = found
    if job.status == JobStatus.CANCELLED:
        append_event(session, "feed.run_cancelled", feed, run.created_by, **_account(run))
        return
    error = dict(job.error or {})
    is_transient = bool(error.pop("transient", True))
    feed.failures += 1
    feed.failing_since = feed.failing_since or now()
    feed.error = error
    feed.follow_up_at = _next_attempt(feed, is_transient=is_transient)
    append_event(session, "feed.run_failed", feed, run.created_by, error=error, **_account(run))


def _next_attempt(feed: Feed, *, is_transient: bool) -> datetime | None:
    """Ever later, with some chance in it; None where only a person can mend it, or asks for it."""
    if feed.schedule is None and (not is_transient or feed.failures > MOST_RETRIES_UNSCHEDULED):
        return None
    first = FIRST_RETRY_SECONDS if is_transient else FIRST_RETRY_OF_LASTING_SECONDS
    wait = min(LONGEST_RETRY_SECONDS, first * 2 ** min(feed.failures - 1, 10))
    moment = now() + timedelta(seconds=wait * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
    if is_transient or feed.next_run_at is None:
        return moment
    return max(moment, feed.next_run_at)


def _forget_quiet_runs(session: Session, feed_id: UUID) -> None:
    quiet = (
        select(FeedRun.id)
        .join(Job, Job.id == FeedRun.job_id)
        .where(
            FeedRun.feed_id == feed_id,
            FeedRun.trigger != "manual",
            FeedRun.files_new == 0,
            FeedRun.files_fetched == 0,
            FeedRun.files_failed == 0,
            Job.status == JobStatus.SUCCEEDED,
        )
        .order_by(FeedRun.id.desc())
        .offset(KEPT_QUIET_RUNS)
    )
    old = session.scalars(quiet).all()
    if old:
        session.execute(delete(FeedRun).where(FeedRun.id.in_(old)))
        session.execute(delete(Job).where(Job.id.in_(old)))


def trust_host_key(session: Session, feed: Feed, fingerprint: str, *, actor_id: UUID) -> None:
    """Take the key that the server has shown last for its own. Raises: NoChangedHostKey."""
    error = feed.error or {}
    if not error.get("shown_host_key") or error.get("shown_fingerprint") != fingerprint.strip():
        raise NoChangedHostKey
    feed.host_key = error["shown_host_key"]
    feed.failures, feed.failing_since, feed.error = 0, None, None
    feed.updated_at = feed.follow_up_at = now()
    session.flush()
    append_event(session, "feed.host_key_trusted", feed, actor_id, fingerprint=fingerprint.strip())


def append_event(
    session: Session, kind: str, feed: Feed, actor_id: UUID | None, **payload: Any
) -> None:
    """Log something about a feed."""
    events.append(
        session,
        kind,
        workspace_id=feed.workspace_id,
        subject="feed",
        subject_id=feed.id,
        payload={"feed": feed.slug, "name": feed.name, **payload},
        actor_id=actor_id,
    )


def _announce(session: Session, kind: str, feed: Feed, run: FeedRun) -> None:
    """Tell those who look on, without keeping it."""
    message = {
        "kind": kind,
        "subject": "feed",
        "subject_id": str(feed.id),
        "payload": {"feed": feed.slug, **_account(run)},
    }
    events.announce(session, feed.workspace_id, message)


def _account(run: FeedRun) -> dict[str, Any]:
    return {
        "run_id": str(run.id),
        "trigger": run.trigger,
        "files_found": run.files_found,
        "files_new": run.files_new,
        "files_fetched": run.files_fetched,
        "files_failed": run.files_failed,
        "bytes_fetched": run.bytes_fetched,
    }
