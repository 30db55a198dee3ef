"""`rowmill demo sftp`: a real SFTP server with invented daily deliveries, to try feeds on."""

from __future__ import annotations

import asyncio
import hmac
import json
import os
import secrets
import shlex
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import asyncssh

from rowmill.demo.sftp_files import days_until, write_day
from rowmill.errors import ConfigurationError
from rowmill.settings import Settings

LOOK_SECONDS = 1.0
PASSWORD_BYTES = 12

asyncssh.set_log_level("WARNING")


class DemoServerFailed(ConfigurationError):
    """The demo's SFTP server cannot be started."""


@dataclass(frozen=True)
class Options:
    """What the command line says. `every` is in seconds; without it, a day lasts a day."""

    host: str
    port: int
    folder: Path
    days: int
    user: str
    password: str | None = None
    authorized_keys: Path | None = None
    every: float | None = None


def run(settings: Settings, options: Options, say: Callable[[str], None]) -> None:
    """Serve until Ctrl-C or SIGTERM. Raises: DemoServerFailed."""
    if not options.user:
        raise DemoServerFailed("--user: the account needs a name.")
    if options.authorized_keys:
        _check_keys(options.authorized_keys)
    password = options.password or secrets.token_urlsafe(PASSWORD_BYTES)
    try:
        options.folder.mkdir(parents=True, exist_ok=True)
        host_key = _host_key(options.folder)
        last = datetime.now(UTC).date()
        for day in days_until(last, options.days):
            write_day(options.folder, day)
    except OSError as error:
        raise DemoServerFailed(
            f"--folder: {options.folder} cannot be used: {error.strerror}."
        ) from error
    asyncio.run(_Server(options, password, host_key, last).serve(settings, say))


class _Server:
    def __init__(
        self, options: Options, password: str, host_key: asyncssh.SSHKey, last: date
    ) -> None:
        self._options = options
        self._password = password
        self._host_key = host_key
        self._last = last  # the day of the newest pair

    async def serve(self, settings: Settings, say: Callable[[str], None]) -> None:
        acceptor = await self._listen()
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        port = acceptor.get_port()
        for line in _introduction(settings, self._options, port, self._password, self._host_key):
            say(line)
        deliveries = asyncio.create_task(self._deliver(say))
        await stopped.wait()
        deliveries.cancel()
        acceptor.close()
        say("The demo's SFTP server has stopped; its files stay.")

    async def _listen(self) -> asyncssh.SSHAcceptor:
        options = self._options
        try:
            return await asyncssh.listen(
                options.host,
                options.port,
                server_factory=lambda: _Account(options, self._password),
                server_host_keys=[self._host_key],
                sftp_factory=lambda channel: _Files(channel, os.fsencode(options.folder)),
                allow_scp=False,
            )
        except OSError as error:
            raise DemoServerFailed(
                f"The demo's SFTP server cannot listen at {options.host}:{options.port}: "
                f"{os.strerror(error.errno) if error.errno else error}. Choose another --port."
            ) from error

    async def _deliver(self, say: Callable[[str], None]) -> None:
        """Drop a new pair when a day begins in UTC, or every so many seconds for the next day."""
        while True:
            await asyncio.sleep(self._options.every or LOOK_SECONDS)
            if self._options.every or datetime.now(UTC).date() > self._last:
                for path in self._next_pair():
                    say(f"  delivered {path.name}")

    def _next_pair(self) -> list[Path]:
        """Write the pair of the next day that has none yet."""
        while True:
            self._last += timedelta(days=1)
            written = write_day(self._options.folder, self._last)
            if written or not self._options.every:
                return written


class _Account(asyncssh.SSHServer):
    """Lets one account in, by its password or one of its keys."""

    def __init__(self, options: Options, password: str) -> None:
        self._user = options.user
        self._keys = options.authorized_keys
        self._password = password
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        if self._keys and username == self._user and self._connection:
            self._connection.set_authorized_keys(str(self._keys))
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        is_user = hmac.compare_digest(username.encode(), self._user.encode())
        return hmac.compare_digest(password.encode(), self._password.encode()) and is_user


class _Files(asyncssh.SFTPServer):
    """The folder and what is below it, without a way out."""

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002
        raise asyncssh.SFTPOpUnsupported("No links here.")

    def link(self, oldpath: bytes, newpath: bytes) -> None:  # noqa: ARG002
        raise asyncssh.SFTPOpUnsupported("No links here.")


def _check_keys(path: Path) -> None:
    try:
        asyncssh.read_authorized_keys(str(path))
    except (OSError, ValueError) as error:
        raise DemoServerFailed(
            f"--authorized-keys: {path} cannot be read as a list of public keys."
        ) from error


def _host_key(folder: Path) -> asyncssh.SSHKey:
    """The server's key, beside the folder so that no client sees it; made on first use."""
    path = folder.with_name(f"{folder.name}.host_key")
    if not path.exists():
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(asyncssh.generate_private_key("ssh-ed25519").export_private_key())
        draft.replace(path)
    try:
        return asyncssh.read_private_key(str(path))
    except ValueError as error:
        raise DemoServerFailed(
            f"{path} is no host key. Delete it and start again; clients then see a new one."
        ) from error


def _introduction(
    settings: Settings, options: Options, port: int, password: str, key: asyncssh.SSHKey
) -> Iterator[str]:
    """How to reach the server, by OpenSSH's client and by a feed."""
    host = _reachable(options.host)
    yield f"The demo's SFTP server answers at {host}:{port} until Ctrl-C."
    yield f"  Files      {options.folder}"
    yield f"  Host key   {key.get_fingerprint()}"
    yield f"  Username   {options.user}"
    if options.password is None:
        yield f"  Password   {password}"
    yield "Try it:"
    yield f"  sftp -P {port} {options.user}@{host}"
    yield "Make a feed of it, in the web app under Feeds, or so, with your username for ADA:"
    body = shlex.quote(_feed(options, host, port, password))
    yield f"  curl -u ADA {_web_address(settings)}/api/feeds --json {body}"
    yield (
        "Rowmill connects to private hosts only where its administrator allows it: start it with "
        f"ROWMILL_ALLOW_PRIVATE_HOSTS={host}"
    )


def _feed(options: Options, host: str, port: int, password: str) -> str:
    """The body that creates the feed; a password that was given is left to be filled in."""
    rules = [
        {"pattern": "sales_data_*.csv", "template": "sales"},
        {"pattern": "product_info_*.json", "template": "products"},
    ]
    body = {
        "name": "Demo SFTP",
        "source": {"kind": "sftp", "host": host, "port": port, "username": options.user},
        "secrets": {"password": "PASSWORD" if options.password else password},
        "rules": rules,
        "schedule": {"interval_seconds": 60},
    }
    return json.dumps(body)


def _reachable(host: str) -> str:
    """An address under which this machine reaches the server."""
    try:
        return "127.0.0.1" if ip_address(host).is_unspecified else host
    except ValueError:
        return host


def _web_address(settings: Settings) -> str:
    return settings.public_url or f"http://{_reachable(settings.host)}:{settings.port}"
