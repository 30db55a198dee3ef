"""A mail server that keeps what it is sent (RFC 5321, with STARTTLS and AUTH PLAIN)."""

from __future__ import annotations

import base64
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Thread


@dataclass
class MailServer:
    """What arrived, and how the server behaves."""

    port: int
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    password: str | None = None
    refusals: dict[str, str] = field(default_factory=dict)
    """Answers to recipients, such as `550 no such mailbox`."""
    is_broken: bool = False
    """Whether it hangs up where a mail's text should follow."""
    were_secure: list[bool] = field(default_factory=list)
    """Of each mail, whether it came over TLS."""


@contextmanager
def mail_server(
    context: ssl.SSLContext | None = None, *, is_tls: bool = False
) -> Iterator[MailServer]:
    """A server at 127.0.0.1; with a context it offers STARTTLS, or speaks TLS from the start."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            _Dialogue(self, state, context, is_tls=is_tls).run()

    server = _Server(("127.0.0.1", 0), Handler)
    state = MailServer(server.server_address[1])
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that gives up is what some tests want."""


class _Dialogue:
    """One connection."""

    def __init__(
        self,
        handler: socketserver.StreamRequestHandler,
        state: MailServer,
        context: ssl.SSLContext | None,
        *,
        is_tls: bool,
    ) -> None:
        self.connection = handler.connection
        self.state = state
        self.context = context
        self.is_secure = False
        self.recipients: list[str] = []
        if is_tls:
            self._secure()
        self.reader = self.connection.makefile("rb")

    def run(self) -> None:
        self._say("220 mail.example ESMTP")
        while line := self.reader.readline():
            verb, _, rest = line.decode().strip().partition(" ")
            if verb.upper() == "QUIT":
                self._say("221 bye")
                break
            if not self._obey(verb.upper(), rest):
                break
        self.reader.close()
        self.connection.close()

    def _obey(self, verb: str, rest: str) -> bool:
        """Answer a command; returns whether to go on."""
        match verb:
            case "EHLO":
                offers = ["mail.example", "8BITMIME"]
                if self.context is not None and not self.is_secure:
                    offers.append("STARTTLS")
                if self.state.password is not None:
                    offers.append("AUTH PLAIN")
                lines = [f"250-{offer}" for offer in offers[:-1]]
                self._say(*lines, f"250 {offers[-1]}")
            case "STARTTLS":
                self._say("220 go ahead")
                self.reader.close()
                self._secure()
                self.reader = self.connection.makefile("rb")
            case "AUTH":
                self._log_in(rest)
            case "MAIL":
                self.state.senders.append(_address(rest))
                self._say("250 fine")
            case "RCPT":
                self._say(self.state.refusals.get(_address(rest), "250 fine"))
                self.recipients.append(_address(rest))
            case "DATA":
                return self._take()
            case _:
                self.recipients.clear()
                self._say("250 fine")
        return True

    def _log_in(self, rest: str) -> None:
        _, name, password = base64.b64decode(rest.partition(" ")[2]).decode().split("\0")
        self.state.logins.append((name, password))
        self._say("235 welcome" if password == self.state.password else "535 wrong")

    def _take(self) -> bool:
        if self.state.is_broken:
            return False
        self._say("354 go ahead")
        text = b""
        while (line := self.reader.readline()) not in {b".\r\n", b""}:
            text += line[1:] if line.startswith(b".") else line
        message = message_from_bytes(text, policy=policy.default)
        self.state.mails += [(recipient, message) for recipient in self.recipients]
        self.state.were_secure.append(self.is_secure)
        self.recipients = []
        self._say("250 kept")
        return True

    def _secure(self) -> None:
        assert self.context is not None
        self.connection = self.context.wrap_socket(self.connection, server_side=True)
        self.is_secure = True

    def _say(self, *lines: str) -> None:
        self.connection.sendall("".join(f"{line}\r\n" for line in lines).encode())


def _address(argument: str) -> str:
    return argument.partition("<")[2].partition(">")[0]
