"""Small request bodies that may come as JSON or as a form, whichever the client prefers."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.types import Message

from rowmill.errors import BadRequest, TooLarge

Body = TypeVar("Body", bound=BaseModel)

LARGEST_BODY = 64 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


def json_or_form(model: type[Body]) -> Callable[[Request], Awaitable[Body]]:
    """A dependency that reads the body as `model`.

    Raises: RequestValidationError as FastAPI would, BadRequest where a form is broken,
    TooLarge above 64 KiB.
    """

    async def read(request: Request) -> Body:
        body = await _bounded(request)
        try:
            if request.headers.get("Content-Type", "").lower().startswith(FORM_TYPES):
                return model.model_validate(await _fields(request, body))
            return model.model_validate(_decoded(body))
        except ValidationError as error:
            located = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
            raise RequestValidationError(located) from error

    return read


def documented_body(model: type[BaseModel], example: Mapping[str, Any]) -> dict[str, Any]:
    """The `openapi_extra` of an endpoint whose body `json_or_form` reads."""
    content = {"schema": model.model_json_schema(), "example": dict(example)}
    return {
        "requestBody": {
            "required": True,
            "content": {"application/json": content, FORM_TYPES[0]: content},
        }
    }


async def _bounded(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooLarge(f"This body may have {LARGEST_BODY} bytes.")
    return bytes(body)


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as error:
        problem = {"type": "json_invalid", "loc": ("body",), "msg": "JSON decode error"}
        raise RequestValidationError([problem]) from error


async def _fields(request: Request, body: bytes) -> dict[str, Any]:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        async with Request(request.scope, receive).form() as form:
            return dict(form)
    except HTTPException as error:
        raise BadRequest(f"The form cannot be read: {error.detail}") from error
