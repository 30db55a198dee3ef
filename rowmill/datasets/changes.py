"""What became of a dataset's rows between two of its versions, in pages and as a feed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from rowmill import paging
from rowmill.datasets import answers, service
from rowmill.datasets.rendering import array, object_json, value_json
from rowmill.datasets.service import Reading
from rowmill.errors import CursorExpired, Invalid
from rowmill.lake import OLD, ChangeFeed, Lakes, Reader
from rowmill.mill import Column
from rowmill.models import Dataset
from rowmill.paging import InvalidCursor


@dataclass(frozen=True)
class Place:
    """Where to go on: a cursor, and the key that has signed it."""

    key: bytes
    cursor: str | None


@dataclass(frozen=True)
class Wanted:
    """A page of the changes from version `since` (None: from nothing) to the one that is read."""

    reading: Reading
    since: int | None
    row_key: tuple[str, ...]
    limit: int
    skip: int

    @property
    def tag(self) -> str:
        """The entity tag of the page."""
        return answers.entity_tag(self.reading, "changes", self.since, self.limit, self.skip)

    def cursor(self, key: bytes, page: ChangesPage) -> str | None:
        """The cursor of the next page, None on the last one."""
        if not page.has_more:
            return None
        values = {
            "changes_of": str(self.reading.dataset_id),
            "since": self.since,
            "until": self.reading.version,
            "key": list(self.row_key),
            "skip": self.skip + self.limit,
        }
        return paging.encode(key, values)


@dataclass(frozen=True)
class ChangesPage:
    """Changes as the text of a JSON array, and whether more follow."""

    items: str
    has_more: bool


def wanted(session: Session, dataset: Dataset, since: int, limit: int, place: Place) -> Wanted:
    """Raises: CursorExpired where no version that old is kept, InvalidCursor."""
    if place.cursor is not None:
        values = paging.decode(place.key, place.cursor)
        if values.get("changes_of") != str(dataset.id):
            raise InvalidCursor
        reading = service.reading_of_version(session, dataset, values["until"])
        return Wanted(reading, values["since"], tuple(values["key"]), limit, values["skip"])
    reading = service.reading(session, dataset)
    begin = version_of(session, dataset, since)
    return Wanted(reading, begin, key_of(dataset, reading), limit, 0)


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
        return ChangesPage("[]", has_more=False)
    columns = wanted.reading.columns.items
    record, previous = new_json(columns), old_json(columns)
    item = object_json(
        [
            ("change", "concat('\"', _change, '\"')"),
            ("row_id", "_row_id"),
            ("record", f"CASE WHEN _change = 'delete' THEN 'null' ELSE {record} END"),
            ("previous", f"CASE WHEN _change = 'insert' THEN 'null' ELSE {previous} END"),
        ]
    )
    with feed(lakes, wanted.reading, wanted.since, wanted.row_key) as (reader, source, order):
        rows = reader.rows(
            f"SELECT {item} FROM {source} ORDER BY {order}"
            f" LIMIT {wanted.limit + 1} OFFSET {wanted.skip}"
        )
    return ChangesPage(array(row[0] for row in rows[: wanted.limit]), len(rows) > wanted.limit)


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
