from __future__ import annotations

import procrastinate

from rowmill.datasets import editing
from rowmill.jobs import queue


@queue.periodic(cron="* * * * *")
@queue.task(name="datasets.settle_edits", pass_context=True, queueing_lock="datasets.settle_edits")
def settle_edits(job_context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001 - given
    """Every minute: publish the edits whose writer died before it could."""
    editing.settle_all(job_context.additional_context["context"])
