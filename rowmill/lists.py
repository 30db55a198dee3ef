"""What every list endpoint takes and gives: a page, and where the next one is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response

from rowmill.context import ContextDep
from rowmill.paging import DEFAULT_LIMIT, Cursor, Limit, Page, PageRequest, Slice, link_next

Item = TypeVar("Item")


@dataclass(frozen=True)
class Paged:
    """A request for a page of a list. `wanted` says which."""

    wanted: PageRequest
    request: Request
    response: Response

    def answer(self, found: Slice[Any], items: Sequence[Item]) -> Page[Item]:
        """The page of what was found, as `items`, with a `Link` to the next one."""
        link_next(self.request, self.response, found.next_cursor)
        return Page(items=list(items), next_cursor=found.next_cursor)


async def get_paged(
    request: Request,
    response: Response,
    context: ContextDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Paged:
    """The page that the query asks for."""  # async spares the trip to the thread pool
    return Paged(PageRequest(context.settings.signing_key(), limit, cursor), request, response)


PagedDep = Annotated[Paged, Depends(get_paged)]
