from __future__ import annotations

from rowmill import jobs
from rowmill.context import Context
from rowmill.operations import running, service


@jobs.task(service.KIND, ended=service.ended)
def run_operation(context: Context, run: jobs.Run) -> None:
    """Compute a new dataset and file from a file or dataset."""
    running.run_operation(context, run)
