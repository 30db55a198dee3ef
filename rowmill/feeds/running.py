"""One run of a feed: look, fetch what is complete, begin its imports, tidy up on the server.

It may be cut short at any point and taken up again by any worker. What is known of each remote
file is a row, written in the same transaction as the file it became or the import it led to; so a
file comes in once, and a transfer goes on where it stopped.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update

from rowmill import jobs
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import Gone, RowmillError, ServiceUnavailable
from rowmill.feeds import finishing, importing, looking, service
from rowmill.feeds.fetching import Fetcher
from rowmill.feeds.links import Link
from rowmill.feeds.plans import Plan, plan_of
from rowmill.feeds.progress import Reporter
from rowmill.models import Feed, FeedRun, now
from rowmill.workspaces.quotas import QuotaExceeded

TURN_SECONDS: Final = 300.0
"""After so long of fetching a run ends, so that others get their turn, and another one goes on,
also in the middle of a file.
"""

LONGEST_WAIT_SECONDS: Final = 15
"""Files that are stable sooner are waited for; the others are looked at again in a later run."""

RETRY_SECONDS: Final = 30


class FeedDeleted(Gone):
    """The feed was deleted before the run could end."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended. `follow_up_seconds` is None where nothing is left to be done."""

    waiting: int
    follow_up_seconds: float | None


def run_feed(context: Context, run: jobs.Run) -> None:
    """Do the run that belongs to the job, or whatever of it an earlier attempt left undone."""
    plan = _begin(context, run)
    if plan is None:
        return
    link = Link(context, run, plan)
    try:
        with link:
            outcome = _work(context, run, plan, link)
    except ServiceUnavailable:  # our own database or store: the same run is tried again
        raise
    except RowmillError as error:
        error.extra["transient"] = link.is_passing(error) or error.status == 507
        raise
    _end(context, plan, outcome)


def _begin(context: Context, run: jobs.Run) -> Plan | None:
    with transaction(context.engine) as session:
        found = session.execute(
            select(Feed, FeedRun)
            .join(FeedRun, FeedRun.feed_id == Feed.id)
            .where(FeedRun.job_id == run.job_id)
        ).one_or_none()
        if found is None:  # the feed is gone
            return None
        feed, record = found
        importing.rematch(session, feed)
        return plan_of(session, context.settings, feed, record.id)


def _work(context: Context, run: jobs.Run, plan: Plan, link: Link) -> Outcome:
    reporter = Reporter(run, plan)
    reporter.phase("connecting")
    _connect(link)
    finishing.finish_due(context, plan, link, reporter)
    fetcher = Fetcher.of(context, plan, link, reporter)
    try:
        looked = _look_and_fetch(context, fetcher)
        is_complete = looked is not None
        if is_complete and _wait(context, run, fetcher):
            is_complete = _look_and_fetch(context, fetcher) is not None
    except QuotaExceeded as error:
        importing.submit_fetched(context, plan.feed_id)
        if error.extra.get("quota") != "waiting_jobs":
            raise
        return Outcome(_waiting(context, plan), RETRY_SECONDS)
    finishing.finish_due(context, plan, link, reporter)
    reporter.phase("done", path=None)
    if fetcher.troubles:  # what could be fetched is here; this is tried again before long
        raise fetcher.troubles[0]
    waiting = _waiting(context, plan)
    if not is_complete:
        return Outcome(waiting, 0)
    return Outcome(waiting, max(plan.stable_seconds, 1) if waiting else None)


def _connect(link: Link) -> None:
    """Connect, with patience where the server is not there for a moment."""
    while True:
        try:
            link.connect()
        except RowmillError as error:
            link.recover(error)
        else:
            return


def _look_and_fetch(context: Context, fetcher: Fetcher) -> datetime | None:
    """When the look began, if everything that is complete was fetched; else None."""
    plan, reporter = fetcher.plan, fetcher.reporter
    reporter.phase("listing")
    looked = _look(context, fetcher)
    count, size = _to_fetch(context, fetcher, looked.began_at)
    reporter.phase("fetching", files_total=count, bytes_total=size, files_found=looked.found)
    is_all = fetcher.fetch_ready(looked.began_at, time.monotonic() + TURN_SECONDS)
    importing.submit_fetched(context, plan.feed_id)
    return looked.began_at if is_all else None


def _look(context: Context, fetcher: Fetcher) -> looking.Look:
    """A whole look, begun anew where the connection breaks off."""
    while True:
        try:
            return looking.look(context, fetcher.plan, fetcher.link.source, fetcher.reporter)
        except RowmillError as error:
            fetcher.link.recover(error)


def _to_fetch(context: Context, fetcher: Fetcher, since: datetime) -> tuple[int, int]:
    with transaction(context.engine) as session:
        return looking.extent(session, fetcher.plan, fetcher.link.source, since)


def _wait(context: Context, run: jobs.Run, fetcher: Fetcher) -> bool:
    """Wait for files that are not stable yet, if that is soon; whether there are any."""
    plan = fetcher.plan
    if not 0 < plan.stable_seconds <= LONGEST_WAIT_SECONDS or not _waiting(context, plan):
        return False
    fetcher.reporter.phase("waiting", path=None)
    until = now() + timedelta(seconds=plan.stable_seconds)
    while now() <= until:
        run.check()
        time.sleep(0.1)
    return True


def _waiting(context: Context, plan: Plan) -> int:
    with transaction(context.engine) as session:
        return looking.waiting(session, plan)


def _end(context: Context, plan: Plan, outcome: Outcome) -> None:
    """The run went well: say so, and when to look again. Raises: FeedDeleted."""
    with transaction(context.engine) as session:
        feed = session.get(Feed, plan.feed_id, with_for_update=True)
        if feed is None:
            raise FeedDeleted
        session.execute(
            update(FeedRun).where(FeedRun.id == plan.run_id).values(files_waiting=outcome.waiting)
        )
        service.note_success(session, feed, plan.run_id, outcome.follow_up_seconds)
