"""Limits on requests: by address before anything is read, by user and key once they are known.

Answers carry the fields `RateLimit` and `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers).
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rowmill import problems
from rowmill.settings import Settings
from rowmill.throttling import WINDOW_SECONDS, Policy, RateLimiter, Standing, refusal

PUBLISHED = frozenset({"products", "sales", "categories", "help"})
"""First parts of the paths that other systems read, at the root and below `/api`."""

SIGNING_IN = frozenset({"users", "auth"})


class RateLimits:
    """Counts each request to the API against its address, and tells what is left of all limits."""

    def __init__(self, app: ASGIApp, limiter: RateLimiter, settings: Settings) -> None:
        """Args: `app` is the next layer in."""
        self.app = app
        self._limiter = limiter
        self._api = Policy("address", settings.rate_limit_address)
        self._published = Policy("published", settings.rate_limit_published, per="address")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        policy = self._policy(scope) if scope["type"] == "http" else None
        if policy is None:
            await self.app(scope, receive, send)
            return
        standings: list[Standing] = []
        scope.setdefault("state", {})["rate_limits"] = standings

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start" and standings:
                MutableHeaders(scope=message).update(headers(standings))
            await send(message)

        standing = await self._spend(policy, network_of(_address(scope)))
        if standing is not None:
            standings.append(standing)
            if standing.is_exceeded:
                answer = problems.problem(Request(scope), refusal(standing))
                await answer(scope, receive, send_with_headers)
                return
        await self.app(scope, receive, send_with_headers)

    def _policy(self, scope: Scope) -> Policy | None:
        """The policy of the request's path, where it belongs to the API and has a limit."""
        parts = scope["path"].strip("/").split("/")
        is_api = parts[0] == "api"
        name = parts[1] if is_api and len(parts) > 1 else parts[0]
        if name in PUBLISHED and not _is_browser(scope):
            policy = self._published
        elif is_api or name in PUBLISHED or name in SIGNING_IN:
            policy = self._api
        else:
            return None
        return policy if policy.limit else None

    async def _spend(self, policy: Policy, identifier: str) -> Standing | None:
        held = self._limiter.spend_held(policy, identifier)
        if held is not None:
            return held
        return await run_in_threadpool(self._limiter.spend, policy, identifier)


def count_principal(
    request: Request, settings: Settings, user_id: UUID, key_id: UUID | None
) -> None:
    """Count the request against its user, or against the API key. Raises: TooManyRequests."""
    limiter: RateLimiter = request.app.state.rate_limiter
    if key_id is not None:
        policy, identifier = Policy("key", settings.rate_limit_key), key_id.hex
    else:
        policy, identifier = Policy("user", settings.rate_limit_user), user_id.hex
    standing = limiter.spend(policy, identifier) if policy.limit else None
    if standing is None:
        return
    request.scope.get("state", {}).get("rate_limits", []).append(standing)
    if standing.is_exceeded:
        raise refusal(standing)


def headers(standings: Sequence[Standing]) -> dict[str, str]:
    """The response fields that tell of these limits."""
    policies = [f'"{one.policy.name}";q={one.policy.limit};w={WINDOW_SECONDS}' for one in standings]
    left = [f'"{one.policy.name}";r={one.remaining};t={one.reset_seconds}' for one in standings]
    return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(left)}


def network_of(address: str) -> str:
    """The address; of IPv6 the network, since one machine has all the addresses in its own."""
    try:
        if isinstance(ip_address(address), IPv6Address):
            return str(ip_network((address, 64), strict=False))
    except ValueError:
        pass
    return address


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _is_browser(scope: Scope) -> bool:
    """Whether it comes from the web app: signed in by cookie, and not by anything else."""
    sent = Headers(scope=scope)
    return "rowmill_session=" in sent.get("cookie", "") and "authorization" not in sent
