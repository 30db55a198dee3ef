from __future__ import annotations

import procrastinate

from rowmill.jobs import queue
from rowmill.notifications import delivering
from rowmill.notifications.dispatching import TASK


@queue.task(name=TASK, pass_context=True, lock=TASK, queueing_lock=TASK)
def deliver(job_context: procrastinate.JobContext) -> None:
    """Send what is due to webhooks and by mail. It belongs to no workspace, so that none waits."""
    delivering.deliver_due(job_context.additional_context["context"])
