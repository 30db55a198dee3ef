"""Records that a destination refused: mended and sent again, or discarded."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from rowmill.errors import Conflict, NotFound
from rowmill.models import Sync, SyncReject, SyncRun, now
from rowmill.syncs import planning, service
from rowmill.syncs.records import Line


class RejectClosed(Conflict):
    """This record was delivered, discarded or replaced by a later change already."""


def find(session: Session, sync: Sync, reject_id: UUID) -> SyncReject:
    """Raises: NotFound, also where the reject is another sync's."""
    wanted = select(SyncReject).where(SyncReject.sync_id == sync.id, SyncReject.id == reject_id)
    reject = session.scalar(wanted)
    if reject is None:
        raise NotFound("There is no such reject.")
    return reject


def listing(sync: Sync, status: str | None) -> Select[SyncReject]:
    """The sync's rejects, those of a status where one is given."""
    statement = select(SyncReject).where(SyncReject.sync_id == sync.id)
    return statement if status is None else statement.where(SyncReject.status == status)


def resend(
    session: Session,
    sync: Sync,
    reject: SyncReject,
    record: dict[str, Any] | None,
    *,
    slots: int,
    actor_id: UUID,
) -> SyncRun:
    """Send the record again, as it was or mended, before anything else. Raises: RejectClosed."""
    _open(session, reject)
    if record is not None:
        reject.record = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    reject.status = "resending"
    line = Line(reject.change, reject.identity, reject.record)
    batch = planning.batch_of(sync, [str(line)], first=sync.sequence)
    batch.reject_id, batch.plan_id = reject.id, None
    batch.since, batch.until = None, reject.version
    batch.idempotency_key = planning.idempotency_key(
        sync, sync.sequence, [str(reject.id), str(batch.id), str(line)]
    )
    session.add(batch)
    if sync.failing_since is not None:
        sync.retry_at = now()
    session.flush()
    return service.enqueue(session, sync, slots=slots, reason="resend", created_by=actor_id)


def discard(session: Session, reject: SyncReject) -> None:
    """Give the record up. Raises: RejectClosed."""
    _open(session, reject)
    reject.status, reject.resolved_at = "discarded", now()
    session.flush()


def _open(session: Session, reject: SyncReject) -> None:
    session.refresh(reject, with_for_update=True)
    if reject.status != "open":
        raise RejectClosed
