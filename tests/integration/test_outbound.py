"""The HTTP client against real servers."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from rowmill.outbound import (
    AnswerTooLarge,
    BrokenAnswer,
    ConnectionRefused,
    PrivateAddress,
    TimedOut,
    TlsFailed,
    client,
    read_body,
)
from rowmill.settings import Settings
from tests.factories.webservers import WebServer, certificate, serving

SHOP = "shop.example.com"
LOCAL = Settings(allow_private_hosts=("127.0.0.1", SHOP), _env_file=None)
STRICT = Settings(_env_file=None)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with serving() as server:
        yield server


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names become this machine's address, as by a resolver in an attacker's hands.

    Returns what was looked up by name.
    """
    real, asked = socket.getaddrinfo, []

    def resolve(host: str, *arguments: Any, **options: Any) -> Any:
        if host.endswith(".example.com"):
            asked.append(host)
            host = "127.0.0.1"
        return real(host, *arguments, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_an_allowed_host_is_asked_and_its_answer_read(server: WebServer) -> None:
    with client(LOCAL) as http, http.stream("POST", f"{server.url}/in?x=1", content=b"a") as answer:
        assert read_body(answer) == b"fine"

    (received,) = server.received
    assert (received.method, received.path, received.body) == ("POST", "/in?x=1", b"a")
    assert received.headers["host"] == f"127.0.0.1:{server.port}"
    assert received.headers["user-agent"].startswith("Rowmill/")


def test_a_name_that_means_this_machine_is_not_reached(server: WebServer, shop: list[str]) -> None:
    with client(STRICT) as http, pytest.raises(PrivateAddress, match=f"{SHOP} is in a private"):
        http.get(f"http://{SHOP}:{server.port}/")
    assert shop == [SHOP]
    assert server.received == []


def test_a_name_is_looked_up_once_so_that_it_cannot_change_its_meaning(
    server: WebServer, shop: list[str]
) -> None:
    with client(LOCAL) as http:
        assert http.get(f"http://{SHOP}:{server.port}/").status_code == 200
    assert shop == [SHOP]
    assert server.received[0].headers["host"] == f"{SHOP}:{server.port}"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "localhost"])
def test_another_form_of_the_address_is_not_reached(server: WebServer, host: str) -> None:
    with client(STRICT) as http, pytest.raises(PrivateAddress):
        http.get(f"http://{host}:{server.port}/")
    assert server.received == []


def test_a_redirect_is_not_followed_unless_wanted(server: WebServer) -> None:
    server.status, server.headers = 302, {"Location": "/elsewhere"}
    with client(LOCAL) as http:
        assert http.get(server.url).status_code == 302
    assert len(server.received) == 1


def test_a_redirect_into_the_private_network_is_not_followed(
    server: WebServer, shop: list[str]
) -> None:
    server.status, server.headers = 302, {"Location": "http://metadata.example.com/secrets"}
    only_shop = Settings(allow_private_hosts=(SHOP,), _env_file=None)
    with client(only_shop, follow_redirects=True) as http, pytest.raises(PrivateAddress):
        http.get(f"http://{SHOP}:{server.port}/")
    assert shop == [SHOP, "metadata.example.com"]


def test_redirects_in_a_circle_end(server: WebServer) -> None:
    server.status, server.headers = 302, {"Location": server.url}
    with client(LOCAL, follow_redirects=True) as http, pytest.raises(BrokenAnswer, match="end"):
        http.get(server.url)


def test_no_proxy_of_the_environment_sees_the_request(
    server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with client(LOCAL) as http:
        assert http.get(server.url).status_code == 200


def test_a_body_larger_than_expected_is_not_read_to_its_end(server: WebServer) -> None:
    def pour(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(10_000):
            handler.wfile.write(b"x" * 65536)

    server.behave = pour
    with (
        client(LOCAL) as http,
        http.stream("GET", server.url) as answer,
        pytest.raises(AnswerTooLarge, match="more than 1,000 bytes"),
    ):
        read_body(answer, 1000)


def _silence(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.settimeout(5)
    handler.connection.recv(1)


def _nonsense(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"\x00\x01nonsense\r\n\r\n")


def _cut(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"half")


def _reset(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (_silence, TimedOut),
        (_nonsense, BrokenAnswer),
        (_cut, BrokenAnswer),
        (_reset, BrokenAnswer),
    ],
)
def test_a_server_that_misbehaves_is_told_of_in_plain_words(
    server: WebServer, behave: Callable[[BaseHTTPRequestHandler], None], error: type[Exception]
) -> None:
    server.behave = behave
    with client(LOCAL, timeout_seconds=0.3) as http, pytest.raises(error, match=r"127\.0\.0\.1:"):
        http.get(f"{server.url}/path-with-a-token")


def test_an_answer_that_trickles_ends_with_the_time_of_the_whole_request(
    server: WebServer,
) -> None:
    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b"x")
            time.sleep(0.05)

    server.behave = trickle
    began = time.monotonic()
    with client(LOCAL, total_seconds=0.5) as http, pytest.raises(TimedOut):
        http.get(server.url)
    assert time.monotonic() - began < 3


def test_a_closed_port_is_told_with_what_to_look_at() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with client(LOCAL) as http, pytest.raises(ConnectionRefused, match="Look at the port"):
        http.get(f"http://127.0.0.1:{port}")


def test_tls_goes_by_the_name_although_the_address_is_connected_to(
    tmp_path: Path, shop: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path, SHOP)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    with serving(made.context) as server, client(LOCAL) as http:
        assert http.get(f"https://{SHOP}:{server.port}").status_code == 200
    assert shop == [SHOP]


def test_a_certificate_that_proves_nothing_is_refused_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = certificate(tmp_path, "127.0.0.1")
    with serving(unknown.context) as server:
        refused(server.url, r"127\.0\.0\.1:\d+ is not accepted: self-signed")
        assert server.received == []
    other = certificate(tmp_path, SHOP)
    monkeypatch.setenv("SSL_CERT_FILE", str(other.path))
    with serving(other.context) as server:
        refused(server.url, r"not valid for '127\.0\.0\.1'")
    old = certificate(tmp_path, "127.0.0.1", is_expired=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(old.path))
    with serving(old.context) as server:
        refused(server.url, "expired")


def refused(url: str, why: str) -> None:
    with client(LOCAL) as http, pytest.raises(TlsFailed, match=why):
        http.get(url)


def test_https_to_a_server_that_speaks_http_is_told(server: WebServer) -> None:
    with client(LOCAL) as http, pytest.raises(TlsFailed, match="http://"):
        http.get(server.url.replace("http:", "https:"))
