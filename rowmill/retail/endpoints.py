"""The published API: products and sales for other systems, at the root and below `/api`; stock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from rowmill.accounts.principals import EditorDep, Principal, PrincipalDep
from rowmill.context import Context, ContextDep, SessionDep
from rowmill.datasets import answers
from rowmill.datasets.values import UnreadableValue, read_value
from rowmill.errors import CursorExpired, OutOfSpace, QueryTimedOut, TooLarge, invalid
from rowmill.files import receiving
from rowmill.files import service as files
from rowmill.paging import Cursor, InvalidCursor, link_next
from rowmill.responses import documented_filters, problems
from rowmill.retail import bodies, figures, listing, pages, schemas, service, sources, stock

router = APIRouter(prefix="/api", tags=["Products and sales"])
root = APIRouter(tags=["Products and sales"])

DEFAULT_LIMIT = 10
SMALL_BYTES = 8 * 1024 * 1024
"""Files of products up to this size are imported within the request, as a rule."""
WAIT_SECONDS = 20.0
POLL_SECONDS = 0.1

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
Limit = Annotated[
    int, Query(ge=1, le=1000, description="Most items to answer with.", examples=[10])
]
Day = Annotated[str | None, Query(description="Only sales of this day.", examples=["2025-04-02"])]
ProductId = Annotated[str | None, Query(description="Only this product.", examples=["P-17"])]
CategoryName = Annotated[
    str | None,
    Query(description="Only of the category of this name.", examples=["Beverages"]),
]
FILTERS = documented_filters(
    "Any number of `column=value` or `column__operator=value`, as "
    "`GET /api/datasets/{dataset}/records` takes them.",
    {"quantity__gte": "10"},
)
READING = problems(InvalidCursor, 401, 404, CursorExpired, 422, QueryTimedOut)
SENDING = problems(400, 401, 403, 404, TooLarge, service.ImportRefused, 429, 503, OutOfSpace)
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}
BATCH = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": bodies.PRODUCTS_SCHEMA,
                "example": {
                    "products": [
                        {
                            "name": "Green tea",
                            "price": 2.50,
                            "quantity": 40,
                            "last_updated": "2025-04-02T10:00:00",
                            "barcode": "0012345678905",
                        }
                    ]
                },
            }
        },
    }
}


def published(method: str, path: str, **options: Any) -> Callable[[Endpoint], Endpoint]:
    """Register an endpoint below `/api` and at the root."""

    def register(endpoint: Endpoint) -> Endpoint:
        name: str = endpoint.__name__
        router.add_api_route(path, endpoint, methods=[method], name=name, **options)
        root.add_api_route(path, endpoint, methods=[method], name=f"{name}_at_root", **options)
        return endpoint

    return register


def _reading(model: Any, **options: Any) -> dict[str, Any]:
    """What the document says of a list whose answer is written as text."""
    described = {"model": model, "description": "A page."}
    known = {"description": "What you have still holds."}
    return {
        "response_class": Response,
        "responses": {200: described, 304: known, **READING},
        **options,
    }


class Reading:
    """What every published list takes, and how it answers."""

    def __init__(
        self,
        request: Request,
        principal: PrincipalDep,
        session: SessionDep,
        context: ContextDep,
        limit: Limit = DEFAULT_LIMIT,
        cursor: Cursor = None,
    ) -> None:
        """A dependency of the endpoints."""
        self.request = request
        self.workspace_id = principal.workspace_id
        self.session = session
        self.lakes = context.lakes
        self.key = context.settings.signing_key()
        self.limit = limit
        self.cursor = cursor
        self.parameters = request.query_params.multi_items()

    def answer(
        self, name: str, read: Callable[..., pages.Page], *, is_filtered: bool = True
    ) -> Response:
        """One page under the key `name`, or 304 where the client has it already."""
        given = [(key, text) for key, text in self.parameters if key not in {"limit", "cursor"}]
        query = tuple(sorted(given)) if is_filtered else ()
        wanted = pages.Request(self.key, name, query, self.limit, self.cursor)
        found, behind = wanted.open(self.session, self.workspace_id)
        tag = found.tag(name, query, self.limit, self.cursor)
        if answers.is_known(self.request, tag):
            return answers.not_modified(tag)
        arguments = (given,) if is_filtered else ()
        page = read(self.lakes, found, wanted, behind, *arguments)
        answer = answers.json_text(page.json(name), tag)
        link_next(self.request, answer, page.next_cursor)
        return answer


ReadingDep = Annotated[Reading, Depends()]


@published(
    "GET",
    "/products",
    summary="List products",
    openapi_extra=FILTERS,
    **_reading(schemas.ProductPage),
)
def list_products(
    reading: ReadingDep,
    product_id: ProductId = None,  # noqa: ARG001 - read with the other filters
    category: CategoryName = None,  # noqa: ARG001
) -> Response:
    """The products, in the order in which they came, each with all its columns."""
    return reading.answer("products", listing.products)


@published(
    "GET", "/sales", summary="List sales", openapi_extra=FILTERS, **_reading(schemas.SalePage)
)
def list_sales(reading: ReadingDep) -> Response:
    """The sales, in the order in which they came. A sale of an unknown product is one, too."""
    return reading.answer("sales", listing.sales)


@published(
    "GET",
    "/sales/filtered",
    summary="Find sales",
    openapi_extra=FILTERS,
    **_reading(schemas.FilteredSalePage),
)
def list_filtered_sales(
    reading: ReadingDep,
    date: Day = None,  # noqa: ARG001 - read with the other filters
    product_id: ProductId = None,  # noqa: ARG001
    category: CategoryName = None,  # noqa: ARG001
) -> Response:
    """The sales of a day, of a product, of a category: all of what you name has to hold."""
    return reading.answer("filtered_sales", listing.sales)


@published("GET", "/categories", summary="List categories", **_reading(schemas.CategoryPage))
def list_categories(reading: ReadingDep) -> Response:
    """The names of all categories, in alphabetical order."""
    return reading.answer("categories", figures.categories, is_filtered=False)


@published(
    "GET",
    "/sales/daily_count",
    summary="Count sales by day",
    openapi_extra=FILTERS,
    **_reading(schemas.DailyCountPage),
)
def count_sales_daily(reading: ReadingDep) -> Response:
    """How many sales there were on each day, the earliest first; those without a date last."""
    return reading.answer("daily_sales_count", figures.daily_count)


@published(
    "GET",
    "/sales/product_daily_count",
    summary="Count sales by product and day",
    openapi_extra=FILTERS,
    **_reading(schemas.ProductDailyCountPage),
)
def count_sales_daily_by_product(reading: ReadingDep) -> Response:
    """How many sales there were of each product on each day, the earliest first."""
    return reading.answer("product_daily_sales_count", figures.product_daily_count)


@published(
    "GET",
    "/sales/category_sales",
    summary="Sum up sales by category",
    openapi_extra=FILTERS,
    **_reading(schemas.CategorySalesPage),
)
def sum_category_sales(reading: ReadingDep) -> Response:
    """What each category was sold for, price × quantity added up exactly, and in how many sales."""
    return reading.answer("category_sales", figures.category_sales)


@published("GET", "/help", summary="List routes", responses=problems(401, 404))
def list_routes(request: Request, principal: PrincipalDep) -> schemas.Help:  # noqa: ARG001
    """Every route of this server and what it does, those of the published API first."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    routes = [
        schemas.HelpRoute(
            endpoint=operation["operationId"],
            methods=[method.upper()],
            route=path,
            description=operation.get("summary", ""),
        )
        for path, operations in sorted(paths.items(), key=lambda item: item[0].startswith("/api"))
        for method, operation in operations.items()
    ]
    return schemas.Help(routes=routes)


@published(
    "PUT",
    "/products",
    summary="Upload products",
    responses={
        200: {"model": schemas.ProductsAnswer, "description": "The products are there."},
        202: {"model": schemas.ProductsAnswer, "description": "The import goes on."},
        **SENDING,
    },
    openapi_extra=FORM,
)
async def upload_products(
    request: Request, response: Response, principal: EditorDep, context: ContextDep
) -> schemas.ProductsAnswer:
    """Send a CSV or Excel file of products as a multipart form: new ones are added, known ones
    updated by barcode, or by product id where the file has no barcodes.

    A small file is imported before the answer comes; for a large one the answer is 202.
    """
    limits = await run_in_threadpool(files.limits, context, principal.workspace_id)
    received = await receiving.receive_form(request, context.store, limits, principal.workspace_id)
    import_id, is_duplicate = await run_in_threadpool(
        service.submit,
        context,
        received,
        workspace_id=principal.workspace_id,
        user_id=principal.user.id,
    )
    seconds = WAIT_SECONDS if received.size_bytes <= SMALL_BYTES else 0.0
    outcome = await _ended(
        context, principal, import_id, is_duplicate=is_duplicate, seconds=seconds
    )
    response.status_code = 200 if outcome.is_over else 202
    response.headers["Location"] = f"/api/imports/{import_id}"
    return schemas.products_answer(outcome)


@published(
    "POST",
    "/products",
    status_code=201,
    summary="Send products",
    responses={
        202: {"model": schemas.ProductsAnswer, "description": "The import goes on."},
        **SENDING,
    },
    openapi_extra=BATCH,
)
async def send_products(
    principal: EditorDep,  # first: a stranger's body is not read
    body: Annotated[schemas.ProductsIn, Depends(bodies.products_body)],
    response: Response,
    context: ContextDep,
) -> schemas.ProductsAnswer:
    """Add or update a batch of products by barcode, or by product id where they have no barcodes.

    Of several with one barcode the last counts, and the receipt says so.
    """
    received = await run_in_threadpool(
        service.keep_batch, context, principal.workspace_id, body.rows()
    )
    import_id, is_duplicate = await run_in_threadpool(
        service.submit,
        context,
        received,
        workspace_id=principal.workspace_id,
        user_id=principal.user.id,
    )
    outcome = await _ended(
        context, principal, import_id, is_duplicate=is_duplicate, seconds=WAIT_SECONDS
    )
    response.status_code = 201 if outcome.is_over else 202
    response.headers["Location"] = f"/api/imports/{import_id}"
    return schemas.products_answer(outcome)


async def _ended(
    context: Context,
    principal: Principal,
    import_id: UUID,
    *,
    is_duplicate: bool,
    seconds: float,
) -> service.Outcome:
    """The import when it has ended, or as far as it is by then. No thread waits meanwhile."""
    deadline = time.monotonic() + seconds
    while True:
        outcome = await run_in_threadpool(
            service.outcome, context, principal.workspace_id, import_id, is_duplicate=is_duplicate
        )
        if outcome.is_over or time.monotonic() >= deadline:
            return outcome
        await asyncio.sleep(POLL_SECONDS)


@router.get("/stock", summary="Stock on hand", tags=["Stock"], **_reading(schemas.StockPage))
def list_stock(
    request: Request,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    q: Annotated[str, Query(description="Part of an item's number or name.")] = "",
    item: Annotated[list[str] | None, Query(description="Numbers or names of items.")] = None,
    store: Annotated[list[str] | None, Query(description="Numbers or names of stores.")] = None,
    low: Annotated[
        bool | None, Query(description="Only what is at or below its reorder level, or is not.")
    ] = None,
    negative: Annotated[bool | None, Query(description="Only below zero, or not.")] = None,
    minimum: Annotated[
        str | None, Query(description="Reorder level of items without one.", examples=["10"])
    ] = None,
    sort: Annotated[
        Literal[
            "item", "-item", "name", "-name", "store", "-store", "on_hand", "-on_hand",
            "sold", "-sold",
        ],
        Query(description="A minus sorts the largest first."),
    ] = "item",
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items to answer with.")] = 50,
    cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Units on hand of each item in each store: opening + received - sold since.

    The opening is the stock dataset's latest row of the item and store; for other items the
    quantity of the products dataset. What is below zero has a warning, and so has what was sold
    but never counted in.
    """
    levels = stock.Levels(
        search=q.strip(),
        items=tuple(item or ()),
        stores=tuple(store or ()),
        low=low,
        negative=negative,
        minimum=_number(minimum),
        sort=sort,
    )
    query = levels.normalised()
    wanted = pages.Request(context.settings.signing_key(), "stock", query, limit, cursor)
    found, behind = wanted.open(session, principal.workspace_id)
    tag = found.tag("stock", query, limit, cursor)
    if answers.is_known(request, tag):
        return answers.not_modified(tag)
    page, totals = stock.page(context.lakes, found, wanted, behind, levels)
    is_counted = "true" if stock.has_openings(found) else "false"
    answer = answers.json_text(page.json("items", totals=totals, is_counted=is_counted), tag)
    link_next(request, answer, page.next_cursor)
    return answer


@router.get(
    "/stock/stores",
    summary="List stores that have stock",
    tags=["Stock"],
    responses=problems(401, 404, 422, QueryTimedOut),
)
def list_stores_of_stock(
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    q: Annotated[str, Query(description="Part of a store's number or name.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000, description="Most stores to answer with.")] = 50,
) -> schemas.StoresOfStock:
    """What `store` of the list of stock can be, for choosing while one types."""
    found = sources.find(session, principal.workspace_id)
    stores = stock.stores(context.lakes, found, q.strip(), limit)
    items = [schemas.StoreOfStock(number=no or None, name=name or None) for no, name in stores]
    return schemas.StoresOfStock(items=items)


def _number(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return read_value(text, "decimal(18,4)").text
    except UnreadableValue as error:
        raise invalid("minimum", str(error)) from error
