"""What every destination does: it takes a parcel of records, and says what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, ClassVar, Protocol, Self
from uuid import UUID

from rowmill.errors import RowmillError
from rowmill.outbound import (
    AnswerTooLarge,
    HostNotFound,
    OutboundError,
    PrivateAddress,
    TlsFailed,
)
from rowmill.remote import RemoteError
from rowmill.syncs.records import Line, Shape

BODY_KEPT = 2048  # bytes of an answer that are kept
SHORTEST_SECRET = 4  # shorter ones would be found by chance in any text


class DestinationMisconfigured(RowmillError):
    """The destination refuses the sync as it is configured. Change its settings, or the
    destination's.
    """

    status: ClassVar[int] = 502


class Verdict(Enum):
    """What an answer means for the records that were sent."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for their content: some record among them is bad
    LATER = "later"  # the destination cannot take them now
    BROKEN = "broken"  # it takes none from this sync until a person mends something


@dataclass(frozen=True)
class Answer:
    """What a destination said. `retry_after` is in seconds, where it asked for a pause."""

    verdict: Verdict
    message: str
    status: int | None = None
    body: str = ""
    code: str | None = None
    retry_after: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The answer as it is kept and shown."""
        body = self.body.replace("\x00", "\ufffd") or None  # PostgreSQL keeps no zero characters
        values = {"message": self.message, "status": self.status, "body": body}
        values["code"] = self.code
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class Parcel:
    """Records that are sent together. `operation` is `write` or `delete`.

    Attributes:
        idempotency_key: the same each time that this parcel is sent.
        at: when the delivery that it belongs to was planned.
    """

    sync_id: UUID
    dataset: str
    operation: str
    count: int
    idempotency_key: str
    since: int | None
    until: int | None
    at: datetime
    shape: Shape
    text: Iterator[str]

    def lines(self) -> Iterator[Line]:
        """The records, once."""
        return (Line.parse(line) for line in self.text)


class Destination(Protocol):
    """A place that a sync delivers to. It connects at the first use."""

    def deliver(self, parcel: Parcel) -> Answer:
        """Send the records. Raises: RowmillError where no answer came."""

    def test(self) -> str:
        """A sentence about what was reached. Raises: RowmillError saying what is wrong."""

    def close(self) -> None:
        """Let go of every connection."""

    def __enter__(self) -> Self:
        """The destination itself."""

    def __exit__(self, *_: object) -> None:
        """Close it."""


def answer_of(error: RowmillError) -> Answer:
    """What a failure to get an answer means."""
    is_transient = isinstance(error, OutboundError) and not isinstance(
        error, PrivateAddress | TlsFailed | AnswerTooLarge
    )
    if isinstance(error, RemoteError):
        is_transient = error.is_transient
    if isinstance(error, HostNotFound):
        is_transient = True  # the name server may be down
    verdict = Verdict.LATER if is_transient else Verdict.BROKEN
    return Answer(verdict, error.detail, code=error.code)


def without(text: str, secrets: Iterator[str]) -> str:
    """The text with secrets blackened."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_SECRET:
            text = text.replace(secret, "•••")
    return text
