"""Errors as RFC 9457 problems: one handler for every kind, and nothing internal in the text.

Each names its request's id, under which the log has more. A browser that opens an address as a
page gets the web app instead, which shows the same problem.
"""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.exc import DBAPIError, OperationalError
from starlette.exceptions import HTTPException

from rowmill.errors import (
    BadRequest,
    FieldError,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
    OutOfSpace,
    RowmillError,
    ServiceUnavailable,
    TooLarge,
    Unauthenticated,
)

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
BY_STATUS: dict[int, type[RowmillError]] = {
    error.status: error
    for error in (BadRequest, Unauthenticated, Forbidden, NotFound, MethodNotAllowed, TooLarge)
}


def install(app: FastAPI) -> None:
    """Make the app answer every error with a problem."""
    app.add_exception_handler(RowmillError, _rowmill_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(OperationalError, _database_error)
    app.add_exception_handler(DBAPIError, _database_error)


def problem(request: Request, error: RowmillError) -> Response:
    """The answer that tells a client of `error`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "code": error.code,
        "request_id": request.scope.get("state", {}).get("request_id"),
    }
    if error.errors:
        body["errors"] = error.errors
    body = {**error.extra, **body}
    page = _page(request)
    if page is not None:
        told = escape(json.dumps(jsonable_encoder(body)))
        page = page.replace("</head>", f'<meta name="rowmill-problem" content="{told}"></head>', 1)
        headers = {**error.headers, "Cache-Control": "no-store"}
        return HTMLResponse(page, error.status, headers=headers)
    return JSONResponse(body, error.status, headers=error.headers, media_type=MEDIA_TYPE)


def _page(request: Request) -> str | None:
    """The web app's page, where a browser asks for one: it opens an address outside of the API."""
    path: Path | None = getattr(request.app.state, "page", None)
    is_opened = (
        request.method == "GET"
        and request.headers.get("sec-fetch-mode", "navigate") == "navigate"
        and request.headers.get("accept", "").startswith("text/html")
    )
    if path is None or not is_opened or f"{request.url.path}/".startswith("/api/"):
        return None
    try:
        return path.read_text()
    except FileNotFoundError:
        return None


async def _rowmill_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RowmillError)
    if error.status >= 500:
        logger.warning("request_failed", extra={"code": error.code}, exc_info=error)
    return problem(request, error)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = BY_STATUS.get(error.status_code, BadRequest)
    answer = problem(request, kind(None if kind is NotFound else str(error.detail)))
    answer.status_code = error.status_code
    answer.headers.update(error.headers or {})
    return answer


async def _validation_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    errors = field_errors(error.errors())
    if all(item["type"] == "json_invalid" for item in error.errors()):
        return problem(request, BadRequest("The body is not valid JSON.", errors=errors))
    summary = "; ".join(f"{item['field']}: {item['message']}" for item in errors)
    return problem(request, Invalid(summary, errors=errors))


async def _database_error(request: Request, error: Exception) -> Response:
    logger.error("database_unavailable", exc_info=error)
    if isinstance(error, DBAPIError) and not (
        isinstance(error, OperationalError) or error.connection_invalidated
    ):
        return problem(request, RowmillError("Something went wrong inside Rowmill."))
    return problem(
        request, ServiceUnavailable("The database does not answer.", headers={"Retry-After": "2"})
    )


def crash(error: Exception) -> RowmillError:
    """What a client is told of an error that nobody foresaw."""
    if isinstance(error, OSError) and error.errno in FULL:
        return OutOfSpace()
    return RowmillError("Something went wrong inside Rowmill.")


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's errors in our form: the field's path without `body` or `query`, and a sentence."""
    return [
        {
            "field": ".".join(map(str, error["loc"][1:])) or str(error["loc"][0]),
            "message": str(error["msg"]).removeprefix("Value error, "),
        }
        for error in errors
    ]
