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


def follow_lifeline() -> str:
    """Wait for the parent's word which database to use, and hang on the parent from then on.

    The lifeline is standard input. The parent writes the database's address to it once the
    database is ready, so a child loads its code while the database starts. When the parent is
    gone, however it ended, the pipe closes and this process ends as if by SIGTERM.
    """
    address = sys.stdin.readline().strip()
    if not address:
        sys.exit(0)

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()
    return address


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
