"""Bringing remote files into the store: once each, whole or not at all.

A transfer that breaks off goes on where it stopped: at once where the connection can be made
again, or in the next attempt of the run, also by another process of this machine.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rowmill import events
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import RowmillError, TooLarge
from rowmill.feeds import looking
from rowmill.feeds.links import Link, is_of_connection
from rowmill.feeds.matching import Matcher, Verdict
from rowmill.feeds.plans import Plan, remote_file
from rowmill.feeds.progress import Reporter
from rowmill.feeds.sources import CannotResume
from rowmill.files import service as files
from rowmill.files.receiving import EmptyUpload, Intake, Limits, Received
from rowmill.models import FeedFile, FeedFileState, FeedRun, File, now
from rowmill.remote import ConnectionLost, RemoteFile, RemoteFileChanged, RemoteFileMissing
from rowmill.workspaces.quotas import QuotaExceeded

PAGE = 100
SMALL_BYTES = 1024 * 1024
LIMITS_SECONDS = 5.0
LEAST_SECONDS = 60.0
"""So long at least a file is read on before a turn ends: what is there is hashed again first."""

CONTENT_TYPE = "application/octet-stream"


class Changed(Exception):
    """The file is another one by now: `file` is what it has become."""

    def __init__(self, file: RemoteFile) -> None:
        """Args: `file` is what it has become."""
        self.file = file
        super().__init__(file.path)


class TurnOver(Exception):
    """The run's turn ends in the middle of a file; another run goes on there."""


class Room:
    """What the workspace has room for, asked for anew every few seconds."""

    def __init__(self, context: Context, workspace_id: UUID) -> None:
        """Nothing is asked yet."""
        self._context = context
        self._workspace_id = workspace_id
        self._asked_at = -LIMITS_SECONDS
        self._limits = Limits(0)

    def limits(self) -> Limits:
        """Raises: QuotaExceeded where nothing more is taken."""
        if time.monotonic() - self._asked_at >= LIMITS_SECONDS:
            self._limits = files.limits(self._context, self._workspace_id)
            self._asked_at = time.monotonic()
        return self._limits

    def used(self, size_bytes: int) -> None:
        """So many bytes less are left."""
        room = self._limits.room_bytes
        if room is not None:
            self._limits = Limits(self._limits.body_bytes, max(0, room - size_bytes))


@dataclass(frozen=True)
class Fetcher:
    """Fetches the files of one run."""

    context: Context
    plan: Plan
    link: Link
    reporter: Reporter
    matcher: Matcher
    room: Room
    troubles: list[RowmillError] = field(default_factory=list)
    """What went wrong with files at which the connection broke, again and again."""

    @classmethod
    def of(cls, context: Context, plan: Plan, link: Link, reporter: Reporter) -> Fetcher:
        """One for a run."""
        matcher = Matcher(plan.rules, plan.ignore)
        return cls(context, plan, link, reporter, matcher, Room(context, plan.workspace_id))

    def fetch_ready(self, since: datetime, deadline: float) -> bool:
        """Fetch all that is complete, by the order of the paths; whether that was all of it.

        Args: `since` is when the last look began. At the monotonic `deadline` it stops; in the
        middle of a file only where the source can go on there.
        """
        after = ""
        while True:
            with transaction(self.context.engine) as session:
                page = looking.ready(
                    session, self.plan, self.link.source, since, after=after, limit=PAGE
                )
            verdicts = self.matcher.verdicts([row.path for row in page])
            for row, verdict in zip(page, verdicts, strict=True):
                if time.monotonic() >= deadline:
                    return False
                self.reporter.fetching(row.path)
                try:
                    self._fetch(row, verdict, deadline)
                except TurnOver:
                    return False
            if len(page) < PAGE:
                return True
            after = page[-1].path

    def _fetch(self, row: FeedFile, verdict: Verdict, deadline: float) -> None:
        """Fetch one file. What is wrong with it alone is noted with it, all else is raised."""
        try:
            self.room.limits().check(row.size_bytes or 0)
            if (row.size_bytes or SMALL_BYTES) >= SMALL_BYTES:
                self._claim(row)
            received = self._receive(row, deadline)
        except Changed as error:
            self._begin_anew(row, error.file)
        except RemoteFileMissing as error:
            self._set_aside(row, FeedFileState.SKIPPED, {**_told(error), "code": looking.GONE})
        except QuotaExceeded:
            raise
        except (EmptyUpload, TooLarge) as error:
            self._set_aside(row, FeedFileState.SKIPPED, _told(error))
        except RowmillError as error:
            if error.status in {503, 507}:
                raise
            if is_of_connection(error):
                self.link.connect()  # raises where it is not about this file alone
                self.troubles.append(error)
            self._set_aside(row, FeedFileState.FAILED, _told(error))
        else:
            self.room.used(received.size_bytes)
            self._record(row, received, verdict)
            self.reporter.fetched(1, received.size_bytes)

    def _claim(self, row: FeedFile) -> None:
        """Show that it is being fetched."""
        with transaction(self.context.engine) as session:
            session.execute(
                update(FeedFile)
                .where(FeedFile.id == row.id)
                .values(state=FeedFileState.FETCHING, run_id=self.plan.run_id, updated_at=now())
            )

    def _receive(self, row: FeedFile, deadline: float) -> Received:
        """The file's bytes, safe in the store. Raises: Changed, EmptyUpload, TooLarge, TurnOver."""
        transfer = Transfer(self.context, self.room.limits(), row)
        transfer.turn_ends_at = max(deadline, time.monotonic() + LEAST_SECONDS)
        try:
            self._pour(transfer, row)
            self._check_unchanged(transfer, row)
            sha256 = transfer.intake.keep(row.workspace_id)
        except (Changed, EmptyUpload, TooLarge, RemoteFileMissing):
            transfer.intake.abort()
            raise
        except BaseException:
            transfer.pause()
            raise
        return Received(row.path, CONTENT_TYPE, sha256, transfer.intake.size_bytes)

    def _pour(self, transfer: Transfer, row: FeedFile) -> None:
        while True:
            before = transfer.intake.size_bytes
            try:
                if before == 0 or before != row.size_bytes:
                    self._read(transfer, remote_file(row))
                self._check_size(transfer, row)
            except CannotResume:
                transfer.begin_anew()
            except RemoteFileChanged as error:
                current = self.link.source.look(row.path)
                if current is None:
                    raise RemoteFileMissing(error.detail) from error
                raise Changed(current) from error
            except RowmillError as error:
                if not is_of_connection(error):
                    raise
                if transfer.intake.size_bytes > before:
                    self.link.progressed()
                self.link.recover(error)
            else:
                self.link.progressed()
                return

    def _read(self, transfer: Transfer, file: RemoteFile) -> None:
        source = self.link.source
        for piece in source.read(file, transfer.intake.size_bytes):
            transfer.intake.write(piece)
            self.reporter.fetched(0, 0)
            if source.resumes and time.monotonic() >= transfer.turn_ends_at:
                raise TurnOver

    def _check_size(self, transfer: Transfer, row: FeedFile) -> None:
        """Raises: ConnectionLost where the file ended too early, Changed where too late."""
        expected, size = row.size_bytes, transfer.intake.size_bytes
        if expected is None or size == expected:
            return
        current = self.link.source.look(row.path)
        if current is not None and self._fingerprint(current) != row.fingerprint:
            raise Changed(current)
        if size > expected:
            transfer.begin_anew()
        raise ConnectionLost(
            f"{row.path} ended after {size:,} of {expected:,} bytes, which the server had told."
        )

    def _check_unchanged(self, transfer: Transfer, row: FeedFile) -> None:
        """Raises: Changed where it became another file while it was read."""
        try:
            current = self.link.source.look(row.path)
        except RowmillError as error:
            if not is_of_connection(error):
                raise
            self.link.recover(error)
            current = self.link.source.look(row.path)
        if current is None and row.size_bytes != transfer.intake.size_bytes:
            raise RemoteFileMissing(f"{row.path} was gone before it had been read to its end.")
        if current is not None and self._fingerprint(current) != row.fingerprint:
            raise Changed(current)

    def _fingerprint(self, file: RemoteFile) -> str:
        return looking.fingerprint(file, self.plan.run_id)

    def _begin_anew(self, row: FeedFile, file: RemoteFile) -> None:
        """Wait until what the file has become is stable, unless that is known already."""
        with transaction(self.context.engine) as session:
            mark = self._fingerprint(file)
            known = select(FeedFile.id).where(
                FeedFile.feed_id == row.feed_id,
                FeedFile.path == row.path,
                FeedFile.fingerprint == mark,
            )
            current = session.get(FeedFile, row.id)
            if current is None:
                return
            if session.scalar(known) is not None:
                session.delete(current)
            else:
                looking.describe(current, file, mark)

    def _set_aside(self, row: FeedFile, state: FeedFileState, error: dict[str, Any]) -> None:
        with transaction(self.context.engine) as session:
            session.execute(
                update(FeedFile)
                .where(FeedFile.id == row.id)
                .values(state=state, error=error, run_id=self.plan.run_id, updated_at=now())
            )
            if state == FeedFileState.FAILED:
                _count(session, self.plan, files_failed=1)

    def _record(self, row: FeedFile, received: Received, verdict: Verdict) -> None:
        """The file is here: what it is, and what is to become of it."""
        with transaction(self.context.engine) as session:
            current = session.get(FeedFile, row.id, with_for_update=True)
            if current is None:  # the feed was deleted meanwhile
                return
            _count(session, self.plan, files_fetched=1, bytes_fetched=received.size_bytes)
            if looking.is_unvalidated(current) and _is_unchanged(session, current, received):
                session.delete(current)
                return
            file = files.record(
                session,
                received,
                workspace_id=self.plan.workspace_id,
                created_by=self.plan.created_by,
            )
            current.file_id, current.run_id = file.id, self.plan.run_id
            current.error, current.updated_at = None, now()
            if verdict.rule is not None:
                current.rule = dict(self.plan.rules[verdict.rule])
                current.state = FeedFileState.FETCHED
            else:
                current.state = FeedFileState.UNRECOGNISED
                append_file_event(session, "feed.file_unrecognised", current, self.plan.slug)


class Transfer:
    """A file on its way into the store, which begins with what is there from before."""

    def __init__(self, context: Context, limits: Limits, row: FeedFile) -> None:
        """Raises: OutOfSpace, TooLarge."""
        self._context = context
        self._limits = limits
        mark = hashlib.sha256(row.fingerprint.encode()).hexdigest()[:16]
        self._name = f"feed-{row.id}-{mark}"
        self._size = row.size_bytes
        self.turn_ends_at = math.inf
        self._open()
        if self._size is not None and self.intake.size_bytes > self._size:
            self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what is there."""
        self.intake.abort()
        self._open()

    def pause(self) -> None:
        """Leave what is there for a later attempt."""
        self.intake.close()
        self._partial.pause()

    def _open(self) -> None:
        self._partial = self._context.store.partial(self._name, self._size)
        self.intake = Intake(self._partial, self._limits)
        self.intake.take_up(self._partial.kept())


def append_file_event(
    session: Session, kind: str, row: FeedFile, feed: str, **payload: Any
) -> None:
    """Log something about a file of a feed."""
    events.append(
        session,
        kind,
        workspace_id=row.workspace_id,
        subject="feed",
        subject_id=row.feed_id,
        payload={"feed": feed, "path": row.path, "feed_file_id": str(row.id), **payload},
    )


def _is_unchanged(session: Session, row: FeedFile, received: Received) -> bool:
    """Whether these bytes are those that were fetched from there the last time."""
    last = session.scalar(
        select(File.sha256)
        .join(FeedFile, FeedFile.file_id == File.id)
        .where(FeedFile.feed_id == row.feed_id, FeedFile.path == row.path)
        .order_by(FeedFile.id.desc())
        .limit(1)
    )
    return last == received.sha256


def _count(session: Session, plan: Plan, **more: int) -> None:
    changes = {getattr(FeedRun, name): getattr(FeedRun, name) + n for name, n in more.items()}
    session.execute(update(FeedRun).where(FeedRun.id == plan.run_id).values(changes))


def _told(error: RowmillError) -> dict[str, Any]:
    return {"code": error.code, "message": error.detail}
