from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from rowmill import __version__
from rowmill.context import SessionDep
from rowmill.db import ping
from rowmill.responses import problems

router = APIRouter(tags=["Operating"])


class Health(BaseModel):
    """Whether the server answers."""

    status: str
    version: str


@router.get("/healthz", summary="Is the process alive?")
async def alive() -> Health:
    """Answers as long as the process does; contacts nothing."""
    return Health(status="ok", version=__version__)


@router.get("/readyz", summary="Can it do its work?", responses=problems(503))
def ready(session: SessionDep) -> Health:
    """Answers 200 when the database answers too, 503 otherwise."""
    ping(session)
    return Health(status="ready", version=__version__)
