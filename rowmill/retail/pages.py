"""Pages of published lists: in the order of their keys, behind the last one, at pinned versions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from rowmill import paging
from rowmill.datasets.cursors import fingerprint
from rowmill.datasets.filters import Condition
from rowmill.mill import quote_identifier, sql_type
from rowmill.paging import InvalidCursor
from rowmill.retail import sources
from rowmill.retail.sources import Sources

Row = TypeVar("Row")


@dataclass(frozen=True)
class Key:
    """A column that a list is ordered by. Nulls come last in either direction."""

    name: str
    type: str
    descending: bool = False

    @property
    def sql(self) -> str:
        """The quoted name."""
        return quote_identifier(self.name)

    @property
    def text(self) -> str:
        """An SQL expression: the value as a cursor carries it."""
        return f"CAST({self.sql} AS VARCHAR)"

    @property
    def order(self) -> str:
        """The item of ORDER BY."""
        return f"{self.sql} {'DESC' if self.descending else 'ASC'} NULLS LAST"


@dataclass(frozen=True)
class Page:
    """Items as JSON text, and the cursor of the next page where there is one."""

    items: list[str]
    next_cursor: str | None

    def json(self, name: str, **others: str) -> str:
        """The answer: the items under `name`, and `others` that are JSON text already."""
        members = "".join(f',"{key}":{text}' for key, text in others.items())
        cursor = json.dumps(self.next_cursor)
        return f'{{"{name}":[{",".join(self.items)}],"next_cursor":{cursor}{members}}}'


@dataclass(frozen=True)
class Request:
    """Which page of which list is asked for.

    `name` and `query`, plain values, say what list it is: a cursor goes on in no other. `key`
    signs the cursors.
    """

    key: bytes
    name: str
    query: tuple[Any, ...]
    limit: int
    cursor: str | None

    def open(self, session: Session, workspace_id: Any) -> tuple[Sources, list[str | None] | None]:
        """The sources to read, and the keys of the row behind which to go on.

        Raises: InvalidCursor, CursorExpired.
        """
        if self.cursor is None:
            return sources.find(session, workspace_id), None
        values = paging.decode(self.key, self.cursor)
        if values.get("list") != self.name or values.get("query") != fingerprint(*self.query):
            raise InvalidCursor("This cursor belongs to another list, or to other filters.")
        return sources.find(session, workspace_id, values["versions"]), values["keys"]

    def page(self, found: Sources, rows: Sequence[tuple[Any, ...]]) -> Page:
        """The page of rows that were read, one more than the limit where there are more.

        Each is the item's JSON text, then its keys as text.
        """
        shown = rows[: self.limit]
        items = [row[0] for row in shown]
        if len(rows) <= self.limit:
            return Page(items, None)
        position = {
            "list": self.name,
            "query": fingerprint(*self.query),
            "versions": {name: source.version for name, source in found.found.items()},
            "keys": [None if value is None else str(value) for value in shown[-1][1:]],
        }
        return Page(items, paging.encode(self.key, position))


def order_by(keys: Sequence[Key]) -> str:
    """What follows ORDER BY."""
    return ", ".join(key.order for key in keys)


def behind(keys: Sequence[Key], values: Sequence[str | None] | None) -> Condition:
    """Holds for what comes behind the row with these keys; for all without them."""
    if values is None:
        return Condition("true")
    ways: list[str] = []
    parameters: list[str] = []
    for position, (key, value) in enumerate(zip(keys, values, strict=True)):
        if value is None:  # nothing comes behind a null but what the following keys tell
            continue
        equal = [_equal(*pair) for pair in zip(keys[:position], values[:position], strict=True)]
        sign = "<" if key.descending else ">"
        after = f"({key.sql} {sign} CAST(? AS {sql_type(key.type)}) OR {key.sql} IS NULL)"
        ways.append(" AND ".join([*(part.sql for part in equal), after]))
        parameters += [text for part in equal for text in part.parameters]
        parameters.append(value)
    if not ways:
        return Condition("false")
    return Condition(" OR ".join(f"({way})" for way in ways), tuple(parameters))


def _equal(key: Key, value: str | None) -> Condition:
    if value is None:
        return Condition(f"{key.sql} IS NULL")
    return Condition(f"{key.sql} = CAST(? AS {sql_type(key.type)})", (value,))
