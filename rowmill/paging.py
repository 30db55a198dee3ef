"""Keyset paging of lists: signed cursors, pages newest first, the `Link` to the next one.

Ids are UUIDv7 and grow with time, so "newest first" is the descending order of ids, and a page
continues strictly below the last id of the one before: rows that come meanwhile move nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from rowmill import signing
from rowmill.errors import BadRequest

Item = TypeVar("Item")

PURPOSE = "cursor"
DEFAULT_LIMIT = 50
LARGEST_LIMIT = 1000

Limit = Annotated[
    int, Query(ge=1, le=LARGEST_LIMIT, description="Most items to answer with.", examples=[50])
]
Cursor = Annotated[
    str | None,
    Query(description="Where to go on: `next_cursor` of the page before. Opaque."),
]


class InvalidCursor(BadRequest):
    """This cursor was not made by this list. Start again from the first page, without a cursor."""


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next_cursor: str | None = Field(
        description="Send it as `cursor` to get the next page; null on the last page."
    )


@dataclass(frozen=True)
class PageRequest:
    """Which page is asked for. `key` signs the cursors."""

    key: bytes
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


@dataclass(frozen=True)
class Slice(Generic[Item]):
    """The rows of one page, and the cursor of the next page where there is one."""

    items: Sequence[Item]
    next_cursor: str | None


def encode(key: bytes, values: Mapping[str, Any]) -> str:
    """An opaque, signed, URL-safe cursor that carries `values` (anything JSON can hold)."""
    return signing.sign(key, PURPOSE, values)


def decode(key: bytes, cursor: str) -> dict[str, Any]:
    """What `encode` put into the cursor.

    Raises: InvalidCursor where it was altered, or signed with another key.
    """
    try:
        values: dict[str, Any] = signing.read(key, PURPOSE, cursor)
    except signing.BadSignature as error:
        raise InvalidCursor from error
    return values


def newest_first(
    session: Session,
    statement: Select[Item],
    identity: InstrumentedAttribute[UUID],
    request: PageRequest,
) -> Slice[Item]:
    """One page of `statement`, in the descending order of its UUIDv7 column `identity`.

    A cursor goes on only in a list of the same table. Raises: InvalidCursor.
    """
    page = slice_newest(session, statement.add_columns(identity), identity, request)
    return Slice([row[0] for row in page.items], page.next_cursor)


def slice_newest(
    session: Session,
    statement: Select[*tuple[Any, ...]],
    identity: InstrumentedAttribute[UUID],
    request: PageRequest,
) -> Slice[Any]:
    """Like `newest_first`, for a statement of several columns whose last one is `identity`."""
    table = identity.parent.local_table.description
    if request.cursor is not None:
        statement = statement.where(identity < _position(request, table))
    rows = session.execute(statement.order_by(identity.desc()).limit(request.limit + 1)).all()
    return cut(rows, request, lambda last: {"list": table, "below": str(last[-1])})


def cut(
    rows: Sequence[Item], request: PageRequest, place: Callable[[Item], Mapping[str, Any]]
) -> Slice[Item]:
    """The page of `rows`, of which one beyond was asked for: where it came, the next page's cursor
    carries the `place` of the last row of this one.
    """
    shown = rows[: request.limit]
    if len(rows) <= request.limit:
        return Slice(shown, None)
    return Slice(shown, encode(request.key, place(shown[-1])))


def link_next(request: Request, response: Response, next_cursor: str | None) -> None:
    """Set `Link: <…>; rel="next"` (RFC 8288) to the same request with the next cursor."""
    if next_cursor is not None:
        following = request.url.include_query_params(cursor=next_cursor)
        response.headers["Link"] = f'<{following}>; rel="next"'


def _position(request: PageRequest, table: str) -> UUID:
    values = decode(request.key, request.cursor or "")
    try:
        if values["list"] == table:
            return UUID(values["below"])
    except (KeyError, TypeError, ValueError):
        pass
    raise InvalidCursor
