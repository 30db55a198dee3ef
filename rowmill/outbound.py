"""The one way out: connections to hosts that users name, and the one HTTP client.

A name is looked up once, each of its addresses is judged, and exactly those that may be reached are
connected to: whoever answers for the name cannot turn the server against its own network. Whatever
goes wrong is an `OutboundError` that says in plain words what it was.
"""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, ClassVar
from urllib.parse import urlsplit

import certifi
import httpcore
import httpx

from rowmill import __version__
from rowmill.errors import ConfigurationError, RowmillError, invalid
from rowmill.settings import Settings

Address = IPv4Address | IPv6Address

TIMEOUT_SECONDS = 15.0
CONNECT_SECONDS = 10.0
BODY_BYTES = 1024 * 1024
PORTS = {"http": 80, "https": 443}

NAT64 = IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST = IPv6Network("2000::/3")
REFUSED = [
    ip_network(text)
    for text in (
        "168.63.129.16/32",  # a cloud's own services, at a public address
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
    )
]
"""What is not private by its registration, and is none of the internet's hosts either."""


class OutboundError(RowmillError):
    """Another server could not be reached, or did not answer as it should."""

    status: ClassVar[int] = 502


class PrivateAddress(OutboundError):
    """That host is in a private network. An administrator can allow it by
    ROWMILL_ALLOW_PRIVATE_HOSTS.
    """

    status = 422


class HostNotFound(OutboundError):
    """No host of that name is known. Look at its spelling."""


class ConnectionRefused(OutboundError):
    """The host does not take connections at that port."""


class TlsFailed(OutboundError):
    """The server could not prove by its certificate who it is."""


class TimedOut(OutboundError):
    """The server did not answer in time."""


class BrokenAnswer(OutboundError):
    """The server's answer broke off, or cannot be understood."""


class AnswerTooLarge(OutboundError):
    """The server's answer is larger than what was to be expected."""


def checked_url(url: str, *, field: str, schemes: Iterable[str] = ("http", "https")) -> str:
    """The URL of a server that a user named. Raises: Invalid, naming `field`."""
    known = tuple(schemes)
    try:
        parts = urlsplit(url.strip())
        is_complete = bool(parts.hostname) and parts.port != 0
        httpx.URL(url.strip())
    except (ValueError, httpx.InvalidURL):
        is_complete = False
    if not is_complete or parts.scheme not in known:
        names = " or ".join(f"{scheme}://" for scheme in known)
        raise invalid(field, f"Not the address of a server: it begins with {names} and a host.")
    if parts.username is not None or parts.password is not None:
        raise invalid(field, "Leave name and password out of the address: they have own fields.")
    if parts.fragment:
        raise invalid(field, "Leave out what follows the #: it is never sent.")
    return url.strip()


def check_host(settings: Settings, host: str, port: int) -> list[str]:
    """The addresses at which `host` may be reached, in the order to try them.

    Connect to these and not to the name, which may mean something else the next moment.
    Raises: HostNotFound, PrivateAddress.
    """
    found = _look_up(host, port)
    allowed = [text for text in found if _may_reach(settings, host, port, text)]
    if not allowed:
        raise PrivateAddress(
            f"{host} is in a private network, which Rowmill does not connect to. An administrator "
            f"can allow it: ROWMILL_ALLOW_PRIVATE_HOSTS={host}",
            host=host,
        )
    return allowed


def refuse_private(settings: Settings, url: str) -> None:
    """Tell early that a URL cannot be used; a host that is not known now may be so later.

    Raises: PrivateAddress.
    """
    parts = urlsplit(url)
    with suppress(HostNotFound):
        check_host(settings, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 443))


def is_public(address: Address) -> bool:
    """Whether it is one of the internet's hosts, also where it wraps an IPv4 address."""
    if isinstance(address, IPv6Address):
        inner = _wrapped(address)
        if inner is not None:
            return is_public(inner)
        if address not in GLOBAL_UNICAST:
            return False
    is_special = address.is_multicast or address.is_reserved or not address.is_global
    return not is_special and not any(
        address in network for network in REFUSED if network.version == address.version
    )


def client(
    settings: Settings,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    total_seconds: float | None = None,
    follow_redirects: bool = False,
) -> httpx.Client:
    """An HTTP client that reaches only hosts it may reach, redirects included.

    `timeout_seconds` bounds each wait; `total_seconds` a whole request, with the reading of its
    answer in the same thread. No proxy and no other setting of the environment is used.
    Every failure of a request is an `OutboundError`; a status is not a failure.
    """
    return _Client(
        transport=_Transport(settings, total_seconds),
        timeout=httpx.Timeout(timeout_seconds, connect=min(timeout_seconds, CONNECT_SECONDS)),
        follow_redirects=follow_redirects,
        max_redirects=5,
        trust_env=False,
        headers={"User-Agent": f"Rowmill/{__version__}", "Accept-Encoding": "identity"},
    )


def read_body(response: httpx.Response, limit_bytes: int = BODY_BYTES) -> bytes:
    """The body of a streamed answer. Raises: AnswerTooLarge, BrokenAnswer, TimedOut."""
    body = read_start(response, limit_bytes + 1)
    if len(body) > limit_bytes:
        raise AnswerTooLarge(
            f"{_place(response.request)} answered with more than {limit_bytes:,} bytes."
        )
    return body


def read_start(response: httpx.Response, limit_bytes: int) -> bytes:
    """The first bytes of a streamed answer; the rest is not read.

    Raises: BrokenAnswer, TimedOut.
    """
    body = bytearray()
    with _plainly(_place(response.request)):
        for piece in response.iter_bytes():
            body += piece
            if len(body) >= limit_bytes:
                break
    return bytes(body[:limit_bytes])


def check_private_hosts(settings: Settings) -> None:
    """Raises: ConfigurationError where an entry of the setting means nothing."""
    for entry in settings.allow_private_hosts:
        _allowance(entry)


def _look_up(host: str, port: int) -> list[str]:
    """Every address of the name, once each. Odd forms of an address, as 0x7f.1, become usual."""
    bare = host.strip("[]").rstrip(".")
    try:
        answers = socket.getaddrinfo(bare, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:
            raise HostNotFound(f"The name {host} cannot be looked up at the moment.") from error
        raise HostNotFound(f"There is no host named {host}. Look at its spelling.") from error
    except (UnicodeError, OverflowError, ValueError) as error:
        raise HostNotFound(f"{host}:{port} cannot be the address of a host.") from error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers))


def _may_reach(settings: Settings, host: str, port: int, text: str) -> bool:
    address = ip_address(text)
    if is_public(address):
        return True
    name = host.strip("[]").rstrip(".").lower()
    unwrapped = _wrapped(address) if isinstance(address, IPv6Address) else None
    for entry in settings.allow_private_hosts:
        allowed, only_port = _allowance(entry)
        if only_port not in {None, port}:
            continue
        if isinstance(allowed, str):
            if name == allowed:
                return True
        elif address in allowed or (unwrapped is not None and unwrapped in allowed):
            return True
    return False


@lru_cache(maxsize=256)
def _allowance(entry: str) -> tuple[Any, int | None]:
    """What an entry of the setting allows: a network or a name, and a port or all of them."""
    host, port = entry.lower(), None
    try:
        return ip_network(host.strip("[]"), strict=False), None
    except ValueError:
        pass
    name, colon, number = host.rpartition(":")
    if colon and number.isdecimal():
        host, port = name, int(number)
    try:
        return ip_network(host.strip("[]"), strict=False), port
    except ValueError:
        if not host or set(host) & set("/:[]@* ") or "://" in entry:
            raise ConfigurationError(
                f"ROWMILL_ALLOW_PRIVATE_HOSTS: {entry!r} is no host name, address or network."
            ) from None
    return host.rstrip("."), port


def _wrapped(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for: mapped, compatible, 6to4, NAT64."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    value = int(address)
    if address in NAT64 or (1 < value < 2**32):
        return IPv4Address(value & 0xFFFFFFFF)
    return None


class _Deadline(threading.local):
    """When the request of this thread has to be over, in seconds of the monotonic clock."""

    moment: float | None = None

    def bound(self, timeout: float | None) -> float | None:
        """The time that one more wait may take. Raises: httpcore.ReadTimeout where none is left."""
        if self.moment is None:
            return timeout
        left = self.moment - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(left, timeout)


class _Stream(httpcore.NetworkStream):
    """A connection whose waits end with the request's deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: _Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.bound(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.bound(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secure = self._inner.start_tls(ssl_context, server_hostname, self._deadline.bound(timeout))
        return _Stream(secure, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Backend(httpcore.NetworkBackend):
    """Connects to the checked addresses of a name; TLS and `Host` still go by the name."""

    def __init__(self, settings: Settings, deadline: _Deadline) -> None:
        self._settings = settings
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(host)
        for address in check_host(self._settings, host, port):
            bounded = self._deadline.bound(timeout)
            try:
                stream = self._inner.connect_tcp(
                    address, port, bounded, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure


class _Transport(httpx.HTTPTransport):
    """httpx's own transport on connections that are checked, with failures in plain words."""

    def __init__(self, settings: Settings, total_seconds: float | None) -> None:
        self._total_seconds = total_seconds
        self._deadline = _Deadline()
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted(),
            max_connections=10,
            max_keepalive_connections=5,
            keepalive_expiry=30,
            network_backend=_Backend(settings, self._deadline),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if self._total_seconds is not None:
            self._deadline.moment = time.monotonic() + self._total_seconds
        place = _place(request)
        with _plainly(place):
            response = super().handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Body(response.stream, place)
        return response


class _Client(httpx.Client):
    """httpx's own client, whose failures on the way of redirects are in plain words as well."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        with _plainly(_place(request)):
            return super().send(request, **options)


class _Body(httpx.SyncByteStream):
    """The body of an answer, whose failures too are in plain words."""

    def __init__(self, inner: httpx.SyncByteStream, place: str) -> None:
        self._inner = inner
        self._place = place

    def __iter__(self) -> Iterator[bytes]:
        with _plainly(self._place):
            yield from self._inner

    def close(self) -> None:
        self._inner.close()


def trusted() -> ssl.SSLContext:
    """The certificate authorities of the machine (or of SSL_CERT_FILE) and the usual ones."""
    return _trusted(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@lru_cache(maxsize=8)
def _trusted(*_: str | None) -> ssl.SSLContext:
    """Read once for each value of the environment: the files are large."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _place(request: httpx.Request) -> str:
    """Where a request goes, without its path, which may be secret."""
    url = request.url
    return f"{url.host}:{url.port or PORTS.get(url.scheme, 443)}"


@contextmanager
def _plainly(place: str) -> Iterator[None]:
    """Turn httpx's errors into ours."""
    try:
        yield
    except httpx.ConnectError as error:
        raise _connecting(place, error) from error
    except httpx.TimeoutException as error:
        raise TimedOut(f"{place} did not answer in time.") from error
    except httpx.TooManyRedirects as error:
        raise BrokenAnswer(f"{place} redirects without an end.") from error
    except httpx.LocalProtocolError as error:
        raise OutboundError("The request cannot be sent: a header is malformed.") from error
    except httpx.TransportError as error:
        raise BrokenAnswer(f"{place} broke off, or answered with what is no HTTP.") from error
    except (httpx.RequestError, httpx.StreamError) as error:
        raise BrokenAnswer(f"{place} answered with what cannot be read.") from error


def _connecting(place: str, error: Exception) -> OutboundError:
    cause = _root(error)
    if isinstance(cause, ssl.SSLError):
        return tls_failed(place, cause)
    if isinstance(cause, ConnectionRefusedError):
        return ConnectionRefused(
            f"Nothing answers at {place}: the connection was refused. Look at the port, and "
            "whether the server runs."
        )
    if isinstance(cause, TimeoutError):
        return TimedOut(f"{place} did not answer in time.")
    reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else "it broke off"
    return ConnectionRefused(f"{place} could not be connected to: {reason}.")


def tls_failed(place: str, error: ssl.SSLError) -> TlsFailed:
    """Why no secure connection to `place` (host:port) came about."""
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message.rstrip(".")
        return TlsFailed(f"The certificate of {place} is not accepted: {reason}.")
    if error.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNEXPECTED_EOF_WHILE_READING"}:
        return TlsFailed(f"{place} does not speak TLS. Is its address an http:// one?")
    return TlsFailed(f"No secure connection to {place}: {error.reason or 'it broke off'}.")


def _root(error: BaseException) -> BaseException:
    """The operating system's error, which httpx and httpcore wrap."""
    while not isinstance(error, OSError):
        inner = error.__cause__ or error.__context__
        if inner is None:
            break
        error = inner
    return error
