"""Logging in to an SFTP server, and saying plainly why that did not work."""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import asyncssh

from rowmill.background import BackgroundLoop
from rowmill.outbound import ConnectionRefused, OutboundError, TimedOut, check_host
from rowmill.remote import RemoteError, RemoteFailure
from rowmill.settings import Settings
from rowmill.sftp.addresses import (
    SftpAddress,
    SftpCredentials,
    SftpTimeouts,
    check_host_key,
    check_private_key,
)
from rowmill.sftp.errors import (
    HostKeyChanged,
    IncompatibleServer,
    LoginRefused,
    NoFileTransfer,
    NotAnSshServer,
    lost,
    reason,
)
from rowmill.sftp.session import SftpSession

CLOSE_SECONDS = 2
HOST_KEYS = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
]
METHODS = {"publickey": "a key", "password": "a password", "keyboard-interactive": "a password"}

asyncssh.set_log_level("WARNING")


@contextmanager
def connect(
    settings: Settings,
    address: SftpAddress,
    credentials: SftpCredentials,
    host_key: str | None = None,
    timeouts: SftpTimeouts | None = None,
) -> Iterator[SftpSession]:
    """A session on the server, which may be used from one thread at a time.

    Without `host_key` whatever key the server shows is taken: keep the session's `host_key` and
    give it from then on. It is compared before anything secret is sent.

    Raises: HostNotFound, PrivateAddress, ConnectionRefused, TimedOut, NotAnSshServer,
    HostKeyChanged, LoginRefused, PrivateKeyUnreadable, IncompatibleServer, NoFileTransfer.
    """
    timeouts = timeouts or SftpTimeouts()
    login = _Login(address, credentials, host_key, timeouts)
    addresses = check_host(settings, address.host, address.port)
    with BackgroundLoop(f"sftp {address.host}") as loop:
        connection, client = loop.run(login.open(addresses))
        try:
            yield SftpSession(loop, client, address, timeouts, login.seen_host_key)
        finally:
            loop.run(_close(connection))


class _Watcher(asyncssh.SSHClient):
    """Compares the server's host key with the pinned one, and remembers it."""

    def __init__(self, pinned: asyncssh.SSHKey | None) -> None:
        self.pinned = pinned
        self.seen: asyncssh.SSHKey | None = None
        self.connection: asyncssh.SSHClientConnection | None = None

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self.connection = conn

    def validate_host_public_key(
        self,
        host: str,  # noqa: ARG002 - the library's signature
        addr: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        key: asyncssh.SSHKey,
    ) -> bool:
        self.seen = key
        return self.pinned is None or key == self.pinned

    @property
    def has_greeted(self) -> bool:
        """Whether the server has said that it speaks SSH."""
        return bool(self.connection and self.connection.get_extra_info("server_version"))


class _Login:
    def __init__(
        self,
        address: SftpAddress,
        credentials: SftpCredentials,
        host_key: str | None,
        timeouts: SftpTimeouts,
    ) -> None:
        self._address = address
        self._credentials = credentials
        self._key = check_private_key(credentials)
        self._timeouts = timeouts
        self._watcher = _Watcher(check_host_key(host_key) if host_key else None)

    @property
    def seen_host_key(self) -> str:
        """The key that the server has shown, as one line."""
        assert self._watcher.seen is not None
        kind, data = self._watcher.seen.export_public_key("openssh").decode().split()[:2]
        return f"{kind} {data}"

    async def open(
        self, addresses: Sequence[str]
    ) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        """Connect to the first address that takes the connection, log in, begin SFTP."""
        _ensure_local_username()
        connection = await self._logged_in(addresses)
        try:
            async with asyncio.timeout(self._timeouts.connect):
                client = await connection.start_sftp_client(path_encoding=None)
        except (asyncssh.Error, OSError, EOFError) as error:
            connection.abort()
            raise NoFileTransfer(
                f"{self._address.place} lets {self._address.username} in, but offers no SFTP "
                f"to that account. Its administrator can allow it."
            ) from error
        return connection, client

    async def _logged_in(self, addresses: Sequence[str]) -> asyncssh.SSHClientConnection:
        sock = await self._connected(addresses)
        try:
            async with asyncio.timeout(self._timeouts.connect):
                return await asyncssh.connect(
                    self._address.host, self._address.port, sock=sock, **self._options()
                )
        except asyncssh.PermissionDenied as error:
            raise await self._refused(addresses) from error
        except (asyncssh.Error, OSError, ValueError) as error:
            raise self._failure(error) from error
        finally:
            if not self._watcher.connection:
                sock.close()

    def _options(self) -> dict[str, Any]:
        """Nothing is taken from the files, the agent or the environment of this machine."""
        return {
            "client_factory": lambda: self._watcher,
            "config": None,
            "known_hosts": ([], [], []),  # so that the watcher is asked about every key
            "server_host_key_algs": _preferring(self._watcher.pinned),
            "x509_trusted_certs": None,
            "username": self._address.username,
            "password": self._credentials.password or None,
            "client_keys": [self._key] if self._key else None,
            "client_host_keysign": False,
            "agent_path": None,
            "gss_host": None,
            "compression_algs": ["none"],
            "login_timeout": 0,  # ours is around all of it
            "keepalive_interval": self._timeouts.silence,  # an idle session notices it later
            "keepalive_count_max": 1,
        }

    async def _connected(self, addresses: Sequence[str]) -> socket.socket:
        """A connection to the first address that takes one. Raises: what the last one answered."""
        failure: OutboundError = ConnectionRefused()
        for text in addresses:
            family = socket.AF_INET6 if ip_address(text).version == 6 else socket.AF_INET
            sock = socket.socket(family, socket.SOCK_STREAM)
            sock.setblocking(False)  # noqa: FBT003
            try:
                async with asyncio.timeout(self._timeouts.connect):
                    await asyncio.get_running_loop().sock_connect(sock, (text, self._address.port))
            except OSError as error:
                sock.close()
                failure = self._not_connected(error)
            except BaseException:
                sock.close()
                raise
            else:
                return sock
        raise failure

    def _not_connected(self, error: OSError) -> OutboundError:
        place = f"{self._address.host}:{self._address.port}"
        match error:
            case ConnectionRefusedError():
                return ConnectionRefused(
                    f"Nothing answers at {place}: the connection was refused. Look at the port, "
                    "and whether the server runs."
                )
            case TimeoutError():
                return TimedOut(
                    f"{place} did not answer in time. Look at host and port, and whether a "
                    "firewall lets Rowmill through."
                )
        return ConnectionRefused(
            f"{place} could not be connected to: {error.strerror or 'it broke off'}."
        )

    def _failure(self, error: Exception) -> OutboundError:
        """Why the login did not come about, for all reasons other than wrong credentials."""
        place = self._address.place
        if isinstance(error, asyncssh.HostKeyNotVerifiable) and self._watcher.seen:
            return self._changed_key(self._watcher.seen)
        if not self._watcher.has_greeted:
            return NotAnSshServer(
                f"{place} takes connections, but no SSH server has greeted there. Look at host "
                "and port: SFTP usually has port 22."
            )
        if isinstance(error, TimeoutError):
            return TimedOut(f"{place} did not complete the login in time.")
        if isinstance(error, asyncssh.KeyExchangeFailed | asyncssh.HostKeyNotVerifiable):
            return IncompatibleServer(
                f"{place} knows only ways of encryption or kinds of host keys that are no longer "
                "taken for safe. Its administrator has to update it."
            )
        if isinstance(error, asyncssh.ConnectionLost | ConnectionError):
            return lost("during the login", place, error)
        return RemoteFailure(f"{place} refused the login: it says {reason(error)!r}.")

    def _changed_key(self, seen: asyncssh.SSHKey) -> RemoteError:
        assert self._watcher.pinned is not None
        old, new = self._watcher.pinned.get_fingerprint(), seen.get_fingerprint()
        return HostKeyChanged(
            f"{self._address.place} shows another host key than before: {new}, where {old} was "
            "known. It may be another server, so nothing secret was sent. Ask its administrator; "
            "if the key was changed on purpose, trust the new one.",
            known_fingerprint=old,
            shown_fingerprint=new,
            shown_host_key=self.seen_host_key,
        )

    async def _refused(self, addresses: Sequence[str]) -> LoginRefused:
        offered = await self._offered(addresses)
        taken = list(dict.fromkeys(METHODS.get(name, name) for name in offered))
        given = ["a key"] * bool(self._key) + ["a password"] * bool(self._credentials.password)
        if taken and not set(taken) & set(given):
            what = f"It takes {' or '.join(taken)}, and was given {given[0] if given else 'none'}."
        else:
            words = " and ".join(given).replace("a ", "") or "password or key"
            what = f"Look at the username and the {words}."
        return LoginRefused(
            f"{self._address.place} does not let {self._address.username!r} in. {what}",
            offered=list(offered),
        )

    async def _offered(self, addresses: Sequence[str]) -> Sequence[str]:
        """The methods that the server names to a second caller who has no credentials."""
        with contextlib.suppress(asyncssh.Error, OSError, ValueError, OutboundError):
            async with asyncio.timeout(self._timeouts.connect):
                return await asyncssh.get_server_auth_methods(
                    self._address.host,
                    self._address.port,
                    self._address.username,
                    sock=await self._connected(addresses),
                    config=None,
                )
        return []


def _preferring(pinned: asyncssh.SSHKey | None) -> list[str]:
    """Kinds of host keys to ask for: the pinned one's first, or a server may show another."""
    known = {name.decode() for name in pinned.sig_algorithms} if pinned else set()
    return sorted(HOST_KEYS, key=lambda name: (name not in known, HOST_KEYS.index(name)))


def _ensure_local_username() -> None:
    """The library asks for the local user's name, which containers often do not have."""
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["LOGNAME"] = "rowmill"


async def _close(connection: asyncssh.SSHClientConnection) -> None:
    connection.close()
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await connection.wait_closed()
    except (TimeoutError, asyncssh.Error, OSError):
        connection.abort()
