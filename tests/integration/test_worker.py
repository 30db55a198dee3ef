"""Ticks: what is due gets enqueued by one worker at a time, and by another when that one fails."""

from __future__ import annotations

import threading

import pytest

from rowmill.context import Context
from rowmill.worker import tick


def test_two_workers_never_tick_at_the_same_time(context: Context) -> None:
    entered, leave = threading.Event(), threading.Event()
    calls: list[str] = []

    def slow(_: Context) -> None:
        calls.append("tick")
        entered.set()
        leave.wait(10)

    other = threading.Thread(target=tick, args=(context, [slow]))
    other.start()
    assert entered.wait(10)
    tick(context, [slow])
    assert calls == ["tick"]
    leave.set()
    other.join()
    tick(context, [slow])
    assert calls == ["tick", "tick"]


def test_a_tick_that_fails_stops_neither_the_others_nor_the_next(
    context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[str] = []

    def broken(_: Context) -> None:
        calls.append("broken")
        raise ValueError

    def sound(_: Context) -> None:
        calls.append("sound")

    tick(context, [broken, sound])
    tick(context, [broken, sound])
    assert calls == ["broken", "sound"] * 2
    assert "tick_failed" in caplog.text
