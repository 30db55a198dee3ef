from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from rowmill import paging
from rowmill.accounts.principals import EditorDep, Principal, PrincipalDep
from rowmill.context import Context, ContextDep, SessionDep
from rowmill.datasets import service as datasets
from rowmill.db import transaction
from rowmill.errors import OutOfSpace, TooLarge
from rowmill.files import receiving
from rowmill.files import service as files
from rowmill.imports import schemas, service
from rowmill.imports.reading import FORM_FIELDS, READ_OPTIONS, ReadOptionsDep, read_options
from rowmill.lists import Paged, PagedDep
from rowmill.models import File, Import, JobStatus
from rowmill.responses import problems
from rowmill.templates.service import TemplateTaken

router = APIRouter(prefix="/api", tags=["Imports"])

UPLOAD_PROBLEMS = problems(400, 401, 403, 404, TemplateTaken, TooLarge, 422, 429, OutOfSpace)
UPLOAD_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "model": schemas.UploadAnswer,
        "description": "The dataset has had these very bytes before; nothing was imported.",
    },
    **UPLOAD_PROBLEMS,
}
FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "dataset": {
                            "type": "string",
                            "description": "Slug or id of the dataset; made when missing. "
                            "Without it, a new dataset is named after the file.",
                        },
                        "mode": {"type": "string", "enum": ["append", "replace", "upsert"]},
                        "key": {
                            "type": "string",
                            "description": "Key columns of an upsert, with commas.",
                        },
                        "template": {
                            "type": "string",
                            "description": "`sales`, `products`, `stock` or a template of your "
                            "own: the rows go into the workspace's one dataset of it, which is "
                            "made when missing. Headers are found by their aliases; `mode` is "
                            "the template's where you name none.",
                        },
                        "force": {
                            "type": "boolean",
                            "description": "Import even if these bytes were imported before.",
                        },
                        **FORM_FIELDS,
                    },
                }
            }
        },
    }
}
RAW_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}

Template = Annotated[
    str | None,
    Query(
        description="`sales`, `products`, `stock` or a template of your own, which the dataset "
        "follows from then on.",
        examples=["sales"],
    ),
]
Mode = Annotated[str | None, Query(description="append (default), replace or upsert")]
Key = Annotated[str | None, Query(description="Key columns of an upsert, with commas.")]
Force = Annotated[bool, Query(description="Import even if these bytes were imported before.")]


@router.post(
    "/upload-csv",
    name="upload_csv",
    status_code=201,
    summary="Send a file to work on",
    responses=UPLOAD_RESPONSES,
    openapi_extra=FORM,
)
@router.post(
    "/upload",
    status_code=201,
    summary="Send a file",
    responses=UPLOAD_RESPONSES,
    openapi_extra=FORM,
)
async def upload(
    request: Request, response: Response, principal: EditorDep, context: ContextDep
) -> schemas.UploadAnswer:
    """Send a file as a multipart form. It answers as soon as the bytes are safe; the import
    goes on in the background, under the address in `Location`.
    """
    limits = await run_in_threadpool(files.limits, context, principal.workspace_id)
    received = await receiving.receive_form(request, context.store, limits, principal.workspace_id)
    fields = received.fields
    wanted = service.wish(
        fields.get("mode"),
        fields.get("key"),
        force=_is_true(fields.get("force")),
        template=fields.get("template"),
        options=read_options(fields),
    )
    return await run_in_threadpool(
        _submit, context, principal, response, received, wanted, fields.get("dataset")
    )


@router.put(
    "/datasets/{dataset}/data",
    status_code=201,
    summary="Send a file as the body",
    responses=UPLOAD_RESPONSES,
    openapi_extra=RAW_BODY,
)
async def put_data(
    request: Request,
    response: Response,
    dataset: str,
    principal: EditorDep,
    context: ContextDep,
    options: ReadOptionsDep,
    mode: Mode = None,
    key: Key = None,
    filename: Annotated[str | None, Query(description="Name of the file.")] = None,
    template: Template = None,
    force: Force = False,  # noqa: FBT002 - a query parameter
) -> schemas.UploadAnswer:
    """Send a file as the raw body, as `curl -T file.csv` does. The dataset is made when missing."""
    wanted = service.wish(mode, key, force=force, template=template, options=options)
    return await _put(request, response, dataset, principal, context, wanted, filename)


@router.put(
    "/datasets/{dataset}/data/{filename}",
    status_code=201,
    summary="Send a file as the body, under its name",
    responses=UPLOAD_RESPONSES,
    openapi_extra=RAW_BODY,
)
async def put_named_data(
    request: Request,
    response: Response,
    dataset: str,
    filename: str,
    principal: EditorDep,
    context: ContextDep,
    options: ReadOptionsDep,
    mode: Mode = None,
    key: Key = None,
    template: Template = None,
    force: Force = False,  # noqa: FBT002 - a query parameter
) -> schemas.UploadAnswer:
    """What `curl -T file.csv` sends to an address that ends with a slash."""
    wanted = service.wish(mode, key, force=force, template=template, options=options)
    return await _put(request, response, dataset, principal, context, wanted, filename)


async def _put(
    request: Request,
    response: Response,
    dataset: str,
    principal: Principal,
    context: Context,
    wanted: service.Wish,
    filename: str | None,
) -> schemas.UploadAnswer:
    name = filename or f"{dataset}.csv"
    limits = await run_in_threadpool(files.limits, context, principal.workspace_id)
    received = await receiving.receive_body(
        request, context.store, limits, principal.workspace_id, name
    )
    return await run_in_threadpool(_submit, context, principal, response, received, wanted, dataset)


def _is_true(value: str | None) -> bool:
    return (value or "").strip().lower() in {"1", "true", "yes", "on"}


def _submit(
    context: Context,
    principal: Principal,
    response: Response,
    received: receiving.Received,
    wanted: service.Wish,
    dataset_name: str | None,
) -> schemas.UploadAnswer:
    with transaction(context.engine) as session:
        file = files.record(
            session, received, workspace_id=principal.workspace_id, created_by=principal.user.id
        )
        return _begin(session, context, principal, response, file, wanted, dataset_name)


def _begin(
    session: SessionDep,
    context: Context,
    principal: Principal,
    response: Response,
    file: File,
    wanted: service.Wish,
    dataset_name: str | None,
) -> schemas.UploadAnswer:
    user_id = principal.user.id
    dataset = service.resolve_dataset(
        session, principal.workspace_id, dataset_name, file.name, user_id, wanted.template
    )
    submission = service.submit(
        session,
        dataset=dataset,
        file=file,
        wanted=wanted,
        slots=context.settings.workspace_jobs,
        created_by=user_id,
    )
    answer = _answer(submission, file.id)
    response.headers["Location"] = f"/api/imports/{answer.import_id}"
    if submission.is_duplicate:
        response.status_code = 200
    return answer


def _answer(submission: service.Submission, file_id: UUID) -> schemas.UploadAnswer:
    run = submission.run
    is_over = run.job.status == JobStatus.SUCCEEDED
    message = (
        f"These exact bytes were imported on {run.created_at:%Y-%m-%d %H:%M} UTC; nothing to do. "
        "Send force=true to import them again."
        if submission.is_duplicate
        else "The file is safe and its import has begun."
    )
    return schemas.UploadAnswer(
        message=message,
        dataset_id=run.dataset_id,
        dataset=schemas.DatasetRef.model_validate(run.dataset),
        file_id=file_id,
        import_id=run.id,
        job_id=run.job_id,
        status="ready" if is_over else "processing",
        duplicate=submission.is_duplicate,
    )


def _page(paged: Paged, session: SessionDep, statement: Any) -> paging.Page[schemas.ImportOut]:
    page = paging.newest_first(session, statement, Import.id, paged.wanted)
    return paged.answer(page, [schemas.import_out(run) for run in page.items])


@router.post(
    "/imports",
    status_code=201,
    summary="Import a file that is here",
    responses={
        200: UPLOAD_RESPONSES[200],
        **problems(401, 403, 404, TemplateTaken, files.OriginalRemoved, 422, 429),
    },
)
def import_file(
    body: schemas.ImportIn,
    response: Response,
    principal: EditorDep,
    session: SessionDep,
    context: ContextDep,
) -> schemas.UploadAnswer:
    """Import a file that was sent before: another sheet of a workbook, another file of an archive,
    or the same rows into another dataset.
    """
    file = files.find(session, principal.workspace_id, body.file_id)
    files.check_kept(file)
    wanted = service.wish(
        body.mode,
        None,
        force=body.force,
        template=body.template,
        options=read_options(body.model_dump(include=set(READ_OPTIONS))),
    )
    wanted = replace(wanted, key=tuple(body.key))
    return _begin(session, context, principal, response, file, wanted, body.dataset)


@router.get("/imports", summary="List imports", responses=problems(400, 401, 404, 422))
def list_imports(
    paged: PagedDep,
    principal: PrincipalDep,
    session: SessionDep,
    dataset: Annotated[str | None, Query(description="Only of this dataset.")] = None,
    status: Annotated[JobStatus | None, Query(description="Only in this state.")] = None,
) -> paging.Page[schemas.ImportOut]:
    """The workspace's imports, newest first."""
    dataset_id = (
        datasets.find(session, principal.workspace_id, dataset).id if dataset is not None else None
    )
    statement = service.listing(principal.workspace_id, dataset_id=dataset_id, status=status)
    return _page(paged, session, statement)


@router.get(
    "/datasets/{dataset}/imports",
    summary="List a dataset's imports",
    responses=problems(400, 401, 404, 422),
)
def list_dataset_imports(
    paged: PagedDep, dataset: str, principal: PrincipalDep, session: SessionDep
) -> paging.Page[schemas.ImportOut]:
    """The imports into a dataset, newest first."""
    found = datasets.find(session, principal.workspace_id, dataset)
    statement = service.listing(principal.workspace_id, dataset_id=found.id)
    return _page(paged, session, statement)


@router.get("/imports/{import_id}", summary="Get an import", responses=problems(401, 404, 422))
def get_import(import_id: UUID, principal: PrincipalDep, session: SessionDep) -> schemas.ImportOut:
    """An import: how far it is, what came of it, how the file was read."""
    return schemas.import_out(service.find(session, principal.workspace_id, import_id))


@router.get(
    "/imports/{import_id}/rejects",
    summary="List the rejects of an import",
    responses=problems(400, 401, 404, 422),
)
def list_rejects(
    paged: PagedDep, import_id: UUID, principal: PrincipalDep, session: SessionDep
) -> paging.Page[schemas.RejectOut]:
    """The records that did not fit, in the order of the file."""
    run = service.find(session, principal.workspace_id, import_id)
    wanted = paged.wanted
    after = _position(paging.decode(wanted.key, wanted.cursor), run) if wanted.cursor else 0
    rows = service.rejects(session, run, after=after, limit=wanted.limit + 1)
    page = paging.cut(rows, wanted, lambda last: {"import": str(run.id), "after": last.position})
    return paged.answer(page, [schemas.reject_out(row) for row in page.items])


def _position(values: dict[str, Any], run: Import) -> int:
    if values.get("import") != str(run.id):
        raise paging.InvalidCursor
    return int(values["after"])


@router.get(
    "/imports/{import_id}/rejects/export",
    summary="Download the rejects of an import",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"text/csv": {}}, "description": "The rejects as CSV."},
        **problems(401, 404, 422),
    },
)
def export_rejects(
    import_id: UUID, principal: PrincipalDep, session: SessionDep
) -> StreamingResponse:
    """The records that did not fit as CSV: place, value, reason, and the record as sent."""
    run = service.find(session, principal.workspace_id, import_id)
    rows = service.rejects(session, run, after=0)
    return StreamingResponse(
        _rejects_csv([schemas.reject_out(row) for row in rows]),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="rejects-{run.id}.csv"'},
    )


def _rejects_csv(rejects: list[schemas.RejectOut]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(schemas.RejectOut.model_fields)
    for reject in rejects:
        writer.writerow(reject.model_dump().values())
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


@router.post(
    "/imports/{import_id}/cancel",
    status_code=202,
    summary="Cancel an import",
    responses=problems(401, 403, 404, 422),
)
def cancel_import(import_id: UUID, principal: EditorDep, session: SessionDep) -> schemas.ImportOut:
    """Ask the import to stop. What it has done so far is undone; an ended one stays as it is."""
    run = service.find(session, principal.workspace_id, import_id)
    service.cancel(session, run)
    return schemas.import_out(run)


@router.post(
    "/imports/{import_id}/retry",
    status_code=202,
    summary="Try an import again",
    responses=problems(401, 403, 404, service.NotRetriable, files.OriginalRemoved, 422),
)
def retry_import(
    import_id: UUID, principal: EditorDep, session: SessionDep, context: ContextDep
) -> schemas.ImportOut:
    """Begin a failed or cancelled import anew, from the original that was kept."""
    run = service.find(session, principal.workspace_id, import_id)
    slots = context.settings.workspace_jobs
    service.retry(session, run, slots=slots, created_by=principal.user.id)
    return schemas.import_out(run)


@router.get("/jobs/{job_id}", summary="Get a job", responses=problems(401, 404, 422))
def get_job(job_id: UUID, principal: PrincipalDep, session: SessionDep) -> schemas.JobOut:
    """Something that runs in the background, and what it is doing."""
    job = service.find_job(session, principal.workspace_id, job_id)
    return schemas.JobOut.model_validate(job)
