"""Errors as RFC 9457 problems: one handler for every kind, and nothing internal in the text."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DBAPIError, OperationalError
from starlette.exceptions import HTTPException

from rowmill.errors import (
    BadRequest,
    FieldError,
    Forbidden,
    Invalid,
    MethodNotAllowed,
    NotFound,
    RowmillError,
    ServiceUnavailable,
    TooLarge,
    Unauthenticated,
)

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
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
    app.add_exception_handler(Exception, _unexpected)


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
    return JSONResponse(
        {**error.extra, **body}, error.status, headers=error.headers, media_type=MEDIA_TYPE
    )


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


async def _unexpected(request: Request, error: Exception) -> Response:
    logger.error("request_crashed", exc_info=error)
    return problem(request, RowmillError("Something went wrong inside Rowmill."))


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's errors in our form: the field's path without `body` or `query`, and a sentence."""
    return [
        {
            "field": ".".join(map(str, error["loc"][1:])) or str(error["loc"][0]),
            "message": str(error["msg"]).removeprefix("Value error, "),
        }
        for error in errors
    ]
