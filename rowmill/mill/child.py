"""The process in which a file is parsed: `python -m rowmill.mill.child`.

The request and the name of a folder for temporary files come as a line of JSON on standard
input, which stays open as a lifeline: when it ends, the parent is gone, and so is this
process. Progress and the outcome leave as lines of JSON on standard output. A crash, or a
kill for using too much memory, ends this process alone.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, Final

from rowmill.errors import RowmillError
from rowmill.mill import storage
from rowmill.mill.errors import to_message
from rowmill.mill.looking import LookRequest, look
from rowmill.mill.meter import Meter
from rowmill.mill.parse import parse
from rowmill.mill.request import ParseRequest, ParseResult

REPORT_SECONDS: Final = 0.25

_PR_SET_PDEATHSIG: Final = 1
_OUTPUT: Final = Lock()


def main() -> None:
    """Serve one request, then end."""
    die_with_parent()
    line = sys.stdin.buffer.readline()
    if not line:  # nothing was to be done, and the parent is gone
        return
    message = json.loads(line)
    workspace = Path(message["workspace"])
    Thread(target=_watch_lifeline, name="lifeline", daemon=True).start()
    if "look" in message:
        _send(_seen(LookRequest.from_dict(message["look"]), workspace))
        return
    request = ParseRequest.from_dict(message["request"])
    meter, done = Meter(request.size), Event()
    reporter = Thread(target=_report, args=(meter, done), name="report", daemon=True)
    reporter.start()
    outcome = _outcome(request, workspace, meter)
    done.set()
    reporter.join()
    _send(outcome)


def die_with_parent() -> None:
    """Have the kernel end this process when the thread that started it does (Linux)."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def parse_anywhere(request: ParseRequest, workspace: Path, meter: Meter) -> ParseResult:
    """Parse a file that may lie in an object store, to a folder that may do so too.

    Raises:
        RowmillError: the file cannot be imported.
    """
    path = storage.fetch(request.source, request.s3, workspace)
    if not storage.is_remote(request.output):
        output = request.output.removeprefix("file://")
        return parse(replace(request, source=path, output=output), workspace, meter)
    local = replace(request, source=path, output=str(workspace / "staged"))
    return _published(parse(local, workspace, meter), request)


def _published(result: ParseResult, request: ParseRequest) -> ParseResult:
    def publish(path: str) -> str:
        return storage.publish(Path(path), request.output, request.s3)

    files = tuple(replace(file, uri=publish(file.uri)) for file in result.files)
    rejects = result.rejects_path and publish(result.rejects_path)
    return replace(result, files=files, rejects_path=rejects)


def _outcome(request: ParseRequest, workspace: Path, meter: Meter) -> dict[str, Any]:
    try:
        return {"result": parse_anywhere(request, workspace, meter).to_dict()}
    except RowmillError as error:
        return {"error": to_message(error)}


def _seen(request: LookRequest, workspace: Path) -> dict[str, Any]:
    try:
        return {"result": look(request, workspace).to_dict()}
    except RowmillError as error:
        return {"error": to_message(error)}


def _watch_lifeline() -> None:
    with suppress(OSError, ValueError):
        while sys.stdin.buffer.read(1):
            pass
    os._exit(1)


def _report(meter: Meter, done: Event) -> None:
    while not done.wait(REPORT_SECONDS):
        _send({"progress": asdict(meter.progress())})


def _send(message: dict[str, Any]) -> None:
    with _OUTPUT, suppress(BrokenPipeError):
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
