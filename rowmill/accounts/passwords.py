"""Passwords: argon2id, and a memory of those that were right a moment ago."""

from __future__ import annotations

import hmac
import os
import secrets
import threading
import time
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
REMEMBERED_SECONDS = 300.0
REMEMBERED_PASSWORDS = 4096
STRIPES = 64

# Each computation takes 19 MiB and a core: more of them at once would only take more memory.
_COMPUTATIONS = threading.BoundedSemaphore(max(2, os.cpu_count() or 2))


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and a salt of its own."""
    with _COMPUTATIONS:
        return HASHER.hash(_encoded(password))


def verify_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is the one hashed.

    Without a hash, for an account that does not exist, it takes as long and says no.
    """
    known = password_hash if password_hash is not None else _decoy()
    try:
        with _COMPUTATIONS:
            HASHER.verify(known, _encoded(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(password_hash)


@dataclass(frozen=True)
class RememberedPassword:
    """Whose password it was, and the hash it was checked against."""

    user_id: UUID
    password_hash: str


class RememberedPasswords:
    """Names and passwords that were right, so that HTTP Basic need not run argon2 each time.

    Kept in memory only, under a keyed digest with a key of this process; neither name nor
    password can be read from it. The reader compares `password_hash` with the account's: a
    changed password is not remembered.
    """

    def __init__(
        self, seconds: float = REMEMBERED_SECONDS, size: int = REMEMBERED_PASSWORDS
    ) -> None:
        """Args: an entry lives `seconds`; of more than `size`, the oldest go."""
        self._seconds, self._size = seconds, size
        self._key = secrets.token_bytes(32)
        self._entries: OrderedDict[bytes, tuple[float, RememberedPassword]] = OrderedDict()
        self._lock = threading.Lock()
        self._flights = Stripes()

    def find(self, name: str, password: str) -> RememberedPassword | None:
        """What is remembered of this name and password."""
        digest = self._digest(name, password)
        with self._lock:
            expires, remembered = self._entries.get(digest, (0.0, None))
            if remembered is not None and expires < time.monotonic():
                del self._entries[digest]
                return None
        return remembered

    def remember(self, name: str, password: str, remembered: RememberedPassword) -> None:
        """Remember that the password was right."""
        digest = self._digest(name, password)
        with self._lock:
            self._entries[digest] = (time.monotonic() + self._seconds, remembered)
            self._entries.move_to_end(digest)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)

    def forget(self, name: str, password: str) -> None:
        """Forget a password that is no longer right."""
        with self._lock:
            self._entries.pop(self._digest(name, password), None)

    @contextmanager
    def one_at_a_time(self, name: str, password: str) -> Iterator[None]:
        """Let only one request at a time check this password; the others then remember it."""
        with self._flights.hold(self._digest(name, password).hex()):
            yield

    def _digest(self, name: str, password: str) -> bytes:
        said = f"{name}\0{password}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, said, "sha256")


class Stripes:
    """A fixed number of locks, shared out by key: equal keys always get the same lock."""

    def __init__(self, number: int = STRIPES) -> None:
        """Args: `number` of locks; different keys may share one."""
        self._locks = tuple(threading.Lock() for _ in range(number))

    @contextmanager
    def hold(self, key: str) -> Iterator[None]:
        """Hold the lock of `key` while the block runs."""
        with self._locks[hash(key) % len(self._locks)]:
            yield


def _encoded(password: str) -> bytes:
    """The same bytes for the same characters, whichever keyboard composed them."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


@cache
def _decoy() -> str:
    return HASHER.hash(secrets.token_bytes(32))
