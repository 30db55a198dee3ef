"""`rowmill demo sftp` as its users meet it: the real command, OpenSSH's client, Rowmill's own."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rowmill.demo.sftp import DemoServerFailed, Options, run
from rowmill.settings import Settings
from rowmill.sftp import LoginRefused, SftpAddress, SftpCredentials, connect, fingerprint
from tests.factories.sftp_servers import allowing_loopback, new_key, openssh_client
from tests.programs import free_port, until


class Demo:
    """A running `rowmill demo sftp`, and what it has said so far."""

    def __init__(self, folder: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.folder = folder / "deliveries"
        self.port = port
        self.process = process
        self._log = folder / "said.log"

    @property
    def said(self) -> str:
        return self._log.read_text()

    def find(self, label: str) -> str:
        found = re.search(rf"^  {label} +(.+)$", self.said, re.MULTILINE)
        assert found, self.said
        return found[1]

    def address(self, username: str = "demo") -> SftpAddress:
        return SftpAddress("127.0.0.1", username, self.port)


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[Demo]:
    port = free_port()
    arguments = ["--port", str(port), "--folder", str(folder / "deliveries"), "--days", "3"]
    with (folder / "said.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rowmill", "demo", "sftp", *arguments, *options],
            env={**os.environ, "ROWMILL_DATA_DIR": str(folder / "data"), "COLUMNS": "80"},
            stdout=log,
            stderr=log,
        )
    running = Demo(folder, port, process)
    try:
        until(lambda: "ROWMILL_ALLOW_PRIVATE" in running.said, seconds=60, what="the server")
        yield running
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, running.said
    assert "has stopped" in running.said
    assert "Traceback" not in running.said


def pair_names(days: int) -> list[str]:
    """The names of the last days' files, in a window that survives midnight."""
    today = datetime.now(UTC).date()
    dates = [today - timedelta(days=age) for age in range(days)]
    return sorted(f"{kind.format(day)}" for day in dates for kind in KINDS)


KINDS = ("sales_data_{}.csv", "product_info_{}.json")


def test_it_prints_all_that_a_client_needs_and_serves_the_last_days(
    tmp_path: Path, settings: Settings
) -> None:
    with demo(tmp_path) as server:
        credentials = SftpCredentials(password=server.find("Password"))
        with connect(allowing_loopback(settings), server.address(), credentials) as session:
            assert session.fingerprint == server.find("Host key") == fingerprint(session.host_key)
            assert {*pair_names(2)} <= {file.path for file in session.files()}
            assert len(list(session.files())) == 6
            assert b"".join(session.read(pair_names(1)[1])).startswith(b"product_id,sale_date,")
        for wrong in (
            (server.address(), SftpCredentials(password="guessed")),
            (server.address("root"), credentials),
        ):
            with pytest.raises(LoginRefused), connect(allowing_loopback(settings), *wrong):
                pass
        key_file = server.folder.with_name("deliveries.host_key")
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_openssh_s_client_lists_fetches_and_deletes_by_a_key(tmp_path: Path) -> None:
    private = new_key(tmp_path, "ann")
    public = private.with_suffix(".pub")
    with demo(tmp_path, "--authorized-keys", str(public), "--user", "ann") as server:
        name = pair_names(1)[1]
        commands = ["ls -1", f"get {name} {tmp_path}/fetched.csv", f"rm {name}"]
        commands += ["-ln -s /etc out", "cd ..", "ls -1 /"]  # where a way out could be
        options = ["StrictHostKeyChecking=no", f"UserKnownHostsFile={tmp_path}/known_hosts"]
        answer = subprocess.run(
            [
                *[openssh_client(), "-q", "-b", "-", "-i", str(private), "-P", str(server.port)],
                *[part for option in options for part in ("-o", option)],
                "ann@127.0.0.1",
            ],
            input="\n".join(commands).encode(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr.decode()
        listed = answer.stdout.decode().split("sftp> ls -1 /")
        assert name in listed[0]
        assert "etc" not in listed[1].split()
        assert (tmp_path / "fetched.csv").read_text().startswith("product_id,sale_date,")
        assert not (server.folder / name).exists()
        assert not (server.folder / "out").is_symlink()


def test_openssh_s_client_logs_in_by_the_password(tmp_path: Path) -> None:
    with demo(tmp_path, "--password", "open sesame") as server:
        assert "open sesame" not in server.said
        ask = tmp_path / "ask"
        ask.write_text("#!/bin/sh\necho open sesame\n")
        ask.chmod(0o700)
        answer = subprocess.run(
            [
                *[openssh_client(), "-q", "-P", str(server.port)],
                *["-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={tmp_path}/known"],
                "demo@127.0.0.1",
            ],
            input=b"ls -1\n",
            env={**os.environ, "SSH_ASKPASS": str(ask), "SSH_ASKPASS_REQUIRE": "force"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert pair_names(1)[0] in answer.stdout.decode(), answer.stderr.decode()


def test_new_days_are_delivered_whole_and_the_host_key_stays(tmp_path: Path) -> None:
    with demo(tmp_path, "--every", "0.5") as server:
        until(lambda: server.said.count("delivered sales_data_") > 1, seconds=30, what="two days")
        first = server.find("Host key")
        assert not [path for path in server.folder.iterdir() if path.name.endswith(".part")]
    with demo(tmp_path) as server:
        assert server.find("Host key") == first


def test_what_cannot_be_started_says_why(tmp_path: Path, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        fine = Options("127.0.0.1", taken.getsockname()[1], tmp_path / "files", 1, "demo")
        cases = {
            "Choose another --port": fine,
            "list of public keys": replace(fine, authorized_keys=tmp_path / "nowhere"),
            "--folder: /proc/nowhere cannot": replace(fine, folder=Path("/proc/nowhere")),
            "--user": replace(fine, user=""),
        }
        for words, options in cases.items():
            with pytest.raises(DemoServerFailed, match=words):
                run(settings, options, print)
