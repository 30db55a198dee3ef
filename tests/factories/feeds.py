"""Folders that feeds watch, and remote files as a run would have noted them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Feed, FeedFile, FeedFileState
from rowmill.settings import Settings


def watching(data_dir: Path, folder: Path) -> Settings:
    """Settings that allow feeds of the folder, this machine as a server, and short intervals."""
    return Settings(
        data_dir=data_dir,
        min_free_bytes=0,
        feed_folders=(str(folder),),
        allow_private_hosts=("127.0.0.1",),
        shortest_interval_seconds=1,
        _env_file=None,
    )


def add_feed_file(context: Context, feed_id: UUID) -> UUID:
    """A remote file that could not be read; returns its id."""
    with transaction(context.engine) as session:
        feed = session.get_one(Feed, feed_id)
        row = FeedFile(
            workspace_id=feed.workspace_id,
            feed_id=feed.id,
            path="a.csv",
            fingerprint="1",
            state=FeedFileState.FAILED,
        )
        session.add(row)
        session.flush()
        return row.id
