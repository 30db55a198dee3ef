"""Uploaded originals: recorded once per upload, stored once per content."""

from __future__ import annotations

from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.db import transaction
from rowmill.errors import Gone, NotFound
from rowmill.files.receiving import Limits, Received
from rowmill.models import File
from rowmill.workspaces import quotas

LONGEST_NAME = 255
NAMELESS = "upload"


class OriginalRemoved(Gone):
    """The original is no longer kept: this server removes originals of some age."""


def limits(context: Context, workspace_id: UUID) -> Limits:
    """What an upload into the workspace may be at most, by the settings and its quota.

    Raises: QuotaExceeded where nothing more is taken.
    """
    with transaction(context.engine) as session:
        room = quotas.room(session, context.settings, workspace_id)
    return Limits(context.settings.max_upload_bytes, room)


def record(
    session: Session, received: Received, *, workspace_id: UUID, created_by: UUID | None
) -> File:
    """The file row of bytes that have reached the store."""
    file = File(
        workspace_id=workspace_id,
        name=clean_name(received.name),
        sha256=received.sha256,
        size_bytes=received.size_bytes,
        content_type=received.content_type,
        created_by=created_by,
    )
    session.add(file)
    session.flush()
    return file


def find(session: Session, workspace_id: UUID, file_id: UUID) -> File:
    """Raises: NotFound, also where the file is another workspace's."""
    wanted = select(File).where(File.id == file_id, File.workspace_id == workspace_id)
    file = session.scalar(wanted)
    if file is None:
        raise NotFound("There is no such file.")
    return file


def check_kept(file: File) -> None:
    """Raises: OriginalRemoved where retention has removed the file's bytes."""
    if file.removed_at is not None:
        raise OriginalRemoved


def clean_name(name: str) -> str:
    """The last part of a path as clients send it, without control characters."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(letter for letter in last if letter.isprintable()).strip()
    return printable[-LONGEST_NAME:] or NAMELESS
