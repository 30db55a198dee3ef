"""The body of a batch of products: JSON whose numbers keep every digit."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool

from rowmill.errors import TooLarge
from rowmill.retail.schemas import ProductsIn

LARGEST_BODY = 32 * 1024 * 1024


def _described() -> dict[str, Any]:
    """The body for the API's description, complete in itself: we read it without FastAPI."""
    schema = ProductsIn.model_json_schema()
    product = schema.pop("$defs")["ProductIn"]
    schema["properties"]["products"]["items"] = product
    return schema


PRODUCTS_SCHEMA = _described()


async def products_body(request: Request) -> ProductsIn:
    """Raises: RequestValidationError as FastAPI would, TooLarge above 32 MiB."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise TooLarge(
                f"A batch of products may have {LARGEST_BODY:,} bytes. Send several, or upload a "
                "file by PUT."
            )
    return await run_in_threadpool(_read, bytes(body))


def _read(body: bytes) -> ProductsIn:
    try:
        return ProductsIn.model_validate(_decoded(body))
    except ValidationError as error:
        located = [{**item, "loc": ("body", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(located) from error


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError as error:
        problem = {"type": "json_invalid", "loc": ("body",), "msg": "JSON decode error"}
        raise RequestValidationError([problem]) from error
