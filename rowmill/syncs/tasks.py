from __future__ import annotations

from uuid import UUID

from rowmill import jobs
from rowmill.context import Context
from rowmill.syncs import running, service


@jobs.task(service.KIND, ended=service.ended)
def run_sync(context: Context, run: jobs.Run, sync_id: str) -> None:
    """Send a dataset's changes to a sync's destination."""
    running.run_sync(context, run, UUID(sync_id))
