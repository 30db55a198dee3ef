"""The embedded PostgreSQL: starts, is shared, stops, and comes back after every kind of death."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from rowmill.postgres import LONGEST_SOCKET_FOLDER, EmbeddedPostgres


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(tmp_path / "postgres")
    server.start()
    yield server
    server.stop()


def postmaster(server: EmbeddedPostgres) -> psutil.Process:
    pid = int((server.cluster / "postmaster.pid").read_text().splitlines()[0])
    return psutil.Process(pid)


def answers(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_a_second_user_joins_and_the_last_one_out_stops_the_server(
    server: EmbeddedPostgres,
) -> None:
    process = postmaster(server)
    second = EmbeddedPostgres(server.folder)
    assert second.start() == server.url
    assert postmaster(second).pid == process.pid

    second.stop()
    assert answers(server.url)

    server.stop()
    assert not process.is_running()
    assert not server.is_alive()


def test_data_survives_a_killed_server_and_its_successor_starts(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster(server).pid, signal.SIGKILL)

    server.start()

    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_pid_file_that_names_a_foreign_process_does_not_keep_it_from_starting(
    server: EmbeddedPostgres,
) -> None:
    server.stop()
    pid_file = server.cluster / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{server.cluster}\n")

    server.start()

    assert answers(server.url)
    assert postmaster(server).pid != os.getpid()


def test_a_cut_off_pid_file_does_not_keep_it_from_starting(server: EmbeddedPostgres) -> None:
    server.stop()
    (server.cluster / "postmaster.pid").write_text("")

    server.start()

    assert answers(server.url)


def test_an_initialisation_cut_short_is_begun_again(tmp_path: Path) -> None:
    left = tmp_path / "postgres" / "cluster.new"
    left.mkdir(parents=True)
    (left / "PG_VERSION").write_text("18")
    server = EmbeddedPostgres(tmp_path / "postgres")
    try:
        assert answers(server.start())
    finally:
        server.stop()


def test_a_long_data_path_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 25)
    server = EmbeddedPostgres(deep)
    assert len(str(server.sockets)) <= LONGEST_SOCKET_FOLDER
    try:
        assert answers(server.start())
    finally:
        server.stop()


def test_nobody_else_may_enter_the_socket_folder(server: EmbeddedPostgres) -> None:
    assert server.sockets.stat().st_mode & 0o077 == 0
