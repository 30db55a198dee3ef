"""Telling requests that another site made a browser send from those its user meant.

Browsers add `Sec-Fetch-Site`, and older ones at least `Origin`, to what they send; no page can
forge them. A program that is not a browser sends neither, and no other site steers it.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from rowmill.context import ContextDep
from rowmill.errors import CrossSiteRequest
from rowmill.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_SITES = frozenset({"same-origin", "none"})
DEFAULT_PORTS = {"http": 80, "https": 443}


def refuse_cross_site(request: Request, settings: Settings) -> None:
    """Let pass what reads only, what our own pages send, and what no browser sent.

    Origins in `settings.cors_origins` are trusted like our own. Raises: CrossSiteRequest.
    """
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("Origin")
    if origin is not None and origin in settings.cors_origins:
        return
    site = request.headers.get("Sec-Fetch-Site")
    is_ours = site in OWN_SITES if site else origin is None or _is_own(origin, request, settings)
    if not is_ours:
        raise CrossSiteRequest


def own_site_only(request: Request, context: ContextDep) -> None:
    """The same as a dependency, for endpoints that need no account, such as login."""
    refuse_cross_site(request, context.settings)


OwnSiteOnly = Annotated[None, Depends(own_site_only)]


def _is_own(origin: str, request: Request, settings: Settings) -> bool:
    """Whether the origin is this server, whatever scheme a proxy in front of it speaks."""
    address = _address(origin)
    if address is None:
        return False
    if settings.public_url is not None and origin == _origin(settings.public_url):
        return True
    scheme = urlsplit(origin).scheme
    return address == _address(f"{scheme}://{request.headers.get('Host', '')}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _address(origin: str) -> tuple[str, int] | None:
    """Host and port of an origin; None for `null` and what is none."""
    try:
        parts = urlsplit(origin)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    if parts.hostname is None or port is None:
        return None
    return parts.hostname, port
