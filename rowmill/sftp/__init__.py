"""The seam to SFTP servers: synchronous, with one connection and one thread for each session."""

from __future__ import annotations

from rowmill.sftp.addresses import (
    SftpAddress,
    SftpCredentials,
    SftpTimeouts,
    check_host_key,
    check_private_key,
    fingerprint,
)
from rowmill.sftp.connecting import connect
from rowmill.sftp.errors import (
    HostKeyChanged,
    IncompatibleServer,
    LoginRefused,
    NoFileTransfer,
    NotAnSshServer,
    PrivateKeyUnreadable,
)
from rowmill.sftp.session import SftpSession

__all__ = [
    "HostKeyChanged",
    "IncompatibleServer",
    "LoginRefused",
    "NoFileTransfer",
    "NotAnSshServer",
    "PrivateKeyUnreadable",
    "SftpAddress",
    "SftpCredentials",
    "SftpSession",
    "SftpTimeouts",
    "check_host_key",
    "check_private_key",
    "connect",
    "fingerprint",
]
