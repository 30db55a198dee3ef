"""The events that can be chosen, and those that follow from others.

Whoever appends an event to the log has done all that is needed: a line here makes it one to choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rowmill.errors import invalid
from rowmill.models import Event

ALL = "*"
PING = "webhook.ping"
REJECTS = "import.rejects"
DRIFT = "import.drift"
SUCCEEDED = "import.succeeded"

KINDS = {
    "import.succeeded": "An import ended, and its rows can be seen",
    "import.failed": "An import failed",
    "import.cancelled": "An import was cancelled",
    REJECTS: "An import has more rejects than the number chosen",
    DRIFT: "A file had other columns than its dataset",
    "dataset.created": "A dataset was made",
    "dataset.changed": "A dataset has a new version",
    "dataset.renamed": "A dataset was renamed",
    "dataset.deleted": "A dataset was deleted",
    "operation.succeeded": "An operation ended",
    "operation.failed": "An operation failed",
    "feed.created": "A feed was made",
    "feed.changed": "A feed was changed",
    "feed.deleted": "A feed was deleted",
    "feed.paused": "A feed was paused",
    "feed.resumed": "A feed was resumed",
    "feed.host_key_trusted": "A feed's server got another host key, which somebody trusts",
    "feed.run_finished": "A feed looked at its source",
    "feed.run_failed": "A feed could not look at its source",
    "feed.run_cancelled": "A feed's look at its source was cancelled",
    "feed.file_imported": "A feed's file was imported",
    "feed.file_duplicate": "A feed's file brought content that was there before",
    "feed.file_unrecognised": "A feed found a file that none of its rules knows",
    "sync.created": "A sync was made",
    "sync.changed": "A sync was changed",
    "sync.deleted": "A sync was deleted",
    "sync.delivered": "A sync delivered changes",
    "sync.failing": "A sync cannot reach its destination",
    "sync.recovered": "A sync reaches its destination again",
    "sync.record_rejected": "A sync's destination refused a record",
    "webhook.disabled": "A webhook was paused, as its receiver failed for days or is gone",
}
"""Each kind and what it means."""

DERIVED = {REJECTS: SUCCEEDED, DRIFT: SUCCEEDED}
"""Kinds that are not in the log, and the kind of the event that each follows from."""


@dataclass(frozen=True)
class Occurrence:
    """Something to tell: an event of the log, or what follows from it."""

    kind: str
    event: Event
    actor: str | None
    payload: dict[str, Any]


def checked(kinds: Iterable[str]) -> list[str]:
    """The kinds as they are kept: known, once each, in our order. Raises: Invalid."""
    wanted = list(dict.fromkeys(kinds))
    for kind in wanted:
        if kind not in KINDS and kind != ALL:
            raise invalid(
                "events", f"There is no event {kind!r}. See GET /api/notifications/events."
            )
    if ALL in wanted:
        return [ALL]
    return [kind for kind in KINDS if kind in wanted]


def logged(chosen: Sequence[str]) -> set[str]:
    """The kinds of events in the log from which what is chosen follows."""
    wanted = KINDS if ALL in chosen else chosen
    return {DERIVED.get(kind, kind) for kind in wanted}


def occurrences(
    event: Event,
    actor: str | None,
    *,
    chosen: Sequence[str],
    rejects_above: int,
    drift: dict[str, Any] | None,
) -> Iterator[Occurrence]:
    """What of an event is to be told to whoever has chosen these kinds.

    `drift` is that of the import which the event is about. A single value that does not fit makes
    a column one of another type, so that alone is told as a reject and not as drift.
    """
    wanted = set(KINDS if ALL in chosen else chosen)
    if event.kind in wanted:
        yield Occurrence(event.kind, event, actor, event.payload)
    if event.kind != SUCCEEDED:
        return
    rejected = int((event.payload.get("receipt") or {}).get("rejected", 0))
    if REJECTS in wanted and rejected > rejects_above:
        yield Occurrence(REJECTS, event, actor, event.payload)
    if DRIFT in wanted and drift is not None and (drift.get("new") or drift.get("missing")):
        yield Occurrence(DRIFT, event, actor, {**event.payload, "drift": drift})
