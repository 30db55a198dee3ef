"""Mail: handed to the one mail server of the settings, as plain text."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import ClassVar
from urllib.parse import urlsplit

from rowmill.errors import ConfigurationError, Conflict, RowmillError
from rowmill.outbound import tls_failed, trusted
from rowmill.settings import Settings

TIMEOUT_SECONDS = 12.0
LONGEST_SUBJECT = 200
UNFOLDED = SMTP.clone(max_line_length=900)
"""Some programs show a folded subject with a space too many."""


class MailNotConfigured(Conflict):
    """This server sends no mail. An administrator sets ROWMILL_SMTP_HOST to the mail server."""


class MailFailed(RowmillError):
    """The mail server could not be reached, or did not take the mail."""

    status: ClassVar[int] = 502


class MailRefused(MailFailed):
    """The mail server refuses mail to this address for good."""


@dataclass(frozen=True)
class Mail:
    """A mail to one address. `identity` stays the same when it is sent again."""

    recipient: str
    subject: str
    text: str
    identity: str


def is_configured(settings: Settings) -> bool:
    """Whether this server can send mail."""
    return settings.smtp_host is not None


def send(settings: Settings, mail: Mail) -> None:
    """Hand the mail to the mail server. Raises: MailNotConfigured, MailRefused, MailFailed."""
    if settings.smtp_host is None:
        raise MailNotConfigured
    sender = sender_of(settings)
    message = _message(mail, sender)
    place = f"{settings.smtp_host}:{settings.smtp_port}"
    with _plainly(place, mail.recipient), _connected(settings, sender.domain) as server:
        if settings.smtp_tls == "starttls":
            server.starttls(context=trusted())
        if settings.smtp_username is not None:
            password = settings.smtp_password
            server.login(settings.smtp_username, password.get_secret_value() if password else "")
        server.send_message(message, sender.addr_spec, [mail.recipient])


def sender_of(settings: Settings) -> Address:
    """Who mails are from. Raises: ConfigurationError where the setting is no address."""
    if settings.mail_from is None:
        host = urlsplit(settings.public_url or "").hostname or "localhost"
        return Address("Rowmill", "rowmill", host)
    name, address = parseaddr(settings.mail_from)
    try:
        return Address(name, addr_spec=address)
    except (ValueError, IndexError, MessageError) as error:
        raise ConfigurationError(
            "ROWMILL_MAIL_FROM is no mail address. Write it as `Rowmill <data@example.com>`."
        ) from error


def _message(mail: Mail, sender: Address) -> EmailMessage:
    message = EmailMessage(policy=UNFOLDED)
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = _one_line(mail.subject)
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = f"<{mail.identity}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message


def _one_line(text: str) -> str:
    """Text for a header: what is no part of a line becomes a space."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"


@contextmanager
def _connected(settings: Settings, local_name: str) -> Iterator[smtplib.SMTP]:
    host, port = settings.smtp_host or "", settings.smtp_port
    if settings.smtp_tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, port, local_name, timeout=TIMEOUT_SECONDS, context=trusted()
        )
    else:
        server = smtplib.SMTP(host, port, local_name, timeout=TIMEOUT_SECONDS)
    with server:
        yield server


@contextmanager
def _plainly(place: str, recipient: str) -> Iterator[None]:
    """Turn smtplib's errors into ours."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = error.recipients.get(recipient, (0, b""))
        kind = MailRefused if code >= 500 else MailFailed
        raise kind(f"{place} does not take mail to {recipient}: {_words(reason)}") from error
    except smtplib.SMTPAuthenticationError as error:
        raise MailFailed(
            f"{place} does not accept the name and password of the settings."
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailFailed(
            f"{place} does not offer what the settings ask for (ROWMILL_SMTP_TLS, a name)."
        ) from error
    except smtplib.SMTPResponseException as error:
        raise MailFailed(f"{place} refused the mail: {_words(error.smtp_error)}") from error
    except ssl.SSLError as error:
        raise MailFailed(tls_failed(place, error).detail) from error
    except socket.gaierror as error:
        raise MailFailed(f"There is no host of the name in {place}.") from error
    except TimeoutError as error:
        raise MailFailed(f"{place} did not answer in time.") from error
    except (smtplib.SMTPException, OSError) as error:
        if isinstance(error.__context__, TimeoutError):
            raise MailFailed(f"{place} did not answer in time.") from error
        raise MailFailed(f"{place} could not be reached, or broke off.") from error


def _words(reason: bytes | str) -> str:
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else reason
    return _one_line(text) or "it gave no reason."
