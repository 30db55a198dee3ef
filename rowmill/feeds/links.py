"""The connection of a run, which may have to be made again in the middle of it."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Final, Self

from sqlalchemy import update

from rowmill import jobs
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import RowmillError
from rowmill.feeds.plans import Plan
from rowmill.feeds.sources import Source, open_source
from rowmill.models import Feed
from rowmill.outbound import OutboundError
from rowmill.remote import (
    RemoteAccessDenied,
    RemoteFailure,
    RemoteFileChanged,
    RemoteFileExists,
    RemoteFileMissing,
    is_transient,
)
from rowmill.sftp import NotAnSshServer

PAUSES: Final = (0.2, 1.0, 2.0, 4.0, 8.0)
"""Seconds to wait before the connection is made again, while nothing has come of the last one."""

_OF_ONE_FILE: Final = (
    RemoteAccessDenied,
    RemoteFailure,
    RemoteFileChanged,
    RemoteFileExists,
    RemoteFileMissing,
)


def is_of_connection(error: RowmillError) -> bool:
    """Whether it is the connection's trouble, and not that of one file."""
    return isinstance(error, OutboundError) and not isinstance(error, _OF_ONE_FILE)


class Link:
    """Connects when the source is first needed, and again after `drop`."""

    def __init__(self, context: Context, run: jobs.Run, plan: Plan) -> None:
        """Nothing is contacted yet."""
        self._context = context
        self._run = run
        self._plan = plan
        self._connection = plan.connection
        self._opened: AbstractContextManager[Source] | None = None
        self._source: Source | None = None
        self._pauses = iter(PAUSES)

    def __enter__(self) -> Self:
        """Not connected yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Not connected any more."""
        self.drop()

    @property
    def source(self) -> Source:
        """The open source. Raises: whatever keeps it from being opened."""
        return self.connect()

    def connect(self) -> Source:
        """Open the source, unless it is open. Raises: whatever keeps it from that."""
        if self._source is None:
            opened = open_source(self._context.settings, self._connection)
            self._source = opened.__enter__()
            self._opened = opened
            self._pin(self._source.host_key)
        return self._source

    def drop(self) -> None:
        """End the connection, whatever state it is in."""
        opened, self._opened, self._source = self._opened, None, None
        if opened is not None:
            with suppress(RowmillError, OSError):
                opened.__exit__(None, None, None)

    def progressed(self) -> None:
        """Something has come of the connection: the next trouble is a new one."""
        self._pauses = iter(PAUSES)

    def recover(self, error: RowmillError) -> None:
        """Wait a little before the next attempt. Raises: the error, when there were enough."""
        self.drop()
        pause = next(self._pauses, None)
        if pause is None or not self.is_passing(error):
            raise error
        until = time.monotonic() + pause
        while time.monotonic() < until:
            self._run.check()
            time.sleep(min(0.2, pause))

    def is_passing(self, error: RowmillError) -> bool:
        """Whether it may go well in a minute, unchanged: a server that has shown its key before,
        and does not greet now, is only busy.
        """
        is_known = self._connection.host_key is not None
        return is_transient(error) or (is_known and isinstance(error, NotAnSshServer))

    def _pin(self, host_key: str | None) -> None:
        """Keep the key that the server has shown first; from then on it has to be that one."""
        if host_key is None or self._connection.host_key is not None:
            return
        self._connection = replace(self._connection, host_key=host_key)
        with transaction(self._context.engine) as session:
            session.execute(
                update(Feed)
                .where(Feed.id == self._plan.feed_id, Feed.host_key.is_(None))
                .values(host_key=host_key)
            )
