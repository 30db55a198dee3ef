"""What happens around every request: an id for it, a log line, headers, tolerant paths."""

from __future__ import annotations

import logging
import re
import time
from uuid import uuid4

import structlog
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rowmill import problems

logger = logging.getLogger("rowmill.requests")

ACCEPTED_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; "
        "font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'none'; "
        "base-uri 'self'; form-action 'self'; object-src 'none'"
    ),
}

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
REQUESTS = Counter(
    "rowmill_requests", "Answered requests, by route and status.", ["method", "route", "status"]
)
SECONDS = Histogram(
    "rowmill_request_seconds",
    "From a request's arrival to the first byte of its answer.",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120),
)


class RequestIds:
    """Gives each request an id (or keeps a proxy's), puts it into answer and log, logs the end."""

    def __init__(self, app: ASGIApp) -> None:
        """Args: `app` is the next layer in."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if ACCEPTED_ID.fullmatch(given) else uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _measure(scope, status, time.perf_counter() - started)
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self.app(scope, receive, send_with_headers)
            except Exception as error:
                # Caught here, where the request's id is known to the log and goes into the answer.
                logger.exception("request_crashed", extra={"path": scope["path"]})
                if status:  # the answer has begun, so all that is left is to break it off
                    raise
                answer = problems.problem(Request(scope), problems.crash(error))
                await answer(scope, receive, send_with_headers)
            finally:
                _log(scope, status, time.perf_counter() - started)


def _measure(scope: Scope, status: int, seconds: float) -> None:
    """Count the request under its route's template: addresses themselves are without number."""
    method = scope["method"] if scope["method"] in METHODS else "other"
    route = getattr(scope.get("route"), "path", "web app" if "endpoint" in scope else "none")
    REQUESTS.labels(method, route, str(status)).inc()
    SECONDS.labels(method, route).observe(seconds)


def _log(scope: Scope, status: int, seconds: float) -> None:
    is_routine = scope["method"] in {"GET", "HEAD"} and 200 <= status < 400
    logger.log(
        logging.DEBUG if is_routine else logging.INFO,
        "request",
        extra={
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "milliseconds": round(seconds * 1000, 1),
        },
    )


class TrailingSlashes:
    """Lets every path be written with or without a final slash."""

    def __init__(self, app: ASGIApp) -> None:
        """Args: `app` is the next layer in."""
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        path = scope.get("path", "")
        if scope["type"] == "http" and len(path) > 1 and path.endswith("/"):
            scope["path"] = path.rstrip("/") or "/"  # in place: others look up the route in it
        await self.app(scope, receive, send)
