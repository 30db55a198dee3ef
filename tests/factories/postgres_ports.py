"""A port of this machine behind which a PostgreSQL answers that has only a socket in a folder."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from select import select
from typing import Any

import psycopg

PIECE_BYTES = 64 * 1024
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"


@contextmanager
def postgres_port(url: str, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Args: `url` is the server's address, by its socket or by host and port. With `tls`, only
    secure connections are taken, as by a server that has a certificate.
    """
    parameters = psycopg.conninfo.conninfo_to_dict(url)
    threads: list[threading.Thread] = []
    sockets: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        accepting = threading.Thread(
            target=_accept, args=(listener, parameters, tls, sockets, threads)
        )
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
    tls: ssl.SSLContext | None,
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
        if tls is not None:
            _start(threads, _serve_securely, client, server, tls)
        else:
            _start(threads, _carry, client, server)
            _start(threads, _carry, server, client)


def _start(
    threads: list[threading.Thread], target: Callable[..., None], *arguments: object
) -> None:
    thread = threading.Thread(target=target, args=arguments)
    threads.append(thread)
    thread.start()


def _serve_securely(plain: socket.socket, server: socket.socket, tls: ssl.SSLContext) -> None:
    """PostgreSQL's own beginning of TLS, and then what is said in it."""
    with suppress(OSError):
        while plain.recv(8, socket.MSG_WAITALL) != SSL_REQUEST:
            plain.sendall(b"N")
        plain.sendall(b"S")
        client = tls.wrap_socket(plain, server_side=True)
        while True:
            ready = [client] if client.pending() else select([client, server], [], [])[0]
            for source, target in ((client, server), (server, client)):
                if source in ready:
                    piece = source.recv(PIECE_BYTES)
                    if not piece:
                        client.close()
                        return
                    target.sendall(piece)
    with suppress(OSError):
        plain.shutdown(socket.SHUT_RDWR)


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
