"""Remote files of feeds, as a run would have noted them."""

from __future__ import annotations

from uuid import UUID

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.models import Feed, FeedFile, FeedFileState


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
