"""Where an SFTP server is, and how to log in to it."""

from __future__ import annotations

from dataclasses import dataclass, field

import asyncssh

from rowmill.errors import invalid
from rowmill.sftp.errors import PrivateKeyUnreadable


@dataclass(frozen=True)
class SftpAddress:
    """A folder on a server; "" is the folder in which the account begins."""

    host: str
    username: str
    port: int = 22
    folder: str = ""

    @property
    def place(self) -> str:
        """The server as messages name it."""
        return self.host if self.port == 22 else f"{self.host}:{self.port}"


@dataclass(frozen=True)
class SftpCredentials:
    """A password, a private key (OpenSSH or PEM text), or both for servers that ask for both."""

    password: str | None = field(default=None, repr=False)
    private_key: str | None = field(default=None, repr=False)
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SftpTimeouts:
    """In seconds: for connecting and for logging in, and how long a server may be silent."""

    connect: float = 15
    silence: float = 60


def fingerprint(host_key: str) -> str:
    """A host key's short form, `SHA256:…`, as `ssh-keygen -l` shows it. Raises: Invalid."""
    return check_host_key(host_key).get_fingerprint()


def check_host_key(host_key: str, field: str = "host_key") -> asyncssh.SSHKey:
    """The key of a text such as `ssh-ed25519 AAAA…`. Raises: Invalid, naming `field`."""
    try:
        return asyncssh.import_public_key(host_key.strip() + "\n")
    except (asyncssh.KeyImportError, UnicodeError) as error:
        raise invalid(
            field, "Not a host key: it looks like 'ssh-ed25519 AAAA…', as ssh-keyscan prints it."
        ) from error


def check_private_key(credentials: SftpCredentials) -> asyncssh.SSHKey | None:
    """The private key; None where there is none. Raises: PrivateKeyUnreadable, saying why."""
    if not credentials.private_key:
        return None
    text = "\n".join(line.strip() for line in credentials.private_key.strip().splitlines()) + "\n"
    if text.startswith(("ssh-", "ecdsa-", "sk-")) or "PUBLIC KEY" in text:
        raise PrivateKeyUnreadable(
            "That is a public key. The private key is the file without .pub; the public one "
            "belongs on the server."
        )
    if text.startswith("PuTTY-User-Key-File"):
        raise PrivateKeyUnreadable(
            "That is a key in PuTTY's format. Export it as an OpenSSH key in PuTTYgen, menu "
            "Conversions, and paste that."
        )
    try:
        return asyncssh.import_private_key(text, credentials.passphrase)
    except asyncssh.KeyEncryptionError as error:
        raise PrivateKeyUnreadable(_with_passphrase(credentials)) from error
    except (asyncssh.KeyImportError, ValueError) as error:
        needs_passphrase = "passphrase" in str(error).lower() or "decrypt" in str(error).lower()
        words = _with_passphrase(credentials) if needs_passphrase else None
        raise PrivateKeyUnreadable(words) from error


def _with_passphrase(credentials: SftpCredentials) -> str:
    if credentials.passphrase:
        return "The passphrase does not open the private key."
    return "The private key is locked by a passphrase. Enter that too."
