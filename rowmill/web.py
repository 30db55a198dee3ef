"""One server process: uvicorn on a socket that the supervisor opened."""

from __future__ import annotations

import asyncio
import socket
from types import FrameType

import uvicorn

from rowmill.app import create_app
from rowmill.settings import Settings

DRAIN_SECONDS = 8


class _Server(uvicorn.Server):
    """Ends the event streams first: they would keep a graceful shutdown waiting."""

    loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        await super().startup(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.loop is not None:
            self.loop.call_soon_threadsafe(self.config.app.state.hub.close)  # type: ignore[union-attr]
        super().handle_exit(sig, frame)


def serve(settings: Settings, database_url: str, listener: socket.socket) -> None:
    """Answer requests until SIGTERM or SIGINT."""
    config = uvicorn.Config(
        create_app(settings, database_url),
        log_config=None,
        access_log=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        timeout_keep_alive=75,
    )
    _Server(config).run(sockets=[listener])
