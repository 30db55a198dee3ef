"""`rowmill serve` as its operator sees it: start, stop, and coming back from every death."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.programs import Program, finished_import, until


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    with Program(tmp_path / "data") as program:
        yield program


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_ends_everything_it_started(
    program: Program, number: signal.Signals
) -> None:
    until(lambda: program.processes("worker"), seconds=20, what="a worker")
    running = program.everything()
    assert len(running) >= 4  # itself, server, worker, PostgreSQL

    assert program.stop(number) == 0

    _, alive = psutil.wait_procs(running, timeout=5)
    assert alive == []


def test_it_prints_its_address(program: Program) -> None:
    line = f"Rowmill is ready: {program.url}"
    until(lambda: line in program.log.read_text(), seconds=10, what="the address is printed")


def test_after_a_kill_its_children_end_and_the_next_start_has_all_the_data(
    program: Program,
) -> None:
    client = program.account()
    sent = client.put("/api/datasets/kept/data", content=b"name,amount\nada,1\nbob,2\n").json()
    finished_import(client, sent["import_id"])
    children = program.processes("rowmill")

    program.kill()
    _, alive = psutil.wait_procs(children, timeout=15)
    assert alive == []
    program.start()

    records = client.get("/api/datasets/kept/records").raise_for_status().json()
    assert [row["name"] for row in records["items"]] == ["ada", "bob"]


@pytest.mark.parametrize("which", ["web", "worker", "postgres"])
def test_a_killed_part_is_replaced_while_the_rest_goes_on(program: Program, which: str) -> None:
    client = program.account()
    victim = (
        until(program.postgres, seconds=5, what="PostgreSQL")
        if which == "postgres"
        else until(lambda: program.processes(which), seconds=20, what=which)[0]
    )
    victim.kill()
    psutil.wait_procs([victim], timeout=10)

    until(program.is_ready, seconds=60, what="ready again")
    sent = client.put(f"/api/datasets/after-{which}/data", content=b"a\n1\n").raise_for_status()
    run = finished_import(client, sent.json()["import_id"])

    assert run["status"] == "succeeded"
    assert run["receipt"]["loaded"] == 1


def test_a_taken_port_is_said_in_a_sentence(program: Program, tmp_path: Path) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "rowmill", "serve", "--port", str(program.port)],
        env={**os.environ, "ROWMILL_DATA_DIR": str(tmp_path / "second")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 2
    assert f"Cannot listen on 127.0.0.1:{program.port}" in second.stderr
    assert "Traceback" not in second.stderr


def test_several_server_processes_and_workers_share_the_work(tmp_path: Path) -> None:
    several = {"ROWMILL_SERVER_PROCESSES": "2", "ROWMILL_WORKERS": "2"}
    with Program(tmp_path / "data", environment=several, is_new=True) as program:
        client = program.account()
        assert len(program.processes("web")) == 2
        until(lambda: len(program.processes("worker")) == 2, seconds=20, what="two workers")
        sent = [
            client.put(f"/api/datasets/d{i}/data", content=f"a\n{i}\n".encode()).json()
            for i in range(6)
        ]
        runs = [finished_import(client, answer["import_id"]) for answer in sent]
        assert [run["status"] for run in runs] == ["succeeded"] * 6
        assert [run["attempts"] for run in runs] == [1] * 6
