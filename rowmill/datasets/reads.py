"""What the parameters of the reading endpoints mean, together."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from rowmill.datasets import cursors, filters, ordering, records, sales, service
from rowmill.datasets.aggregates import (
    AggregateQuery,
    check_names,
    parse_groups,
    parse_metrics,
    parse_order,
)
from rowmill.datasets.answers import entity_tag
from rowmill.datasets.explore import explore
from rowmill.datasets.export import ExportQuery
from rowmill.datasets.filters import Filter, Filters
from rowmill.datasets.records import RecordsPage, RecordsQuery
from rowmill.datasets.service import Reading
from rowmill.datasets.values import UnreadableValue, read_value
from rowmill.errors import invalid
from rowmill.lake import Lakes
from rowmill.mill import Column
from rowmill.models import Dataset

Parameters = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class RecordsRead:
    """A page of records that was asked for, its tag, and what binds a cursor to it."""

    reading: Reading
    query: RecordsQuery
    fingerprint: str
    tag: str

    def cursor(self, key: bytes, page: RecordsPage) -> str | None:
        """The cursor of the page behind this one. Args: `key` signs it."""
        if page.next is None:
            return None
        return cursors.encode(key, self.reading.dataset_id, self.fingerprint, page.next)


@dataclass(frozen=True)
class RecordsWish:
    """The parameters of a page of records, as they were sent."""

    limit: int
    cursor: str | None
    sort: str | None
    as_of: str | None
    fields: str | None


def records_read(
    session: Session,
    dataset: Dataset,
    parameters: Parameters,
    wish: RecordsWish,
    *,
    key: bytes,
    reserved: Collection[str],
) -> RecordsRead:
    """Raises: Invalid, InvalidCursor, CursorExpired. Args: `key` has signed the cursor."""
    reading = service.reading(session, dataset, wish.as_of)
    if wish.cursor is not None:
        # The version comes first: the columns, by which all else is read, are those it has.
        version = cursors.version_of(key, dataset.id, wish.cursor)
        reading = service.reading_of_version(session, dataset, version)
    chosen = filters.parse(parameters, reading.columns, reserved)
    order = ordering.parse(wish.sort, reading.columns)
    columns = reading.columns.pick(wish.fields, "fields")
    name = cursors.fingerprint(chosen.normalised(), order.normalised())
    position = None
    if wish.cursor is not None:
        position = cursors.decode(key, dataset.id, name, wish.cursor)
    query = RecordsQuery(columns, chosen, order, wish.limit, position)
    tag = entity_tag(
        reading, "records", name, [column.name for column in columns], wish.limit, wish.cursor
    )
    return RecordsRead(reading, query, name, tag)


def aggregate_query(
    parameters: Parameters,
    reading: Reading,
    *,
    group_by: str | None,
    metrics: str | None,
    sort: str | None,
    limit: int,
    reserved: Collection[str],
) -> AggregateQuery:
    """Raises: Invalid."""
    groups = parse_groups(group_by, reading.columns)
    measured = parse_metrics(metrics, reading.columns)
    check_names([*groups, *measured])
    return AggregateQuery(
        groups=groups,
        metrics=measured,
        filters=filters.parse(parameters, reading.columns, reserved),
        order=parse_order(sort, groups, measured),
        limit=limit,
    )


def export_query(
    parameters: Parameters,
    reading: Reading,
    *,
    fields: str | None,
    sort: str | None,
    safe: bool,
    reserved: Collection[str],
) -> ExportQuery:
    """Raises: Invalid."""
    return ExportQuery(
        columns=reading.columns.pick(fields, "fields"),
        filters=filters.parse(parameters, reading.columns, reserved),
        order=ordering.parse(sort, reading.columns),
        safe=safe,
    )


@dataclass(frozen=True)
class DetailWish:
    """The parameters of a dataset's detail, as they were sent."""

    page: int
    page_size: int
    sort_by: str | None
    sort_dir: str
    date_from: str | None
    date_to: str | None


@dataclass(frozen=True)
class Detail:
    """A numbered page of records as JSON text, the number of all, key figures as JSON text."""

    items: str
    total: int
    aggregates: str


def detail(
    lakes: Lakes,
    reading: Reading,
    parameters: Parameters,
    wish: DetailWish,
    reserved: Collection[str],
) -> Detail:
    """Raises: Invalid, QueryTimedOut, ServiceUnavailable."""
    exploration = explore(lakes, reading)
    chosen = filters.parse(parameters, reading.columns, reserved)
    time = exploration.time.column if exploration.time else None
    chosen = _within_dates(chosen, time, wish)
    order = ordering.Order()
    if wish.sort_by:
        column = reading.columns.get(wish.sort_by, "sort_by")
        order = ordering.Order((ordering.SortKey(column, wish.sort_dir == "desc"),))
    query = RecordsQuery(
        reading.columns.items, chosen, order, wish.page_size, skip=(wish.page - 1) * wish.page_size
    )
    return Detail(
        items=records.page(lakes, reading, query).items,
        total=records.count(lakes, reading, chosen),
        aggregates=sales.aggregates(lakes, reading, exploration, chosen),
    )


def _within_dates(chosen: Filters, column: Column | None, wish: DetailWish) -> Filters:
    """The filters, and that the dataset's time lies between two dates, both inclusive."""
    added = []
    for field, text in (("date_from", wish.date_from), ("date_to", wish.date_to)):
        if not text:
            continue
        if column is None:
            raise invalid(field, "The dataset has no column of dates.")
        try:
            read_value(text, column.type)
        except UnreadableValue as error:
            raise invalid(field, str(error)) from error
        added.append(_from(column, text) if field == "date_from" else _to(column, text))
    return replace(chosen, items=(*chosen.items, *added))


def _from(column: Column, text: str) -> Filter:
    return Filter(column, "gte", (text,))


def _to(column: Column, text: str) -> Filter:
    """A date without a time means its last moment."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return Filter(column, "lte", (text,))
    if column.type == "date" or day == date.max:
        return Filter(column, "lte", (text,))
    return Filter(column, "lt", ((day + timedelta(days=1)).isoformat(),))
