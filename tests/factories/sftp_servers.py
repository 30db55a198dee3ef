"""Real SFTP servers on the loopback: OpenSSH's, and one whose behaviour tests can change."""

from __future__ import annotations

import errno
import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from rowmill.background import BackgroundLoop
from rowmill.settings import Settings
from rowmill.sftp import SftpAddress, SftpCredentials
from scripts.openssh import find
from tests.programs import free_port, until

PASSWORD = "open sesame"


def new_key(folder: Path, name: str, passphrase: str | None = None, kind: str = "ed25519") -> Path:
    """A key pair made by OpenSSH's own program; the path of the private key."""
    path = folder / name
    options = ["-q", "-t", kind, "-N", passphrase or "", "-C", name]
    subprocess.run(["ssh-keygen", *options, "-f", path], check=True)  # noqa: S607 - found there
    return path


def public_key(private: Path) -> str:
    """Kind and data of a key pair's public half, on one line."""
    return " ".join(private.with_suffix(".pub").read_text().split()[:2])


def shown_key(key: asyncssh.SSHKey) -> str:
    """Kind and data of a key's public half, on one line."""
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def allowing_loopback(settings: Settings) -> Settings:
    """Settings of an installation whose administrator lets feeds connect to this machine."""
    return settings.model_copy(update={"allow_private_hosts": ("127.0.0.1",)})


@dataclass
class SftpServer:
    """A running server: where it is, what lies in its folder, how to log in."""

    port: int
    folder: Path
    host_key: str
    username: str
    credentials: SftpCredentials

    def address(self, folder: str | None = None, port: int | None = None) -> SftpAddress:
        return SftpAddress(
            "127.0.0.1", self.username, port or self.port, folder or str(self.folder)
        )


@contextmanager
def openssh(folder: Path) -> Iterator[SftpServer]:
    """OpenSSH's sshd, which lets the user who runs the tests in, by a key."""
    program = find()
    assert program is not None, "sshd is missing: run `python -m scripts.openssh`"
    private, host = new_key(folder, "user"), new_key(folder, "host")
    files = folder / "files"
    files.mkdir()
    port = free_port()
    config = folder / "sshd_config"
    lines = {
        "Port": port,
        "ListenAddress": "127.0.0.1",
        "HostKey": host,
        "AuthorizedKeysFile": private.with_suffix(".pub"),
        "PasswordAuthentication": "no",
        "KbdInteractiveAuthentication": "no",
        "PermitRootLogin": "yes",
        "StrictModes": "no",  # the folders above may be anybody's
        "PidFile": "none",
        "Subsystem": "sftp internal-sftp",
    }
    config.write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # where it asks for one when root
    with (folder / "sshd.log").open("wb") as log:
        server = subprocess.Popen([program, "-D", "-e", "-f", config], stderr=log)
    try:
        until(lambda: "listening" in (folder / "sshd.log").read_text(), seconds=10, what="sshd")
        credentials = SftpCredentials(private_key=private.read_text())
        yield SftpServer(port, files, public_key(host), getpass.getuser(), credentials)
    finally:
        server.terminate()
        server.wait(10)


@dataclass
class Behaviour:
    """How the changeable server behaves; may be changed while it runs."""

    takes_passwords: bool = True
    has_sftp: bool = True
    drop_after_bytes: int | None = None  # read from files, on all connections together
    longest_read: int | None = None
    is_silent: bool = False
    is_full: bool = False
    denies_folders: bool = False
    sent: int = 0
    seen_passwords: list[str] = field(default_factory=list)


@contextmanager
def changeable(
    folder: Path, behaviour: Behaviour | None = None, *host_keys: asyncssh.SSHKey
) -> Iterator[SftpServer]:
    """A server of this process for the account `ann`, which goes wrong as told."""
    behaviour = behaviour or Behaviour()
    keys = list(host_keys) or [asyncssh.generate_private_key("ssh-ed25519")]
    folder.mkdir(exist_ok=True)

    def session(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
        return _Files(channel, folder, behaviour)

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=lambda: _Account(behaviour),
            server_host_keys=keys,
            sftp_factory=session if behaviour.has_sftp else None,
            allow_scp=False,
        )

    async def close() -> None:
        acceptor.close()
        await acceptor.wait_closed()

    with BackgroundLoop("sftp server") as loop:
        acceptor = loop.run(listen())
        credentials = SftpCredentials(password=PASSWORD)
        yield SftpServer(acceptor.get_port(), Path("/"), shown_key(keys[0]), "ann", credentials)
        loop.run(close())


class _Account(asyncssh.SSHServer):
    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002 - the library's signature
        return True

    def password_auth_supported(self) -> bool:
        return self._behaviour.takes_passwords

    def public_key_auth_supported(self) -> bool:
        return not self._behaviour.takes_passwords

    def validate_password(self, username: str, password: str) -> bool:
        self._behaviour.seen_passwords.append(password)
        return (username, password) == ("ann", PASSWORD)


class _Files(asyncssh.SFTPServer):
    def __init__(self, channel: Any, folder: Path, behaviour: Behaviour) -> None:
        super().__init__(channel, chroot=os.fsencode(folder))
        self._behaviour = behaviour

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        behaviour = self._behaviour
        limit = behaviour.drop_after_bytes
        if limit is not None and behaviour.sent >= limit:
            self.connection.abort()
            raise asyncssh.SFTPConnectionLost("dropped")
        await self._answer()
        size = min(size, behaviour.longest_read or size)
        data = super().read(file_obj, offset, size)
        assert isinstance(data, bytes)
        behaviour.sent += len(data)
        return data

    async def write(self, file_obj: object, offset: int, data: bytes) -> int:
        if self._behaviour.is_full:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = super().write(file_obj, offset, data)
        assert isinstance(written, int)
        return written

    def statvfs(self, path: bytes) -> asyncssh.SFTPVFSAttrs:
        attributes = asyncssh.SFTPVFSAttrs.from_local(os.statvfs(self.map_path(path)))
        if self._behaviour.is_full:
            attributes.bavail = 0
        return attributes

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if self._behaviour.denies_folders:
            raise asyncssh.SFTPPermissionDenied("no")
        async for entry in super().scandir(path):
            yield entry

    async def _answer(self) -> None:
        """Never, where the server is to be silent: its session goes on living."""
        if self._behaviour.is_silent:
            await self.connection.wait_closed()


def openssh_client() -> str:
    """The path of OpenSSH's `sftp`."""
    program = shutil.which("sftp")
    assert program is not None, f"sftp is missing: run `{sys.executable} -m scripts.openssh`"
    return program
