"""Stopwatches and memory gauges."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

MEBIBYTE = 1024 * 1024
SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Result:
    """One line of the report: `value` and `reference` are seconds, or in `unit`."""

    what: str
    value: float
    reference: float | None
    reference_name: str
    budget: str
    note: str = ""
    unit: str = "s"

    @property
    def ratio(self) -> float | None:
        """How many times the reference it took."""
        return self.value / self.reference if self.reference else None


def seconds(action: Callable[[], object], *, times: int = 1) -> list[float]:
    """How long each of `times` calls took."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return taken


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


@dataclass
class Peak:
    """Most memory (resident set, in MiB) that processes had together while being watched."""

    before: float = 0
    most: float = 0
    stopped: threading.Event = field(default_factory=threading.Event)

    @property
    def growth(self) -> float:
        """MiB more than at the beginning."""
        return max(0.0, self.most - self.before)


@contextmanager
def peak_memory(processes: Callable[[], list[psutil.Process]]) -> Iterator[Peak]:
    """Watch the processes, and those that come, every 50 ms while the block runs."""
    peak = Peak(before=resident(processes()))

    def watch() -> None:
        while not peak.stopped.wait(SAMPLE_SECONDS):
            peak.most = max(peak.most, resident(processes()))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield peak
    finally:
        peak.stopped.set()
        watcher.join()


def resident(processes: list[psutil.Process]) -> float:
    """Their resident memory together, in MiB. Processes that have ended count nothing."""
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.Error:
            continue
    return total / MEBIBYTE
