"""A port of this machine behind which a PostgreSQL answers that has only a socket in a folder."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

PIECE_BYTES = 64 * 1024


@contextmanager
def postgres_port(url: str) -> Iterator[int]:
    """Args: `url` is the server's address, by its socket or by host and port."""
    parameters = psycopg.conninfo.conninfo_to_dict(url)
    threads: list[threading.Thread] = []
    sockets: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(target=_accept, args=(listener, parameters, sockets, threads))
        accepting.start()
        try:
            yield int(listener.getsockname()[1])
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for each in sockets:
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join()
            for each in sockets:
                each.close()


def _accept(
    listener: socket.socket,
    parameters: dict[str, Any],
    sockets: list[socket.socket],
    threads: list[threading.Thread],
) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        server = _connected(parameters)
        sockets += [client, server]
        for pair in ((client, server), (server, client)):
            thread = threading.Thread(target=_carry, args=pair)
            threads.append(thread)
            thread.start()


def _connected(parameters: dict[str, Any]) -> socket.socket:
    host, port = str(parameters.get("host") or "localhost"), int(parameters.get("port") or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    server = socket.socket(socket.AF_UNIX)
    server.connect(f"{host}/.s.PGSQL.{port}")
    return server


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)
