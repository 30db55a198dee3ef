"""Writing, moving and deleting on SFTP servers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rowmill.remote import (
    ConnectionLost,
    RemoteDiskFull,
    RemoteFileExists,
    RemoteFileMissing,
    RemoteFolderMissing,
)
from rowmill.sftp import SftpSession
from tests.factories.sftp_servers import Behaviour, SftpServer, changeable
from tests.factories.tcp_proxies import BadLine, bad_line
from tests.integration.sftp.conftest import Connect


def cut_off(line: BadLine) -> Iterator[bytes]:
    """A megabyte, and another one for which there is no connection any more."""
    yield bytes(1_000_000)
    line.cut()
    yield bytes(1_000_000)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_a_file_appears_whole_or_not_at_all(sshd: SftpServer, session: SftpSession) -> None:
    content = os.urandom(3_000_001)

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(content), 700_000):
            assert not (sshd.folder / "out.csv").exists()
            yield content[start : start + 700_000]

    written = session.write("out.csv", pieces())
    assert written.size_bytes == len(content)
    assert (sshd.folder / "out.csv").read_bytes() == content
    assert names(sshd.folder) == ["out.csv"]


def test_a_file_is_replaced_in_one_moment(sshd: SftpServer, session: SftpSession) -> None:
    (sshd.folder / "out.csv").write_text("before")

    def pieces() -> Iterator[bytes]:
        yield b"after"
        assert (sshd.folder / "out.csv").read_text() == "before"

    session.write("out.csv", pieces())
    assert (sshd.folder / "out.csv").read_text() == "after"
    session.write("empty.csv", [])
    assert (sshd.folder / "empty.csv").read_bytes() == b""


def test_what_fails_on_our_side_leaves_nothing_there(
    sshd: SftpServer, session: SftpSession
) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"some"
        raise TimeoutError("no more")  # not the server's, and not told as that

    with pytest.raises(TimeoutError, match="no more"):
        session.write("out.csv", pieces())
    assert names(sshd.folder) == []
    session.write("out.csv", [b"again"])
    assert names(sshd.folder) == ["out.csv"]


def test_a_connection_that_breaks_off_leaves_the_old_file(
    sshd: SftpServer, connected: Connect
) -> None:
    (sshd.folder / "out.csv").write_text("before")

    with (
        bad_line(sshd.port) as line,
        connected(sshd.address(port=line.port), sshd.credentials) as session,
        pytest.raises(ConnectionLost),
    ):
        session.write("out.csv", cut_off(line))
    assert (sshd.folder / "out.csv").read_text() == "before"


def test_what_a_broken_attempt_has_left_is_taken_up_by_the_next_one_of_its_mark(
    sshd: SftpServer, connected: Connect
) -> None:
    with (
        bad_line(sshd.port) as line,
        connected(sshd.address(port=line.port), sshd.credentials) as session,
        pytest.raises(ConnectionLost),
    ):
        session.write("out.csv", cut_off(line), "batch-1")
    assert len(names(sshd.folder)) == 1, "nothing was left: the test proves nothing"

    with connected(sshd.address(), sshd.credentials) as session:
        session.write("out.csv", [b"short"], "batch-1")
    assert names(sshd.folder) == ["out.csv"]
    assert (sshd.folder / "out.csv").read_bytes() == b"short"


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path: Path, connected: Connect) -> None:
    behaviour = Behaviour(is_full=True)
    with (
        changeable(tmp_path, behaviour) as server,
        connected(server.address(), server.credentials) as session,
    ):
        with pytest.raises(RemoteDiskFull, match="disk there is full"):
            session.write("out.csv", [b"x"])
        assert names(tmp_path) == []
        behaviour.is_full = False
        session.write("out.csv", [b"x"])
    assert (tmp_path / "out.csv").read_bytes() == b"x"


def test_folders_are_made_with_those_above_and_a_missing_one_is_named(
    sshd: SftpServer, session: SftpSession
) -> None:
    with pytest.raises(RemoteFolderMissing, match=r"done/2026/out\.csv"):
        session.write("done/2026/out.csv", [b"x"])
    session.make_folder("done/2026")
    session.make_folder("done/2026")
    session.write("done/2026/out.csv", [b"x"])
    assert (sshd.folder / "done" / "2026" / "out.csv").read_bytes() == b"x"


def test_a_move_never_replaces_what_is_there(sshd: SftpServer, session: SftpSession) -> None:
    (sshd.folder / "done").mkdir()
    (sshd.folder / "a.csv").write_text("new")
    (sshd.folder / "done" / "a.csv").write_text("old")
    with pytest.raises(RemoteFileExists, match=r"done/a\.csv"):
        session.move("a.csv", "done/a.csv")
    assert (sshd.folder / "done" / "a.csv").read_text() == "old"
    session.move("a.csv", "done/b.csv")
    assert (sshd.folder / "done" / "b.csv").read_text() == "new"
    assert not (sshd.folder / "a.csv").exists()
    with pytest.raises(RemoteFileMissing):
        session.move("a.csv", "done/c.csv")


def test_a_delete_deletes_and_says_where_there_was_nothing(
    sshd: SftpServer, session: SftpSession
) -> None:
    (sshd.folder / "a.csv").touch()
    session.delete("a.csv")
    assert names(sshd.folder) == []
    with pytest.raises(RemoteFileMissing, match=r"a\.csv"):
        session.delete("a.csv")


def test_a_target_is_tried_without_leaving_a_trace(sshd: SftpServer, session: SftpSession) -> None:
    session.check(is_target=True)
    assert names(sshd.folder) == []
