"""Mail, handed to a real mail server."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from rowmill.errors import ConfigurationError
from rowmill.mail import Mail, MailFailed, MailNotConfigured, MailRefused, send, sender_of
from rowmill.settings import Settings
from tests.factories.mailservers import mail_server
from tests.factories.webservers import certificate

MAIL = Mail("ada@example.com", "Zähler: 3 rejects", "Grüße,\n.\nRowmill\n", "abc")


def settings(port: int, **changed: Any) -> Settings:
    chosen = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_tls": "none", **changed}
    return Settings(_env_file=None, **chosen)


def test_a_mail_arrives_with_its_text_as_it_was_written() -> None:
    with mail_server() as server:
        send(settings(server.port, mail_from="The Inbox <in@data.example>"), MAIL)

    ((recipient, message),) = server.mails
    assert recipient == "ada@example.com"
    assert server.senders == ["in@data.example"]
    assert message["From"] == "The Inbox <in@data.example>"
    assert (message["To"], message["Subject"]) == ("ada@example.com", MAIL.subject)
    assert message["Message-ID"] == "<abc@data.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == MAIL.text


@pytest.mark.parametrize("letter", ["x", "ä", "水"])
def test_a_long_subject_arrives_as_it_was_written(letter: str) -> None:
    subject = f"Rowmill: {' '.join([letter * 9] * 19)}"
    with mail_server() as server:
        send(settings(server.port), Mail("ada@example.com", subject, "text", "abc"))
    assert server.mails[0][1]["Subject"] == subject


def test_a_subject_cannot_bring_headers_of_its_own() -> None:
    mail = Mail("ada@example.com", "file\r\nBcc: eve@example.com\x00 " + "x" * 500, "text", "abc")
    with mail_server() as server:
        send(settings(server.port), mail)

    ((_, message),) = server.mails
    assert message["Bcc"] is None
    assert message["Subject"].startswith("file Bcc: eve@example.com x")
    assert len(message["Subject"]) == 200


@pytest.mark.parametrize("way", ["starttls", "tls"])
def test_password_and_mail_go_over_tls(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    with mail_server(made.context, is_tls=way == "tls") as server:
        server.password = "hunter2"
        chosen = settings(
            server.port, smtp_tls=way, smtp_username="rowmill", smtp_password="hunter2"
        )
        send(chosen, MAIL)

    assert server.logins == [("rowmill", "hunter2")]
    assert server.were_secure == [True]


def test_a_server_with_an_unknown_certificate_gets_neither_password_nor_mail(
    tmp_path: Path,
) -> None:
    made = certificate(tmp_path, "127.0.0.1")
    with mail_server(made.context) as server:
        server.password = "hunter2"
        chosen = settings(
            server.port, smtp_tls="starttls", smtp_username="rowmill", smtp_password="hunter2"
        )
        with pytest.raises(MailFailed, match="is not accepted: self-signed"):
            send(chosen, MAIL)
    assert (server.logins, server.mails) == ([], [])


def test_a_server_without_tls_gets_nothing_where_tls_is_wanted() -> None:
    with mail_server() as server, pytest.raises(MailFailed, match="ROWMILL_SMTP_TLS"):
        send(settings(server.port, smtp_tls="starttls"), MAIL)
    assert server.senders == []


def test_a_wrong_password_is_told() -> None:
    with mail_server() as server:
        server.password = "hunter2"
        chosen = settings(server.port, smtp_username="rowmill", smtp_password="wrong")
        with pytest.raises(MailFailed, match="name and password") as caught:
            send(chosen, MAIL)
    assert "wrong" not in caught.value.detail


def test_an_address_that_does_not_exist_is_told_from_one_that_is_busy() -> None:
    with mail_server() as server:
        server.refusals["ada@example.com"] = "550 no such mailbox"
        with pytest.raises(MailRefused, match=r"ada@example\.com: no such mailbox"):
            send(settings(server.port), MAIL)
        server.refusals["ada@example.com"] = "450 mailbox busy"
        with pytest.raises(MailFailed, match="mailbox busy") as caught:
            send(settings(server.port), MAIL)
    assert not isinstance(caught.value, MailRefused)


def test_a_server_that_hangs_up_or_is_not_there_is_told() -> None:
    with mail_server() as server:
        server.is_broken = True
        with pytest.raises(MailFailed, match="broke off"):
            send(settings(server.port), MAIL)
    with pytest.raises(MailFailed, match="could not be reached"):
        send(settings(server.port), MAIL)
    with pytest.raises(MailFailed, match=r"no host .* mail\.invalid:25"):
        send(settings(25, smtp_host="mail.invalid"), MAIL)


def test_a_server_that_says_nothing_does_not_hold_up_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("rowmill.mail.TIMEOUT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with pytest.raises(MailFailed, match="in time"):
            send(settings(port), MAIL)


def test_without_a_mail_server_the_setting_is_named() -> None:
    with pytest.raises(MailNotConfigured, match="ROWMILL_SMTP_HOST"):
        send(Settings(_env_file=None), MAIL)


@pytest.mark.parametrize(
    ("changed", "sender"),
    [
        ({}, "Rowmill <rowmill@localhost>"),
        ({"public_url": "https://data.example.com:8443/x"}, "Rowmill <rowmill@data.example.com>"),
        ({"mail_from": "in@data.example"}, "in@data.example"),
        ({"mail_from": '"The, Inbox" <in@data.example>'}, '"The, Inbox" <in@data.example>'),
    ],
)
def test_the_sender_is_the_one_of_the_settings(changed: dict[str, str], sender: str) -> None:
    assert str(sender_of(settings(25, **changed))) == sender


@pytest.mark.parametrize("text", ["nobody", "", "a b@c d", "x@y@z"])
def test_a_sender_that_is_no_address_is_told(text: str) -> None:
    with pytest.raises(ConfigurationError, match="ROWMILL_MAIL_FROM"):
        sender_of(settings(25, mail_from=text))
