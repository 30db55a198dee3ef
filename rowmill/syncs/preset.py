"""The products sync that the server's environment configures, in the first administrator's
workspace: BASE_URL, USERNAME, PASSWORD, SYNC_INTERVAL_MINUTES.

Its password is read from the settings each time and not stored; its host may be a private one,
because whoever runs the server has named it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.db import lock_in_transaction, transaction
from rowmill.models import Sync, User, new_id, now
from rowmill.outbound import PORTS
from rowmill.schedules import Schedule
from rowmill.settings import Settings
from rowmill.syncs import planning
from rowmill.syncs.service import append_event
from rowmill.syncs.targets import HttpAuth, HttpTarget
from rowmill.templates import service as templates
from rowmill.workspaces import service as workspaces

SLUG = "products"
NAME = "Products"
TEMPLATE = "products"
BATCH_SIZE = 500


def ensure(context: Context) -> None:
    """Make the sync, or bring it up to date with the settings.

    Where they name no destination any more, it stays without a schedule.
    """
    with transaction(context.engine) as session:
        if context.settings.sync_base_url is None:
            left = update(Sync).where(Sync.is_managed, Sync.schedule.is_not(None))
            session.execute(left.values(schedule=None, next_run_at=None, retry_at=None))
            return
        user_id = session.scalar(
            select(User.id)
            .where(User.is_admin, User.disabled_at.is_(None))
            .order_by(User.created_at)
            .limit(1)
        )
        if user_id is not None:
            workspace, _ = workspaces.personal(session, user_id)
            _ensure_in(session, context.settings, workspace.id)


def target(settings: Settings) -> HttpTarget:
    """Where the products go. Raises: Invalid about BASE_URL."""
    assert settings.sync_base_url is not None
    auth = (
        HttpAuth(kind="login", path="/auth", username=settings.sync_username)
        if settings.sync_username
        else HttpAuth()
    )
    return HttpTarget(
        kind="http",
        url=settings.sync_base_url,
        path="/products",
        body="envelope",
        envelope="products",
        auth=auth,
    )


def secrets(settings: Settings) -> dict[str, str]:
    """The password of the settings."""
    password = settings.sync_password
    return {"password": password.get_secret_value()} if password is not None else {}


def trusting(settings: Settings) -> Settings:
    """The settings with the destination's host and port allowed, also where they are private."""
    parts = urlsplit(settings.sync_base_url or "")
    port = parts.port or PORTS.get(parts.scheme, 443)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    allowed = (*settings.allow_private_hosts, f"{host}:{port}")
    return settings.model_copy(update={"allow_private_hosts": allowed})


def _ensure_in(session: Session, settings: Settings, workspace_id: UUID) -> None:
    schedule = Schedule(interval_seconds=settings.sync_interval_minutes * 60)
    wanted: dict[str, Any] = {
        "destination": target(settings).model_dump(mode="json"),
        "schedule": schedule.to_dict(),
    }
    managed = select(Sync).where(Sync.workspace_id == workspace_id, Sync.is_managed)
    sync = session.scalar(managed)
    if sync is None:
        lock_in_transaction(session, "sync-names", workspace_id)
        sync = _new(session, workspace_id)
        session.add(sync)
    elif all(getattr(sync, name) == value for name, value in wanted.items()):
        return
    if sync.destination and sync.destination != wanted["destination"]:
        planning.drop_plan(session, sync)
    sync.destination, sync.schedule = wanted["destination"], wanted["schedule"]
    sync.next_run_at = sync.updated_at = now()
    sync.retry_at = None
    session.flush()
    append_event(session, "sync.changed", sync, None)


def _new(session: Session, workspace_id: UUID) -> Sync:
    taken = set(session.scalars(select(Sync.slug).where(Sync.workspace_id == workspace_id)))
    slug = next(
        name for name in (SLUG, *(f"{SLUG}-{n}" for n in range(2, 1000))) if name not in taken
    )
    dataset = templates.find_dataset(session, workspace_id, TEMPLATE)
    return Sync(
        id=new_id(),
        workspace_id=workspace_id,
        slug=slug,
        name=NAME,
        template=TEMPLATE,
        dataset_id=dataset.id if dataset else None,
        kind="http",
        destination={},
        changes=["insert", "update"],
        batch_size=BATCH_SIZE,
        is_managed=True,
    )
