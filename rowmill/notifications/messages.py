"""What is told: the body of a webhook's message, and the text of a mail."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from rowmill import events
from rowmill.mail import Mail
from rowmill.models import Webhook, now
from rowmill.notifications.kinds import DRIFT, KINDS, PING, REJECTS, Occurrence
from rowmill.settings import Settings

MOST_LISTED = 50
LONGEST_VALUE = 300
PAGES = {
    "import": "/imports/{id}",
    "dataset": "/datasets/{slug}",
    "operation": "/operations/{id}",
    "feed": "/feeds/{id}",
    "sync": "/syncs/{id}",
    "webhook": "/webhooks/{id}",
}
NAMES = ("dataset_name", "name", "sync_name", "feed", "slug", "file_name")
DRIFTS = {"new": "new columns", "missing": "missing columns", "retyped": "columns of other types"}


def body(settings: Settings, occurrence: Occurrence) -> str:
    """The JSON that a webhook gets: type, timestamp, the event as `GET /api/activity` has it."""
    event = occurrence.event
    data = {
        **events.public(event, occurrence.actor),
        "kind": occurrence.kind,
        "payload": occurrence.payload,
        "workspace_id": str(event.workspace_id),
        "link": link(settings, occurrence),
    }
    return _json({"type": occurrence.kind, "timestamp": data["at"], "data": data})


def ping_body(webhook: Webhook) -> str:
    """The JSON of a test."""
    at = now().isoformat().replace("+00:00", "Z")
    data = {"webhook_id": str(webhook.id), "workspace_id": str(webhook.workspace_id)}
    return _json({"type": PING, "timestamp": at, "data": data})


def link(settings: Settings, occurrence: Occurrence) -> str | None:
    """The page about it; null where the settings do not say under which address pages are."""
    if settings.public_url is None:
        return None
    event = occurrence.event
    slug = occurrence.payload.get("slug") or event.subject_id
    page = PAGES.get(event.subject, "/activity").format(id=event.subject_id, slug=slug)
    return settings.public_url.rstrip("/") + page


def subject(occurrences: Sequence[Occurrence], workspace: str) -> str:
    """The subject of a mail about these."""
    if len(occurrences) > 1:
        return f"Rowmill: {len(occurrences)} events in {workspace}"
    return f"Rowmill: {_headline(occurrences[0])}"


def text(settings: Settings, occurrences: Sequence[Occurrence], workspace: str) -> str:
    """The text of a mail about these, oldest first; of very many, the latest are left out."""
    shown = occurrences[:MOST_LISTED]
    parts = [_paragraph(settings, one) for one in shown]
    if len(occurrences) > len(shown):
        parts.append(f"… and {len(occurrences) - len(shown)} more.")
    where = (settings.public_url or "").rstrip("/")
    settings_page = f" at {where}/account" if where else ""
    parts.append(
        f"-- \nYou get this as a member of the workspace {workspace} on Rowmill. Which events are "
        f"sent to you is set{settings_page} (PUT /api/notifications)."
    )
    return "\n\n".join(parts) + "\n"


def test_mail(recipient: str, identity: UUID) -> Mail:
    """A mail that an administrator sends to see whether it arrives."""
    return Mail(
        recipient,
        "Rowmill: a test of the mail server",
        "This mail was sent to test the mail server of Rowmill. It has arrived.\n",
        f"test.{identity}",
    )


def _headline(occurrence: Occurrence) -> str:
    name = next((str(occurrence.payload[key]) for key in NAMES if occurrence.payload.get(key)), "")
    meaning = KINDS.get(occurrence.kind, occurrence.kind)
    return f"{meaning}: {name}" if name else meaning


def _paragraph(settings: Settings, occurrence: Occurrence) -> str:
    lines = [f"{_headline(occurrence)}", *(f"  {line}" for line in _details(occurrence))]
    lines.append(f"  at {occurrence.event.created_at:%Y-%m-%d %H:%M:%S} UTC")
    page = link(settings, occurrence)
    if page is not None:
        lines.append(f"  {page}")
    return "\n".join(lines)


def _details(occurrence: Occurrence) -> list[str]:
    """What the event's payload says, one thing in a line."""
    payload, lines = occurrence.payload, []
    file = payload.get("file_name") or payload.get("path")
    if file:
        lines.append(f"File: {_short(file)}")
    reason = payload.get("error") or payload.get("message") or payload.get("reason")
    if isinstance(reason, dict):
        reason = reason.get("message")
    if reason:
        lines.append(f"Reason: {_short(reason)}")
    receipt = payload.get("receipt")
    if isinstance(receipt, dict) and occurrence.kind != DRIFT:
        lines.append(_account(receipt))
    if occurrence.kind == REJECTS:
        lines.append("The rejected records are kept, each with its line and the reason.")
    for name, meaning in DRIFTS.items():
        found = (payload.get("drift") or {}).get(name)
        if found:
            lines.append(f"{meaning.capitalize()}: {_short(', '.join(map(str, found)))}")
    return lines


def _account(receipt: dict[str, Any]) -> str:
    parts = ("read", "loaded", "rejected", "deduplicated", "skipped")
    return "Records: " + ", ".join(f"{receipt.get(part, 0):,} {part}" for part in parts)


def _short(value: object) -> str:
    line = " ".join(str(value).split())
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
