"""An HTTP destination that keeps what it is sent, and fails in every way it is told to."""

from __future__ import annotations

import json
import random
import socket
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

TOKEN = "the-token-of-the-shop"
PASSWORD = "the password of the shop"

Failure = Callable[["Handler", "Request"], None]


@dataclass(frozen=True)
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return self.headers.get("idempotency-key", "")

    def records(self) -> list[dict[str, Any]]:
        """The records in it, in whatever form."""
        if "ndjson" in self.headers.get("content-type", ""):
            return [json.loads(line) for line in self.body.splitlines()]
        value = json.loads(self.body or b"[]")
        if isinstance(value, list):
            return value
        inner = next(iter(value.values()), None)
        return inner if isinstance(inner, list) else [value]


@dataclass
class Shop:
    """Records by their `identity`, and every request. `failures` are used up one after the other.

    `refuses` says which records are bad; `chance` is how often a request fails by `randomness`.
    A failure may take the records all the same: its answer is what gets lost.
    """

    url: str = ""
    state: dict[Any, dict[str, Any]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    refuses: Callable[[dict[str, Any]], bool] = lambda _: False
    randomness: random.Random | None = None
    chance: float = 0.0
    kinds: tuple[Failure, ...] = ()
    needs_login: bool = False
    identity: str = "id"
    bodies_by_key: dict[str, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sent(self) -> list[Request]:
        """The requests that carried records."""
        return [request for request in self.requests if request.path != "/auth"]

    def failure(self) -> Failure | None:
        """How the next request is to fail, if it is."""
        with self.lock:
            if self.failures:
                return self.failures.pop(0)
            if self.randomness is not None and self.randomness.random() < self.chance:
                return self.randomness.choice(self.kinds)
        return None

    def take(self, request: Request) -> bool:
        """Keep the records. False where one of them is bad: then none is kept."""
        records = request.records()
        with self.lock:
            if any(self.refuses(record) for record in records):
                return False
            for record in records:
                if request.method == "DELETE" or record.get("_change") == "delete":
                    self.state.pop(record[self.identity], None)
                else:
                    kept = {name: value for name, value in record.items() if name != "_change"}
                    self.state[record[self.identity]] = kept
        return True


class Handler(BaseHTTPRequestHandler):
    """Answers for the shop."""

    protocol_version = "HTTP/1.1"
    shop: Shop

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body, time.monotonic())
        with self.shop.lock:
            self.shop.requests.append(request)
            if request.key:
                self.shop.bodies_by_key[request.key].add(body)
        if (failure := self.shop.failure()) is not None:
            failure(self, request)
        elif self.path == "/auth":
            self.log_in(request)
        elif self.shop.needs_login and headers.get("authorization") != f"Bearer {TOKEN}":
            self.answer(401, b'{"detail": "Who are you?"}')
        elif self.shop.take(request):
            self.answer(201, b'{"message": "Taken."}')
        else:
            self.answer(400, b'{"detail": "A record is bad."}')

    do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any  # noqa: N815 - the library's

    def log_in(self, request: Request) -> None:
        given = parse_qs(request.body.decode())
        if given.get("password") == [PASSWORD]:
            self.answer(200, json.dumps({"access_token": TOKEN}).encode())
        else:
            self.answer(401, b'{"detail": "Wrong."}')

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def reset(self) -> None:
        """Break the connection off, as a crash does."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError, ValueError):  # it was broken off
            super().finish()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Nothing."""


def error_500(handler: Handler, request: Request) -> None:  # noqa: ARG001 - one of a kind
    handler.answer(500, b"Oh no.")


def error_500_after_all(handler: Handler, request: Request) -> None:
    """The records were taken, and the answer says otherwise."""
    handler.shop.take(request)
    handler.answer(502, b"The answer got lost.")


def reset_before(handler: Handler, request: Request) -> None:  # noqa: ARG001
    handler.reset()


def reset_mid_body(handler: Handler, request: Request) -> None:
    """The records were taken, and the answer breaks off."""
    handler.shop.take(request)
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"message": "Tak')
    handler.wfile.flush()
    handler.reset()


def no_answer(handler: Handler, request: Request) -> None:
    """The records were taken, and nothing is ever said."""
    handler.shop.take(request)
    time.sleep(2.5)
    handler.reset()


def slow_drip(handler: Handler, request: Request) -> None:
    """The records were taken, and the answer comes byte by byte."""
    handler.shop.take(request)
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    with suppress(OSError):
        for _ in range(12):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.2)
    handler.reset()


def garbage(handler: Handler, request: Request) -> None:
    """The records were taken, and the answer is no JSON."""
    handler.shop.take(request)
    handler.answer(200, b"\x00\xff<html>")


def too_many(handler: Handler, request: Request) -> None:  # noqa: ARG001
    handler.answer(429, b"Slowly!", Retry_After="1")


def no_http(handler: Handler, request: Request) -> None:  # noqa: ARG001
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
    handler.reset()


FAILURES: tuple[Failure, ...] = (
    error_500,
    error_500_after_all,
    reset_before,
    reset_mid_body,
    no_answer,
    slow_drip,
    garbage,
    too_many,
    no_http,
)


@contextmanager
def open_shop(port: int = 0, **options: Any) -> Iterator[Shop]:
    """A shop at an address of its own, as long as the block runs."""
    shop = Shop(**options)
    handler = type("BoundHandler", (Handler,), {"shop": shop})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    server.daemon_threads = True
    shop.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
