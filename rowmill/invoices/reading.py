"""Invoices out of the workspace's sales dataset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from rowmill.datasets.rendering import value_text
from rowmill.datasets.service import Reading
from rowmill.datasets.values import UnreadableValue, Value, read_value
from rowmill.errors import NotFound
from rowmill.invoices.content import Invoice, Row, group
from rowmill.lake import Lakes
from rowmill.models import Dataset
from rowmill.templates import service as templates
from rowmill.templates.builtin import SALES
from rowmill.templates.roles import Roles


@dataclass(frozen=True)
class Book:
    """A sales dataset at a version, with the meaning of its columns."""

    dataset: Dataset
    reading: Reading
    roles: Roles

    @property
    def is_numbered(self) -> bool:
        """Whether there are rows that can be told to belong to an invoice."""
        return self.reading.version is not None and self.roles.has("number")


def no_such_invoice() -> NotFound:
    """The error of an invoice that is not there."""
    return NotFound("There is no such invoice.")


def find_book(session: Session, workspace_id: UUID) -> Book | None:
    """The workspace's sales dataset, null where it has none."""
    dataset = templates.find_dataset(session, workspace_id, SALES.name)
    if dataset is None:
        return None
    reading, roles = templates.reading_of(session, dataset)
    return Book(dataset, reading, roles)


def find(lakes: Lakes, book: Book, number: str) -> Invoice | None:
    """The invoice of that number."""
    return find_all(lakes, book, [number]).get(number)


def find_all(lakes: Lakes, book: Book, numbers: Sequence[str]) -> dict[str, Invoice]:
    """Invoices by number, as far as there are such."""
    wanted = _wanted(book, numbers)
    if not wanted or book.reading.version is None:
        return {}
    columns = book.reading.columns
    texts = ", ".join(map(value_text, columns))
    number = book.roles.name("number")
    marks = ", ".join(value.sql for value in wanted)
    with lakes.reader(book.reading.workspace_id) as reader:
        rows = reader.select(
            book.reading.table_name,
            book.reading.version,
            [column.name for column in columns],
            lambda source: (
                f"SELECT CAST({number} AS VARCHAR), _row_id, {texts} FROM {source}"
                f" WHERE {number} IN ({marks})"
            ),
            [value.text for value in wanted],
        )
    names = [column.name for column in columns]
    found = [(row[0], Row(row[1], dict(zip(names, row[2:], strict=True)))) for row in rows]
    return group(found, columns, book.roles)


def exists(lakes: Lakes, book: Book, number: str) -> bool:
    """Whether any row has that number."""
    wanted = _wanted(book, [number])
    if not wanted or book.reading.version is None:
        return False
    name = book.roles.name("number")
    with lakes.reader(book.reading.workspace_id) as reader:
        rows = reader.select(
            book.reading.table_name,
            book.reading.version,
            book.roles.names("number"),
            lambda source: f"SELECT 1 FROM {source} WHERE {name} = {wanted[0].sql} LIMIT 1",
            [wanted[0].text],
        )
    return bool(rows)


def canonical(lakes: Lakes, workspace_id: UUID, texts: Sequence[tuple[str, str]]) -> list[str]:
    """Texts as they read when they come back from a column; each with its DuckDB type."""
    if not texts:
        return []
    values = ", ".join(f"CAST(CAST(? AS {sql_type}) AS VARCHAR)" for _, sql_type in texts)
    with lakes.reader(workspace_id) as reader:
        [row] = reader.rows(f"SELECT {values}", [text for text, _ in texts])
    # DuckDB writes .50 where all digits are decimals.
    return [re.sub(r"^(-?)\.", r"\g<1>0.", text) for text in row]


def _wanted(book: Book, numbers: Sequence[str]) -> list[Value]:
    """The numbers as values of the column; those that it cannot have are left out."""
    column = book.roles.get("number")
    if column is None:
        return []
    values = []
    for number in numbers:
        try:
            values.append(read_value(number, column.type))
        except UnreadableValue:
            continue
    return [value for value in values if "\0" not in value.text]
