"""A run of a sync: plan what has changed, send it batch by batch, keep what the answers mean.

Whatever is killed, the next run goes on at the first batch that is not acknowledged, and sends the
very same bytes under the same idempotency key. No transaction is open while the network works.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from rowmill import jobs
from rowmill.context import Context
from rowmill.db import advisory_lock_if_free, transaction
from rowmill.encryption import encryption_of
from rowmill.errors import RowmillError, ServiceUnavailable
from rowmill.models import Sync, SyncBatch, SyncRun, now
from rowmill.settings import Settings
from rowmill.syncs import planning, preset, service, settling
from rowmill.syncs.destinations import (
    Answer,
    Destination,
    DestinationMisconfigured,
    Parcel,
    Verdict,
    answer_of,
    open_destination,
)
from rowmill.syncs.records import Line, Shape
from rowmill.syncs.settling import Tally
from rowmill.syncs.targets import target_of

PATIENCE = 10.0
"""Seconds that a run tries again by itself. Then it makes room for others, and comes back later."""

TURN = 15.0
"""Seconds after which a run ends, with more to send, so that the workspace's other jobs run too."""

WAIT_STEP = 0.2
SUSPICIOUS = 20
"""So many records refused and none taken: it is the form of all that is wrong, not theirs."""


def run_sync(context: Context, run: jobs.Run, sync_id: UUID) -> None:
    """Deliver all that is pending. Raises: JobCancelled, WorkerStopping."""
    with advisory_lock_if_free(context.engine, "sync", sync_id) as is_ours:
        if not is_ours:
            raise ServiceUnavailable("Another worker still delivers for this sync.")
        with transaction(context.engine) as session:
            sync = session.get(Sync, sync_id)
        if sync is None:
            return
        delivery = Delivery(context, run, sync)
        try:
            delivery.go()
        finally:
            delivery.close()


class Delivery:
    """One run's work."""

    def __init__(self, context: Context, run: jobs.Run, sync: Sync) -> None:
        """Nothing is contacted before there is something to send."""
        self._context = context
        self._run = run
        self._sync = sync
        self._tally = Tally()
        self._destination: Destination | None = None
        self._lines: Iterator[str] | None = None
        self._plan_id: str | None = None
        self._batches: Iterator[list[str]] = iter(())
        self._since: int | None = None
        self._is_complete = False
        self._until: int | None = None

    def go(self) -> None:
        """Send until nothing is left, or the destination cannot go on."""
        outcome, error = "delivered", None
        end = time.monotonic() + TURN
        try:
            while True:
                if time.monotonic() > end:
                    outcome = "continued"
                    break
                batch = self._next()
                if batch is None:
                    if not self._advance():
                        break
                elif (failure := self._send(batch)) is not None:
                    is_failing = self._sync.failing_since is not None
                    outcome = "failing" if is_failing else "delayed"
                    error = failure.to_dict()
                    break
        except ServiceUnavailable:
            raise
        except NoResultFound as gone:
            raise jobs.JobCancelled from gone  # the sync was deleted meanwhile
        except RowmillError as failure:
            outcome, error = "failing", self._note(failure).to_dict()
        if outcome == "delivered" and not self._tally.batches:
            outcome = "nothing"
        self._end(outcome, error)

    def close(self) -> None:
        """Let go of the destination."""
        if self._destination is not None:
            self._destination.close()
        self._destination = None

    def _next(self) -> SyncBatch | None:
        with transaction(self._context.engine) as session:
            self._sync = session.get_one(Sync, self._sync.id)
            return settling.next_batch(session, self._sync.id)

    def _advance(self) -> bool:
        """Cut more batches, complete the plan or make one. Returns whether to go on."""
        plan = self._sync.plan
        if plan is None:
            return planning.make_plan(self._context, self._sync.id)
        if self._until is None:
            self._since = plan["since"]
        self._is_complete, self._until = plan["is_complete"], plan["until"]
        if plan["offset"] < plan["size"]:
            return self._cut()
        with transaction(self._context.engine) as session:
            key = settling.complete(session, self._sync.id, self._tally)
        if key is not None:
            self._context.store.delete(key)
        return True

    def _cut(self) -> bool:
        sync_id = self._sync.id
        is_whole = self._sync.kind in planning.WHOLE_PLANS
        cuts = [] if is_whole else self._cuts()
        with transaction(self._context.engine) as session:
            sync = session.get_one(Sync, sync_id, with_for_update=True)
            if sync.plan != self._sync.plan:
                self._lines = None  # it was changed meanwhile
            elif is_whole:
                session.add(planning.whole_batch(sync))
            elif cuts:
                session.add_all(planning.batches_of(sync, cuts))
            else:
                planning.drop_plan(session, sync)  # its object is not there any more
        return True

    def _cuts(self) -> list[list[str]]:
        """The lines of the next batches; none where the plan's object is gone."""
        plan = self._sync.plan
        assert plan is not None
        try:
            if self._lines is None or self._plan_id != plan["id"]:
                pieces = self._context.store.read(self._sync.plan_key)
                self._lines, self._plan_id = planning.lines_of(pieces, plan["offset"]), plan["id"]
                self._batches = planning.cut(self._lines, planning.batch_size(self._sync))
            return list(islice(self._batches, planning.WINDOW))
        except FileNotFoundError:
            return []

    def _send(self, batch: SyncBatch) -> Answer | None:
        """Deliver a batch. Returns the answer where this run cannot go on after it."""
        began = time.monotonic()
        while True:
            self._report()
            is_probe = self._sync.failing_since is not None
            with transaction(self._context.engine) as session:
                settling.begin_attempt(session, batch.id)
            self._tally.attempts += 1
            answer = self._judged(batch, self._answer(batch))
            if answer.verdict in {Verdict.ACCEPTED, Verdict.REFUSED}:
                self._settle(batch, answer)
                return None
            pause = self._fail(batch.id, answer)
            is_over = time.monotonic() + pause > began + PATIENCE
            if is_probe or self._sync.failing_since is not None or is_over:
                return answer
            self._wait(pause)

    def _answer(self, batch: SyncBatch) -> Answer:
        try:
            answer = self._opened().deliver(self._parcel(batch))
        except FileNotFoundError:
            message = "The records of this delivery are no longer there. They are written anew."
            with transaction(self._context.engine) as session:
                sync = session.get_one(Sync, self._sync.id, with_for_update=True)
                planning.drop_plan(session, sync)
            return Answer(Verdict.LATER, message)
        except RowmillError as error:
            return answer_of(error)
        self._pin_host_key()
        return answer

    def _judged(self, batch: SyncBatch, answer: Answer) -> Answer:
        """Where all is refused, sending more would only fill the list of rejects."""
        is_last = answer.verdict is Verdict.REFUSED and batch.record_count == 1
        is_all = self._tally.rejected >= SUSPICIOUS and not self._tally.records
        if not (is_last and is_all) or batch.reject_id is not None:
            return answer
        message = (
            f"Each of the first {SUSPICIOUS} records was refused: look at the path, the body's "
            f"form and the fields. {answer.message}"
        )
        return Answer(Verdict.BROKEN, message, answer.status, answer.body, "all_refused")

    def _settle(self, batch: SyncBatch, answer: Answer) -> None:
        is_refused = answer.verdict is Verdict.REFUSED
        with transaction(self._context.engine) as session:
            if session.get_one(SyncBatch, batch.id).status != "pending":
                return  # it was dropped while it was sent
            if not is_refused:
                settling.accept(session, batch, answer)
            elif batch.record_count > 1 and batch.records is not None:
                settling.split(session, batch, answer)
            else:
                settling.reject(session, batch, answer)
        if not is_refused:
            self._tally.batches += 1
            self._tally.records += batch.record_count
        elif batch.record_count == 1:
            self._tally.batches += 1
            self._tally.rejected += 1

    def _fail(self, batch_id: UUID | None, answer: Answer) -> float:
        longest = float(self._context.settings.sync_retry_seconds)
        with transaction(self._context.engine) as session:
            pause = settling.fail(session, self._sync.id, batch_id, answer, longest)
            self._sync = session.get_one(Sync, self._sync.id)
        return pause

    def _note(self, failure: RowmillError) -> Answer:
        """Keep what made it impossible to plan, or to open the destination."""
        answer = Answer(Verdict.BROKEN, failure.detail, code=failure.code)
        self._fail(None, answer)
        return answer

    def _opened(self) -> Destination:
        if self._destination is None:
            self._destination = destination_of(self._context.settings, self._sync)
        return self._destination

    def _parcel(self, batch: SyncBatch) -> Parcel:
        plan = self._sync.plan or {}
        is_planned = batch.reject_id is None and plan
        shape = planning.shape_of_plan(plan) if is_planned else self._shape_now(batch)
        at = plan.get("at")
        return Parcel(
            sync_id=self._sync.id,
            dataset=plan.get("dataset", self._sync.slug),
            operation=batch.operation,
            count=batch.record_count,
            idempotency_key=batch.idempotency_key,
            since=batch.since,
            until=batch.until,
            at=datetime.fromisoformat(at) if at else now(),
            shape=shape,
            text=self._text(batch),
        )

    def _text(self, batch: SyncBatch) -> Iterator[str]:
        if batch.records is not None:
            return iter(batch.records.splitlines(keepends=True))
        return planning.lines_of(self._context.store.read(self._sync.plan_key))

    def _shape_now(self, batch: SyncBatch) -> Shape:
        """What a mended record looks like, which may lack some of the members."""
        sent = Line.parse(batch.records or "").values()
        with transaction(self._context.engine) as session:
            sync = session.scalars(select(Sync).where(Sync.id == self._sync.id)).one()
            found = planning.outlook(session, sync)
        if found is None:
            return Shape((), ())
        members = tuple(member for member in found.shape.members if member.name in sent)
        return Shape(members, found.shape.key)

    def _pin_host_key(self) -> None:
        """From the first connection on, the server has to show the same key."""
        shown = getattr(self._destination, "host_key", None)
        if shown is None or self._sync.destination.get("host_key") is not None:
            return
        with transaction(self._context.engine) as session:
            sync = session.get_one(Sync, self._sync.id, with_for_update=True)
            sync.destination = {**sync.destination, "host_key": shown}

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._run.check()
            time.sleep(min(left, WAIT_STEP))

    def _report(self) -> None:
        counts = self._tally.to_dict()
        self._run.report(
            {"phase": "sending", **counts},
            kind="sync.progress",
            subject="sync",
            subject_id=str(self._sync.id),
            payload={"sync_slug": self._sync.slug, "counts": counts},
        )

    def _end(self, outcome: str, error: dict[str, object] | None) -> None:
        with transaction(self._context.engine) as session:
            run = session.scalar(select(SyncRun).where(SyncRun.job_id == self._run.job_id))
            if run is not None:
                before = run.counts or {}
                counts = self._tally.to_dict()
                run.counts = {name: n + int(before.get(name, 0)) for name, n in counts.items()}
                run.outcome, run.error, run.finished_at = outcome, error, now()
                run.since, run.until, run.is_complete = self._since, self._until, self._is_complete
            sync = session.get(Sync, self._sync.id, with_for_update=True)
            if sync is None:
                return
            if outcome == "nothing" and sync.failures:
                settling.recover(session, sync)
            if outcome == "continued":
                sync.retry_at = now()  # the next tick goes on


def destination_of(settings: Settings, sync: Sync) -> Destination:
    """The sync's destination with its secrets. Raises: SecretUnreadable."""
    target = target_of(sync.destination)
    if sync.is_managed:
        if settings.sync_base_url is None:
            raise DestinationMisconfigured("BASE_URL is not set on the server any more.")
        return open_destination(preset.trusting(settings), target, preset.secrets(settings))
    secrets = service.secrets_of(sync, encryption_of(settings))
    return open_destination(settings, target, secrets)
