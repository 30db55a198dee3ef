"""What a feed has done: its runs, and the remote files it has seen."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from rowmill import jobs
from rowmill.errors import Conflict, NotFound
from rowmill.feeds import importing, service
from rowmill.models import Feed, FeedFile, FeedFileState, FeedRun, Import, JobStatus, now
from rowmill.models.jobs import FINAL


class FileNotRetriable(Conflict):
    """Only a file that failed, was skipped or was not recognised can be tried again."""


class NoRuleFits(Conflict):
    """No rule of the feed takes this file. Add one for it first."""


def runs(feed: Feed) -> Select[FeedRun]:
    """The query of a feed's runs, to be paged."""
    return (
        select(FeedRun)
        .where(FeedRun.feed_id == feed.id)
        .join(FeedRun.job)
        .options(joinedload(FeedRun.job))
    )


def find_run(session: Session, feed: Feed, run_id: UUID) -> FeedRun:
    """Raises: NotFound."""
    run = session.scalar(runs(feed).where(FeedRun.id == run_id))
    if run is None:
        raise NotFound("There is no such run of this feed.")
    return run


def cancel_run(session: Session, run: FeedRun) -> None:
    """Ask a run to stop; one that has ended stays as it is."""
    had_ended = run.job.status in FINAL
    jobs.request_cancel(session, run.job)
    if run.job.status == JobStatus.CANCELLED and not had_ended:
        service.ended(session, run.job)


def files(
    feed: Feed, *, state: str | None = None, run_id: UUID | None = None, search: str | None = None
) -> Select[FeedFile]:
    """The query of a feed's remote files, to be paged."""
    query = (
        select(FeedFile)
        .where(FeedFile.feed_id == feed.id)
        .options(
            joinedload(FeedFile.file),
            joinedload(FeedFile.imported).options(
                joinedload(Import.job), joinedload(Import.dataset)
            ),
        )
    )
    if state is not None:
        query = query.where(FeedFile.state == state)
    if run_id is not None:
        query = query.where(FeedFile.run_id == run_id)
    if search:
        query = query.where(FeedFile.path.icontains(search, autoescape=True))
    return query


def find_file(session: Session, feed: Feed, feed_file_id: UUID) -> FeedFile:
    """Raises: NotFound."""
    row = session.scalar(files(feed).where(FeedFile.id == feed_file_id))
    if row is None:
        raise NotFound("There is no such file of this feed.")
    return row


def retry_file(session: Session, feed: Feed, row: FeedFile) -> None:
    """Import the file anew by the rules as they are now, or fetch it where it is not here.

    Raises: FileNotRetriable, NoRuleFits, OriginalRemoved.
    """
    retriable = {FeedFileState.FAILED, FeedFileState.SKIPPED, FeedFileState.UNRECOGNISED}
    if row.state not in retriable:
        raise FileNotRetriable
    if row.file is None:
        row.state = FeedFileState.FETCHING  # it was stable already
        feed.follow_up_at = now()
    else:
        importing.begin_anew(feed, row)
        if row.rule is None:
            raise NoRuleFits
    row.error, row.updated_at = None, now()
    session.flush()
