"""Running a parse in a process of its own: watched, bounded, and gone when it is to go."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import IO, Any, Final

import psutil

from rowmill.mill import storage
from rowmill.mill.errors import (
    OutOfMemory,
    ParseCancelled,
    ParserDied,
    ParseTimedOut,
    from_message,
)
from rowmill.mill.looking import LookRequest, Seen
from rowmill.mill.request import MEBIBYTE, Limits, ParseRequest, ParseResult, Progress

CHILD_MODULE: Final = "rowmill.mill.child"
WORKSPACE_PREFIX: Final = "rowmill-parse-"
POLL_SECONDS: Final = 0.25
LAST_WORDS: Final = 2000

# Each thread takes some 15 MB; a parse is to stay below a gibibyte on any machine. What is free
# stays at hand for a while (ms): memory given back and fetched anew would cost a twentieth more.
_POLARS: Final = {
    "POLARS_MAX_THREADS": str(min(os.cpu_count() or 1, 8)),
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:5000",
}
_PACKAGE_ROOT: Final = str(Path(__file__).resolve().parents[2])


def run_look(request: LookRequest) -> Seen:
    """Look at a file in a child process.

    Raises:
        RowmillError: the file cannot be read, or looking at it took too long or too much memory.
    """
    temporary = request.limits.temp_directory
    with tempfile.TemporaryDirectory(prefix=WORKSPACE_PREFIX, dir=temporary) as workspace:
        task = {"look": request.to_dict(), "workspace": workspace}
        outcome = _Child(task, request.limits).watch(lambda _: None, lambda: False)
    return Seen.from_dict(outcome)


def run_parse(
    request: ParseRequest,
    *,
    on_progress: Callable[[Progress], None],
    should_cancel: Callable[[], bool],
) -> ParseResult:
    """Parse a file in a child process.

    `on_progress` and `should_cancel` are called about four times a second, in this thread.
    After an error nothing is left in the output folder.

    Raises:
        RowmillError: the file cannot be imported, or the parse was cancelled, took too long,
            needed too much memory or died.
    """
    temporary = request.limits.temp_directory
    try:
        with tempfile.TemporaryDirectory(prefix=WORKSPACE_PREFIX, dir=temporary) as workspace:
            task = {"request": request.to_dict(), "workspace": workspace}
            outcome = _Child(task, request.limits).watch(on_progress, should_cancel)
            return ParseResult.from_dict(outcome)
    except BaseException:
        storage.remove_folder(request.output, request.s3)
        raise


@contextmanager
def parser_at_hand() -> Iterator[None]:
    """While this lasts, a child waits with everything loaded: a parse begins 0.4 s earlier."""
    _spare.keep()
    try:
        yield
    finally:
        _spare.drop()


class _Process:
    """A child process that waits for its request, or is at it. It serves one."""

    def __init__(self) -> None:
        self.errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by `end`
        self.popen = subprocess.Popen(  # noqa: S603  # our own program, nothing from outside
            [sys.executable, "-m", CHILD_MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            env={**os.environ, **_POLARS, "PYTHONPATH": _python_path()},
            close_fds=True,
            start_new_session=True,
        )

    def end(self) -> None:
        """Whatever it was doing, it is gone afterwards."""
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        self.errors.close()
        for pipe in (self.popen.stdin, self.popen.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue


class _Spare:
    """At most one idle child.

    A child ends with the thread that started it, so one thread starts all of them.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._starter: ThreadPoolExecutor | None = None
        self._idle: Future[_Process] | None = None

    def keep(self) -> None:
        """Have an idle child from now on."""
        with self._lock:
            if self._starter is None:
                self._starter = ThreadPoolExecutor(1, "parser-starter")
        self.renew()

    def drop(self) -> None:
        """Have none from now on."""
        with self._lock:
            starter, self._starter = self._starter, None
            idle, self._idle = self._idle, None
        if idle is not None:
            idle.result().end()
        if starter is not None:
            starter.shutdown()

    def renew(self) -> None:
        """Start an idle child if one is wanted and there is none. Does not wait for it."""
        with self._lock:
            if self._starter is not None and self._idle is None:
                self._idle = self._starter.submit(_Process)

    def take(self) -> _Process:
        """The idle child, or a new one."""
        with self._lock:
            idle, self._idle = self._idle, None
        if idle is None:
            return _Process()
        process = idle.result()
        if process.popen.poll() is None:
            return process
        process.end()
        return _Process()


_spare: Final = _Spare()


class _Child:
    """A child at work on a task, and what it has said so far."""

    def __init__(self, task: dict[str, Any], limits: Limits) -> None:
        self.task = task
        self.limits = limits
        self.started = time.monotonic()
        self.child = _spare.take()
        self.process, self.errors = self.child.popen, self.child.errors
        self._pending = b""

    def watch(
        self, on_progress: Callable[[Progress], None], should_cancel: Callable[[], bool]
    ) -> dict[str, Any]:
        """Follow the child until it has a result; it does not outlive this call."""
        try:
            self._send_request()
            while True:
                outcome = self._listen(on_progress)
                if outcome is not None:
                    return _result(outcome)
                self._check(should_cancel)
        finally:
            self.child.end()
            _spare.renew()

    def _send_request(self) -> None:
        stdin = self.process.stdin
        if stdin is None:
            raise ParserDied
        try:
            stdin.write(json.dumps(self.task).encode() + b"\n")
            stdin.flush()
        except BrokenPipeError:
            raise self._death() from None

    def _listen(self, on_progress: Callable[[Progress], None]) -> dict[str, Any] | None:
        """What the child says within a moment; its outcome if that is part of it.

        Raises:
            ParserDied: it ended without an outcome.
        """
        latest = None
        for message in self._messages():
            if "progress" not in message:
                return message
            latest = Progress(**message["progress"])
        if latest is not None:
            on_progress(latest)
        return None

    def _messages(self) -> list[dict[str, Any]]:
        stdout = self.process.stdout
        if stdout is None:
            raise ParserDied
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            if not selector.select(POLL_SECONDS):
                return []
        data = os.read(stdout.fileno(), MEBIBYTE)
        if not data:
            raise self._death()
        *lines, self._pending = (self._pending + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def _check(self, should_cancel: Callable[[], bool]) -> None:
        limits = self.limits
        if should_cancel():
            raise ParseCancelled
        seconds = time.monotonic() - self.started
        if limits.timeout_seconds is not None and seconds > limits.timeout_seconds:
            raise ParseTimedOut(
                f"Reading the file took longer than {limits.timeout_seconds:g} seconds.",
                hint="Split the file, or raise the time limit.",
            )
        if self._resident_bytes() > limits.process_bytes:
            raise OutOfMemory(
                f"Reading the file needed more than {limits.process_bytes // MEBIBYTE:,} MiB.",
                hint="Check the file for very long records, or raise the memory limit.",
            )

    def _resident_bytes(self) -> int:
        try:
            return int(psutil.Process(self.process.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def _death(self) -> ParserDied | OutOfMemory:
        """Why the child ended without an outcome, as far as can be told from outside."""
        self.process.kill()
        status = self.process.wait()
        if status == -signal.SIGKILL:
            return OutOfMemory(
                "The parser was killed, most likely because the machine ran out of memory.",
                hint="Give the machine more memory, or lower the number of workers.",
            )
        self.errors.seek(0, os.SEEK_END)
        self.errors.seek(max(self.errors.tell() - LAST_WORDS, 0))
        words = self.errors.read().decode("utf-8", "replace").strip()
        last = words.splitlines()[-1] if words else "it left no message"
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return ParserDied(f"The parser process ended with {how}: {last}.")


def _result(outcome: dict[str, Any]) -> dict[str, Any]:
    if "error" in outcome:
        raise from_message(outcome["error"])
    result: dict[str, Any] = outcome["result"]
    return result


def _python_path() -> str:
    """The child finds this very package, installed or not."""
    inherited = os.environ.get("PYTHONPATH")
    return f"{_PACKAGE_ROOT}{os.pathsep}{inherited}" if inherited else _PACKAGE_ROOT
