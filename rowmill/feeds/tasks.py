from __future__ import annotations

from rowmill import jobs
from rowmill.context import Context
from rowmill.feeds import running, service


@jobs.task(service.KIND, ended=service.ended)
def run_feed(context: Context, run: jobs.Run) -> None:
    """Look at a feed's source, and fetch what is new."""
    running.run_feed(context, run)
