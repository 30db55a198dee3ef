"""`rowmill serve`: starts what an installation on one machine needs, and keeps it running.

This process holds no web server and no import of its own, so it stays small and has nothing to
crash on. It starts PostgreSQL (where none is configured), migrates, opens the listening socket,
and runs server and worker processes as children, each restarted when it dies. Children hang on a
pipe: when this process is gone, however it ended, they end too.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from importlib import import_module
from tempfile import TemporaryDirectory

from rowmill.errors import ConfigurationError
from rowmill.migrations.state import is_current
from rowmill.postgres import EmbeddedPostgres, PostgresUnavailable
from rowmill.settings import Settings

logger = logging.getLogger(__name__)

WATCH_SECONDS = 0.2
ANNOUNCE_SECONDS = 0.05
WORKERS_WAIT_SECONDS = 10  # at most, so that the server has the machine to itself at the start
STOP_SECONDS = 20
QUICK_DEATH_SECONDS = 5
LONGEST_PAUSE_SECONDS = 30
BACKLOG = 2048


class AddressInUse(ConfigurationError):
    """Another program listens there already."""


@dataclass
class Child:
    """A process that is started again whenever it ends by itself.

    It loads its code at once and begins its work when it is told which database to use.
    """

    name: str
    arguments: list[str]
    keep_open: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    pause_seconds: float = 0.0
    started_at: float = 0.0
    starts_at: float = 0.0
    database_url: str | None = None

    def start(self) -> None:
        """Run it, on a lifeline of its own."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rowmill", *self.arguments, "--lifeline"],
            stdin=subprocess.PIPE,
            pass_fds=self.keep_open,
            start_new_session=True,  # a Ctrl-C reaches us alone; we end the children in order
        )

        if self.database_url is not None:
            self.tell_database(self.database_url)

    def tell_database(self, url: str) -> None:
        """Let it begin its work. Its standard input stays open: it is the lifeline."""
        self.database_url = url
        if self.process is None or self.process.stdin is None:
            return
        with suppress(BrokenPipeError):  # it has died already and will be revived
            self.process.stdin.write(f"{url}\n".encode())
            self.process.stdin.flush()

    def revive(self) -> None:
        """Start it again if it has ended, after a pause that grows while it dies young."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            died_young = now - self.started_at < QUICK_DEATH_SECONDS
            longer = min(LONGEST_PAUSE_SECONDS, max(0.25, self.pause_seconds * 2))
            self.pause_seconds = longer if died_young else 0.0
            self.starts_at = now + self.pause_seconds
            logger.error(
                "child_died", extra={"child": self.name, "exit_status": self.process.returncode}
            )
            self.process = None
        if self.process is None and now >= self.starts_at:
            self.start()

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def await_end(self, deadline: float) -> None:
        """Wait for its end, and force it at the deadline."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            logger.warning("child_killed", extra={"child": self.name})
            self.process.kill()
            self.process.wait()


class Supervisor:
    """The parent of all processes of `rowmill serve`."""

    def __init__(self, settings: Settings) -> None:
        """Starts nothing yet."""
        self.settings = settings
        self.postgres: EmbeddedPostgres | None = None
        self.children: list[Child] = []
        self.stop_requested = threading.Event()
        self.figures: TemporaryDirectory[str] | None = None

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT. Raises: ConfigurationError where it cannot start."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop_requested.set())
        listener = listen(self.settings.host, self.settings.port)
        try:
            self._start(listener)
            while not self.stop_requested.wait(WATCH_SECONDS):
                self._watch()
        finally:
            listener.close()
            self._stop()

    def _start(self, listener: socket.socket) -> None:
        self.settings.signing_key()  # made before the children could race for it
        if self.settings.server_processes > 1:  # their figures are added up, in files
            self.figures = TemporaryDirectory(prefix="rowmill-figures-")
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = self.figures.name
        descriptor = listener.fileno()
        serving = ["web", "--socket", str(descriptor)]
        self.children = [
            *(
                Child(f"web {number}", serving, (descriptor,))
                for number in range(1, self.settings.server_processes + 1)
            ),
            *(
                Child(
                    f"worker {number}",
                    ["worker"],
                    starts_at=time.monotonic() + WORKERS_WAIT_SECONDS,
                )
                for number in range(1, self.settings.workers + 1)
            ),
        ]
        for child in self.children[: self.settings.server_processes]:
            child.start()  # loads its code while the database starts
        url = self._database()
        for child in self.children:
            child.tell_database(url)
        threading.Thread(target=self._announce, args=(listener,), daemon=True).start()

    def _database(self) -> str:
        """The address of a database that runs and has the present schema."""
        url = self.settings.database_url
        if url is None:
            self.postgres = EmbeddedPostgres(self.settings.data_dir / "postgres")
            url = self.postgres.start()
        if not is_current(url):
            import_module("rowmill.migrations.upgrading").upgrade(
                url
            )  # heavy to load, and seldom needed
        return url

    def _announce(self, listener: socket.socket) -> None:
        """Print the address once a server process answers on it."""
        host, port = listener.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        while not self.stop_requested.wait(ANNOUNCE_SECONDS):
            connection = HTTPConnection(_reachable(host), port, timeout=5)
            try:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == HTTPStatus.OK:
                    print(f"Rowmill is ready: http://{shown}:{port}", flush=True)  # noqa: T201
                    for child in self.children:
                        child.starts_at = min(child.starts_at, time.monotonic())
                    return
            except (OSError, HTTPException):
                continue
            finally:
                connection.close()

    def _watch(self) -> None:
        if self.postgres is not None and not self.postgres.is_alive():
            logger.error("postgres_died")
            try:
                self.postgres.start()
            except PostgresUnavailable:
                logger.exception("postgres_does_not_start")
        for child in self.children:
            child.revive()

    def _stop(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.await_end(deadline)
        if self.postgres is not None:
            self.postgres.stop()
        if self.figures is not None:
            self.figures.cleanup()


def _reachable(host: str) -> str:
    """Where this machine reaches a socket bound to `host`."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises: AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise AddressInUse(
            f"Cannot listen on {host}:{port}: {error.strerror}. "
            "Choose another with --port or ROWMILL_PORT."
        ) from error
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener
