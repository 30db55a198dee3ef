"""What can be done with the files of a bucket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import obstore
from obstore.store import S3Store

from rowmill.background import read_ahead
from rowmill.buckets.addresses import BucketAddress, BucketCredentials, BucketTimeouts
from rowmill.buckets.asking import Bucket, asking, is_odd
from rowmill.buckets.errors import plainly
from rowmill.buckets.gate import Gate
from rowmill.outbound import OutboundError, PrivateAddress, check_host
from rowmill.remote import RemoteError, RemoteFile, RemoteFileExists, RemoteFileMissing
from rowmill.settings import Settings

if TYPE_CHECKING:  # only there: the library has these for type checkers alone
    from obstore import GetOptions
    from obstore.store import S3Credential

PIECE_BYTES = 1024 * 1024
PART_BYTES = 8 * 1024 * 1024
PARTS_AT_ONCE = 3
LARGEST_COPY_BYTES = 5 * 1024**3  # what S3 copies by itself


@contextmanager
def connect(
    settings: Settings,
    address: BucketAddress,
    credentials: BucketCredentials,
    timeouts: BucketTimeouts | None = None,
) -> Iterator[BucketSession]:
    """The files of a bucket. Nothing is asked of the service yet.

    Connections go only to the addresses checked now, and over http:// only to hosts that an
    administrator has allowed. Raises: Invalid, HostNotFound, PrivateAddress.
    """
    timeouts = timeouts or BucketTimeouts()
    host, port = address.host
    addresses = check_host(settings, host, port)
    if address.url.startswith("http://"):
        _check_allowed(settings, host, port)
    with (
        Gate(host, port, addresses, timeouts.connect) as gate,
        asking(settings, address, credentials, timeouts) as bucket,
    ):
        store = _store(address, credentials, timeouts, gate.url)
        yield BucketSession(store, bucket, gate)


class BucketSession:
    """A bucket. Paths are relative to the address's prefix.

    The library does what it can; the listing, and what is about odd keys, is asked for by `bucket`.
    """

    def __init__(self, store: S3Store, bucket: Bucket, gate: Gate) -> None:
        prefix = bucket.address.prefix.strip("/")
        self._store = store
        self._bucket = bucket
        self._place = bucket.address.place
        self._prefix = f"{prefix}/" if prefix else ""
        self._gate = gate

    def check(self, *, is_target: bool = False) -> None:
        """Look whether the bucket can be listed and, as a target, be written to.

        Raises: BucketMissing, KeysRefused, RemoteAccessDenied, WrongRegion, OutboundError.
        """
        next(self.files(recursive=True), None)
        if is_target:
            probe = f".rowmill-{uuid4().hex[:8]}"
            self.write(probe, [])
            self.delete(probe)

    def files(self, pattern: str | None = None, *, recursive: bool = False) -> Iterator[RemoteFile]:
        """The files below the prefix, in the order of their names, with few in memory at once.

        `pattern` is a glob that the whole path matches. Slashes at the beginning of a path are
        taken for a part of the name.
        """
        for _, file in self._bucket.listing(self._prefix):
            path = file.path
            if (recursive or "/" not in path.lstrip("/")) and (
                pattern is None or fnmatchcase(path, pattern)
            ):
                yield file

    def stat(self, path: str) -> RemoteFile:
        """What the service says of one file. Raises: RemoteFileMissing."""
        if self._is_odd(path):
            return self._bucket.stat(self._key(path), path)
        with self._plainly(path, "looked up"):
            return _remote_file(path, obstore.head(self._store, path))

    def read(self, path: str, offset: int = 0, etag: str | None = None) -> Iterator[bytes]:
        """The file's bytes from `offset` on, in pieces of about a mebibyte.

        Raises: ConnectionLost (go on where the last piece ended), RemoteFileMissing, and
        RemoteFileChanged where it no longer has this `etag`.
        """
        if offset and offset >= (self.stat(path).size_bytes or 0):
            return
        if self._is_odd(path):
            yield from self._bucket.read(self._key(path), path, offset, etag)
            return
        options: GetOptions = {"if_match": etag} if etag else {}
        if offset:
            options["range"] = {"offset": offset}
        with self._plainly(path, "read"):
            answer = obstore.get(self._store, path, options=options)
            for piece in answer.stream(min_chunk_size=PIECE_BYTES):
                yield bytes(piece)

    def write(self, path: str, pieces: Iterable[bytes]) -> RemoteFile:
        """Write a file that appears whole or not at all, in the place of one of that name."""
        parts = _parts(pieces)
        first, second = next(parts, b""), next(parts, None)
        with self._plainly(path, "written"):
            if second is None:
                obstore.put(self._store, path, first, use_multipart=False)
            else:
                obstore.put(
                    self._store,
                    path,
                    _chained(first, second, parts),
                    use_multipart=True,
                    chunk_size=PART_BYTES,
                    max_concurrency=PARTS_AT_ONCE,
                )
        return self.stat(path)

    def move(self, path: str, to: str) -> None:
        """Give a file another name. What is there already is never replaced.

        A bucket knows no renaming: it is a copy, and then a delete. Where that ends between the
        two, the same call goes on. Raises: RemoteFileExists, RemoteFileMissing.
        """
        source = self.stat(path)
        with contextlib.suppress(RemoteFileMissing):
            there = self.stat(to)
            if (there.size_bytes, there.etag) != (source.size_bytes, source.etag):
                raise RemoteFileExists(
                    f"{path} in {self._place} could not be moved: there is a {to} already."
                )
        if self._is_odd(path) or self._is_odd(to):
            self._bucket.copy(self._key(path), self._key(to), path)
            self._bucket.delete(self._key(path), path)
            return
        with self._plainly(path, f"moved to {to}"):
            if (source.size_bytes or 0) > LARGEST_COPY_BYTES:
                with read_ahead(self.read(path, etag=source.etag)) as pieces:
                    self.write(to, pieces)
            else:
                obstore.copy(self._store, path, to)
            obstore.delete(self._store, path)

    def delete(self, path: str) -> None:
        """Delete a file. Raises: RemoteFileMissing."""
        self.stat(path)
        if self._is_odd(path):
            self._bucket.delete(self._key(path), path)
            return
        with self._plainly(path, "deleted"):
            obstore.delete(self._store, path)

    def make_folder(self, path: str) -> None:
        """Nothing: a bucket has no folders other than in the names of its files."""

    def _key(self, path: str) -> str:
        return f"{self._prefix}{path}"

    def _is_odd(self, path: str) -> bool:
        return is_odd(self._key(path))

    @contextmanager
    def _plainly(self, path: str, doing: str) -> Iterator[None]:
        """The gate knows better than the library why no connection came about."""
        self._gate.failure = None
        try:
            with plainly(self._place, path, doing):
                yield
        except OutboundError as error:
            if self._gate.failure and not isinstance(error, RemoteFileMissing):
                raise self._gate.failure from error
            raise


def _store(
    address: BucketAddress, credentials: BucketCredentials, timeouts: BucketTimeouts, proxy: str
) -> S3Store:
    """The library's bucket. What it would take from the environment is said explicitly."""
    url = address.url
    keys: S3Credential = {
        "access_key_id": credentials.access_key_id or "",
        "secret_access_key": credentials.secret_access_key or "",
        "token": credentials.session_token,
        "expires_at": None,
    }
    return S3Store(
        address.bucket,
        prefix=address.prefix.strip("/") or None,
        region=address.region,
        endpoint=url,
        aws_endpoint_url_s3=url,
        virtual_hosted_style_request=address.is_virtual_hosted,
        credential_provider=lambda: keys,
        skip_signature=not (credentials.access_key_id and credentials.secret_access_key),
        client_options={
            "allow_http": url.startswith("http://"),
            "proxy_url": proxy,
            "connect_timeout": timedelta(seconds=timeouts.connect),
            "read_timeout": timedelta(seconds=timeouts.silence),
            "timeout": timedelta(days=2),  # of a whole transfer
        },
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=timeouts.retry)},
    )


def _check_allowed(settings: Settings, host: str, port: int) -> None:
    """Over http:// keys and data can be read on the way: only inside of one's own network."""
    public_only = settings.model_copy(update={"allow_private_hosts": ()})
    try:
        check_host(public_only, host, port)
    except PrivateAddress:
        return
    raise RemoteError(f"{host} is on the internet: its endpoint has to be an https:// one.")


def _remote_file(path: str, meta: Any) -> RemoteFile:
    modified = meta["last_modified"].replace(microsecond=0)  # as precise as each answer is
    return RemoteFile(path, meta["size"], modified, meta["e_tag"])


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in parts of a size that services take."""
    part = bytearray()
    for piece in pieces:
        part += piece
        while len(part) >= PART_BYTES:
            yield bytes(part[:PART_BYTES])
            del part[:PART_BYTES]
    if part:
        yield bytes(part)


def _chained(first: bytes, second: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield second
    yield from rest
