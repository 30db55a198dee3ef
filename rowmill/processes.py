"""What every process of an installation shares: a lifeline to its parent, the database to use."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rowmill.postgres import EmbeddedPostgres
from rowmill.settings import Settings


def follow_lifeline() -> None:
    """End this process, as if by SIGTERM, when the parent that holds the other end is gone.

    The lifeline is standard input: a pipe that nobody writes to. It closes when the parent
    ends in whatever way, `kill -9` included.
    """

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


@contextmanager
def database(settings: Settings) -> Iterator[str]:
    """The address of the database to use; the embedded one runs while the block does."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    postgres = EmbeddedPostgres(settings.data_dir / "postgres")
    url = postgres.start()
    try:
        yield url
    finally:
        postgres.stop()
