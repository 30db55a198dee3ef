from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from rowmill.accounts.principals import PrincipalDep
from rowmill.context import ContextDep, SessionDep
from rowmill.files import service
from rowmill.responses import problems

router = APIRouter(prefix="/api/files", tags=["Files"])


@router.get(
    "/{file_id}/download",
    summary="Download an original",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file's bytes."},
        **problems(401, 404, service.OriginalRemoved, 422),
    },
)
def download(
    file_id: UUID, principal: PrincipalDep, session: SessionDep, context: ContextDep
) -> StreamingResponse:
    """The uploaded file, byte for byte as it was sent."""
    file = service.find(session, principal.workspace_id, file_id)
    service.check_kept(file)
    return StreamingResponse(
        context.store.read(file.object_key),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(file.size_bytes),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}",
            "ETag": f'"{file.sha256}"',
        },
    )
