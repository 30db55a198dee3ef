"""What a run needs to know of its feed, read once at its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from rowmill import sealing
from rowmill.encryption import SecretUnreadable, encryption_of
from rowmill.feeds.sources import Connection
from rowmill.models import Feed, FeedFile
from rowmill.remote import RemoteFile
from rowmill.settings import Settings


@dataclass(frozen=True)
class Plan:
    """A feed as it was when the run began. `run_id` names the run."""

    feed_id: UUID
    workspace_id: UUID
    run_id: UUID
    slug: str
    name: str
    created_by: UUID | None
    connection: Connection
    rules: tuple[Mapping[str, Any], ...]
    ignore: tuple[str, ...]
    after: Mapping[str, Any] = field(default_factory=dict)
    stable_seconds: int = 0

    @property
    def finish(self) -> str | None:
        """How a file that was imported is marked: whether something is to be done with it."""
        return None if self.after["action"] == "keep" else "due"


def plan_of(session: Session, settings: Settings, feed: Feed, run_id: UUID) -> Plan:
    """Raises: SecretUnreadable."""
    return Plan(
        feed_id=feed.id,
        workspace_id=feed.workspace_id,
        run_id=run_id,
        slug=feed.slug,
        name=feed.name,
        created_by=feed.created_by,
        connection=connection_of(session, settings, feed),
        rules=tuple(feed.rules),
        ignore=tuple(feed.ignore) + own_patterns(feed.after),
        after=feed.after,
        stable_seconds=feed.stable_seconds,
    )


def connection_of(
    session: Session, settings: Settings, feed: Feed, *, impatient: bool = False
) -> Connection:
    """How to connect to the feed's source. Raises: SecretUnreadable."""
    return Connection(
        kind=feed.kind,
        source=feed.source,
        secrets=opened_secrets(settings, feed),
        host_key=feed.host_key,
        known=_fetched(session, feed) if feed.kind == "https" else {},
        impatient=impatient,
    )


def own_patterns(after: Mapping[str, Any]) -> tuple[str, ...]:
    """What the feed's own action leaves in the folder, which is not to come in again."""
    match after["action"]:
        case "move":
            return (f"/{_escaped(after['folder'].strip('/'))}/**",)
        case "rename":
            return (f"*{_escaped(after['suffix'])}",)
    return ()


def keep_secrets(settings: Settings, feed: Feed, secrets: Mapping[str, str]) -> None:
    """Let these be all the secrets of the feed."""
    feed.secrets = sealing.seal(encryption_of(settings), feed, secrets) if secrets else None


def opened_secrets(settings: Settings, feed: Feed) -> dict[str, str]:
    """Raises: SecretUnreadable."""
    if feed.secrets is None:
        return {}
    return sealing.opened(encryption_of(settings), feed)


def secret_names(settings: Settings, feed: Feed) -> list[str]:
    """Which secrets are set; none where they can no longer be opened."""
    try:
        return list(opened_secrets(settings, feed))
    except SecretUnreadable:
        return []


def _fetched(session: Session, feed: Feed) -> dict[str, RemoteFile]:
    """The files as they were fetched last, by path."""
    rows = session.scalars(
        select(FeedFile)
        .where(FeedFile.feed_id == feed.id, FeedFile.file_id.is_not(None))
        .ext(distinct_on(FeedFile.path))
        .order_by(FeedFile.path, FeedFile.id.desc())
    )
    return {row.path: remote_file(row) for row in rows}


def remote_file(row: FeedFile) -> RemoteFile:
    """The file as its server described it."""
    return RemoteFile(row.path, row.size_bytes, row.modified_at, row.etag)


def _escaped(text: str) -> str:
    """The text as a pattern that matches just it."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)
