"""Starting the real program: processes, ports, waiting, and a small HTTP client."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx
import psutil

from tests.clusters import prepare

T = TypeVar("T")

PASSWORD = "correct horse battery"


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def until(condition: Callable[[], T | None], *, seconds: float, what: str) -> T:
    """The condition's first true value. Fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"Not within {seconds} s: {what}")


@dataclass
class Program:
    """A `rowmill serve` on a data folder of its own.

    One that `is_new` finds the folder empty, as at a first start; others find a database in it.
    """

    data_dir: Path
    command: Sequence[str] = (sys.executable, "-m", "rowmill")
    environment: dict[str, str] = field(default_factory=dict)
    is_new: bool = False
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    clients: list[httpx.Client] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, and whatever a test has left of it."""
        for client in self.clients:
            client.close()
        if self.process is not None and self.process.poll() is None:
            self.stop()
        for left in self.everything():
            left.kill()

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it printed."""
        return self.data_dir.parent / f"{self.data_dir.name}.log"

    def start(self, *, wait: bool = True) -> float:
        """Start it; returns the seconds until it was ready."""
        environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith("ROWMILL_")},
            "ROWMILL_DATA_DIR": str(self.data_dir),
            "ROWMILL_PORT": str(self.port),
            "ROWMILL_MIN_FREE_BYTES": "0",
            **self.environment,
        }
        self.data_dir.parent.mkdir(parents=True, exist_ok=True)
        if not self.is_new:
            prepare(self.data_dir)
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.command, "serve"],
                env=environment,
                cwd=self.data_dir.parent,
                stdout=log,
                stderr=log,
            )
        if wait:
            until(self.is_ready, seconds=180, what=f"ready; its log: {self.log}")
        return time.monotonic() - began

    def is_ready(self) -> bool:
        """Whether it answers and its database does."""
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-3000:]
        try:
            return httpx.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; returns its exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(60)

    def kill(self) -> None:
        """`kill -9` of the parent process alone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def processes(self, *words: str) -> list[psutil.Process]:
        """The processes below it whose command line has all these words."""
        assert self.process is not None
        return [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if set(words) <= set(_command_line(child))
        ]

    def postgres(self) -> psutil.Process | None:
        """The embedded PostgreSQL's first process."""
        try:
            pid_file = self.data_dir / "postgres" / "cluster" / "postmaster.pid"
            process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
            return process if "postgres" in process.name() else None
        except (OSError, ValueError, IndexError, psutil.Error):
            return None

    def everything(self) -> list[psutil.Process]:
        """Every process that works on its data folder, whoever its parent is now."""
        mark = str(self.data_dir)
        found = []
        for process in psutil.process_iter():
            try:
                is_ours = process.environ().get("ROWMILL_DATA_DIR") == mark
            except (psutil.Error, OSError):
                is_ours = False
            if is_ours or any(mark in part for part in _command_line(process)):
                found.append(process)
        return found

    def client(self, **options: Any) -> httpx.Client:
        """An HTTP client on it, with nobody signed in."""
        client = httpx.Client(base_url=self.url, timeout=60, **options)
        self.clients.append(client)
        return client

    def account(self, email: str = "ada@example.com") -> httpx.Client:
        """A client signed in as a newly registered user, by name and password."""
        client = self.client(auth=(email, PASSWORD))
        answer = client.post("/api/register", json={"email": email, "password": PASSWORD})
        assert answer.status_code in {201, 409}, answer.text
        return client


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def finished_import(client: httpx.Client, import_id: str, *, seconds: float = 120) -> Any:
    """The import, once it has ended in whatever way."""

    def ended() -> Any:
        run = client.get(f"/api/imports/{import_id}").raise_for_status().json()
        return run if run["status"] in {"succeeded", "failed", "cancelled"} else None

    return until(ended, seconds=seconds, what=f"end of import {import_id}")


def patient(client: httpx.Client, path: str) -> Any:
    """The answer of a server that may be down for a moment."""

    def attempt() -> Any:
        try:
            answer = client.get(path)
        except httpx.TransportError:
            return None
        return answer.json() if answer.is_success else None

    return until(attempt, seconds=60, what=path)
