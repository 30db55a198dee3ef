"""The worker process: takes jobs from the queue and does them.

A worker that dies is noticed by the others (or by its successor) when its heartbeat stops; its
jobs then go back to the queue. About once a second one of the workers ticks: it enqueues what has
become due.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import procrastinate
import psycopg
from sqlalchemy.exc import OperationalError

from rowmill import jobs
from rowmill.context import Context
from rowmill.datasets import tasks as dataset_tasks
from rowmill.db import advisory_lock_if_free, transaction
from rowmill.errors import ConfigurationError
from rowmill.feeds import service as feeds
from rowmill.feeds import tasks as feed_tasks
from rowmill.imports import tasks as import_tasks
from rowmill.maintenance import tasks as maintenance_tasks
from rowmill.mill import parser_at_hand
from rowmill.notifications import dispatching as notifications
from rowmill.notifications import tasks as notification_tasks
from rowmill.operations import tasks as operation_tasks
from rowmill.settings import Settings
from rowmill.syncs import preset as default_sync
from rowmill.syncs import service as syncs
from rowmill.syncs import tasks as sync_tasks

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 1
STALLED_SECONDS = 5
TAKEOVER_SECONDS = 1
STOP_SECONDS = 10
TICK_SECONDS = 1
HELPING_AT_ONCE = 4
HELPING_LOOK_SECONDS = 0.05
OTHER_THREADS = 2  # beside those of jobs: for ticks, and for looking up names

TICKS: tuple[Callable[[Context], None], ...] = (
    feeds.enqueue_due,
    notifications.dispatch,
    default_sync.ensure,
    syncs.enqueue_due,
)
"""Called about once a second by one worker at a time: each enqueues what is due, and returns."""

REGISTERED = (
    dataset_tasks,
    feed_tasks,
    import_tasks,
    operation_tasks,
    maintenance_tasks,
    notification_tasks,
    sync_tasks,
)


class WorkerDied(ConfigurationError):
    """The work could not be begun in this process; the log has the reason. Start a worker."""


def run(settings: Settings, database_url: str) -> None:
    """Work until SIGTERM or SIGINT. Jobs that are running then go back to the queue."""
    context = Context.open(settings, database_url)
    queues = {
        jobs.WORK: settings.worker_concurrency,
        jobs.CONNECTIONS: settings.worker_connections,
    }
    try:
        with parser_at_hand():
            asyncio.run(_work(context, queues, TICKS, _on_signals))
    finally:
        context.close()


@contextmanager
def helping(context: Context) -> Iterator[None]:
    """Do the work of feeds and syncs in this process, for as long as the block runs.

    For a command that waits for it where no worker is alive. Raises: WorkerDied.
    """
    stops: list[Callable[[], None]] = []
    work = _work(context, {jobs.CONNECTIONS: HELPING_AT_ONCE}, (syncs.enqueue_due,), stops.append)
    thread = threading.Thread(target=asyncio.run, args=(work,), name="worker")
    thread.start()
    try:
        while not _is_alive(context):
            if not thread.is_alive():
                raise WorkerDied
            time.sleep(HELPING_LOOK_SECONDS)
        yield
    finally:
        for stop in stops:
            stop()
        thread.join()
        jobs.stopping.clear()


def _is_alive(context: Context) -> bool:
    with transaction(context.engine) as session:
        return jobs.workers_alive(session) > 0


async def _work(
    context: Context,
    queues: Mapping[str, int],
    ticks: Sequence[Callable[[Context], None]],
    when_to_stop: Callable[[Callable[[], None]], None],
) -> None:
    """Work until told to end. Args: `queues` says how many jobs of each are done at once,
    `when_to_stop` is given what ends the work.
    """
    places = jobs.Places(queues)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(places.count + OTHER_THREADS, "job"))
    connector = procrastinate.PsycopgConnector(conninfo=context.database_url)
    with jobs.queue.replace_connector(connector) as app:
        async with app.open_async():
            others = [
                asyncio.create_task(_take_over_forever(app)),
                asyncio.create_task(_tick_forever(context, ticks)),
            ]
            worker = asyncio.create_task(
                app.run_worker_async(
                    queues=list(queues),
                    concurrency=places.count,
                    worker_middleware=[places],
                    fetch_job_polling_interval=0.25,
                    update_heartbeat_interval=HEARTBEAT_SECONDS,
                    stalled_worker_timeout=STALLED_SECONDS,
                    shutdown_graceful_timeout=STOP_SECONDS,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    additional_context={"context": context},
                )
            )

            def stop() -> None:
                jobs.stopping.set()
                loop.call_soon_threadsafe(worker.cancel)

            when_to_stop(stop)
            try:
                await worker
            except asyncio.CancelledError:
                logger.info("worker_stopped")
            finally:
                for other in others:
                    other.cancel()
                await asyncio.gather(*others, return_exceptions=True)


def _on_signals(stop: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)


async def _take_over_forever(app: procrastinate.App) -> None:
    """Put the jobs of dead workers back into the queue."""
    while True:
        await asyncio.sleep(TAKEOVER_SECONDS)
        try:
            await jobs.take_over(app, STALLED_SECONDS)
        except (procrastinate.exceptions.ConnectorException, psycopg.Error):
            logger.warning("takeover_delayed", exc_info=True)


async def _tick_forever(context: Context, ticks: Sequence[Callable[[Context], None]]) -> None:
    while True:
        await asyncio.sleep(TICK_SECONDS)
        await asyncio.to_thread(tick, context, ticks)


def tick(context: Context, functions: Sequence[Callable[[Context], None]]) -> None:
    """Call each function once, unless another worker is at it. One that fails stops no other."""
    for function in functions:
        try:
            with advisory_lock_if_free(context.engine, "tick", function.__module__) as is_ours:
                if is_ours:
                    function(context)
        except OperationalError:
            logger.warning("tick_delayed", exc_info=True)
        except Exception:
            logger.exception("tick_failed")
