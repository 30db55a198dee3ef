"""The child process: bounded, watched, and gone with its parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import psutil
import pytest

from rowmill.mill import (
    Limits,
    NotText,
    OutOfMemory,
    ParseCancelled,
    ParserDied,
    ParseRequest,
    ParseResult,
    ParseTimedOut,
    Progress,
    TooManyRejects,
    parser_at_hand,
    run_parse,
)
from rowmill.mill import runner as runner_module
from tests.unit.mill.conftest import read_back

MEBIBYTE = 1024 * 1024


@pytest.fixture
def small(tmp_path: Path) -> ParseRequest:
    return request(tmp_path, b"id,name\n1,x\n2,y\n3\n")


@pytest.fixture
def large(tmp_path: Path) -> ParseRequest:
    """A file that takes a second or two: every line has to be looked at."""
    return request(tmp_path, b"id,name,text\n" + b'1,"a","b\n"\n' * 4_000_000)


def request(folder: Path, content: bytes, limits: Limits | None = None) -> ParseRequest:
    source = folder / "source.csv"
    source.write_bytes(content)
    temporary = folder / "temporary"
    temporary.mkdir()
    known = limits or Limits()
    return ParseRequest(
        str(source),
        len(content),
        str(folder / "staged"),
        limits=Limits(**{**known.__dict__, "temp_directory": str(temporary)}),
    )


def run(asked: ParseRequest, **limits: float) -> ParseResult:
    changed = Limits(**{**asked.limits.__dict__, **limits})
    return run_parse(
        ParseRequest(**{**asked.__dict__, "limits": changed}),
        on_progress=lambda _: None,
        should_cancel=lambda: False,
    )


def leftovers(asked: ParseRequest) -> list[str]:
    folders = [asked.output, asked.limits.temp_directory or ""]
    return [str(path) for folder in folders for path in Path(folder).rglob("*")]


@contextmanager
def no_new_children() -> Iterator[None]:
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before


def test_result_comes_back_whole(small: ParseRequest) -> None:
    with no_new_children():
        result = run_parse(small, on_progress=lambda _: None, should_cancel=lambda: False)
    parsed = read_back(result)
    assert parsed.rows == [(1, "x"), (2, "y")]
    assert parsed.rejects[0]["raw"] == "3"
    assert (result.records_read, result.staged, result.rejected) == (3, 2, 1)


def test_errors_come_back_with_where_and_how_to_mend(tmp_path: Path) -> None:
    asked = request(tmp_path, b"7z\xbc\xaf\x27\x1c" + bytes(100))
    with pytest.raises(NotText, match="7-Zip") as caught:
        run(asked)
    assert caught.value.extra["line"] == 1
    assert "CSV" in caught.value.extra["hint"]
    assert leftovers(asked) == []


def test_failed_parse_leaves_nothing(tmp_path: Path) -> None:
    asked = request(tmp_path, b"a,b\n" + b"1,2\n1\n" * 1000, Limits(max_rejects=10))
    with pytest.raises(TooManyRejects):
        run(asked)
    assert leftovers(asked) == []


def test_progress_grows_to_the_size_of_the_file(large: ParseRequest) -> None:
    seen: list[Progress] = []
    run_parse(large, on_progress=seen.append, should_cancel=lambda: False)
    assert {progress.bytes_total for progress in seen} == {large.size}
    assert seen[-1].phase == "parsing"
    assert 0 < max(progress.bytes_done for progress in seen) <= large.size
    assert 0 < max(progress.rows for progress in seen) <= 4_000_000


def test_cancelling_ends_the_child_at_once_and_leaves_nothing(large: ParseRequest) -> None:
    seen: list[Progress] = []
    started = time.monotonic()
    with no_new_children(), pytest.raises(ParseCancelled):
        run_parse(large, on_progress=seen.append, should_cancel=lambda: len(seen) > 1)
    assert time.monotonic() - started < 5
    assert leftovers(large) == []


def test_time_limit(large: ParseRequest) -> None:
    with no_new_children(), pytest.raises(ParseTimedOut, match=r"0\.5 seconds"):
        run(large, timeout_seconds=0.5)
    assert leftovers(large) == []


def test_memory_limit_of_the_process(large: ParseRequest) -> None:
    with no_new_children(), pytest.raises(OutOfMemory, match="60 MiB"):
        run(large, process_bytes=60 * MEBIBYTE)
    assert leftovers(large) == []


def child_of(parent: int) -> psutil.Process:
    """The parser, once it is there."""
    for _ in range(200):
        for child in psutil.Process(parent).children(recursive=True):
            if "rowmill.mill.child" in child.cmdline():
                return child
        time.sleep(0.02)
    raise AssertionError("no parser was started")


@pytest.mark.parametrize(
    ("blow", "error"),
    [(signal.SIGKILL, OutOfMemory), (signal.SIGSEGV, ParserDied), (signal.SIGTERM, ParserDied)],
)
def test_death_of_the_child_is_an_error_with_a_reason(
    large: ParseRequest, blow: signal.Signals, error: type[Exception]
) -> None:
    def strike() -> None:
        child = child_of(os.getpid())
        time.sleep(0.3)
        child.send_signal(blow)

    striking = Thread(target=strike)
    striking.start()
    with no_new_children(), pytest.raises(error, match=r"killed|signal"):
        run(large)
    striking.join()
    assert leftovers(large) == []


def test_last_words_of_a_child_are_told(
    small: ParseRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_module, "CHILD_MODULE", "rowmill.mill.no_such_module")
    with pytest.raises(ParserDied, match="no_such_module"):
        run(small)


PARENT = """
import sys
from rowmill.mill import ParseRequest, run_parse
run_parse(
    ParseRequest(sys.argv[1], 1, sys.argv[2]),
    on_progress=lambda _: None,
    should_cancel=lambda: False,
)
"""


def test_child_dies_with_its_parent(large: ParseRequest) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, large.source, large.output])
    child = child_of(parent.pid)
    parent.kill()
    parent.wait()
    child.wait(timeout=5)
    assert not child.is_running()


def test_child_has_only_its_own_pipes(large: ParseRequest, tmp_path: Path) -> None:
    opened = (tmp_path / "inherited").open("w")
    os.set_inheritable(opened.fileno(), True)
    seen: list[str] = []

    def look() -> None:
        child = child_of(os.getpid())
        seen.extend(file.path for file in child.open_files())

    looking = Thread(target=look)
    looking.start()
    with opened, pytest.raises(ParseCancelled):
        run_parse(large, on_progress=lambda _: None, should_cancel=lambda: not looking.is_alive())
    looking.join()
    assert opened.name not in seen


def test_a_parser_at_hand_is_used_replaced_and_gone_at_the_end(small: ParseRequest) -> None:
    with no_new_children(), parser_at_hand():
        first = child_of(os.getpid())
        assert run(small).staged == 2
        assert not first.is_running(), "it served one request"
        second = child_of(os.getpid())
        second.kill()
        while second.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        assert run(small).staged == 2, "one that died while it waited is replaced"
