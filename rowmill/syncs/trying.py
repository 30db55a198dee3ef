"""Looking before sending: whether a destination answers, and what a run would send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.datasets import changes
from rowmill.encryption import encryption_of
from rowmill.errors import CursorExpired, RowmillError
from rowmill.models import Sync, SyncBatch
from rowmill.syncs import planning, service
from rowmill.syncs.destinations import open_destination
from rowmill.syncs.planning import Outlook
from rowmill.syncs.records import CHANGE, Line
from rowmill.syncs.running import destination_of
from rowmill.syncs.schemas import Finding, Preview
from rowmill.syncs.targets import AnyTarget, HttpTarget, is_same_place, target_of

SHOWN = 20
SECONDS = 12.0  # that a test may take


def connection(
    context: Context,
    sync: Sync | None,
    target: AnyTarget | None,
    secrets: Mapping[str, str | None],
) -> Finding:
    """What comes of connecting; secrets that are not given are those of the sync.

    Args: one of `sync` and `target` is there.
    """
    try:
        if target is None and sync is not None and not secrets:
            destination = destination_of(context.settings, sync)
        else:
            chosen = target or target_of(sync.destination if sync else {})
            if isinstance(chosen, HttpTarget):
                seconds = min(chosen.timeout_seconds, int(SECONDS))
                chosen = chosen.model_copy(update={"timeout_seconds": seconds})
            kept: dict[str, str | None] = {}
            if sync is not None and is_same_place(target_of(sync.destination), chosen):
                kept |= service.secrets_of(sync, encryption_of(context.settings))
            kept |= secrets
            known = {name: value for name, value in kept.items() if value is not None}
            destination = open_destination(context.settings, chosen, known)
        with destination:
            message = destination.test()
            host_key = getattr(destination, "host_key", None)
    except RowmillError as error:
        shown = error.extra.get("shown_host_key")
        return Finding(ok=False, message=error.detail, code=error.code, host_key=shown)
    return Finding(ok=True, message=message, host_key=host_key)


def preview(context: Context, session: Session, sync: Sync) -> Preview:
    """What a run would send now, also of a sync that the database does not have. Nothing is
    contacted and nothing is changed.

    Raises: DatasetGone, Invalid about a field, QueryTimedOut.
    """
    waiting = session.scalar(
        select(func.sum(SyncBatch.record_count)).where(
            SyncBatch.sync_id == sync.id, SyncBatch.status == "pending"
        )
    )
    found = planning.outlook(session, sync)
    plan = sync.plan
    since = found.since if found else None
    if plan is not None:
        since = plan["until"]  # what is planned is on its way already
    if found is None or found.reading.version in {None, since}:
        return _preview(sync, found, since, {}, [], waiting=int(waiting or 0))
    is_complete = False
    try:
        counts, lines = _looked_up(context, found, since)
    except CursorExpired:
        is_complete, since = True, None
        counts, lines = _looked_up(context, found, None)
    seen = _preview(sync, found, since, counts, lines, waiting=int(waiting or 0))
    return seen.model_copy(update={"is_complete": is_complete})


def _record(line: Line, target: Mapping[str, Any]) -> dict[str, Any]:
    """The record as the destination gets it."""
    record: dict[str, Any] = json.loads(line.record)
    name = target.get("change_field")
    return record if name is None else {**record, name: line.change}


def _preview(
    sync: Sync,
    found: Outlook | None,
    since: int | None,
    counts: Mapping[str, int],
    lines: list[str],
    *,
    waiting: int,
) -> Preview:
    return Preview(
        since=since,
        version=found.reading.version if found else None,
        is_complete=False,
        counts={kind: counts.get(kind, 0) for kind in ("insert", "update", "delete")},
        records=[_record(Line.parse(line), sync.destination) for line in lines],
        waiting=waiting,
    )


def _looked_up(
    context: Context, found: Outlook, since: int | None
) -> tuple[dict[str, int], list[str]]:
    feed = changes.feed(context.lakes, found.reading, since, found.key)
    with feed as (reader, source, order):
        condition = found.shape.condition(found.kinds)
        counts = reader.rows(
            f"SELECT {CHANGE}, count(*) FROM {source} WHERE {condition} GROUP BY {CHANGE}"
        )
        lines = reader.rows(
            f"SELECT {found.shape.line(found.key)} FROM {source}"
            f" WHERE {condition} ORDER BY {order} LIMIT {SHOWN}"
        )
    return dict(counts), [line for (line,) in lines]
