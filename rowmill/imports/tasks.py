from __future__ import annotations

from rowmill import jobs
from rowmill.context import Context
from rowmill.imports import running, service


@jobs.task(service.KIND, ended=service.ended)
def run_import(context: Context, run: jobs.Run) -> None:
    """Import a file into a dataset."""
    running.run_import(context, run)
