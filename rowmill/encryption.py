"""Secrets at rest: what Rowmill has to show to other programs, sealed by a key outside of the
database.

A sealed secret is text, `v1.<key>.<data>`: the first half of that names the key that opens it, so
that secrets of an older key are told from broken ones. It is AES-256-GCM, with what the secret is
for as its authenticated data: a secret copied into another row does not open there.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rowmill.errors import ConfigurationError, Conflict
from rowmill.settings import Settings, generated_secret

KEY_FILE = "encryption.key"
VERSION = "v1"
NONCE_BYTES = 12
KEY_BYTES = 48
SHORTEST_KEY = 16


class SecretUnreadable(Conflict):
    """The key that sealed this secret is not the server's any more. Enter the secret again."""


class Encryption:
    """Seals and opens secrets. The first key seals, each of them opens what it has sealed."""

    def __init__(self, key: bytes, *older: bytes) -> None:
        """Args: keys are random bytes or text of any length; the ciphers' keys are derived."""
        self._ciphers: dict[str, AESGCM] = {}
        for each in (key, *older):
            name, cipher = _derived(each)
            self._ciphers.setdefault(name, cipher)
        self._first = next(iter(self._ciphers))

    def seal(self, secret: str, *, purpose: str) -> str:
        """The secret as text that only `open` with the same `purpose` can read."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._first].encrypt(nonce, secret.encode(), purpose.encode())
        return f"{VERSION}.{self._first}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, sealed: str, *, purpose: str) -> str:
        """The secret again.

        Raises: SecretUnreadable where it was sealed by another key, for another purpose, or was
        changed.
        """
        _, name, text = _parts(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise SecretUnreadable
        try:
            data = base64.b64decode(text, altchars=b"-_", validate=True)
            opened = cipher.decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], purpose.encode())
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SecretUnreadable from error
        return opened.decode()

    def has_key(self, sealed: str) -> bool:
        """Whether one of the keys sealed it."""
        return _parts(sealed)[1] in self._ciphers

    def is_current(self, sealed: str) -> bool:
        """Whether the first key sealed it: older keys are not needed for it."""
        return _parts(sealed)[1] == self._first


def encryption_of(settings: Settings) -> Encryption:
    """The server's encryption: with the keys of the settings, or the one in the data folder.

    Raises: ConfigurationError where a key is too short.
    """
    if settings.encryption_key is None:
        return Encryption(*generated_secret(settings.data_dir / KEY_FILE).split(b","))
    given = settings.encryption_key.get_secret_value().split(",")
    keys = [key.strip().encode() for key in given if key.strip()]
    if not keys or min(map(len, keys)) < SHORTEST_KEY:
        raise ConfigurationError(
            f"ROWMILL_ENCRYPTION_KEY: each key needs at least {SHORTEST_KEY} characters. "
            "Make one with `openssl rand -base64 32`."
        )
    return Encryption(*keys)


def renew_key(path: Path) -> None:
    """Put a new key before the newest one of a file of keys.

    That one stays behind it until the next time: it opens what is sealed meanwhile by a process
    that has just read it.
    """
    newest = generated_secret(path).split(b",")[0]
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_urlsafe(KEY_BYTES).encode() + b"," + newest)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _parts(sealed: str) -> tuple[str, str, str]:
    version, _, rest = sealed.partition(".")
    name, _, text = rest.partition(".")
    return (version, name, text) if version == VERSION else (version, "", "")


def _derived(key: bytes) -> tuple[str, AESGCM]:
    """The key's name, which tells nothing of it, and its cipher (HKDF, RFC 5869)."""
    name = HKDF(SHA256(), length=4, salt=None, info=b"rowmill key name").derive(key)
    cipher = HKDF(SHA256(), length=32, salt=None, info=b"rowmill secrets").derive(key)
    return name.hex(), AESGCM(cipher)
