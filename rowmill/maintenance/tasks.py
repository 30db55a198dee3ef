from __future__ import annotations

import procrastinate

from rowmill.jobs import queue
from rowmill.maintenance import service


@queue.periodic(cron="17 3 * * *")
@queue.task(name=service.TASK, pass_context=True, queueing_lock=service.TASK)
def clean_up(job_context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001 - given
    """Every night: remove what crashes and refusals left behind."""
    service.clean_up(job_context.additional_context["context"])
