"""How the OpenAPI document describes errors: one schema, and an example for each status."""

from __future__ import annotations

import http
import inspect
from typing import Any

from pydantic import BaseModel, Field

from rowmill import errors

MEDIA_TYPE = "application/problem+json"
SCHEMA_REFERENCE = {"$ref": "#/components/schemas/Problem"}
WORKSPACE_HEADER = "rowmill-workspace"
FRAMEWORK_SCHEMAS = ("HTTPValidationError", "ValidationError")


class ProblemField(BaseModel):
    """One refused input."""

    field: str = Field(examples=["email"])
    message: str = Field(examples=["An email address must have an @-sign."])


class Problem(BaseModel):
    """What went wrong (RFC 9457). `code` is stable; the words may change."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(description="The kind of error, in a few words.", examples=["Not found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="What was wrong and what to do.",
        examples=["There is nothing here, or it is not yours."],
    )
    code: str = Field(description="The kind of error, for programs.", examples=["not_found"])
    request_id: str | None = Field(
        description="Names this request in the server's log.",
        examples=["8c2f1f0a9d5b4e7c8a6d3b2e1f0a9d5b"],
    )
    errors: list[ProblemField] | None = Field(
        None, description="Each refused input, where the status is 422 or 400."
    )


EXPLAINED: dict[int, type[errors.RowmillError]] = {
    error.status: error
    for error in (
        errors.BadRequest,
        errors.Unauthenticated,
        errors.Forbidden,
        errors.NotFound,
        errors.Conflict,
        errors.Gone,
        errors.PreconditionFailed,
        errors.TooLarge,
        errors.Invalid,
        errors.TooManyRequests,
        errors.ServiceUnavailable,
        errors.OutOfSpace,
    )
}


def problems(*statuses: int | type[errors.RowmillError]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an endpoint that may answer with these errors.

    A status stands for its general error; a class of `rowmill.errors` describes it closer.
    """
    explained = [EXPLAINED[one] if isinstance(one, int) else one for one in statuses]
    documented: dict[int | str, dict[str, Any]] = {}
    for error in explained:
        documented.setdefault(error.status, _described(error))
    return documented


def documented_filters(description: str, example: dict[str, str]) -> dict[str, Any]:
    """The `openapi_extra` of an endpoint that takes filters on columns which no schema names."""
    filters = {
        "name": "filters",
        "in": "query",
        "required": False,
        "style": "form",
        "explode": True,
        "description": description,
        "schema": {"type": "object", "additionalProperties": {"type": "string"}},
        "example": example,
    }
    return {"parameters": [filters]}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document with the schema that `problems` refers to, and without the framework's.

    Wherever the framework announced its own form of a validation error, ours is named instead.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in FRAMEWORK_SCHEMAS:
        schemas.pop(name, None)
    for model in (Problem, ProblemField):
        schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        schemas[model.__name__] = schema
    for path, operations in document.get("paths", {}).items():
        for operation in operations.values():
            _replace_validation_error(operation.get("responses", {}))
            _add_common_answers(path, operation)
    return document


def _add_common_answers(path: str, operation: dict[str, Any]) -> None:
    """What any route of its sort may answer: to a broken body, a foreign workspace, a rush."""
    common: list[type[errors.RowmillError]] = []
    if "application/json" in operation.get("requestBody", {}).get("content", {}):
        common.append(errors.BadRequest)
    if any(one["name"] == WORKSPACE_HEADER for one in operation.get("parameters", [])):
        common += [errors.Unauthenticated, errors.NotFound]
    if path.startswith("/api/"):
        common.append(errors.TooManyRequests)
    for error in common:
        operation["responses"].setdefault(str(error.status), _described(error))


def _replace_validation_error(responses: dict[str, Any]) -> None:
    content = responses.get("422", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if reference.rpartition("/")[2] in FRAMEWORK_SCHEMAS:
        responses["422"] = _described(errors.Invalid)


def _described(error: type[errors.RowmillError]) -> dict[str, Any]:
    meaning = inspect.cleandoc(error.__doc__ or error.title)
    example: dict[str, Any] = {
        "type": "about:blank",
        "title": error.title,
        "status": error.status,
        "detail": meaning,
        "code": error.code,
        "request_id": "8c2f1f0a9d5b4e7c8a6d3b2e1f0a9d5b",
    }
    if error.status == 422:
        example["errors"] = [{"field": "limit", "message": "Input should be at least 1."}]
    described: dict[str, Any] = {
        "description": f"{http.HTTPStatus(error.status).phrase}: {meaning}",
        "content": {MEDIA_TYPE: {"schema": SCHEMA_REFERENCE, "example": example}},
    }
    if error.status in {401, 429, 503}:
        described["headers"] = _HEADERS[error.status]
    return described


def _header(description: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": "string"}}


_HEADERS = {
    401: {"WWW-Authenticate": _header("The ways to sign in that would be accepted.")},
    429: {
        "Retry-After": _header("Seconds to wait before the next attempt."),
        "RateLimit": _header("What is left of each limit, and the seconds until it is whole."),
        "RateLimit-Policy": _header("Each limit, and the seconds of its window."),
    },
    503: {"Retry-After": _header("Seconds to wait before the next attempt.")},
}
