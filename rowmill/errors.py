"""The one tree of errors that Rowmill raises on purpose.

A class carries its HTTP status and its stable code; its docstring is the message
where none is given. `rowmill.problems` renders them as RFC 9457 problems. The message
says what was wrong, where, and what to do; it never holds a path, SQL or a foreign name.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict


class FieldError(TypedDict):
    """One refused input: where it came from, and what is wrong with it."""

    field: str
    message: str


class RowmillError(Exception):
    """Something went wrong."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        """Args: `extra` members become members of the problem, such as `line` or `hint`."""
        self.detail = detail or inspect.cleandoc(type(self).__doc__ or self.title)
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extra = extra
        super().__init__(self.detail)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Derive code and title from the class name where the class sets none."""
        super().__init_subclass__(**kwargs)
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", cls.__name__).lower()
        if "code" not in cls.__dict__:
            cls.code = words.replace(" ", "_")
        if "title" not in cls.__dict__:
            cls.title = words.capitalize()


class BadRequest(RowmillError):
    """The request cannot be understood."""

    status = 400


class Unauthenticated(RowmillError):
    """Sign in first: send a session cookie, a bearer token, or a name and password."""

    status = 401

    def __init__(self, detail: str | None = None, **extra: Any) -> None:
        """Name the schemes that would be accepted, as RFC 9110 asks of every 401."""
        super().__init__(detail, headers={"WWW-Authenticate": 'Bearer realm="rowmill"'}, **extra)


class WrongCredentials(Unauthenticated):
    """The name or the password is wrong."""


class TokenReused(Unauthenticated):
    """This refresh token was used before. Its session has been ended; sign in again."""


class Forbidden(RowmillError):
    """Your account may not do this."""

    status = 403


class CrossSiteRequest(Forbidden):
    """A request that another site started may not change anything with your cookie."""


class NotFound(RowmillError):
    """There is nothing here, or it is not yours."""

    status = 404


class MethodNotAllowed(RowmillError):
    """This address does not take that method."""

    status = 405


class Conflict(RowmillError):
    """That is taken, or has changed meanwhile."""

    status = 409


class Gone(RowmillError):
    """What this points to has been removed."""

    status = 410


class CursorExpired(Gone):
    """The version this cursor reads is no longer kept. Start again from the first page."""


class PreconditionFailed(RowmillError):
    """It has changed since you read it. Read it again, then repeat the change."""

    status = 412


class TooLarge(RowmillError):
    """The body is larger than this server accepts."""

    status = 413
    title = "Too large"


class Invalid(RowmillError):
    """Some of the input does not fit."""

    status = 422


def invalid(field: str, message: str) -> Invalid:
    """A 422 about one field."""
    return Invalid(f"{field}: {message}", errors=[{"field": field, "message": message}])


class TooManyRequests(RowmillError):
    """Too many attempts. Wait, then try again."""

    status = 429

    def __init__(self, detail: str | None = None, *, retry_after: int, **extra: Any) -> None:
        """Args: `retry_after` in whole seconds."""
        super().__init__(detail, headers={"Retry-After": str(max(1, retry_after))}, **extra)


class ServiceUnavailable(RowmillError):
    """The server cannot do this now. Try again in a moment."""

    status = 503


class QueryTimedOut(ServiceUnavailable):
    """The query took longer than this server allows. Narrow the filters and try again."""


class OutOfSpace(RowmillError):
    """The server's disk is full. Nothing was kept of this upload; ask the administrator."""

    status = 507
    code = "out_of_space"
    title = "Out of space"


class ConfigurationError(RowmillError):
    """A setting does not work. Raised at start, shown on the command line."""
