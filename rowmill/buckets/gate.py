"""A way out of this machine that leads to one host only, at addresses that were checked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Self
from urllib.parse import urlsplit

from rowmill.background import BackgroundLoop
from rowmill.outbound import BrokenAnswer, ConnectionRefused, OutboundError, TimedOut

HEAD_BYTES = 64 * 1024
PIECE_BYTES = 256 * 1024


class Gate:
    """An HTTP proxy on the loopback, for a library that looks names up and follows redirects.

    Whatever the name means in the next moment and wherever an answer redirects to, connections
    go to the checked addresses. TLS is between the library and the host, as without a proxy.
    """

    def __init__(
        self, host: str, port: int, addresses: Sequence[str], connect_seconds: float
    ) -> None:
        self.failure: OutboundError | None = None
        self._place = f"{host}:{port}"
        self._target = (host.lower(), port)
        self._addresses = addresses
        self._connect_seconds = connect_seconds
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = BackgroundLoop(f"gate to {host}")
        self._server = self._loop.run(self._listen())
        own_port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{own_port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.run(self._stop())
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=HEAD_BYTES)

    async def _stop(self) -> None:
        self._server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)  # or it may be collected as garbage while it waits
        task.add_done_callback(self._tasks.discard)
        ends = (OSError, asyncio.CancelledError, asyncio.IncompleteReadError)
        with contextlib.suppress(*ends, asyncio.LimitOverrunError):  # nobody waits for this task
            head = await reader.readuntil(b"\r\n\r\n")
            method, target = head.split(b" ", 2)[:2]
            is_tunnel = method == b"CONNECT"
            if _authority(target.decode("latin-1"), is_tunnel=is_tunnel) != self._target:
                self.failure = BrokenAnswer(
                    f"{self._place} sends on to another host, where Rowmill does not follow. "
                    "Look at the endpoint and the region."
                )
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            else:
                await self._lead(reader, writer, b"" if is_tunnel else head)
            await _close(writer)
        writer.close()

    async def _lead(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes
    ) -> None:
        """Connect, and carry bytes in both directions until one end is gone."""
        try:
            far_reader, far_writer = await self._connected()
        except OutboundError as error:
            self.failure = error
            writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        if head:
            far_writer.write(head)
        else:
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
        ways = [
            asyncio.create_task(_carry(reader, far_writer)),
            asyncio.create_task(_carry(far_reader, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await _close(far_writer)

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        failure: OutboundError = ConnectionRefused()
        for address in self._addresses:
            try:
                async with asyncio.timeout(self._connect_seconds):
                    return await asyncio.open_connection(address, self._target[1])
            except TimeoutError:
                failure = TimedOut(f"{self._place} did not answer in time.")
            except ConnectionRefusedError:
                failure = ConnectionRefused(
                    f"Nothing answers at {self._place}: the connection was refused. Look at the "
                    "endpoint, and whether the server runs."
                )
            except OSError as error:
                reason = error.strerror or "it broke off"
                failure = ConnectionRefused(f"{self._place} could not be connected to: {reason}.")
        raise failure


def _authority(target: str, *, is_tunnel: bool) -> tuple[str, int] | None:
    """Host and port that a request to a proxy is meant for."""
    parts = urlsplit(f"//{target}" if is_tunnel else target)
    try:
        return (parts.hostname or "").lower(), parts.port or 80
    except ValueError:
        return None


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await reader.read(PIECE_BYTES):
            writer.write(piece)
            await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
