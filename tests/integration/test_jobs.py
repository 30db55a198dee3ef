"""The queue: a job exists when its row does, runs once, and outlives its worker."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

import procrastinate
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from rowmill import jobs
from rowmill.db import engine_for, transaction
from rowmill.errors import BadRequest
from rowmill.models import Job, JobStatus, Workspace, new_id
from tests.programs import until
from tests.queueing import drain

POLLING_SECONDS = 0.25


@dataclass
class Host:
    """What the worker's context is to these tests: a database and a place to leave marks."""

    engine: Engine
    marks: list[str] = field(default_factory=list)
    action: Callable[[jobs.Run], None] | None = None


@jobs.task("tests.probe")
def probe(host: Host, run: jobs.Run, mark: str) -> None:
    host.marks.append(mark)
    if host.action is not None:
        host.action(run)


@pytest.fixture
def host(database_url: str) -> Iterator[Host]:
    engine = engine_for(database_url)
    yield Host(engine)
    engine.dispose()


@pytest.fixture
def workspace_id(host: Host) -> UUID:
    with transaction(host.engine) as session:
        workspace = Workspace(name="Test")
        session.add(workspace)
        session.flush()
        return workspace.id


def enqueue(
    session: Session, workspace_id: UUID, mark: str, slots: int = 1, on: str = jobs.WORK
) -> Job:
    return jobs.enqueue(
        session,
        "tests.probe",
        workspace_id=workspace_id,
        on=on,
        slots=slots,
        subject=new_id(),
        created_by=None,
        mark=mark,
    )


def work_with(
    database_url: str, host: Host, queues: dict[str, int], is_done: Callable[[], bool]
) -> None:
    """A worker with these places, until it is done."""

    async def run() -> None:
        places = jobs.Places(queues)
        connector = procrastinate.PsycopgConnector(conninfo=database_url)
        with jobs.queue.replace_connector(connector) as app:
            async with app.open_async():
                worker = asyncio.create_task(
                    app.run_worker_async(
                        queues=list(queues),
                        concurrency=places.count,
                        worker_middleware=[places],
                        fetch_job_polling_interval=POLLING_SECONDS,
                        install_signal_handlers=False,
                        additional_context={"context": host},
                    )
                )
                done = partial(until, is_done, seconds=30, what="the jobs are done")
                await asyncio.to_thread(done)
                await asyncio.sleep(0.1)
                worker.cancel()
                await asyncio.gather(worker, return_exceptions=True)

    asyncio.run(run())


def status_of(host: Host, job: Job) -> str:
    with transaction(host.engine) as session:
        return session.scalars(select(Job.status).where(Job.id == job.id)).one()


def test_a_job_can_add_another_within_a_worker(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    def add_one(_: jobs.Run) -> None:
        if host.marks == ["first"]:
            with transaction(host.engine) as session:
                enqueue(session, workspace_id, "second")

    host.action = add_one
    with transaction(host.engine) as session:
        enqueue(session, workspace_id, "first")
    drain(database_url, host)
    assert host.marks == ["first", "second"]


def test_a_job_is_enqueued_with_its_transaction_or_not_at_all(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    with Session(host.engine) as session:
        enqueue(session, workspace_id, "undone")
        session.rollback()
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "kept")

    drain(database_url, host)

    assert host.marks == ["kept"]
    assert status_of(host, job) == JobStatus.SUCCEEDED


def test_a_reason_raised_by_the_job_is_kept_with_it(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    def refuse(_run: jobs.Run) -> None:
        raise BadRequest("Line 7 is broken.", line=7)

    host.action = refuse
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "once")

    drain(database_url, host)

    with transaction(host.engine) as session:
        failed = session.get_one(Job, job.id)
    assert failed.status == JobStatus.FAILED
    assert failed.error == {"code": "bad_request", "message": "Line 7 is broken.", "line": 7}
    assert host.marks == ["once"]


def test_a_job_whose_worker_died_is_done_by_the_next(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "taken over")
        # What a worker leaves that was killed after it took the job up.
        session.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"),
            {"id": job.queue_id},
        )

    async def take_over() -> int:
        connector = procrastinate.PsycopgConnector(conninfo=database_url)
        with jobs.queue.replace_connector(connector) as app:
            async with app.open_async():
                return await jobs.take_over(app, 5)

    assert asyncio.run(take_over()) == 1
    drain(database_url, host)

    assert host.marks == ["taken over"]
    assert status_of(host, job) == JobStatus.SUCCEEDED


def test_a_job_that_has_ended_is_not_done_again(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "never")
        jobs.finish(session, job.id, JobStatus.CANCELLED)

    drain(database_url, host)

    assert host.marks == []
    assert status_of(host, job) == JobStatus.CANCELLED


def test_a_running_job_that_is_cancelled_stops_at_its_next_report(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    def cancel_then_report(run: jobs.Run) -> None:
        with transaction(host.engine) as session:
            jobs.request_cancel(session, session.get_one(Job, run.job_id))
        run.report({"phase": "parsing"})
        host.marks.append("went on")

    host.action = cancel_then_report
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "begun")

    drain(database_url, host)

    assert host.marks == ["begun"]
    assert status_of(host, job) == JobStatus.CANCELLED


def test_a_job_that_kills_every_worker_is_given_up_with_a_reason(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "never")
        job.attempts = jobs.MOST_ATTEMPTS

    drain(database_url, host)

    with transaction(host.engine) as session:
        given_up = session.get_one(Job, job.id)
    assert host.marks == []
    assert given_up.status == JobStatus.FAILED
    assert given_up.error is not None
    assert given_up.error["code"] == "worker_lost"


def test_jobs_that_wait_for_others_take_no_place_from_those_that_work(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    running: set[str] = set()
    most = Counter[str]()
    worked = threading.Event()

    def act(_: jobs.Run) -> None:
        mark = host.marks[-1]
        kind = mark.split()[0]
        running.add(mark)
        most[kind] = max(most[kind], sum(each.startswith(kind) for each in running))
        if kind == "slow":
            assert worked.wait(20), "the work never began while others were waited for"
        if mark == "work 2":
            worked.set()
        running.discard(mark)

    host.action = act
    with transaction(host.engine) as session:
        for number in range(4):
            enqueue(session, workspace_id, f"slow {number}", 50, jobs.CONNECTIONS)
        for number in range(3):
            enqueue(session, workspace_id, f"work {number}")
    work_with(database_url, host, {jobs.WORK: 1, jobs.CONNECTIONS: 2}, lambda: len(host.marks) == 7)

    assert len(host.marks) == 7
    assert most == {"slow": 2, "work": 1}


def test_a_job_that_waited_for_its_lock_begins_as_soon_as_that_is_free(
    host: Host, workspace_id: UUID, database_url: str
) -> None:
    with transaction(host.engine) as session:
        for number in range(20):
            enqueue(session, workspace_id, f"job {number}")
    began = time.monotonic()
    work_with(database_url, host, {jobs.WORK: 3}, lambda: len(host.marks) == 20)

    assert time.monotonic() - began < 20 * POLLING_SECONDS
    assert host.marks == [f"job {number}" for number in range(20)]


def test_finishing_counts_once(host: Host, workspace_id: UUID) -> None:
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "unused")
    with transaction(host.engine) as session:
        assert jobs.finish(session, job.id, JobStatus.SUCCEEDED) is not None
        assert jobs.finish(session, job.id, JobStatus.FAILED) is None
    assert status_of(host, job) == JobStatus.SUCCEEDED
