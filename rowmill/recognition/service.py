"""Looking at the beginning of a file, in a process of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final
from uuid import UUID

from fastapi import Request

from rowmill import mill
from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import TooLarge
from rowmill.mill.request import MEBIBYTE
from rowmill.templates import matching
from rowmill.templates import service as templates
from rowmill.templates.matching import Match

MOST_BYTES: Final = MEBIBYTE

_SECONDS: Final = 15.0
_MEMORY: Final = 128 * MEBIBYTE
_PROCESS: Final = 512 * MEBIBYTE
_EXPANDED: Final = 256 * MEBIBYTE


async def beginning(request: Request) -> bytes:
    """The request's body. Raises: TooLarge."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise TooLarge(
                f"A file is recognised by its first {MOST_BYTES:,} bytes. Send no more than these, "
                "with beginning=true.",
                limit_bytes=MOST_BYTES,
            )
    return bytes(body)


def look(content: bytes, options: mill.ReadOptions, *, is_cut: bool) -> mill.Seen:
    """How a file with this content, or beginning with it, would be read.

    Raises: ImportFailed, ParserDied.
    """
    limits = mill.Limits(
        memory_bytes=_MEMORY,
        process_bytes=_PROCESS,
        max_expanded_bytes=_EXPANDED,
        threads=1,
        timeout_seconds=_SECONDS,
    )
    with tempfile.TemporaryDirectory(prefix="rowmill-look-") as folder:
        source = Path(folder) / "file"
        source.write_bytes(content)
        return mill.run_look(mill.LookRequest(str(source), is_cut, options=options, limits=limits))


def match(
    context: Context, workspace_id: UUID, labels: list[str], template: str | None
) -> Match | None:
    """The template that a header looks like; how it fits `template` where one is named.

    Raises: Invalid where there is no such template.
    """
    with transaction(context.engine) as session:
        if template is not None:
            return matching.match(templates.chosen(session, workspace_id, template), labels)
        return matching.best(templates.listing(session, workspace_id), labels)
