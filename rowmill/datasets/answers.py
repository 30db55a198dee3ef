"""Answers that clients may keep: tagged by version and query, and told apart by the tag."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import islice
from typing import Any

import anyio.to_thread
from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from rowmill.datasets.cursors import fingerprint
from rowmill.datasets.export import Export
from rowmill.datasets.service import Reading

# A client's own cache may keep an answer, and asks each time whether it still holds.
CACHING = "private, no-cache"


def entity_tag(reading: Reading, *query: Any) -> str:
    """The tag of what `query`, plain values, gives at the version that is read."""
    return f'"{reading.version}-{fingerprint(str(reading.dataset_id), *query)}"'


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has the answer of that tag already."""
    given = request.headers.get("If-None-Match", "")
    return any(each.strip().removeprefix("W/") in {tag, "*"} for each in given.split(","))


def not_modified(tag: str) -> Response:
    """304: what the client has still holds."""
    return Response(status_code=304, headers={"ETag": tag, "Cache-Control": CACHING})


def json_text(content: str | bytes, tag: str, headers: Mapping[str, str] | None = None) -> Response:
    """An answer whose JSON has been written already."""
    return Response(
        content,
        media_type="application/json",
        headers={"ETag": tag, "Cache-Control": CACHING, **(headers or {})},
    )


class ExportResponse(StreamingResponse):
    """The pieces of an export; the export ends when the client has gone, or has everything."""

    def __init__(self, export: Export, headers: Mapping[str, str]) -> None:
        """Waits for the first rows. Raises what went wrong before them, so that it can be told."""
        pieces = export.pieces()
        try:
            first = b"".join(islice(pieces, 2))
        except BaseException:
            export.close()
            raise
        super().__init__(
            _sent(first, pieces), media_type="text/csv; charset=utf-8", headers=headers
        )
        self._export = export

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything, then let go, also where sending was cut short."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._export.close)


async def _sent(first: bytes, pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    # Where the client goes while a long sort has nothing to send, nobody waits for the sort.
    while piece := await anyio.to_thread.run_sync(next, pieces, b"", abandon_on_cancel=True):
        yield piece
