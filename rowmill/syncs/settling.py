"""What a destination's answer changes: batches, rejects, the sync's health, its watermark."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rowmill.models import Sync, SyncBatch, SyncReject, new_id, now
from rowmill.syncs import planning
from rowmill.syncs.destinations import Answer, Verdict
from rowmill.syncs.records import Line
from rowmill.syncs.service import append_event

FIRST_PAUSE = 0.5  # seconds
MOST_FAILURES = 5
"""So many attempts in a row without success, and the destination counts as down."""

CONFIGURATION_PAUSE = 1800.0  # seconds, where only a person can mend it
_RANDOM = random.SystemRandom()


@dataclass
class Tally:
    """What a run has done so far."""

    batches: int = 0
    records: int = 0
    rejected: int = 0
    attempts: int = 0
    deliveries: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, int]:
        """The counts as they are kept and shown."""
        return {
            "batches": self.batches,
            "records": self.records,
            "rejected": self.rejected,
            "attempts": self.attempts,
        }


def begin_attempt(session: Session, batch_id: UUID) -> None:
    """Note that a batch is about to be sent."""
    session.execute(
        update(SyncBatch)
        .where(SyncBatch.id == batch_id)
        .values(attempts=SyncBatch.attempts + 1, sent_at=now())
    )


def accept(session: Session, batch: SyncBatch, answer: Answer) -> None:
    """The destination has the records: earlier rejects of the same rows are of no concern."""
    sync = session.get_one(Sync, batch.sync_id, with_for_update=True)
    stored = session.get_one(SyncBatch, batch.id)
    _supersede(session, stored)
    if stored.reject_id is not None:
        reject = session.get_one(SyncReject, stored.reject_id)
        reject.status, reject.resolved_at, reject.answer = "delivered", now(), answer.to_dict()
    _finish(stored, "delivered", answer)
    recover(session, sync)


def split(session: Session, batch: SyncBatch, answer: Answer) -> None:
    """Some record is bad: the two halves are to be sent one after the other."""
    sync = session.get_one(Sync, batch.sync_id, with_for_update=True)
    stored = session.get_one(SyncBatch, batch.id)
    lines = (stored.records or "").splitlines(keepends=True)
    half = len(lines) // 2
    first = stored.first
    _finish(stored, "split", answer)
    session.flush()
    for part, place in ((lines[:half], first), (lines[half:], first + half)):
        session.add(planning.batch_of(sync, part, first=place))
    recover(session, sync)


def reject(session: Session, batch: SyncBatch, answer: Answer) -> None:
    """The record is set aside with the answer, to be mended or discarded."""
    sync = session.get_one(Sync, batch.sync_id, with_for_update=True)
    stored = session.get_one(SyncBatch, batch.id)
    if stored.reject_id is not None:
        again = session.get_one(SyncReject, stored.reject_id)
        again.status, again.answer = "open", answer.to_dict()
    else:
        _supersede(session, stored)
        line = Line.parse(stored.records or "")
        session.add(
            SyncReject(
                id=new_id(),
                workspace_id=sync.workspace_id,
                sync_id=sync.id,
                change=line.change,
                identity=line.identity,
                record=line.record,
                version=stored.until,
                answer=answer.to_dict(),
            )
        )
    _finish(stored, "rejected", answer)
    append_event(session, "sync.record_rejected", sync, None, message=answer.message)


def fail(
    session: Session, sync_id: UUID, batch_id: UUID | None, answer: Answer, longest: float
) -> float:
    """The batch could not be delivered. Returns the seconds after which to try again.

    The pause grows twofold with each failure up to `longest`, with full jitter, so that many
    syncs of one destination do not come back at once; a pause that it asked for is kept.
    """
    sync = session.get_one(Sync, sync_id, with_for_update=True)
    if batch_id is not None:
        session.get_one(SyncBatch, batch_id).answer = answer.to_dict()
    sync.failures += 1
    sync.error = answer.to_dict()
    is_broken = answer.verdict is Verdict.BROKEN
    if (is_broken or sync.failures >= MOST_FAILURES) and sync.failing_since is None:
        sync.failing_since = now()
        append_event(session, "sync.failing", sync, None, message=answer.message)
    ceiling = min(FIRST_PAUSE * 2 ** min(sync.failures, 30), longest)
    pause = _RANDOM.uniform(ceiling / 10, ceiling)
    if is_broken:
        pause = _RANDOM.uniform(0.5, 1) * min(CONFIGURATION_PAUSE, longest * 6)
    if answer.retry_after is not None:
        pause = answer.retry_after + _RANDOM.uniform(0, ceiling / 10)
    sync.retry_at = now() + timedelta(seconds=pause)
    return pause


def recover(session: Session, sync: Sync) -> None:
    """The destination answers again."""
    if sync.failing_since is not None:
        append_event(session, "sync.recovered", sync, None)
    sync.failures, sync.failing_since, sync.retry_at, sync.error = 0, None, None, None


def complete(session: Session, sync_id: UUID, tally: Tally) -> str | None:
    """Move the watermark: all of the plan is acknowledged or set aside.

    Returns the key of the plan's object, which is needed no longer.
    """
    sync = session.get_one(Sync, sync_id, with_for_update=True)
    if sync.plan is None:
        return None
    key, plan = sync.plan_key, sync.plan
    sync.watermark, sync.plan, sync.delivered_at = plan["until"], None, now()
    append_event(
        session,
        "sync.delivered",
        sync,
        None,
        version=plan["until"],
        counts=plan["counts"],
        rejected=tally.rejected,
        is_complete=plan["is_complete"],
    )
    return key


def next_batch(session: Session, sync_id: UUID) -> SyncBatch | None:
    """The first batch that is not done: mended rejects before all others, whose rows may follow."""
    return session.scalar(
        select(SyncBatch)
        .where(SyncBatch.sync_id == sync_id, SyncBatch.status == "pending")
        .order_by(SyncBatch.reject_id.is_(None), SyncBatch.first, SyncBatch.id)
        .limit(1)
    )


def _finish(batch: SyncBatch, status: str, answer: Answer) -> None:
    batch.status, batch.answer, batch.finished_at = status, answer.to_dict(), now()
    batch.records = None


def _supersede(session: Session, batch: SyncBatch) -> None:
    """Open rejects of the batch's rows give way to it, but not the one that it sends again."""
    if batch.records is None:
        return
    has_open = select(SyncReject.id).where(
        SyncReject.sync_id == batch.sync_id, SyncReject.status == "open"
    )
    if session.scalar(has_open.limit(1)) is None:
        return
    identities = {Line.parse(line).identity for line in batch.records.splitlines()}
    session.execute(
        update(SyncReject)
        .where(
            SyncReject.sync_id == batch.sync_id,
            SyncReject.status == "open",
            SyncReject.identity.in_(identities),
        )
        .values(status="superseded", resolved_at=now())
    )
