"""The cookie by which a browser holds its session."""

from __future__ import annotations

from datetime import timedelta

from fastapi import Request, Response

from rowmill.settings import Settings

COOKIE = "rowmill_session"


def set_cookie(request: Request, response: Response, settings: Settings, token: str) -> None:
    """Have the browser keep the session's token, for as long as the session lives unused."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(timedelta(days=settings.session_days).total_seconds()),
        path="/",
        secure=_is_https(request, settings),
        httponly=True,
        samesite="lax",
    )


def clear_cookie(request: Request, response: Response, settings: Settings) -> None:
    """Have the browser forget the session."""
    response.delete_cookie(
        COOKIE, path="/", secure=_is_https(request, settings), httponly=True, samesite="lax"
    )


def _is_https(request: Request, settings: Settings) -> bool:
    return request.url.scheme == "https" or (settings.public_url or "").startswith("https://")
