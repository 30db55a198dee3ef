"""`rowmill demo`: the same as the button in the web app, for somebody at the server's console."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID

from rowmill import jobs
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.demo import schemas, service
from rowmill.errors import ConfigurationError
from rowmill.migrations.state import is_current
from rowmill.models import now
from rowmill.settings import Settings

LOOK_SECONDS = 0.5


class NotMigrated(ConfigurationError):
    """The database is not at this version's schema. Start `rowmill serve`, or `rowmill migrate`."""


class DemoFailed(ConfigurationError):
    """Some of the demo could not be imported. Its datasets say why; `--remove` removes them."""


def run(settings: Settings, url: str, username: str | None, *, remove: bool) -> Iterator[str]:
    """Make or remove the demo of a user's workspace; yields sentences about what happens.

    Raises: NotMigrated, NoAccount, OwnData, NoDemo, DemoFailed.
    """
    if not is_current(url):
        raise NotMigrated
    context = Context.open(settings, url)
    try:
        with transaction(context.engine) as session:
            user, workspace_id = service.account(session, username)
        if remove:
            service.remove(context, workspace_id, user.id)
            yield f"The demo is gone from the workspace of {user.username}."
        elif not service.create(context, workspace_id, user.id, now().date()):
            yield f"The demo is in the workspace of {user.username} already."
        else:
            yield f"The demo is on its way into the workspace of {user.username}."
            yield from _awaited(context, workspace_id)
    finally:
        context.close()


def _awaited(context: Context, workspace_id: UUID) -> Iterator[str]:
    while True:
        with transaction(context.engine) as session:
            demo = schemas.demo_out(service.overviews(session, workspace_id))
            if demo.status == "processing" and not jobs.workers_alive(session):
                yield "No worker is alive: its files wait until `rowmill serve` or `worker` runs."
                return
        if demo.status != "processing":
            break
        time.sleep(LOOK_SECONDS)
    if demo.status == "failed":
        raise DemoFailed
    for dataset in demo.datasets:
        yield f"  {dataset.name}: {dataset.row_count:,} rows"
