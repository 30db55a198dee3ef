"""Requests of our own to a bucket, for keys that the library takes for impossible.

A key is any text. Some have empty parts, as `/a.csv` or `in//a.csv`, others are only dots: one such
key makes the library's listing of all of them fail.
"""

from __future__ import annotations

import email.utils
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote, unquote_plus, urlsplit
from xml.etree import ElementTree as ET

import httpx

from rowmill import outbound
from rowmill.buckets.addresses import BucketAddress, BucketCredentials, BucketTimeouts
from rowmill.buckets.errors import by_answer, no_service
from rowmill.buckets.signing import UNCHANGED, Asked, encoded_path, encoded_query, signed_headers
from rowmill.outbound import BrokenAnswer, TimedOut
from rowmill.remote import ConnectionLost, RemoteFile, ServerSilent, is_transient
from rowmill.settings import Settings

PIECE_BYTES: Final = 1024 * 1024
ANSWER_BYTES: Final = 16 * 1024 * 1024
PAUSES: Final = (0.2, 1.0)
"""Seconds before another attempt, as far as the time for them suffices."""

LISTED_AT_ONCE: Final = "1000"


def is_odd(key: str) -> bool:
    """Whether the library takes no such key: for empty parts, parts of dots, control characters."""
    return not {"", ".", ".."}.isdisjoint(key.split("/")) or not key.isprintable()


@dataclass(frozen=True)
class Bucket:
    """The bucket of an address. Keys are whole here, with the address's prefix."""

    address: BucketAddress
    credentials: BucketCredentials
    timeouts: BucketTimeouts
    http: httpx.Client

    def listing(self, prefix: str) -> Iterator[tuple[str, RemoteFile]]:
        """Every key with that prefix, in order, and the file behind the prefix.

        What tools make to stand for a folder, an empty object whose key ends in `/`, is no file.
        """
        query = {
            "list-type": "2",
            "prefix": prefix,
            "max-keys": LISTED_AT_ONCE,
            "encoding-type": "url",
        }
        while True:
            page = self._page(query, prefix or "what lies")
            is_encoded = _text(page, "EncodingType") == "url"
            for entry in page.iter():
                if _name(entry) == "Contents":
                    key, file = self._entry(entry, prefix, is_encoded=is_encoded)
                    if not (key.endswith("/") and not file.size_bytes):
                        yield key, file
            token = _text(page, "NextContinuationToken")
            if not token or _text(page, "IsTruncated") == "false":
                return
            query["continuation-token"] = token

    def stat(self, key: str, path: str) -> RemoteFile:
        """Raises: RemoteFileMissing."""
        with self._answer("HEAD", key, path, "looked up") as response:
            return _file(path, response)

    def read(self, key: str, path: str, offset: int, etag: str | None) -> Iterator[bytes]:
        """The bytes from `offset` on. Raises: RemoteFileChanged where it has another etag."""
        headers = {"Range": f"bytes={offset}-"} if offset else {}
        if etag:
            headers["If-Match"] = etag
        with self._answer("GET", key, path, "read", headers=headers) as response:
            try:
                yield from response.iter_raw(PIECE_BYTES)
            except BrokenAnswer as error:
                raise ConnectionLost(f"{path}: the connection broke off.") from error
            except TimedOut as error:
                raise ServerSilent(f"{path}: the service has stopped answering.") from error

    def copy(self, key: str, to: str, path: str) -> None:
        """Copy an object of up to 5 GiB within the bucket."""
        source = quote(f"/{self.address.bucket}/{key}", safe=UNCHANGED)
        headers = {"x-amz-copy-source": source}
        with self._answer("PUT", to, path, "moved", headers=headers) as response:
            body = outbound.read_body(response)
            if b"<Error>" in body:  # where it goes wrong after the status was sent
                raise by_answer(self.address.place, f"{path} could not be moved", 500, body)

    def delete(self, key: str, path: str) -> None:
        """One that is not there is no error."""
        with self._answer("DELETE", key, path, "deleted"):
            return

    def _page(self, query: Mapping[str, str], subject: str) -> ET.Element:
        with self._answer("GET", "", subject, "listed", query=query) as response:
            body = outbound.read_body(response, ANSWER_BYTES)
        try:
            page = ET.fromstring(body)  # noqa: S314 - it limits expansion
        except ET.ParseError as error:
            raise no_service(self.address.place, response.status_code) from error
        if _name(page) != "ListBucketResult":
            raise no_service(self.address.place, response.status_code)
        return page

    def _entry(self, entry: ET.Element, prefix: str, *, is_encoded: bool) -> tuple[str, RemoteFile]:
        key, size, moment = (_text(entry, name) for name in ("Key", "Size", "LastModified"))
        try:
            modified = datetime.fromisoformat(moment or "").replace(microsecond=0)
            size_bytes = int(size or "")
        except ValueError as error:
            raise no_service(self.address.place, 200) from error
        whole = unquote_plus(key or "") if is_encoded else key or ""
        return whole, RemoteFile(
            whole.removeprefix(prefix), size_bytes, modified, _text(entry, "ETag")
        )

    @contextmanager
    def _answer(
        self,
        method: str,
        key: str,
        subject: str,
        doing: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[httpx.Response]:
        """The service's answer where it does what is asked. Raises: OutboundError."""
        place = self.address.place
        words = f"{subject} in {place} could not be {doing}"
        response = self._patiently(method, key, query or {}, headers or {}, words)
        try:
            if not response.is_success:
                body = b"" if method == "HEAD" else outbound.read_start(response, PIECE_BYTES)
                raise by_answer(place, words, response.status_code, body)
            yield response
        finally:
            response.close()

    def _patiently(
        self,
        method: str,
        key: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        words: str,
    ) -> httpx.Response:
        """The answer, asked for again where that may help. Raises: OutboundError."""
        deadline = time.monotonic() + self.timeouts.retry
        for pause in (*PAUSES, None):
            is_last = pause is None or time.monotonic() + pause > deadline
            try:
                response = self._send(method, key, query, headers)
            except TimedOut as error:
                raise ServerSilent(f"{words}: the service has stopped answering.") from error
            except outbound.OutboundError as error:
                if is_last or not is_transient(error):
                    raise
            else:
                if is_last or response.status_code < 500:
                    return response
                response.close()
            time.sleep(pause or 0)
        raise AssertionError

    def _send(
        self, method: str, key: str, query: Mapping[str, str], headers: Mapping[str, str]
    ) -> httpx.Response:
        parts = urlsplit(self.address.url)
        path = f"/{key}" if self.address.is_virtual_hosted else f"/{self.address.bucket}/{key}"
        path = path if key or self.address.is_virtual_hosted else path.rstrip("/")
        asked = Asked(method, parts.netloc, path, query, headers)
        signed = signed_headers(self.credentials, self.address.region, datetime.now(UTC), asked)
        url = f"{parts.scheme}://{parts.netloc}{encoded_path(path)}"
        whole = f"{url}?{encoded_query(query)}" if query else url
        return self.http.send(self.http.build_request(method, whole, headers=signed), stream=True)


def _file(path: str, response: httpx.Response) -> RemoteFile:
    length, moment = (
        response.headers.get(name, "") for name in ("content-length", "last-modified")
    )
    try:
        modified = email.utils.parsedate_to_datetime(moment)
    except ValueError:
        modified = None
    size = int(length) if length.isdecimal() else None
    return RemoteFile(path, size, modified, response.headers.get("etag"))


def _name(element: ET.Element) -> str:
    """Its name without the namespace, which services write differently."""
    return str(element.tag).rpartition("}")[2]


def _text(element: ET.Element, name: str) -> str | None:
    return next((child.text for child in element if _name(child) == name), None)


@contextmanager
def asking(
    settings: Settings,
    address: BucketAddress,
    credentials: BucketCredentials,
    timeouts: BucketTimeouts,
) -> Iterator[Bucket]:
    """The bucket, as long as the block runs. Nothing is asked of the service yet."""
    http = outbound.client(settings, timeout_seconds=timeouts.silence)
    try:
        yield Bucket(address, credentials, timeouts, http)
    finally:
        http.close()
