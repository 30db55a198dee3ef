"""The web server's composition: routers, middleware, the web app's files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.middleware.gzip import GZipMiddleware
from fastapi.responses import FileResponse, Response
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from rowmill import __version__, problems, responses
from rowmill.accounts import endpoints as accounts
from rowmill.activity import endpoints as activity
from rowmill.admin import endpoints as admin
from rowmill.context import Context
from rowmill.dashboard import endpoints as dashboard
from rowmill.datasets import endpoints as datasets
from rowmill.demo import endpoints as demo
from rowmill.errors import MethodNotAllowed, NotFound
from rowmill.events import Hub
from rowmill.feeds import endpoints as feeds
from rowmill.files import endpoints as files
from rowmill.health import endpoints as health
from rowmill.imports import endpoints as imports
from rowmill.invoices import endpoints as invoices
from rowmill.maintenance import endpoints as maintenance
from rowmill.middleware import RequestIds, TrailingSlashes
from rowmill.notifications import endpoints as notifications
from rowmill.operations import endpoints as operations
from rowmill.ratelimits import RateLimits
from rowmill.recognition import endpoints as recognition
from rowmill.retail import endpoints as retail
from rowmill.settings import Settings
from rowmill.syncs import endpoints as syncs
from rowmill.templates import endpoints as templates
from rowmill.throttling import RateLimiter
from rowmill.workspaces import endpoints as workspaces

REQUEST_THREADS = 32
WEB_APP = Path(__file__).parent / "static"
SWAGGER_PAGE = WEB_APP / "swagger" / "index.html"
DESCRIPTION = """
Send a file, get a clean, typed, versioned table with an API.

Sign in with a session cookie, a bearer token (`POST /api/login`), an API key (`POST /api/keys`) or
HTTP Basic. Errors are `application/problem+json`. Lists are paged by an opaque `cursor`.
"""


def create_app(settings: Settings, database_url: str) -> FastAPI:
    """The ASGI application on that database. Nothing is contacted before its start."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        anyio.to_thread.current_default_thread_limiter().total_tokens = REQUEST_THREADS
        app.state.hub.start()
        try:
            yield
        finally:
            await app.state.hub.stop()
            app.state.context.close()

    app = FastAPI(
        title="Rowmill",
        version=__version__,
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
    )
    app.state.context = Context.open(settings, database_url)
    app.state.hub = Hub(database_url)
    app.state.rate_limiter = RateLimiter(app.state.context.engine)
    app.openapi = _description(app)  # type: ignore[method-assign] # as FastAPI documents it
    app.state.page = WEB_APP / "index.html"
    problems.install(app)
    for feature in (
        accounts,
        workspaces,
        files,
        datasets,
        imports,
        recognition,
        templates,
        operations,
        activity,
        health,
        invoices,
        dashboard,
        feeds,
        syncs,
        notifications,
    ):
        app.include_router(feature.router)
    for extra in (
        accounts.root,
        retail.root,
        retail.router,
        admin.router,
        notifications.admin,
        maintenance.router,
        demo.router,
    ):
        app.include_router(extra)
    _add_docs(app)
    _add_web_app(app)
    _add_middleware(app, settings)
    return app


def _description(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The OpenAPI document, made once, with our form of errors in place of the framework's."""
    original = app.openapi
    return cache(lambda: responses.complete(original()))


def _operation_id(route: APIRoute) -> str:
    return route.name


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """The last one added is the outermost."""
    app.add_middleware(TrailingSlashes)
    app.add_middleware(RateLimits, limiter=app.state.rate_limiter, settings=settings)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["*"],
            allow_headers=["*"],
            expose_headers=[
                "ETag",
                "Link",
                "RateLimit",
                "RateLimit-Policy",
                "Retry-After",
                "X-Request-ID",
            ],
        )
    app.add_middleware(RequestIds)


def _add_docs(app: FastAPI) -> None:
    """The API's description for people, from files of our own: no other host is asked."""

    def swagger() -> FileResponse:
        if not SWAGGER_PAGE.exists():
            raise NotFound("The web app is not built; the description is at /openapi.json.")
        return FileResponse(SWAGGER_PAGE)

    for path in ("/docs", "/swagger"):
        app.add_api_route(path, swagger, include_in_schema=False)


def _add_web_app(app: FastAPI) -> None:
    """Serve the built web app: its files, and its one page for every address of its own."""
    if not (WEB_APP / "index.html").exists():
        return
    app.mount("/", GZipMiddleware(_WebApp(directory=WEB_APP), minimum_size=1024), name="web")


class _WebApp(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        if path.startswith(("api/", "assets/", "swagger/")):
            is_page = False
        else:
            is_page = not (WEB_APP / path).is_file()
        if path.startswith("api/") or scope["method"] not in {"GET", "HEAD"}:
            raise MethodNotAllowed if _takes_other_methods(scope) else NotFound
        if is_page:
            return FileResponse(WEB_APP / "index.html", headers={"Cache-Control": "no-cache"})
        response = await super().get_response(path, scope)
        if path.startswith("assets/"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _takes_other_methods(scope: Scope) -> bool:
    """Whether the API has this address, only not for this method."""
    matches = (route.matches(scope)[0] for route in scope["app"].routes)
    return any(match is Match.PARTIAL for match in matches)
