"""Files at addresses of the web, asked for anew only where they have changed."""

from __future__ import annotations

import email.utils
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

import httpx

from rowmill import outbound
from rowmill.feeds.sources.base import CannotResume, NotChangeable
from rowmill.remote import RemoteAccessDenied, RemoteFailure, RemoteFile, RemoteFileMissing
from rowmill.settings import Settings

READ_BYTES: Final = 1024 * 1024
WAIT_SECONDS: Final = 60.0
NAMELESS: Final = "index"


@dataclass(frozen=True)
class HttpsLogin:
    """What is sent with each request, by one of the ways."""

    basic: tuple[str, str] | None = None
    headers: Mapping[str, str] | None = None


class HttpsSource:
    """Each address is one file, whose path is the address without scheme and query."""

    appears_whole = True
    resumes = False  # whether it does is seen only when it is asked to
    host_key: str | None = None

    def __init__(
        self,
        settings: Settings,
        urls: Sequence[str],
        login: HttpsLogin,
        known: Mapping[str, RemoteFile],
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        """Args: `known` are the files as they were fetched last, by path."""
        self._urls = _paths(urls)
        self._known = known
        self._answered: dict[str, RemoteFile] = {}
        self._client = outbound.client(
            settings,
            timeout_seconds=wait_seconds,
            follow_redirects=not login.headers,  # which would be sent on to other hosts too
        )
        self._client.headers.update(login.headers or {})
        if login.basic:
            self._client.auth = httpx.BasicAuth(*login.basic)

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def files(self) -> Iterator[RemoteFile]:
        for path in self._urls:
            yield self._ask(path)

    def look(self, path: str) -> RemoteFile | None:
        return self._answered.get(path)

    def read(self, file: RemoteFile, offset: int = 0) -> Iterator[bytes]:
        path, headers = file.path, {}
        if offset:
            tag = _validator(file)
            if tag is None:
                raise CannotResume
            headers = {"Range": f"bytes={offset}-", "If-Range": tag}
        with self._client.stream("GET", self._urls[path], headers=headers) as response:
            self._check(response, path)
            if offset and response.status_code != 206:
                raise CannotResume
            self._answered[path] = file if offset else _described(path, response)
            yield from response.iter_raw(READ_BYTES)

    def exists(self, path: str) -> bool:
        return path in self._urls

    def move(self, path: str, to: str) -> None:  # noqa: ARG002 - a source's signature
        raise NotChangeable

    def delete(self, path: str) -> None:  # noqa: ARG002 - a source's signature
        raise NotChangeable

    def _ask(self, path: str) -> RemoteFile:
        """The file as its server describes it; its body is not read."""
        known = self._known.get(path)
        headers = {}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        elif known is not None and known.modified_at:
            moment = email.utils.format_datetime(known.modified_at, usegmt=True)
            headers["If-Modified-Since"] = moment
        with self._client.stream("GET", self._urls[path], headers=headers) as response:
            if known is not None and response.status_code == 304:
                self._answered[path] = known
                return known
            self._check(response, path)
            self._answered[path] = _described(path, response)
            return self._answered[path]

    def _check(self, response: httpx.Response, path: str) -> None:
        status = response.status_code
        if status in {200, 206}:
            return
        answer = f"{path}: the server answers {status} {response.reason_phrase}".rstrip()
        if status in {404, 410}:
            raise RemoteFileMissing(f"{answer}. Look at the address.")
        if status in {401, 403, 407}:
            raise RemoteAccessDenied(f"{answer}. Look at the credentials of the feed.")
        if response.is_redirect:
            raise RemoteAccessDenied(
                f"{answer}, and leads to {urlsplit(response.headers.get('location', '')).netloc}. "
                "Use the address that it leads to."
            )
        raise RemoteFailure(f"{answer}.")


def _paths(urls: Sequence[str]) -> dict[str, str]:
    """Path to address, in their order; alike ones are numbered."""
    paths: dict[str, str] = {}
    for url in urls:
        parts = urlsplit(url)
        path = f"{parts.netloc}{unquote(parts.path)}"
        path = f"{path.rstrip('/')}/{NAMELESS}" if parts.path in {"", "/"} else path.rstrip("/")
        candidate, number = path, 1
        while candidate in paths:
            number += 1
            candidate = f"{path}-{number}"
        paths[candidate] = url
    return paths


def _described(path: str, response: httpx.Response) -> RemoteFile:
    length = response.headers.get("content-length", "")
    is_whole = response.status_code == 200
    return RemoteFile(
        path=path,
        size_bytes=int(length) if length.isdigit() and is_whole else None,
        modified_at=_moment(response.headers.get("last-modified")),
        etag=response.headers.get("etag"),
    )


def _moment(text: str | None) -> datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _validator(file: RemoteFile) -> str | None:
    """What tells in `If-Range` that the file is still the same: not a weak etag."""
    if file.etag:
        return None if file.etag.startswith("W/") else file.etag
    return email.utils.format_datetime(file.modified_at, usegmt=True) if file.modified_at else None
