"""Background jobs: enqueued in the caller's transaction, run by workers, watched in `jobs`.

Procrastinate is the queue; our `jobs` table says what a job is doing. A job is named
`<feature>.<verb>`; a feature's `tasks.py` registers it, so a service that enqueues never
imports a task. Every job may be taken up again after a crash, so its steps are idempotent.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar
from uuid import UUID

import procrastinate
from procrastinate.worker import Worker
from sqlalchemy import Engine, func, select, text, update
from sqlalchemy.orm import Session

from rowmill import events
from rowmill.db import lock_key, raw_connection, transaction
from rowmill.errors import RowmillError, ServiceUnavailable
from rowmill.models import Job, JobStatus, Workspace, now
from rowmill.models.jobs import FINAL

logger = logging.getLogger(__name__)

WORK = "default"
"""The queue of jobs that keep this machine busy: imports, operations, maintenance."""

CONNECTIONS = "connections"
"""The queue of jobs that mostly wait for other people's servers: they take no place from the rest,
however slow those are."""

MOST_ATTEMPTS = 12
FIRST_RETRY_SECONDS = 0.5
LONGEST_RETRY_SECONDS = 60
ALIVE = timedelta(seconds=10)
"""A worker without a heartbeat for longer is taken for dead by those who look on."""

queue = procrastinate.App(connector=procrastinate.PsycopgConnector())
enqueuing = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
"""Adds jobs on sessions' connections, also in a worker, whose `queue` is asynchronous."""

stopping = threading.Event()
"""Set when this worker was asked to stop: running jobs then hand themselves back."""

_CRASHED = "Something went wrong inside Rowmill; the server's log has the details."
_GAVE_UP = "The database or the object store did not answer, many times over. Try again later."

Arguments = ParamSpec("Arguments")
ContextT = TypeVar("ContextT", bound="HasEngine")


class HasEngine(Protocol):
    """What the wrapper around a job needs of the process's context."""

    @property
    def engine(self) -> Engine:
        """The database."""


class JobCancelled(Exception):
    """The job was asked to stop, and did."""


class WorkerStopping(Exception):
    """This worker is shutting down; the job goes back to the queue."""


class WorkerLost(RowmillError):
    """The workers that took this up died each time, so it was given up."""


@dataclass(frozen=True)
class Run:
    """One attempt at a job. `attempt` counts from 1."""

    engine: Engine
    job_id: UUID
    workspace_id: UUID
    attempt: int

    def report(self, progress: dict[str, Any], **announcement: Any) -> None:
        """Record and announce how far the job is. Raises: JobCancelled, WorkerStopping."""
        with transaction(self.engine) as session:
            change = update(Job).where(Job.id == self.job_id).values(progress=progress)
            requested = session.scalar(change.returning(Job.cancel_requested_at))
            if announcement:
                events.announce(session, self.workspace_id, announcement)
        if requested is not None:
            raise JobCancelled
        self.check()

    def check_attempts(self) -> None:
        """Raises: WorkerLost where this job has taken too many workers with it."""
        if self.attempt > MOST_ATTEMPTS:
            raise WorkerLost

    def check_wanted(self, session: Session) -> None:
        """Raises: JobCancelled where the job is to stop, or has ended without us."""
        state = select(Job.status, Job.cancel_requested_at).where(Job.id == self.job_id)
        status, cancelled_at = session.execute(state).one()
        if cancelled_at is not None or JobStatus(status).is_final:
            raise JobCancelled

    def check(self) -> None:
        """Raises: WorkerStopping where this worker was asked to end."""
        if stopping.is_set():
            raise WorkerStopping


def enqueue(  # noqa: PLR0913 - each is a thing of its own
    session: Session,
    kind: str,
    *,
    workspace_id: UUID,
    slots: int,
    subject: UUID,
    created_by: UUID | None,
    on: str = WORK,
    progress: dict[str, Any] | None = None,
    **arguments: Any,
) -> Job:
    """Add a job to the queue `on`; it exists exactly when the session's transaction commits.

    Jobs of one `subject` run in order; of one workspace and queue at most `slots` run at once. Of
    `WORK` it may be another number, where the workspace has a quota of its own.
    """
    if on == WORK:
        own = select(Workspace.quota_running_jobs).where(Workspace.id == workspace_id)
        slots = session.scalar(own) or slots
    slot = f"{workspace_id}/{lock_key(subject) % slots}"
    job = Job(workspace_id=workspace_id, kind=kind, created_by=created_by, progress=progress or {})
    session.add(job)
    session.flush()
    job.queue_id = enqueuing.configure_task(
        kind,
        connection=raw_connection(session),
        queue=on,
        lock=slot if on == WORK else f"{slot}/{on}",
    ).defer(job_id=str(job.id), **arguments)
    return job


def request_cancel(session: Session, job: Job, reason: dict[str, Any] | None = None) -> None:
    """Ask a job to stop; one that has not begun is over at once.

    A `reason` is what its `error` says where it was not simply wanted no more.
    """
    session.refresh(job, with_for_update=True)
    if JobStatus(job.status).is_final:
        return
    job.cancel_requested_at = now()
    job.error = reason
    if job.status == JobStatus.PENDING:
        job.status = JobStatus.CANCELLED
        job.finished_at = now()
    session.flush()


def finish(
    session: Session, job_id: UUID, status: JobStatus, *, error: dict[str, Any] | None = None
) -> Job | None:
    """Put the job into a final status, once; returns None where it had ended before.

    One that was cancelled keeps the reason that was given with the wish.
    """
    values: dict[str, Any] = {"status": status, "finished_at": now()}
    if status is not JobStatus.CANCELLED:
        values["error"] = error
    change = update(Job).where(Job.id == job_id, Job.status.not_in(FINAL)).values(values)
    return session.scalar(change.returning(Job))


@dataclass(frozen=True)
class WorkerState:
    """A worker process as the queue knows it."""

    id: int
    last_heartbeat: datetime
    running_jobs: int


def workers(session: Session) -> list[WorkerState]:
    """The workers that have not been given up, in the order of their start."""
    rows = session.execute(
        text(
            "SELECT w.id, w.last_heartbeat, count(j.id) FROM procrastinate_workers AS w"
            " LEFT JOIN procrastinate_jobs AS j ON j.worker_id = w.id AND j.status = 'doing'"
            " GROUP BY w.id ORDER BY w.id"
        )
    )
    return [WorkerState(*row) for row in rows]


def workers_alive(session: Session) -> int:
    """How many workers gave a sign of life lately."""
    since = now() - ALIVE
    return sum(worker.last_heartbeat > since for worker in workers(session))


def task(
    kind: str, *, ended: Callable[[Session, Job], None] | None = None
) -> Callable[[Callable[Concatenate[Any, Run, Arguments], None]], Callable[..., None]]:
    """Register the function that does jobs of `kind`.

    It gets the process's context, its `Run` and the arguments given to `enqueue`. A
    RowmillError it raises fails the job with that reason; any other exception is tried again.
    `ended` is called in the transaction that fails or cancels the job.
    """

    def register(
        function: Callable[Concatenate[Any, Run, Arguments], None],
    ) -> Callable[..., None]:
        @wraps(function)
        def run_job(job_context: procrastinate.JobContext, job_id: str, **arguments: Any) -> None:
            context = job_context.additional_context["context"]
            _attempt(context, UUID(job_id), function, arguments, ended)

        registered: Callable[..., None] = run_job
        queue.task(name=kind, pass_context=True, retry=_Retry())(registered)
        return registered

    return register


def _attempt(
    context: HasEngine,
    job_id: UUID,
    function: Callable[..., None],
    arguments: dict[str, Any],
    ended: Callable[[Session, Job], None] | None,
) -> None:
    run = _begin(context.engine, job_id)
    if run is None:
        return
    end = partial(_end, context.engine, job_id, ended)
    try:
        run.check_attempts()
        function(context, run, **arguments)
    except JobCancelled:
        end(JobStatus.CANCELLED)
    except WorkerStopping:
        raise
    except ServiceUnavailable as error:
        logger.warning("job_delayed", extra={"job_id": str(job_id), "reason": error.detail})
        if run.attempt < MOST_ATTEMPTS:
            raise
        end(JobStatus.FAILED, {"code": ServiceUnavailable.code, "message": _GAVE_UP})
    except RowmillError as error:
        logger.info("job_failed", extra={"job_id": str(job_id), "code": error.code})
        end(JobStatus.FAILED, {"code": error.code, "message": error.detail, **error.extra})
    except Exception:
        logger.exception("job_crashed", extra={"job_id": str(job_id), "attempt": run.attempt})
        if run.attempt < MOST_ATTEMPTS:
            raise
        end(JobStatus.FAILED, {"code": RowmillError.code, "message": _CRASHED})
    else:
        end(JobStatus.SUCCEEDED)


def _end(
    engine: Engine,
    job_id: UUID,
    ended: Callable[[Session, Job], None] | None,
    status: JobStatus,
    error: dict[str, Any] | None = None,
) -> None:
    with transaction(engine) as session:
        job = finish(session, job_id, status, error=error)
        if job is not None and ended is not None and status is not JobStatus.SUCCEEDED:
            ended(session, job)


def _begin(engine: Engine, job_id: UUID) -> Run | None:
    with transaction(engine) as session:
        change = (
            update(Job)
            .where(Job.id == job_id, Job.status.not_in(FINAL))
            .values(
                status=JobStatus.RUNNING,
                attempts=Job.attempts + 1,
                started_at=func.coalesce(Job.started_at, now()),
            )
        )
        job = session.scalar(change.returning(Job))
        return None if job is None else Run(engine, job.id, job.workspace_id, job.attempts)


class Places:
    """Keeps places in a worker for each queue: a job is taken up only where its queue has one.

    It is a middleware of the worker, whose `concurrency` is the `count` of all places.
    """

    def __init__(self, places: Mapping[str, int]) -> None:
        """Args: `places` are how many jobs of each queue run at once."""
        self._free = dict(places)
        self.count = sum(places.values())

    async def __call__(
        self,
        call_next: Callable[[], Awaitable[Any]],
        context: procrastinate.JobContext,
        worker: Worker,
    ) -> Any:
        """Called before anything else of the job, so that none is taken up in between."""
        name = context.job.queue
        self._take(worker, name, 1)
        job = asyncio.current_task()
        assert job is not None
        job.add_done_callback(lambda _: self._take(worker, name, -1))
        return await call_next()

    def _take(self, worker: Worker, name: str, count: int) -> None:
        self._free[name] = self._free.get(name, 0) - count
        worker.queues = [each for each, free in self._free.items() if free > 0]
        if count < 0:  # what waited for its place or its lock is taken up at once
            worker._new_job_event.set()  # noqa: SLF001 - there is no public way


async def take_over(app: procrastinate.App, stalled_seconds: float) -> int:
    """Requeue the jobs of workers without a heartbeat for so long; returns how many."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_seconds)
    count = 0
    for job in stalled:
        logger.warning("job_taken_over", extra={"queue_id": job.id, "task": job.task_name})
        await app.job_manager.retry_job(job)
        count += 1
    return count


class _Retry(procrastinate.BaseRetryStrategy):
    """A job that raises is tried again: at once when its worker stops, else ever more slowly."""

    def get_retry_decision(
        self, *, exception: BaseException, job: procrastinate.jobs.Job
    ) -> procrastinate.RetryDecision:
        if isinstance(exception, WorkerStopping):
            return procrastinate.RetryDecision(retry_at=datetime.now(UTC))
        wait = min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** min(job.attempts, 10))
        return procrastinate.RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=wait))
