"""What became of a dataset's rows between two of its versions, in pages and as a feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.orm import Session

from rowmill import paging
from rowmill.datasets import answers, service
from rowmill.datasets.cursors import LONGEST_KEYS
from rowmill.datasets.filters import Condition
from rowmill.datasets.ordering import Order, SortKey
from rowmill.datasets.records import BEFORE_FIRST
from rowmill.datasets.rendering import array, object_json, value_json
from rowmill.datasets.service import Reading
from rowmill.errors import CursorExpired, Invalid
from rowmill.lake import OLD, ChangeFeed, Lakes, Output, Reader, key_column
from rowmill.mill import Column
from rowmill.models import Dataset
from rowmill.paging import InvalidCursor

WINDOW: Final = 5_000
"""So many changes are read at once and held for the pages that follow."""

ROW_BYTES: Final = 300
IS_DELETE: Final = "(_change = 'delete')"


@dataclass(frozen=True)
class Place:
    """Where to go on: a cursor, and the key that has signed it."""

    key: bytes
    cursor: str | None


@dataclass(frozen=True)
class Position:
    """The place of a change: `keys` are the parts of its row's key as text, null where they are
    too long to carry; then they are looked up again.
    """

    is_delete: bool
    row_id: int
    keys: tuple[str | None, ...] | None

    def to_list(self) -> list[Any]:
        """As a cursor carries it."""
        return [self.is_delete, self.row_id, self.keys and list(self.keys)]

    @classmethod
    def of_list(cls, values: Sequence[Any]) -> Position:
        """What `to_list` wrote."""
        is_delete, row_id, keys = values
        return cls(is_delete, row_id, None if keys is None else tuple(keys))


@dataclass(frozen=True)
class Wanted:
    """A page of the changes from version `since` (None: from nothing) to the one that is read."""

    reading: Reading
    since: int | None
    row_key: tuple[str, ...]
    limit: int
    behind: Position | None = None

    @property
    def tag(self) -> str:
        """The entity tag of the page."""
        place = self.behind.to_list() if self.behind else None
        return answers.entity_tag(self.reading, "changes", self.since, self.limit, place)

    @property
    def place(self) -> tuple[bool, int] | None:
        """Behind which change the page begins; None for the first page."""
        return (self.behind.is_delete, self.behind.row_id) if self.behind else None

    @property
    def window(self) -> tuple[Any, ...]:
        """What tells these changes from others, for those that are held in memory."""
        reading = self.reading
        return ("changes", reading.dataset_id, reading.version, self.since, self.row_key)

    def cursor(self, key: bytes, page: ChangesPage) -> str | None:
        """The cursor of the next page, None on the last one."""
        if page.last is None:
            return None
        values = {
            "changes_of": str(self.reading.dataset_id),
            "since": self.since,
            "until": self.reading.version,
            "key": list(self.row_key),
            "behind": page.last.to_list(),
        }
        return paging.encode(key, values)


@dataclass(frozen=True)
class ChangesPage:
    """Changes as the text of a JSON array, and the place of the last one if more follow."""

    items: str
    last: Position | None = None


def wanted(session: Session, dataset: Dataset, since: int, limit: int, place: Place) -> Wanted:
    """Raises: CursorExpired where no version that old is kept, InvalidCursor."""
    if place.cursor is not None:
        values = paging.decode(place.key, place.cursor)
        if values.get("changes_of") != str(dataset.id) or "behind" not in values:
            raise InvalidCursor
        reading = service.reading_of_version(session, dataset, values["until"])
        behind = Position.of_list(values["behind"])
        return Wanted(reading, values["since"], tuple(values["key"]), limit, behind)
    reading = service.reading(session, dataset)
    begin = version_of(session, dataset, since)
    return Wanted(reading, begin, key_of(dataset, reading), limit)


def version_of(session: Session, dataset: Dataset, since: int) -> int | None:
    """The dataset's own version that was the newest one at `since`; None for 0.

    Raises: CursorExpired.
    """
    if since == 0:
        return None
    try:
        return service.reading(session, dataset, str(since)).version
    except Invalid as error:
        raise CursorExpired(
            "No version of the dataset is kept that is that old. Begin again with since=0."
        ) from error


def key_of(dataset: Dataset, reading: Reading) -> tuple[str, ...]:
    """The columns that tell rows apart; none where the version that is read lacks one of them."""
    names = {column.name for column in reading.columns}
    return tuple(dataset.key) if names.issuperset(dataset.key) else ()


def page(lakes: Lakes, wanted: Wanted) -> ChangesPage:
    """One page. Raises: CursorExpired, QueryTimedOut, ServiceUnavailable."""
    if wanted.reading.version is None:
        return ChangesPage("[]")
    if wanted.since is None:
        return _page_of_all(lakes, wanted, wanted.reading.version)
    rows = _held(lakes, wanted)
    if rows is None:
        window = _read(lakes, wanted, max(WINDOW, wanted.limit) + 1)
        weight = sum(len(row[0]) + ROW_BYTES for row in window.rows)
        lakes.results.put(wanted.window, window, weight)
        rows = window.rows[: wanted.limit + 1]
    return _cut(wanted, rows)


@dataclass(frozen=True)
class _Window:
    """Changes in their order, and for each place where one of them ends, which one is the next.

    `is_last` says that none follow. Comparing versions takes its time for however few of them.
    """

    rows: Sequence[tuple[Any, ...]]
    places: Mapping[tuple[bool, int] | None, int]
    is_last: bool


def _held(lakes: Lakes, wanted: Wanted) -> Sequence[tuple[Any, ...]] | None:
    """The rows of the page and one beyond, where they were read with those of a page before."""
    window: _Window | None = lakes.results.get(wanted.window)
    if window is None or (begin := window.places.get(wanted.place)) is None:
        return None
    rows = window.rows[begin : begin + wanted.limit + 1]
    return rows if window.is_last or len(rows) > wanted.limit else None


def _read(lakes: Lakes, wanted: Wanted, count: int) -> _Window:
    """The next changes behind the place of the cursor, each with its place and its key as text."""
    columns = wanted.reading.columns.items
    item = _item(
        "concat('\"', _change, '\"')",
        f"CASE WHEN _change = 'delete' THEN 'null' ELSE {new_json(columns)} END",
        f"CASE WHEN _change = 'insert' THEN 'null' ELSE {old_json(columns)} END",
    )
    with feed(lakes, wanted.reading, wanted.since, wanted.row_key) as (reader, source, order):
        behind = _behind(reader, source, wanted)
        rows = reader.rows(
            f"SELECT {', '.join([item, IS_DELETE, '_row_id', *_keys(wanted)])}"
            f" FROM (SELECT * FROM {source} WHERE {behind.sql}"
            f" ORDER BY {order} LIMIT {count}) ORDER BY {order}",
            behind.parameters,
        )
    places: dict[tuple[bool, int] | None, int] = {wanted.place: 0}
    places.update({(row[1], row[2]): number for number, row in enumerate(rows, 1)})
    return _Window(rows, places, is_last=len(rows) < count)


def _page_of_all(lakes: Lakes, wanted: Wanted, version: int) -> ChangesPage:
    """One page where every row is an insert: in the table's own order, however deep at once."""
    columns = wanted.reading.columns.items
    item = _item("'\"insert\"'", new_json(columns), "'null'")
    with lakes.reader(wanted.reading.workspace_id) as reader:
        rows = reader.rows_in_order(
            wanted.reading.table_name,
            version,
            Output([column.name for column in columns], item),
            after=wanted.behind.row_id if wanted.behind else BEFORE_FIRST,
            limit=wanted.limit + 1,
        )
    return _cut(wanted, [(item, False, row_id) for row_id, item in rows])


def _cut(wanted: Wanted, rows: Sequence[tuple[Any, ...]]) -> ChangesPage:
    """The page of these rows as `_read` gives them, of which one beyond was asked for."""
    shown = rows[: wanted.limit]
    items = array(row[0] for row in shown)
    if len(rows) <= wanted.limit:
        return ChangesPage(items)
    _, is_delete, row_id, *texts = shown[-1]
    is_short = sum(len(text or "") for text in texts) <= LONGEST_KEYS
    return ChangesPage(items, Position(is_delete, row_id, tuple(texts) if is_short else None))


def _item(change: str, record: str, previous: str) -> str:
    """An SQL expression: a change as JSON, of expressions that are JSON themselves."""
    return object_json(
        [("change", change), ("row_id", "_row_id"), ("record", record), ("previous", previous)]
    )


def _keys(wanted: Wanted) -> list[str]:
    """SQL expressions on a feed: the parts of the row's key as text."""
    return [f"CAST({key_column(number)} AS VARCHAR)" for number in range(len(wanted.row_key))]


def _behind(reader: Reader, source: str, wanted: Wanted) -> Condition:
    """Holds for the changes behind the place of the cursor, in the order of the feed."""
    place = wanted.behind
    if place is None:
        return Condition("true")
    keys = place.keys if place.keys is not None else _keys_at(reader, source, wanted, place)
    columns = {column.name: column for column in wanted.reading.columns}
    order = Order(
        tuple(
            SortKey(replace(columns[name], name=key_column(number)), nulls_first=True)
            for number, name in enumerate(wanted.row_key)
        )
    )
    later = order.behind(keys, place.row_id)
    rest = "false" if place.is_delete else IS_DELETE  # deletions come after all others
    return Condition(
        f"{rest} OR ({IS_DELETE} = {place.is_delete} AND ({later.sql}))", later.parameters
    )


def _keys_at(
    reader: Reader, source: str, wanted: Wanted, place: Position
) -> tuple[str | None, ...]:
    """The key of a change whose key was too long for the cursor."""
    rows = reader.rows(
        f"SELECT {', '.join(_keys(wanted))} FROM {source}"
        f" WHERE _row_id = {place.row_id} AND {IS_DELETE} = {place.is_delete}"
    )
    if not rows:
        raise InvalidCursor
    return rows[0]


@contextmanager
def feed(
    lakes: Lakes,
    reading: Reading,
    since: int | None,
    row_key: Sequence[str],
    *,
    timeout_seconds: float | None = None,
) -> Iterator[tuple[Reader, str, str]]:
    """A reader, the FROM clause of the changes up to the version that is read, and their order.

    Raises: CursorExpired where the version `since` is no longer kept.
    """
    assert reading.version is not None
    names = [column.name for column in reading.columns]
    wanted = ChangeFeed(reading.table_name, since, reading.version, names, row_key)
    changes = lakes.changes(reading.workspace_id, wanted, timeout_seconds=timeout_seconds)
    with changes as (reader, source):
        yield reader, source, wanted.order


def new_json(columns: Sequence[Column]) -> str:
    """An SQL expression on a feed: the row as it is now, as JSON."""
    return object_json([(column.name, value_json(column)) for column in columns])


def old_json(columns: Sequence[Column]) -> str:
    """An SQL expression on a feed: the row as it was, as JSON."""
    return object_json([(column.name, value_json(before(column))) for column in columns])


def before(column: Column) -> Column:
    """The column of a feed that holds the earlier value."""
    return replace(column, name=f"{OLD}{column.name}")
