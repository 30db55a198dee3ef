"""The places that a sync can deliver to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from rowmill.settings import Settings
from rowmill.syncs.destinations.base import (
    Answer,
    Destination,
    DestinationMisconfigured,
    Parcel,
    Verdict,
    answer_of,
)
from rowmill.syncs.destinations.database import DatabaseDestination
from rowmill.syncs.destinations.files import BucketDestination, SftpDestination
from rowmill.syncs.destinations.http import HttpDestination
from rowmill.syncs.targets import HttpTarget, PostgresqlTarget, S3Target, SftpTarget

__all__ = [
    "Answer",
    "Destination",
    "DestinationMisconfigured",
    "Parcel",
    "Verdict",
    "answer_of",
    "open_destination",
]


def open_destination(
    settings: Settings,
    target: HttpTarget | SftpTarget | S3Target | PostgresqlTarget,
    secrets: Mapping[str, str],
) -> Destination:
    """The destination of these settings. Nothing is contacted before its first use."""
    match target:
        case HttpTarget():
            return HttpDestination(settings, target, secrets)
        case SftpTarget():
            return SftpDestination(settings, target, secrets)
        case S3Target():
            return BucketDestination(settings, target, secrets)
        case PostgresqlTarget():
            return DatabaseDestination(settings, target, secrets)
        case _:
            assert_never(target)
