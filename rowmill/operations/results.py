"""The file that an operation makes, and links to it that work without signing in."""

from __future__ import annotations

import codecs
import csv
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

from rowmill import signing
from rowmill.datasets import export
from rowmill.datasets.columns import Columns
from rowmill.datasets.export import ExportQuery
from rowmill.datasets.filters import Filters
from rowmill.datasets.ordering import Order
from rowmill.datasets.records import BEFORE_FIRST
from rowmill.datasets.rendering import array, value_json
from rowmill.datasets.service import Reading
from rowmill.errors import Gone, NotFound
from rowmill.lake import Lakes, Output, Reader
from rowmill.mill import Column, quote_literal
from rowmill.models import Operation, now
from rowmill.store import Store

PURPOSE = "result"
PIECE_BYTES = 1024 * 1024


class LinkExpired(Gone):
    """This link has expired. Ask for the operation again: its answer has a fresh one."""


class ResultRemoved(Gone):
    """The result's file was removed after its time. Run the operation again to have it anew."""


class DatasetGone(Gone):
    """The result's dataset was deleted. Add safe=false to download the file as it was made."""


def write_file(
    store: Store,
    reader: Reader,
    staged_key: str,
    key: str,
    columns: Columns,
    tick: Callable[[], None],
) -> int:
    """Write the staged rows as CSV, all of it or nothing; returns its size in bytes.

    `tick` is called between pieces; what it raises leaves nothing behind.
    """
    query = ExportQuery(columns.items, Filters(), Order(), safe=False)
    source = f"read_parquet({quote_literal(store.uri(staged_key))})"
    size = 0
    draft = store.draft()
    try:
        for piece in _large(_pieces(reader, query, source)):
            draft.write(piece)
            size += len(piece)
            tick()
        draft.finish(key)
    except BaseException:
        draft.abort()
        raise
    return size


def _pieces(reader: Reader, query: ExportQuery, source: str) -> Iterator[bytes]:
    yield export.header(query)
    yield from reader.texts(f"SELECT {export.line(query)} FROM {source}")


def _large(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of about a mebibyte."""
    buffer = bytearray()
    for piece in pieces:
        buffer += piece
        if len(buffer) >= PIECE_BYTES:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)


def sign(key: bytes, operation_id: UUID, *, life: timedelta, moment: datetime | None = None) -> str:
    """A token that opens the operation's file for so long, whoever sends it."""
    expires = int(((moment or now()) + life).timestamp())
    return signing.sign(key, PURPOSE, [str(operation_id), expires])


def opened_by(key: bytes, token: str) -> UUID:
    """The operation whose file the token opens. Raises: NotFound, LinkExpired."""
    try:
        operation_id, expires = signing.read(key, PURPOSE, token)
    except signing.BadSignature as error:
        raise NotFound from error
    if now().timestamp() > expires:
        raise LinkExpired
    return UUID(operation_id)


def first_rows(
    lakes: Lakes, store: Store, operation: Operation, reading: Reading | None, n: int
) -> str:
    """The first rows of the result as a JSON array, under the headers that the file has.

    Args: `reading` is the result's dataset at its version, if that is still kept.
    """
    if reading is None or reading.version is None:
        return json.dumps(list(islice(_rows_of_file(store, operation.result_key), n)))
    columns = reading.columns.items
    output = Output([column.name for column in columns], _labelled_row(columns))
    with lakes.reader(reading.workspace_id) as reader:
        rows = reader.rows_in_order(
            reading.table_name, reading.version, output, after=BEFORE_FIRST, limit=n
        )
    return array(row[1] for row in rows)


def _labelled_row(columns: Sequence[Column]) -> str:
    """An SQL expression: the row as a JSON object by label, by name where labels are not unique."""
    labels = Counter(column.label for column in columns)
    parts = []
    for position, column in enumerate(columns):
        is_usable = column.label and labels[column.label] == 1
        key = json.dumps(column.label if is_usable else column.name)
        parts += [quote_literal(f"{',' if position else '{'}{key}:"), value_json(column)]
    return f"concat({', '.join(parts)}, '}}')"


def _rows_of_file(store: Store, key: str) -> Iterator[dict[str, str | None]]:
    """The records of the result's file, all of them texts. Raises: ResultRemoved."""
    if not store.exists(key):
        raise ResultRemoved
    lines = codecs.iterdecode(store.read(key), "utf-8")
    text = (piece for part in lines for piece in part.splitlines(keepends=True))
    for record in csv.DictReader(_whole_lines(text)):
        yield {name: value or None for name, value in record.items()}


def _whole_lines(pieces: Iterator[str]) -> Iterator[str]:
    line = ""
    for piece in pieces:
        line += piece
        if piece.endswith("\n"):
            yield line
            line = ""
    if line:
        yield line
