from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Query, Request, Response

from rowmill.accounts.principals import EditorDep, Principal, PrincipalDep
from rowmill.context import ContextDep, SessionDep
from rowmill.datasets import (
    aggregates,
    answers,
    changes,
    explore,
    export,
    filters,
    presenting,
    reads,
    records,
    schemas,
    service,
)
from rowmill.db import transaction
from rowmill.errors import CursorExpired, QueryTimedOut
from rowmill.lists import PagedDep
from rowmill.paging import DEFAULT_LIMIT, Cursor, InvalidCursor, Limit, Page, link_next
from rowmill.responses import documented_filters, problems

router = APIRouter(prefix="/api/datasets", tags=["Datasets"])

LARGEST_RESULT = 10_000

Sort = Annotated[
    str | None,
    Query(
        description="Columns to sort by, with commas; a minus sorts the largest first. "
        "Nulls come last.",
        examples=["-amount,city"],
    ),
]
Fields = Annotated[
    str | None, Query(description="Columns to answer with, with commas.", examples=["city,amount"])
]
AsOf = Annotated[
    str | None,
    Query(description="Read the past: a version, or a time such as 2026-01-31T12:00:00Z."),
]
FILTERS = documented_filters(
    "Any number of `column=value` or `column__operator=value`, by name or label of the column; "
    "all have to hold. Operators: "
    + ", ".join(f"`{name}`" for name in filters.OPERATORS)
    + ". `in` and `between` take values with commas, in double quotes where one holds a comma; "
    "`isnull` takes true or false; a column given twice accepts either value.",
    {"country": "France", "amount__gte": "100"},
)
READING = problems(401, 404, CursorExpired, 422, QueryTimedOut)


def _json(model: Any, description: str) -> dict[int | str, dict[str, Any]]:
    """How the document describes an answer that is written as text."""
    return {
        200: {
            "model": model,
            "description": description,
            "headers": {
                "ETag": {
                    "description": "Version and query. Send it as `If-None-Match`.",
                    "schema": {"type": "string"},
                }
            },
        },
        304: {"description": "What you have still holds."},
    }


@router.get("", summary="List datasets", responses=problems(400, 401, 404, 422))
def list_datasets(
    paged: PagedDep,
    principal: PrincipalDep,
    session: SessionDep,
    search: Annotated[str | None, Query(description="Part of a name or slug.")] = None,
) -> Page[schemas.DatasetSummary]:
    """The workspace's datasets, newest first."""
    page = service.overviews(session, principal.workspace_id, search, paged.wanted)
    items = [presenting.summary(overview) for overview in page.items]
    return paged.answer(page, items)


@router.get(
    "/{dataset}",
    summary="Get a dataset",
    response_class=Response,
    responses={200: _json(schemas.DatasetDetail, "The dataset.")[200], **READING},
    openapi_extra=FILTERS,
)
def get_dataset(
    request: Request,
    dataset: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    page: Annotated[int, Query(ge=1, le=10_000_000, description="Page of records, from 1.")] = 1,
    page_size: Annotated[int, Query(ge=1, le=100)] = 50,
    sort_by: Annotated[str | None, Query(description="Column to sort the records by.")] = None,
    sort_dir: Annotated[Literal["asc", "desc"], Query()] = "asc",
    date_from: Annotated[str | None, Query(examples=["2003-01-01"])] = None,
    date_to: Annotated[
        str | None, Query(description="Last day, inclusive.", examples=["2003-12-31"])
    ] = None,
) -> Response:
    """The dataset with its columns, one page of records, and key figures of sales-like data.

    Page, dates and filters narrow the records; the figures follow dates and filters.
    To walk through all rows, `…/records` is faster.
    """
    found = service.find(session, principal.workspace_id, dataset)
    overview, reading = service.overview(session, found), service.reading(session, found)
    wish = reads.DetailWish(page, page_size, sort_by, sort_dir, date_from, date_to)
    reserved = {"page", "page_size", "sort_by", "sort_dir", "date_from", "date_to"}
    parameters = request.query_params.multi_items()
    detail = reads.detail(context.lakes, reading, parameters, wish, reserved)
    columns = [column.model_dump() for column in presenting.columns(reading.columns)]
    text = (
        f"{presenting.summary(overview).model_dump_json()[:-1]},"
        f'"columns":{json.dumps(columns)},'
        f'"records":{{"items":{detail.items},"page":{page},"page_size":{page_size},'
        f'"total":{detail.total}}},"aggregates":{detail.aggregates}}}'
    )
    return answers.json_text(text, service.entity_tag(found))


@router.patch(
    "/{dataset}",
    summary="Rename a dataset",
    responses=problems(400, 401, 403, 404, service.SlugTaken, 412, 422),
)
def rename_dataset(
    response: Response,
    dataset: str,
    body: schemas.DatasetPatch,
    principal: EditorDep,
    session: SessionDep,
    if_match: Annotated[
        str | None, Header(description="The dataset's ETag: change it only if it is still so.")
    ] = None,
) -> schemas.DatasetSummary:
    """Change the name, the slug, or both. Its id, rows and versions stay what they are."""
    found = service.find(session, principal.workspace_id, dataset)
    service.check_unchanged(found, if_match)
    if body.name is not None or body.slug is not None:
        actor = principal.user.id
        service.rename(session, found, name=body.name, slug=body.slug, actor_id=actor)
    response.headers["ETag"] = service.entity_tag(found)
    return presenting.summary(service.overview(session, found))


@router.delete(
    "/{dataset}",
    status_code=204,
    summary="Delete a dataset",
    responses=problems(401, 403, 404),
)
def delete_dataset(dataset: str, principal: EditorDep, context: ContextDep) -> None:
    """Delete the dataset with all its rows and versions. The files that were sent stay."""
    with transaction(context.engine) as session:
        found = service.find(session, principal.workspace_id, dataset)
        service.mark_deleted(session, found, actor_id=principal.user.id)
    service.drop_table(context.lakes, found.workspace_id, found.table_name)


@router.get("/{dataset}/columns", summary="List the columns", responses=problems(401, 404))
def list_columns(dataset: str, principal: PrincipalDep, session: SessionDep) -> schemas.ColumnList:
    """The columns at the present version, in order."""
    found = service.find(session, principal.workspace_id, dataset)
    reading = service.reading(session, found)
    items = presenting.columns(reading.columns)
    return schemas.ColumnList(items=items, version=reading.version)


@router.get("/{dataset}/status", summary="How it is doing", responses=problems(401, 404))
def get_status(dataset: str, principal: PrincipalDep, session: SessionDep) -> schemas.DatasetStatus:
    """Whether the dataset can be read, and how far an import under way is."""
    found = service.find(session, principal.workspace_id, dataset)
    return presenting.status(service.overview(session, found))


@router.get(
    "/{dataset}/records",
    summary="Read records",
    response_class=Response,
    responses={
        **_json(schemas.RecordsPage, "A page of records."),
        **problems(InvalidCursor, 401, 404, CursorExpired, 422, QueryTimedOut),
    },
    openapi_extra=FILTERS,
)
def list_records(
    request: Request,
    response: Response,
    dataset: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
    sort: Sort = None,
    as_of: AsOf = None,
    fields: Fields = None,
) -> Response:
    """A page of rows. A cursor pins the version: paging on neither skips nor repeats a row,
    whatever happens to the dataset meanwhile. Without `sort`, rows come as they were loaded.
    """
    key = context.settings.signing_key()
    found = service.find(session, principal.workspace_id, dataset)
    wish = reads.RecordsWish(limit, cursor, sort, as_of, fields)
    parameters = request.query_params.multi_items()
    reserved = {"limit", "cursor", "sort", "as_of", "fields"}
    read = reads.records_read(session, found, parameters, wish, key=key, reserved=reserved)
    if answers.is_known(request, read.tag):
        return answers.not_modified(read.tag)
    page = records.page(context.lakes, read.reading, read.query)
    next_cursor = read.cursor(key, page)
    total = records.count(context.lakes, read.reading, read.query.filters)
    link_next(request, response, next_cursor)
    text = (
        f'{{"items":{page.items},"next_cursor":{json.dumps(next_cursor)},'
        f'"version":{json.dumps(read.reading.version)},"total":{total}}}'
    )
    return answers.json_text(text, read.tag, response.headers)


@router.get(
    "/{dataset}/query",
    summary="Group and measure",
    response_class=Response,
    responses={**_json(schemas.QueryResult, "The figures."), **READING},
    openapi_extra=FILTERS,
)
def query_dataset(
    request: Request,
    dataset: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    group_by: Annotated[
        str | None,
        Query(
            description="Columns, with commas; a time with its grain: "
            + ", ".join(aggregates.GRAINS)
            + ". Without any, one row of totals.",
            examples=["order_date:month,country"],
        ),
    ] = None,
    metrics: Annotated[
        str | None,
        Query(
            description="`count`, or one of sum, avg, min, max, count_distinct of a column.",
            examples=["sum:sales,count,count_distinct:ordernumber"],
        ),
    ] = None,
    sort: Annotated[
        str | None,
        Query(description="Columns of the result, with commas.", examples=["-sum_sales"]),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_RESULT, description="Most groups.")] = 1000,
    as_of: AsOf = None,
) -> Response:
    """Figures over the rows that match, grouped. Sums of exact numbers are exact."""
    found = service.find(session, principal.workspace_id, dataset)
    reading = service.reading(session, found, as_of)
    query = reads.aggregate_query(
        request.query_params.multi_items(),
        reading,
        group_by=group_by,
        metrics=metrics,
        sort=sort,
        limit=limit,
        reserved={"group_by", "metrics", "sort", "limit", "as_of"},
    )
    tag = answers.entity_tag(reading, "query", query.normalised())
    if answers.is_known(request, tag):
        return answers.not_modified(tag)
    return answers.json_text(aggregates.answer(context.lakes, reading, query), tag)


@router.get("/{dataset}/explore", summary="What to show first", responses=READING)
def explore_dataset(
    dataset: str, principal: PrincipalDep, session: SessionDep, context: ContextDep
) -> schemas.Exploration:
    """A column of time, measures and dimensions, chosen from types, names and a sample of rows."""
    found = service.find(session, principal.workspace_id, dataset)
    reading = service.reading(session, found)
    return presenting.exploration(explore.explore(context.lakes, reading), reading)


@router.get(
    "/{dataset}/values",
    summary="List values of a column",
    response_class=Response,
    responses={**_json(schemas.ValueList, "The values."), **READING},
    openapi_extra=FILTERS,
)
def list_values(
    request: Request,
    dataset: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    column: Annotated[str, Query(description="Name or label of the column.")],
    q: Annotated[str, Query(description="Part of the value, whatever the case.")] = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 20,
) -> Response:
    """The most frequent values of a column, for choosing one to filter by. Nulls are left out."""
    found = service.find(session, principal.workspace_id, dataset)
    reading = service.reading(session, found)
    wanted = reading.columns.get(column, "column")
    parameters = request.query_params.multi_items()
    chosen = filters.parse(parameters, reading.columns, {"column", "q", "limit"})
    tag = answers.entity_tag(reading, "values", wanted.name, q, limit, chosen.normalised())
    if answers.is_known(request, tag):
        return answers.not_modified(tag)
    items = explore.values_of(context.lakes, reading, wanted, search=q, filters=chosen, limit=limit)
    return answers.json_text(f'{{"items":{items}}}', tag)


@router.get(
    "/{dataset}/export",
    summary="Download as CSV",
    response_class=Response,
    responses={
        200: {"content": {"text/csv": {}}, "description": "The rows, with the labels on top."},
        304: {"description": "What you have still holds."},
        **problems(401, 404, CursorExpired, 422),
    },
    openapi_extra=FILTERS,
)
def export_dataset(
    request: Request,
    dataset: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    format: Annotated[Literal["csv"], Query()] = "csv",  # noqa: A002, ARG001 - the name in the API
    sort: Sort = None,
    fields: Fields = None,
    as_of: AsOf = None,
    safe: Annotated[
        bool | None,
        Query(
            description="Put an apostrophe before cells that a spreadsheet would run as a "
            "formula. By default so for browsers, and not for programs."
        ),
    ] = None,
) -> Response:
    """Every row that matches, streamed, under the name of the file that was sent."""
    found = service.find(session, principal.workspace_id, dataset)
    original = service.overview(session, found).original_filename
    reading = service.reading(session, found, as_of)
    query = reads.export_query(
        request.query_params.multi_items(),
        reading,
        fields=fields,
        sort=sort,
        safe=_is_browser(request, principal) if safe is None else safe,
        reserved={"format", "sort", "fields", "as_of", "safe"},
    )
    tag = answers.entity_tag(reading, "export", query.normalised())
    if answers.is_known(request, tag):
        return answers.not_modified(tag)
    name = export.export_name(original, found.name)
    return answers.ExportResponse(
        export.Export(context.lakes, reading, query),
        {
            "ETag": tag,
            "Cache-Control": answers.CACHING,
            "Content-Disposition": export.disposition(name),
        },
    )


def _is_browser(request: Request, principal: Principal) -> bool:
    """Whether a person downloads, whose spreadsheet will open the file."""
    return principal.via == "cookie" or request.headers.get("Sec-Fetch-Mode") == "navigate"


@router.get("/{dataset}/versions", summary="List versions", responses=problems(400, 401, 404, 422))
def list_versions(
    paged: PagedDep,
    dataset: str,
    principal: PrincipalDep,
    session: SessionDep,
) -> Page[schemas.VersionOut]:
    """The dataset's versions, newest first, and what made each. Any can be read by `as_of`."""
    found = service.find(session, principal.workspace_id, dataset)
    page = service.versions(session, found, paged.wanted)
    items = [presenting.version(each, author) for each, author in page.items]
    return paged.answer(page, items)


@router.get(
    "/{dataset}/changes",
    summary="Read what has changed",
    response_class=Response,
    responses={
        **_json(schemas.ChangesPage, "A page of changes."),
        **problems(InvalidCursor, 401, 404, CursorExpired, 422, QueryTimedOut),
    },
)
def list_changes(
    request: Request,
    response: Response,
    dataset: str,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    since: Annotated[
        int,
        Query(ge=0, le=service.LARGEST_VERSION, description="A version; 0 for all there is."),
    ] = 0,
    limit: Limit = DEFAULT_LIMIT,
    cursor: Cursor = None,
) -> Response:
    """Rows that were inserted, updated or deleted after a version, each once, with its net change.

    Rows are told apart by the dataset's key: one that was replaced by an equal one is left out.
    Begin with `since=0`, then send the `version` of the last answer.
    """
    key = context.settings.signing_key()
    found = service.find(session, principal.workspace_id, dataset)
    wanted = changes.wanted(session, found, since, limit, changes.Place(key, cursor))
    tag = wanted.tag
    if answers.is_known(request, tag):
        return answers.not_modified(tag)
    page = changes.page(context.lakes, wanted)
    next_cursor = wanted.cursor(key, page)
    link_next(request, response, next_cursor)
    text = (
        f'{{"items":{page.items},"next_cursor":{json.dumps(next_cursor)},'
        f'"since":{json.dumps(wanted.since)},"version":{json.dumps(wanted.reading.version)}}}'
    )
    return answers.json_text(text, tag, response.headers)
