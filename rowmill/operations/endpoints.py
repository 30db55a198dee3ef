from __future__ import annotations

import json
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from rowmill import paging
from rowmill.accounts.principals import EditorDep, PrincipalDep
from rowmill.context import Context, ContextDep, SessionDep
from rowmill.datasets import answers, export
from rowmill.datasets import service as datasets
from rowmill.datasets.filters import Filters
from rowmill.datasets.ordering import Order
from rowmill.errors import BadRequest, Gone, QueryTimedOut
from rowmill.lists import PagedDep
from rowmill.models import JobStatus, Operation
from rowmill.operations import preview, results, schemas, service
from rowmill.responses import problems

router = APIRouter(prefix="/api", tags=["Operations"])

MOST_ROWS = 10_000
CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {}}, "description": "The result, with the labels on top."}
}
Safe = Annotated[
    bool | None,
    Query(
        description="Put an apostrophe before cells that a spreadsheet would run as a formula. "
        "By default so for browsers, and not for programs."
    ),
]


@router.post(
    "/perform-operation",
    status_code=201,
    summary="Begin an operation as a task",
    responses=problems(400, 401, 403, 404, 409, 422),
)
def perform_operation(
    body: schemas.OperationRequest,
    request: Request,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.TaskStarted:
    """Remove duplicates (`dedup`), keep one row per value (`unique`) or filter the rows of a file.

    The result is a new dataset and a CSV file; `GET /api/task-status` says how far it is.
    """
    made = create_operation(body, request, response, principal, session, context)
    return schemas.TaskStarted(
        message="The operation has been accepted.", task_id=made.id, operation_id=made.id
    )


@router.get(
    "/task-status",
    summary="How a task is doing",
    response_class=Response,
    responses={
        200: {"model": schemas.TaskAnswer, "description": "The task."},
        **problems(400, 401, 404, Gone, 422, QueryTimedOut),
    },
)
def get_task_status(
    request: Request,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    task_id: Annotated[
        str | None, Query(description="What `POST /api/perform-operation` answered. Needed.")
    ] = None,
    n: Annotated[int, Query(ge=1, le=MOST_ROWS, description="Most rows of `data`.")] = 100,
) -> Response:
    """The task's status; once it has succeeded, a link to the result's file and its first rows.

    The link works without signing in, for a while; each answer has a fresh one.
    """
    if task_id is None or not task_id.strip():
        raise BadRequest("Send the task_id that POST /api/perform-operation answered.")
    operation = service.find_task(session, principal.workspace_id, task_id)
    job = operation.job
    answer: dict[str, Any] = {
        "task_id": str(operation.id),
        "status": schemas.task_status(operation),
    }
    if job.status == JobStatus.RUNNING:
        answer["progress"] = job.progress
    if job.error:
        answer["error"] = job.error["message"]
    text = json.dumps(answer)
    if operation.receipt is not None:
        reading = service.result_reading(session, operation)
        data = results.first_rows(context.lakes, context.store, operation, reading, n)
        link = json.dumps(_file_link(request, context, operation))
        text = f'{text[:-1]}, "result": {{"file_link": {link}, "data": {data}}}}}'
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-store"})


@router.post(
    "/operations",
    status_code=201,
    summary="Begin an operation",
    responses=problems(400, 401, 403, 404, 409, 422),
)
def create_operation(
    body: schemas.OperationRequest,
    request: Request,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.OperationOut:
    """Compute a new dataset and file from a file or dataset, in the background.

    It reads the version that readers see now; later changes do not matter to it.
    """
    wish = body.wish()
    wish.check()
    source = service.source_of(
        session, principal.workspace_id, file_id=body.file, dataset_id=body.dataset_id
    )
    service.check(session, context.store, source, wish)
    operation = service.submit(
        session,
        source,
        wish,
        slots=context.settings.workspace_jobs,
        created_by=principal.user.id,
        name=body.name,
    )
    response.headers["Location"] = f"/api/operations/{operation.id}"
    return _shown(request, context, operation)


@router.post(
    "/operations/preview",
    summary="See what an operation would do",
    response_class=Response,
    responses={
        200: {"model": schemas.Preview, "description": "Counts, and some rows of either fate."},
        **problems(400, 401, 404, 409, 410, 422, QueryTimedOut),
    },
)
def preview_operation(
    body: schemas.PreviewRequest, principal: PrincipalDep, session: SessionDep, context: ContextDep
) -> Response:
    """The effect on counts, and the first rows that would stay and go. Nothing is written."""
    wish = body.wish()
    wish.check()
    source = service.source_of(
        session, principal.workspace_id, file_id=body.file, dataset_id=body.dataset_id
    )
    scope = preview.scope_of(session, source)
    text = preview.answer(context.lakes, scope, wish, body.sample)
    return Response(text, media_type="application/json")


@router.get("/operations", summary="List operations", responses=problems(400, 401, 404, 422))
def list_operations(
    paged: PagedDep,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    dataset: Annotated[
        str | None, Query(description="Only those that read or made this dataset.")
    ] = None,
    status: Annotated[JobStatus | None, Query(description="Only in this state.")] = None,
) -> paging.Page[schemas.OperationOut]:
    """The workspace's operations, newest first."""
    dataset_id = (
        datasets.find(session, principal.workspace_id, dataset).id if dataset is not None else None
    )
    statement = service.listing(principal.workspace_id, dataset_id=dataset_id, status=status)
    page = paging.newest_first(session, statement, Operation.id, paged.wanted)
    items = [_shown(paged.request, context, operation) for operation in page.items]
    return paged.answer(page, items)


@router.get(
    "/operations/{operation_id}", summary="Get an operation", responses=problems(401, 404, 422)
)
def get_operation(
    request: Request,
    operation_id: UUID,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.OperationOut:
    """An operation: what was asked for, how far it is, what came of it."""
    operation = service.find(session, principal.workspace_id, operation_id)
    return _shown(request, context, operation)


@router.post(
    "/operations/{operation_id}/cancel",
    status_code=202,
    summary="Cancel an operation",
    responses=problems(401, 403, 404, 422),
)
def cancel_operation(
    request: Request,
    operation_id: UUID,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.OperationOut:
    """Ask the operation to stop. Nothing is left of it; an ended one stays as it is."""
    operation = service.find(session, principal.workspace_id, operation_id)
    service.cancel(session, operation)
    return _shown(request, context, operation)


@router.post(
    "/operations/{operation_id}/run",
    status_code=201,
    summary="Run an operation again",
    responses=problems(401, 403, 404, service.NotOver, 422),
)
def run_operation_again(
    request: Request,
    response: Response,
    operation_id: UUID,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.OperationOut:
    """Do the same with the rows that its dataset has now, as an operation of its own.

    Its result becomes a new version of the earlier result's dataset, and a new file. Where that
    dataset was deleted, or changed by anything else, a new one is made.
    """
    operation = service.find(session, principal.workspace_id, operation_id)
    slots = context.settings.workspace_jobs
    again = service.repeat(session, operation, slots=slots, created_by=principal.user.id)
    response.headers["Location"] = f"/api/operations/{again.id}"
    return _shown(request, context, again)


@router.get(
    "/operations/{operation_id}/result",
    summary="Download the result of an operation",
    response_class=Response,
    responses={**CSV, **problems(401, 404, 409, results.ResultRemoved, 422)},
)
def download_result(
    request: Request,
    operation_id: UUID,
    principal: PrincipalDep,
    session: SessionDep,
    context: ContextDep,
    safe: Safe = None,
) -> Response:
    """The result as CSV, as the operation made it."""
    operation = service.find(session, principal.workspace_id, operation_id)
    is_browser = principal.via == "cookie" or _is_page(request)
    return _file(session, context, operation, safe=is_browser if safe is None else safe)


@router.get(
    "/results/{token}/{file_name}",
    summary="Download a result by its link",
    response_class=Response,
    responses={**CSV, **problems(404, 409, results.LinkExpired, 422)},
)
def download_result_by_link(
    request: Request,
    token: Annotated[str, Path(description="The signed part of a `file_link`.")],
    file_name: Annotated[str, Path(description="What to call the file.")],  # noqa: ARG001 - for wget
    session: SessionDep,
    context: ContextDep,
    safe: Safe = None,
) -> Response:
    """What a `file_link` leads to: the result as CSV, for whoever has the link, for a while."""
    operation_id = results.opened_by(context.settings.signing_key(), token)
    operation = service.find_anywhere(session, operation_id)
    return _file(session, context, operation, safe=_is_page(request) if safe is None else safe)


def _is_page(request: Request) -> bool:
    """Whether a person opens the address, whose spreadsheet will open the file."""
    return request.headers.get("Sec-Fetch-Mode") == "navigate"


def _shown(request: Request, context: Context, operation: Operation) -> schemas.OperationOut:
    return schemas.operation_out(operation, _file_link(request, context, operation))


def _file_link(request: Request, context: Context, operation: Operation) -> str | None:
    """An address of the result's file that works without signing in, for a while."""
    if operation.result_file_name is None or operation.result_removed_at is not None:
        return None
    life = timedelta(minutes=context.settings.result_link_minutes)
    token = results.sign(context.settings.signing_key(), operation.id, life=life)
    base = (context.settings.public_url or str(request.base_url)).rstrip("/")
    return f"{base}/api/results/{token}/{quote(operation.result_file_name, safe='')}"


def _file(session: SessionDep, context: Context, operation: Operation, *, safe: bool) -> Response:
    """The stored file; with neutralised cells it is written anew from the result's dataset."""
    name = service.check_file(operation)
    headers = {
        "Content-Disposition": export.disposition(name),
        "Cache-Control": answers.CACHING,
    }
    if safe:
        reading = service.result_reading(session, operation)
        if reading is None:
            raise results.DatasetGone
        query = export.ExportQuery(reading.columns.items, Filters(), Order(), safe=True)
        return answers.ExportResponse(export.Export(context.lakes, reading, query), headers)
    if not context.store.exists(operation.result_key):
        raise results.ResultRemoved
    headers["Content-Length"] = str(operation.result_size_bytes)
    pieces = context.store.read(operation.result_key)
    return StreamingResponse(pieces, media_type="text/csv; charset=utf-8", headers=headers)
