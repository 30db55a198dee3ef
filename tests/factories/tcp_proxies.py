"""A TCP proxy that makes a good connection bad: slow, cut in the middle, or silent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PIECE_BYTES = 16 * 1024


@dataclass
class BadLine:
    """What happens to the bytes that the server sends; may be changed while they flow."""

    port: int = 0
    bytes_per_second: float | None = None
    cut_after_bytes: int | None = None  # counted over all connections
    is_frozen: bool = False
    carried: int = 0
    sockets: list[socket.socket] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def cut(self) -> None:
        """End every connection at once, without a word."""
        for sock in self.sockets:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


@contextmanager
def bad_line(target_port: int) -> Iterator[BadLine]:
    """A port of this machine behind which `target_port` answers, as badly as told."""
    line = BadLine()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        line.port = listener.getsockname()[1]
        _start(line, _accept, listener, target_port, line)
        try:
            yield line
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            line.cut()
            line.is_frozen = False
            for thread in line.threads:
                thread.join()
            for sock in line.sockets:
                sock.close()


def _start(line: BadLine, target: Callable[..., None], *arguments: object) -> None:
    thread = threading.Thread(target=target, args=arguments, daemon=True)
    line.threads.append(thread)
    thread.start()


def _accept(listener: socket.socket, target_port: int, line: BadLine) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", target_port))
            line.sockets += [client, server]
            for source, target, is_answer in ((client, server, False), (server, client, True)):
                _start(line, _carry, source, target, line, is_answer)


def _carry(
    source: socket.socket,
    target: socket.socket,
    line: BadLine,
    is_answer: bool,  # noqa: FBT001
) -> None:
    with suppress(OSError):
        while piece := source.recv(PIECE_BYTES):
            if is_answer:
                _harm(line, len(piece))
            target.sendall(piece)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _harm(line: BadLine, size: int) -> None:
    line.carried += size
    if line.bytes_per_second:
        time.sleep(size / line.bytes_per_second)
    if line.cut_after_bytes is not None and line.carried > line.cut_after_bytes:
        line.cut()
        raise OSError
    while line.is_frozen:
        time.sleep(0.05)
