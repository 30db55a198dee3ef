"""Listing and reading on SFTP servers, good ones and bad ones."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from rowmill.remote import (
    ConnectionLost,
    RemoteAccessDenied,
    RemoteFile,
    RemoteFileMissing,
    RemoteFolderMissing,
    ServerSilent,
    is_transient,
)
from rowmill.sftp import SftpSession, SftpTimeouts
from tests.factories.sftp_servers import Behaviour, SftpServer, changeable
from tests.factories.tcp_proxies import BadLine, bad_line
from tests.integration.sftp.conftest import Connect

MEBIBYTE = 1024 * 1024


def pattern(size: int) -> Iterator[bytes]:
    """A mebibyte after the other, no two of them equal."""
    for number in range(size // MEBIBYTE):
        yield hashlib.sha256(str(number).encode()).digest() * (MEBIBYTE // 32)


def gather(pieces: Iterator[bytes], into: bytearray) -> None:
    for piece in pieces:
        into += piece


def freezing(pieces: Iterator[bytes], line: BadLine) -> None:
    for _ in pieces:
        line.is_frozen = True


def paths(session: SftpSession, *, recursive: bool = False, glob: str | None = None) -> list[str]:
    return sorted(file.path for file in session.files(glob, recursive=recursive))


def test_a_listing_tells_size_and_time(sshd: SftpServer, session: SftpSession) -> None:
    (sshd.folder / "sales.csv").write_text("a,b\n")
    moment = datetime(2026, 1, 31, 12, 30, 15, tzinfo=UTC)
    os.utime(sshd.folder / "sales.csv", (moment.timestamp(), moment.timestamp()))
    expected = RemoteFile("sales.csv", 4, moment)
    assert list(session.files()) == [expected]
    assert session.stat("sales.csv") == expected
    assert session.stat(str(sshd.folder / "sales.csv")).size_bytes == 4


def test_five_thousand_files_are_listed_in_little_memory(
    sshd: SftpServer, session: SftpSession
) -> None:
    for number in range(5000):
        (sshd.folder / f"sales_{number:05}.csv").touch()
    began = time.monotonic()
    first = next(iter(session.files()))
    until_first = time.monotonic() - began
    assert first.path.startswith("sales_")
    assert len(paths(session)) == 5000
    assert until_first < time.monotonic() - began, "the listing is a stream"
    assert len(paths(session, glob="sales_0000?.csv")) == 10


def test_folders_below_are_read_on_demand_and_links_lead_to_files_only(
    sshd: SftpServer, session: SftpSession
) -> None:
    below = sshd.folder / "2026" / "01"
    below.mkdir(parents=True)
    (below / "b.csv").write_text("bb")
    (sshd.folder / "a.csv").write_text("a")
    (sshd.folder / "link.csv").symlink_to(below / "b.csv")
    (sshd.folder / "circle").symlink_to(sshd.folder)
    (sshd.folder / "nowhere").symlink_to("gone")
    os.mkfifo(sshd.folder / "pipe")
    assert paths(session) == ["a.csv", "link.csv"]
    assert paths(session, recursive=True) == ["2026/01/b.csv", "a.csv", "link.csv"]
    assert session.stat("link.csv").size_bytes == 2
    assert b"".join(session.read("2026/01/b.csv")) == b"bb"


def test_names_in_old_encodings_are_found_again(sshd: SftpServer, session: SftpSession) -> None:
    names = ["Größe.csv".encode(), "Gr\xf6\xdfe.csv".encode("latin-1"), rb"back\xslash.csv"]
    for name in names:
        Path(os.fsdecode(os.fsencode(sshd.folder) + b"/" + name)).write_bytes(name)
    found = paths(session)
    assert found == sorted(["Größe.csv", r"Gr\xf6\xdfe.csv", r"back\xslash.csv"])
    assert sorted(b"".join(session.read(path)) for path in found) == sorted(names)


def test_a_missing_folder_is_told_from_one_that_may_not_be_read(
    sshd: SftpServer, connected: Connect, tmp_path: Path
) -> None:
    address = sshd.address(str(sshd.folder / "nowhere"))
    with (
        connected(address, sshd.credentials) as session,
        pytest.raises(RemoteFolderMissing, match="nowhere"),
    ):
        session.check()
    behaviour = Behaviour(denies_folders=True)
    with (
        changeable(tmp_path, behaviour) as server,
        connected(server.address(), server.credentials) as session,
        pytest.raises(RemoteAccessDenied, match="may not"),
    ):
        session.check()


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 3 * MEBIBYTE + 5])
def test_a_file_arrives_as_it_is_from_any_offset(
    sshd: SftpServer, session: SftpSession, size: int
) -> None:
    content = os.urandom(size)
    (sshd.folder / "file").write_bytes(content)
    for offset in {0, 1, size // 2, size, size + 10}:
        pieces = list(session.read("file", offset))
        assert b"".join(pieces) == content[offset:]
        assert max(map(len, pieces), default=0) < 2 * MEBIBYTE


def test_a_server_that_gives_less_than_it_is_asked_for_loses_nothing(
    tmp_path: Path, connected: Connect
) -> None:
    content = os.urandom(300_001)
    (tmp_path / "file").write_bytes(content)
    with (
        changeable(tmp_path, Behaviour(longest_read=1000)) as server,
        connected(server.address(), server.credentials) as session,
    ):
        assert b"".join(session.read("file")) == content


def test_a_large_file_is_resumed_after_a_cut_in_constant_memory(
    sshd: SftpServer, connected: Connect
) -> None:
    size = 200 * MEBIBYTE
    expected = hashlib.sha256()
    with (sshd.folder / "large").open("wb") as file:
        for piece in pattern(size):
            file.write(piece)
            expected.update(piece)
    before = psutil.Process().memory_info().rss
    peak, arrived, cuts, received = before, 0, 0, hashlib.sha256()
    with bad_line(sshd.port) as line:
        while arrived < size:
            line.cut_after_bytes = line.carried + 90 * MEBIBYTE
            try:
                address = sshd.address(port=line.port)
                with connected(address, sshd.credentials, sshd.host_key) as session:
                    for piece in session.read("large", arrived):
                        received.update(piece)
                        arrived += len(piece)
                        peak = max(peak, psutil.Process().memory_info().rss)
            except ConnectionLost as error:
                cuts += is_transient(error)
    assert cuts == 2
    assert received.digest() == expected.digest()
    assert peak - before < 64 * MEBIBYTE


def test_a_server_that_hangs_up_in_the_middle_is_a_lost_connection(
    tmp_path: Path, connected: Connect
) -> None:
    content = os.urandom(5 * MEBIBYTE)
    (tmp_path / "file").write_bytes(content)
    behaviour = Behaviour(drop_after_bytes=2 * MEBIBYTE)
    with changeable(tmp_path, behaviour) as server:
        received = bytearray()
        with (
            connected(server.address(), server.credentials) as session,
            pytest.raises(ConnectionLost, match="broke off"),
        ):
            gather(session.read("file"), received)
        behaviour.drop_after_bytes = None
        with connected(server.address(), server.credentials) as session:
            received += b"".join(session.read("file", len(received)))
    assert received == content


def test_a_slow_line_is_waited_for(sshd: SftpServer, connected: Connect) -> None:
    content = os.urandom(600_000)
    (sshd.folder / "file").write_bytes(content)
    patience = SftpTimeouts(silence=1)
    with (
        bad_line(sshd.port) as line,
        connected(sshd.address(port=line.port), sshd.credentials, timeouts=patience) as session,
    ):
        line.bytes_per_second = 250_000
        assert b"".join(session.read("file")) == content


def test_a_frozen_line_is_an_error_and_no_hang(sshd: SftpServer, connected: Connect) -> None:
    (sshd.folder / "file").write_bytes(bytes(9 * MEBIBYTE))
    patience = SftpTimeouts(silence=0.5)
    began = time.monotonic()
    with (
        bad_line(sshd.port) as line,
        pytest.raises(ServerSilent),
        connected(sshd.address(port=line.port), sshd.credentials, timeouts=patience) as session,
    ):
        freezing(session.read("file"), line)
    assert time.monotonic() - began < 8


def test_a_server_that_lives_but_never_answers_is_an_error_and_no_hang(
    tmp_path: Path, connected: Connect
) -> None:
    (tmp_path / "file").write_bytes(b"x")
    patience = SftpTimeouts(silence=0.5)
    with (
        changeable(tmp_path, Behaviour(is_silent=True)) as server,
        pytest.raises(ServerSilent, match="stopped answering"),
        connected(server.address(), server.credentials, timeouts=patience) as session,
    ):
        list(session.read("file"))


def test_a_file_that_is_gone_is_named(session: SftpSession) -> None:
    with pytest.raises(RemoteFileMissing, match=r"gone\.csv"):
        list(session.read("gone.csv"))
    with pytest.raises(RemoteFileMissing, match=r"gone\.csv"):
        session.stat("gone.csv")
