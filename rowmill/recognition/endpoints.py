from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from rowmill.accounts.principals import EditorDep
from rowmill.context import ContextDep
from rowmill.errors import OutOfSpace, TooLarge
from rowmill.imports.reading import ReadOptionsDep
from rowmill.mill import ImportFailed
from rowmill.recognition import schemas, service
from rowmill.responses import problems

router = APIRouter(prefix="/api", tags=["Imports"])

RAW_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Beginning = Annotated[bool, Query(description="The body is only the beginning of the file.")]


@router.post(
    "/recognise",
    summary="Recognise a file",
    responses=problems(400, 401, 403, TooLarge, ImportFailed, 503, OutOfSpace),
    openapi_extra=RAW_BODY,
)
async def recognise(
    request: Request,
    principal: EditorDep,
    context: ContextDep,
    options: ReadOptionsDep,
    beginning: Beginning = False,  # noqa: FBT002 - a query parameter
    template: Annotated[
        str | None,
        Query(description="Tell how the file fits this template.", examples=["sales"]),
    ] = None,
) -> schemas.Recognition:
    """How a file would be read, and whether it looks like one of your templates, before you send
    it. The body is the file, or its first mebibyte at most; nothing of it is kept. The beginning
    of a workbook, a ZIP archive or a Parquet file does not suffice: `beginning_only`. Where a ZIP
    archive holds several files, the problem names its `members`.
    """
    content = await service.beginning(request)
    seen = await run_in_threadpool(service.look, content, options, is_cut=beginning)
    labels = [column.label for column in seen.plan.columns]
    found = await run_in_threadpool(
        service.match, context, principal.workspace_id, labels, template
    )
    return schemas.recognition(seen, found)
