from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response

from rowmill.accounts.principals import EditorDep, Principal, PrincipalDep
from rowmill.context import ContextDep, SessionDep
from rowmill.datasets import answers
from rowmill.datasets.editing import IdempotencyKeyReused, repeatable
from rowmill.errors import CursorExpired, QueryTimedOut
from rowmill.invoices import drafting, listing, numbers, reading, schemas, service, wishes
from rowmill.invoices.content import Invoice
from rowmill.models import Event
from rowmill.paging import DEFAULT_LIMIT, Cursor, InvalidCursor, Limit, Page, PageRequest, link_next
from rowmill.responses import problems

router = APIRouter(prefix="/api/invoices", tags=["Invoices"])

IfMatch = Annotated[
    str | None, Header(description="The invoice's ETag: change it only if it is still so.")
]
IdempotencyKey = Annotated[
    str | None,
    Header(description="Sent again with the same key within a day, the request does nothing more."),
]
TAGGED: dict[str, Any] = {
    "headers": {
        "ETag": {
            "description": "Changes with the invoice. Send it as `If-Match`.",
            "schema": {"type": "string"},
        }
    }
}
WRITING = problems(400, 401, 403, 404, service.NumberTaken, 412, 422, 503)


@router.get(
    "",
    summary="List invoices",
    response_model=schemas.InvoicePage,
    responses={
        304: {"description": "What you have still holds."},
        **problems(InvalidCursor, 401, 404, CursorExpired, 422, QueryTimedOut),
    },
)
def list_invoices(
    request: Request,
    response: Response,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    search: Annotated[
        str | None, Query(description="Part of number, customer, store or item.")
    ] = None,
    number: Annotated[str | None, Query(description="Part of the number.")] = None,
    customer: Annotated[str | None, Query(description="Part of the customer's name.")] = None,
    store: Annotated[str | None, Query(description="Part of the store's name or number.")] = None,
    item: Annotated[str | None, Query(description="Part of an item's name or number.")] = None,
    city: Annotated[str | None, Query(description="Part of the city.")] = None,
    date_from: Annotated[str | None, Query(examples=["2026-01-01"])] = None,
    date_to: Annotated[
        str | None, Query(description="Last day, inclusive.", examples=["2026-01-31"])
    ] = None,
    sort: Annotated[
        str | None,
        Query(
            description="One of " + ", ".join(listing.SORTS) + "; a minus for the largest first. "
            "Without it, the newest come first.",
            examples=["-date"],
        ),
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Any:
    """The workspace's invoices: what is in its sales dataset, by invoice number. A cursor pins
    the version: paging on neither skips nor repeats an invoice, whatever is changed meanwhile.
    """
    book = reading.find_book(session, principal.workspace_id)
    if book is None:
        return schemas.InvoicePage(items=[], next_cursor=None, version=None)
    texts = {
        "search": search, "number": number, "customer": customer, "store": store, "item": item,
        "city": city,
    }  # fmt: skip
    wish = wishes.Wish(texts, date_from, date_to, sort, limit, cursor)
    asked = wishes.read(session, book, wish, context.settings.signing_key())
    if answers.is_known(request, asked.tag):
        return answers.not_modified(asked.tag)
    page = listing.page(context.lakes, asked.book, asked.wanted)
    next_cursor = asked.cursor(page)
    link_next(request, response, next_cursor)
    response.headers.update({"ETag": asked.tag, "Cache-Control": answers.CACHING})
    items = [schemas.InvoiceSummary.model_validate(each.summary()) for each in page.invoices]
    version = asked.book.reading.version
    return schemas.InvoicePage(items=items, next_cursor=next_cursor, version=version)


@router.get("/count", summary="Count invoices", responses=problems(401, 404, 422, QueryTimedOut))
def count_invoices(
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    search: Annotated[
        str | None, Query(description="Part of number, customer, store or item.")
    ] = None,
    number: Annotated[str | None, Query(description="Part of the number.")] = None,
    customer: Annotated[str | None, Query(description="Part of the customer's name.")] = None,
    store: Annotated[str | None, Query(description="Part of the store's name or number.")] = None,
    item: Annotated[str | None, Query(description="Part of an item's name or number.")] = None,
    city: Annotated[str | None, Query(description="Part of the city.")] = None,
    date_from: Annotated[str | None, Query(examples=["2026-01-01"])] = None,
    date_to: Annotated[str | None, Query(description="Last day, inclusive.")] = None,
) -> schemas.InvoiceCount:
    """How many invoices match. Counting looks at every row, so a list does not wait for it."""
    book = reading.find_book(session, principal.workspace_id)
    if book is None:
        return schemas.InvoiceCount(total=0, version=None)
    texts = {
        "search": search, "number": number, "customer": customer, "store": store, "item": item,
        "city": city,
    }  # fmt: skip
    wish = wishes.Wish(texts, date_from, date_to, None, 1, None)
    asked = wishes.read(session, book, wish, context.settings.signing_key())
    total = listing.count(context.lakes, asked.book, asked.wanted)
    return schemas.InvoiceCount(total=total, version=asked.book.reading.version)


@router.post(
    "",
    status_code=201,
    summary="Create an invoice",
    responses={201: TAGGED, **problems(400, 401, 403, 404, service.NumberTaken, 422, 503)},
)
def create_invoice(
    request: Request,
    response: Response,
    body: schemas.InvoiceIn,
    principal: EditorDep,
    context: ContextDep,
    idempotency_key: IdempotencyKey = None,
) -> schemas.Invoice:
    """Write an invoice into the workspace's sales dataset, which is made where there is none.

    Amounts that are left out are computed; those that are given have to be right.
    """
    author = _author(request, principal, body, idempotency_key)
    written = service.create(context, author, body)
    invoice_id = written.invoice["invoice_id"]
    response.headers["Location"] = f"{request.url.path.rstrip('/')}/{invoice_id}"
    return _answer(response, written)


@router.get(
    "/{invoice_id}",
    summary="Get an invoice",
    response_model=schemas.Invoice,
    responses={
        200: TAGGED,
        304: {"description": "What you have still holds."},
        **problems(401, 404, QueryTimedOut),
    },
)
def get_invoice(
    request: Request,
    response: Response,
    invoice_id: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> Any:
    """An invoice with its lines. Imported ones are invoices like any other."""
    number = numbers.number_of(invoice_id)
    invoice = service.get(session, context, principal.workspace_id, number)
    if answers.is_known(request, invoice.tag):
        return answers.not_modified(invoice.tag)
    response.headers.update({"ETag": invoice.tag, "Cache-Control": answers.CACHING})
    return schemas.Invoice.model_validate(invoice.full())


@router.put("/{invoice_id}", summary="Replace an invoice", responses={200: TAGGED, **WRITING})
def replace_invoice(
    request: Request,
    response: Response,
    invoice_id: str,
    body: schemas.InvoiceIn,
    principal: EditorDep,
    context: ContextDep,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> schemas.Invoice:
    """The invoice becomes what is sent. Lines that name a `line` of it keep the dataset's further
    columns; lines that are not sent are removed. Without a number it keeps its own.
    """
    number = numbers.number_of(invoice_id)

    def drafted(_: Invoice) -> schemas.InvoiceIn:
        return body.model_copy(update={"number": body.number or number})

    author = _author(request, principal, body, idempotency_key)
    return _answer(response, service.change(context, author, number, drafted, if_match))


@router.patch("/{invoice_id}", summary="Change an invoice", responses={200: TAGGED, **WRITING})
def change_invoice(
    request: Request,
    response: Response,
    invoice_id: str,
    body: schemas.InvoicePatch,
    principal: EditorDep,
    context: ContextDep,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> schemas.Invoice:
    """Only what is sent changes; lines that are sent replace all lines, as a `PUT` does."""

    def drafted(old: Invoice) -> schemas.InvoiceIn:
        return drafting.patched(old, body)

    author = _author(request, principal, body, idempotency_key)
    number = numbers.number_of(invoice_id)
    return _answer(response, service.change(context, author, number, drafted, if_match))


@router.delete(
    "/{invoice_id}",
    status_code=204,
    summary="Delete an invoice",
    responses=problems(400, 401, 403, 404, IdempotencyKeyReused, 412, 422, 503),
)
def delete_invoice(
    request: Request,
    invoice_id: str,
    principal: EditorDep,
    context: ContextDep,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> None:
    """Remove the invoice with all its lines. Older versions of the dataset still have it."""
    author = _author(request, principal, None, idempotency_key)
    service.remove(context, author, numbers.number_of(invoice_id), if_match)


@router.get(
    "/{invoice_id}/history",
    summary="See an invoice's history",
    responses=problems(InvalidCursor, 401, 404, 422),
)
def list_history(
    request: Request,
    response: Response,
    invoice_id: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Page[schemas.HistoryEntry]:
    """Who changed it, when, and from what to what, newest first; also of one that was deleted."""
    wanted = PageRequest(context.settings.signing_key(), limit, cursor)
    number = numbers.number_of(invoice_id)
    page = service.history(session, context, principal.workspace_id, number, wanted)
    link_next(request, response, page.next_cursor)
    items = [_entry(event, actor) for event, actor in page.items]
    return Page(items=items, next_cursor=page.next_cursor)


def _author(
    request: Request, principal: Principal, body: schemas.InvoiceIn | None, key: str | None
) -> service.Author:
    sent = body.model_dump_json(exclude_unset=True) if body else ""
    user = principal.user
    again = repeatable(key, user.id, request.method, request.url.path.rstrip("/"), sent)
    return service.Author(user, principal.workspace_id, again)


def _answer(response: Response, written: service.Written) -> schemas.Invoice:
    response.headers["ETag"] = written.tag
    return schemas.Invoice.model_validate(written.invoice)


def _entry(event: Event, actor: str | None) -> schemas.HistoryEntry:
    payload = event.payload
    return schemas.HistoryEntry.model_validate(
        {
            "id": event.id,
            "action": event.kind.removeprefix("invoice."),
            "at": event.created_at,
            "actor": actor,
            **{name: payload[name] for name in ("version", "changed", "before", "after")},
        }
    )
