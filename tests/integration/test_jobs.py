"""The queue: a job exists when its row does, runs once, and outlives its worker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

import procrastinate
import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from rowmill import jobs
from rowmill.db import engine_for, transaction
from rowmill.errors import BadRequest
from rowmill.models import Job, JobStatus, Workspace, new_id
from tests.queueing import drain


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


def enqueue(session: Session, workspace_id: UUID, mark: str) -> Job:
    return jobs.enqueue(
        session,
        "tests.probe",
        workspace_id=workspace_id,
        slots=1,
        subject=new_id(),
        created_by=None,
        mark=mark,
    )


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


def test_finishing_counts_once(host: Host, workspace_id: UUID) -> None:
    with transaction(host.engine) as session:
        job = enqueue(session, workspace_id, "unused")
    with transaction(host.engine) as session:
        assert jobs.finish(session, job.id, JobStatus.SUCCEEDED) is not None
        assert jobs.finish(session, job.id, JobStatus.FAILED) is None
    assert status_of(host, job) == JobStatus.SUCCEEDED
