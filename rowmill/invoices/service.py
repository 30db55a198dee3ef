"""Invoices are written here: one commit of the lake each, under the workspace's commit lock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from rowmill.context import Context
from rowmill.datasets import editing
from rowmill.datasets.columns import Columns
from rowmill.datasets.editing import Notice, Plan, Repeatable
from rowmill.datasets.service import Reading
from rowmill.db import transaction
from rowmill.errors import Conflict, PreconditionFailed
from rowmill.invoices import drafting
from rowmill.invoices.content import Invoice, Row, Values, difference, in_order
from rowmill.invoices.numbers import subject_of
from rowmill.invoices.reading import (
    Book,
    canonical,
    exists,
    find,
    find_book,
    no_such_invoice,
)
from rowmill.invoices.schemas import InvoiceIn
from rowmill.lake import Change, Deletion, Insertion, Update
from rowmill.mill import sql_type
from rowmill.models import Dataset, Event, User
from rowmill.paging import InvalidCursor, PageRequest, Slice, cut, decode
from rowmill.templates import service as templates
from rowmill.templates.builtin import SALES
from rowmill.templates.roles import Roles

SUBJECT = "invoice"
MOST_NAMES = 20  # that one invoice had, one after the other


class NumberTaken(Conflict):
    """There is an invoice with this number already. Change that one, or choose another number."""


@dataclass(frozen=True)
class Author:
    """Who writes, where, and whether the request may come again."""

    user: User
    workspace_id: UUID
    request: Repeatable | None = None


@dataclass(frozen=True)
class Written:
    """An invoice as it is now, as JSON, and its tag."""

    invoice: dict[str, Any]
    tag: str


Drafter = Callable[[Invoice], InvoiceIn]


def get(session: Session, context: Context, workspace_id: UUID, number: str) -> Invoice:
    """Raises: NotFound."""
    book = find_book(session, workspace_id)
    invoice = find(context.lakes, book, number) if book else None
    if invoice is None:
        raise no_such_invoice()
    return invoice


def create(context: Context, author: Author, body: InvoiceIn) -> Written:
    """Write a new invoice; the first one of a workspace makes its sales dataset.

    Raises: Refused, NumberTaken.
    """
    with transaction(context.engine) as session:
        dataset = templates.find_dataset(session, author.workspace_id, SALES.name)
        if dataset is None:
            _check_first(body)
            dataset = templates.find_or_create_dataset(
                session, author.workspace_id, SALES, created_by=author.user.id
            )

    def plan(found: Dataset, reading: Reading) -> Plan:
        book = Book(found, reading, Roles.of(found, reading))
        if body.number is not None and exists(context.lakes, book, body.number):
            raise NumberTaken
        return _planned(context, book, None, body)

    return _written(editing.edit(context, dataset, author.user, plan, author.request))


def change(
    context: Context, author: Author, number: str, drafter: Drafter, if_match: str | None
) -> Written:
    """Make of an invoice what `drafter` says. Raises: NotFound, PreconditionFailed, Refused,
    NumberTaken.
    """
    dataset = _dataset(context, author)

    def plan(found: Dataset, reading: Reading) -> Plan:
        book = Book(found, reading, Roles.of(found, reading))
        old = _unchanged(context, book, number, if_match)
        body = drafter(old)
        renamed = body.number is not None and body.number != number
        if renamed and body.number is not None and exists(context.lakes, book, body.number):
            raise NumberTaken
        return _planned(context, book, old, body)

    return _written(editing.edit(context, dataset, author.user, plan, author.request))


def remove(context: Context, author: Author, number: str, if_match: str | None) -> None:
    """Take an invoice out of the dataset. Raises: NotFound, PreconditionFailed."""
    dataset = _dataset(context, author)

    def plan(found: Dataset, reading: Reading) -> Plan:
        book = Book(found, reading, Roles.of(found, reading))
        old = _unchanged(context, book, number, if_match)
        return Plan(
            columns=tuple(reading.columns),
            changes=tuple(Deletion(row.row_id) for row in old.rows if row.row_id is not None),
            message=f"Delete invoice {number}",
            notices=(_notice("deleted", found, old, None),),
            result={},
        )

    editing.edit(context, dataset, author.user, plan, author.request)


def history(
    session: Session, context: Context, workspace_id: UUID, number: str, request: PageRequest
) -> Slice[tuple[Event, str | None]]:
    """What happened to an invoice, newest first, each with who did it. Raises: NotFound."""
    book = find_book(session, workspace_id)
    if book is None:
        raise no_such_invoice()
    subjects = _subjects(session, book, number)
    below = _below(request, book, number)
    query = (
        select(Event, User.username)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.workspace_id == workspace_id, Event.subject_id.in_(subjects))
        .order_by(Event.id.desc())
        .limit(request.limit + 1)
    )
    if below is not None:
        query = query.where(Event.id < below)
    rows = [(event, name) for event, name in session.execute(query)]
    if not rows and below is None and not exists(context.lakes, book, number):
        raise no_such_invoice()
    return cut(rows, request, lambda last: {"history_of": str(subjects[0]), "below": last[0].id})


def _below(request: PageRequest, book: Book, number: str) -> int | None:
    if request.cursor is None:
        return None
    values = decode(request.key, request.cursor)
    if values.get("history_of") != str(subject_of(book.dataset.id, number)):
        raise InvalidCursor
    return int(values["below"])


def _subjects(session: Session, book: Book, number: str) -> list[UUID]:
    """The invoice by its number, and by those that it had before."""
    subjects = [subject_of(book.dataset.id, number)]
    while len(subjects) < MOST_NAMES:
        earlier = session.scalar(
            select(Event.payload["previous_number"].as_string())
            .where(
                Event.workspace_id == book.dataset.workspace_id,
                Event.subject_id == subjects[-1],
                Event.payload["previous_number"].as_string().is_not(None),
            )
            .order_by(Event.id.desc())
            .limit(1)
        )
        subject = subject_of(book.dataset.id, earlier) if earlier is not None else None
        if subject is None or subject in subjects:
            break
        subjects.append(subject)
    return subjects


def _dataset(context: Context, author: Author) -> Dataset:
    with transaction(context.engine) as session:
        dataset = templates.find_dataset(session, author.workspace_id, SALES.name)
    if dataset is None:
        raise no_such_invoice()
    return dataset


def _check_first(body: InvoiceIn) -> None:
    """Refuse what could not be written before a dataset is made for it. Raises: Refused."""
    draft = drafting.Draft.of(Columns(()), Roles({}))
    drafting.rows_of(body, None, draft)
    draft.check()


def _unchanged(context: Context, book: Book, number: str, if_match: str | None) -> Invoice:
    """The invoice, if it is still the one that the client has read."""
    old = find(context.lakes, book, number)
    if old is None:
        raise no_such_invoice()
    if if_match is not None and if_match.strip() != "*":
        given = {tag.strip().removeprefix("W/") for tag in if_match.split(",")}
        if old.tag not in given:
            raise PreconditionFailed(
                "The invoice has changed since you read it. Read it again, then repeat the change.",
                headers={"ETag": old.tag},
            )
    return old


def _planned(context: Context, book: Book, old: Invoice | None, body: InvoiceIn) -> Plan:
    draft = drafting.Draft.of(book.reading.columns, book.roles)
    rows = drafting.rows_of(body, old, draft)
    draft.check()
    assert body.number is not None
    columns = Columns(tuple(draft.columns.values()))
    roles = Roles({role: draft.columns[name] for role, name in draft.roles.items()})
    rows = in_order(_canonical(context, book, columns, rows), roles)
    new = Invoice(body.number, tuple(rows), columns, roles)
    action = "updated" if old else "created"
    return Plan(
        columns=tuple(columns),
        changes=tuple(_changes(old, rows)),
        message=f"{'Change' if old else 'Create'} invoice {body.number}",
        notices=(_notice(action, book.dataset, old, new),),
        result={"number": body.number, "invoice": new.full(), "tag": new.tag},
        roles=draft.roles,
    )


def _canonical(context: Context, book: Book, columns: Columns, rows: Sequence[Row]) -> list[Row]:
    """The rows with every text as it will read when it comes back."""
    types = {column.name: sql_type(column.type) for column in columns}
    texts = {
        (text, types[name])
        for row in rows
        for name, text in row.values.items()
        if text is not None and types[name] != "VARCHAR"
    }
    asked = sorted(texts)
    read = dict(zip(asked, canonical(context.lakes, book.reading.workspace_id, asked), strict=True))

    def whole(values: Values) -> Values:
        return {
            name: read.get((values.get(name) or "", sql), values.get(name))
            for name, sql in types.items()
        }

    return [Row(row.row_id, whole(row.values)) for row in rows]


def _changes(old: Invoice | None, rows: Sequence[Row]) -> list[Change]:
    """What leads from the old rows to the new ones."""
    before = {row.row_id: row.values for row in old.rows} if old else {}
    changes: list[Change] = []
    for row in rows:
        if row.row_id is None:
            given = {name: text for name, text in row.values.items() if text is not None}
            changes.append(Insertion(given))
            continue
        earlier = before.pop(row.row_id)
        changed = {n: text for n, text in row.values.items() if text != earlier.get(n)}
        if changed:
            changes.append(Update(row.row_id, changed))
    gone = [Deletion(row_id) for row_id in before if row_id is not None]
    return [*changes, *gone]


def _notice(action: str, dataset: Dataset, old: Invoice | None, new: Invoice | None) -> Notice:
    shown = new or old
    assert shown is not None
    before, after = (invoice.full() if invoice else None for invoice in (old, new))
    payload = {
        "dataset_id": str(dataset.id),
        "dataset_slug": dataset.slug,
        "invoice_id": shown.summary()["invoice_id"],
        "number": shown.number,
        "changed": difference(before, after) if before and after else [],
        "before": before,
        "after": after,
    }
    if old and new and old.number != new.number:
        payload["previous_number"] = old.number
    subject_id = subject_of(dataset.id, shown.number)
    return Notice(f"invoice.{action}", SUBJECT, str(subject_id), payload)


def _written(result: dict[str, Any]) -> Written:
    return Written(result["invoice"], result["tag"])
