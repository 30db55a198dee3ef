from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from rowmill import __version__, jobs
from rowmill.context import ContextDep, SessionDep
from rowmill.errors import Unauthenticated
from rowmill.health import metrics, schemas, service
from rowmill.responses import problems

router = APIRouter(tags=["Operating"])

METRICS_EXAMPLE = """# HELP rowmill_queue_depth Jobs that wait for a worker.
# TYPE rowmill_queue_depth gauge
rowmill_queue_depth 0.0
"""

MetricsToken = Annotated[
    HTTPAuthorizationCredentials | None,
    Depends(
        HTTPBearer(
            scheme_name="MetricsToken",
            description="The setting `ROWMILL_METRICS_TOKEN`.",
            auto_error=False,
        )
    ),
]


@router.get("/healthz", summary="Is the process alive?")
async def alive() -> schemas.Health:
    """Answers as long as the process does; contacts nothing."""
    return schemas.Health(status="ok", version=__version__)


@router.get("/readyz", summary="Can it do its work?", responses=problems(503))
def ready(session: SessionDep, context: ContextDep) -> schemas.Readiness:
    """Answers 200 when database and object store answer too, 503 otherwise. A missing worker is
    told, but the server is ready without: files are taken and wait.
    """
    workers = jobs.workers_alive(session)
    service.check_store(context.store)
    return schemas.Readiness(
        status="ready",
        version=__version__,
        database="ok",
        store="ok",
        worker="ok" if workers else "none",
        workers=workers,
    )


@router.get(
    "/metrics",
    summary="Figures for Prometheus",
    response_class=Response,
    responses={
        200: {"content": {"text/plain": {"example": METRICS_EXAMPLE}}},
        **problems(401, 503),
    },
)
def read_metrics(request: Request, context: ContextDep, token: MetricsToken) -> Response:
    """Requests, jobs, imports and sizes in Prometheus' text form.

    Where `ROWMILL_METRICS_TOKEN` is set, that token is asked for; otherwise only programs on the
    server's own machine are answered.
    """
    if not metrics.may_read(request, context.settings, token.credentials if token else None):
        raise Unauthenticated(
            "Send the token of ROWMILL_METRICS_TOKEN as a bearer token. "
            "Where none is set, only the server's own machine may read this."
        )
    return Response(metrics.exposition(context), media_type=metrics.CONTENT_TYPE)
