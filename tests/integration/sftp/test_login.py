"""Logging in to SFTP servers: host keys, passwords, keys, and what is said where it fails."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import asyncssh
import pytest

from rowmill.errors import Invalid
from rowmill.outbound import ConnectionRefused, HostNotFound, PrivateAddress
from rowmill.settings import Settings
from rowmill.sftp import (
    HostKeyChanged,
    LoginRefused,
    NoFileTransfer,
    NotAnSshServer,
    PrivateKeyUnreadable,
    SftpAddress,
    SftpCredentials,
    SftpTimeouts,
    check_private_key,
    connect,
    fingerprint,
)
from tests.factories.sftp_servers import (
    PASSWORD,
    Behaviour,
    SftpServer,
    changeable,
    new_key,
    public_key,
    shown_key,
)
from tests.factories.webservers import serving
from tests.integration.sftp.conftest import Connect
from tests.programs import free_port


def test_the_first_connection_tells_the_host_key_and_later_ones_insist_on_it(
    sshd: SftpServer, connected: Connect
) -> None:
    with connected(sshd.address(), sshd.credentials) as first:
        assert first.host_key == sshd.host_key
        assert first.fingerprint == fingerprint(sshd.host_key)
        assert first.fingerprint.startswith("SHA256:")
    with connected(sshd.address(), sshd.credentials, first.host_key) as second:
        assert list(second.files()) == []


def test_a_server_with_another_host_key_gets_no_password(
    tmp_path: Path, connected: Connect
) -> None:
    known = public_key(new_key(tmp_path, "known"))
    behaviour = Behaviour()
    with changeable(tmp_path / "files", behaviour) as server:
        with (
            pytest.raises(HostKeyChanged) as caught,
            connected(server.address(), server.credentials, known),
        ):
            pass
        assert fingerprint(known) in caught.value.detail
        assert fingerprint(server.host_key) in caught.value.detail
        assert caught.value.extra["shown_host_key"] == server.host_key
        assert behaviour.seen_passwords == []


def test_a_server_with_several_host_keys_is_known_by_the_one_that_was_pinned(
    tmp_path: Path, connected: Connect
) -> None:
    kinds = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa")
    keys = [asyncssh.generate_private_key(kind) for kind in kinds]
    with changeable(tmp_path / "files", None, *keys) as server:
        for key in keys:
            with connected(server.address(), server.credentials, shown_key(key)) as session:
                assert session.host_key == shown_key(key)


def test_what_is_no_host_key_is_refused_before_connecting(connected: Connect) -> None:
    with (
        pytest.raises(Invalid, match="ssh-keyscan"),
        connected(SftpAddress("127.0.0.1", "ann", free_port()), SftpCredentials(), "SHA256:abc"),
    ):
        pass


def test_a_password_lets_in_and_a_wrong_one_is_named(tmp_path: Path, connected: Connect) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.csv").write_text("x")
    with changeable(tmp_path / "files") as server:
        with connected(server.address(), server.credentials) as session:
            assert [file.path for file in session.files()] == ["a.csv"]
        with (
            pytest.raises(LoginRefused, match="Look at the username and the password"),
            connected(server.address(), SftpCredentials(password="wrong")),
        ):
            pass


def test_a_password_where_only_keys_are_taken_says_so(sshd: SftpServer, connected: Connect) -> None:
    with (
        pytest.raises(LoginRefused, match="takes a key, and was given a password") as caught,
        connected(sshd.address(), SftpCredentials(password=PASSWORD)),
    ):
        pass
    assert caught.value.extra["offered"] == ["publickey"]
    assert PASSWORD not in caught.value.detail


def test_a_foreign_key_is_refused(tmp_path: Path, sshd: SftpServer, connected: Connect) -> None:
    foreign = new_key(tmp_path, "foreign").read_text()
    with (
        pytest.raises(LoginRefused, match="Look at the username and the key"),
        connected(sshd.address(), SftpCredentials(private_key=foreign)),
    ):
        pass


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa", "rsa"])
def test_a_locked_key_opens_with_its_passphrase_only(tmp_path: Path, kind: str) -> None:
    text = new_key(tmp_path, "locked", "the phrase", kind).read_text()
    assert check_private_key(SftpCredentials(private_key=text, passphrase="the phrase"))
    with pytest.raises(PrivateKeyUnreadable, match="Enter that too"):
        check_private_key(SftpCredentials(private_key=text))
    with pytest.raises(PrivateKeyUnreadable, match="does not open"):
        check_private_key(SftpCredentials(private_key=text, passphrase="another"))


def test_a_key_that_a_browser_has_reshaped_is_still_read(tmp_path: Path) -> None:
    text = new_key(tmp_path, "key").read_text()
    reshaped = "  " + text.replace("\n", "\r\n").rstrip()
    assert check_private_key(SftpCredentials(private_key=reshaped))


def test_what_is_no_private_key_is_recognised(tmp_path: Path) -> None:
    private = new_key(tmp_path, "key")
    cases = {
        private.with_suffix(".pub").read_text(): "public key",
        "PuTTY-User-Key-File-3: ssh-ed25519\n": "PuTTYgen",
        "no key at all": "Paste the whole file",
        private.read_text()[:200]: "Paste the whole file",
    }
    for text, words in cases.items():
        with pytest.raises(PrivateKeyUnreadable, match=words):
            check_private_key(SftpCredentials(private_key=text))


def test_a_web_server_is_not_taken_for_an_sftp_server(connected: Connect) -> None:
    with (
        serving() as web,
        pytest.raises(NotAnSshServer, match="port 22"),
        connected(SftpAddress("127.0.0.1", "ann", web.port), SftpCredentials(password="x")),
    ):
        pass


def test_a_port_that_says_nothing_is_given_up(connected: Connect) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        pytest.raises(NotAnSshServer, match="no SSH server has greeted"),
        connected(
            SftpAddress("127.0.0.1", "ann", listener.getsockname()[1]),
            SftpCredentials(password="x"),
            timeouts=SftpTimeouts(connect=0.3),
        ),
    ):
        pass


def test_a_port_where_nobody_listens_is_named(connected: Connect) -> None:
    port = free_port()
    with (
        pytest.raises(ConnectionRefused, match=f"127.0.0.1:{port}"),
        connected(SftpAddress("127.0.0.1", "ann", port), SftpCredentials(password="x")),
    ):
        pass
    assert not [t for t in threading.enumerate() if t.name.startswith("sftp 127")]


def test_unknown_and_private_hosts_are_refused(settings: Settings) -> None:
    for host, error in (("no-such-host.invalid", HostNotFound), ("127.0.0.1", PrivateAddress)):
        address = SftpAddress(host, "ann")
        with pytest.raises(error), connect(settings, address, SftpCredentials(password="x")):
            pass


def test_an_account_without_sftp_is_told_from_a_wrong_password(
    tmp_path: Path, connected: Connect
) -> None:
    with (
        changeable(tmp_path, Behaviour(has_sftp=False)) as server,
        pytest.raises(NoFileTransfer, match="offers no SFTP"),
        connected(server.address(), server.credentials),
    ):
        pass


def test_secrets_are_not_shown_by_accident() -> None:
    shown = repr(SftpCredentials(password="p1", private_key="p2", passphrase="p3"))
    assert not any(secret in shown for secret in ("p1", "p2", "p3"))
