"""Running the queue inside a test, until it is empty."""

from __future__ import annotations

import asyncio

import procrastinate

from rowmill import jobs, worker


def drain(database_url: str, context: object) -> None:
    """Do every job that waits, in this process, one after the other."""

    assert worker.REGISTERED  # importing the worker is what makes its tasks known

    async def run() -> None:
        connector = procrastinate.PsycopgConnector(conninfo=database_url)
        with jobs.queue.replace_connector(connector) as app:
            async with app.open_async():
                await app.run_worker_async(
                    wait=False,
                    concurrency=1,
                    listen_notify=False,
                    install_signal_handlers=False,
                    additional_context={"context": context},
                )

    asyncio.run(run())
