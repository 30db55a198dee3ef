from __future__ import annotations

from rowmill.notifications.delivering import WAITS_SECONDS, wait_seconds


def test_ten_attempts_take_about_a_day() -> None:
    assert len(WAITS_SECONDS) + 1 == 10
    assert 20 * 3600 < sum(WAITS_SECONDS) < 28 * 3600
    assert list(WAITS_SECONDS) == sorted(WAITS_SECONDS)


def test_receivers_that_failed_together_are_not_all_asked_again_at_once() -> None:
    waits = {wait_seconds(3) for _ in range(200)}
    assert len(waits) > 100
    assert min(waits) >= 0.8 * WAITS_SECONDS[2]
    assert max(waits) <= 1.2 * WAITS_SECONDS[2]


def test_a_receiver_that_asks_for_more_time_gets_it_up_to_a_day() -> None:
    assert wait_seconds(1, retry_after=500) == 500
    assert wait_seconds(4, retry_after=1) > 1
    assert wait_seconds(1, retry_after=10**8) == 24 * 3600
