"""When the next run is, whatever the clock on the wall does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rowmill.errors import Invalid
from rowmill.schedules import Schedule, ScheduleBody

BERLIN = "Europe/Berlin"


def runs(schedule: Schedule, after: datetime, count: int) -> list[str]:
    moments = []
    for _ in range(count):
        after = schedule.next_run(after)
        moments.append(f"{after:%m-%d %H:%M}")
    return moments


def cron(expression: str, zone: str = BERLIN) -> Schedule:
    return Schedule.of({"cron": expression, "time_zone": zone})


def test_an_hour_is_that_of_the_zone_in_summer_and_winter() -> None:
    daily = cron("30 6 * * *")
    assert runs(daily, datetime(2026, 1, 1, tzinfo=UTC), 2) == ["01-01 05:30", "01-02 05:30"]
    assert runs(daily, datetime(2026, 7, 1, tzinfo=UTC), 2) == ["07-01 04:30", "07-02 04:30"]


def test_a_run_in_the_hour_that_is_missing_still_happens_that_day() -> None:
    nightly = cron("30 2 * * *")
    after = datetime(2026, 3, 28, tzinfo=UTC)
    assert runs(nightly, after, 3) == ["03-28 01:30", "03-29 01:30", "03-30 00:30"]


def test_a_run_in_the_hour_that_comes_twice_happens_once() -> None:
    nightly = cron("30 2 * * *")
    after = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert runs(nightly, after, 3) == ["10-25 00:30", "10-26 01:30", "10-27 01:30"]


def test_what_runs_every_hour_runs_in_both_hours_that_look_alike() -> None:
    after = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    assert runs(cron("0 * * * *"), after, 3) == ["10-25 00:00", "10-25 01:00", "10-25 02:00"]


def test_an_interval_is_real_time() -> None:
    schedule = Schedule.of({"interval_seconds": 600})
    assert schedule.next_run(datetime(2026, 1, 1, tzinfo=ZoneInfo(BERLIN))) == datetime(
        2025, 12, 31, 23, 10, tzinfo=UTC
    )


@given(
    minute=st.sampled_from(["0", "*/7", "30", "*"]),
    hour=st.sampled_from(["*", "2", "0", "*/5", "1-3", "23"]),
    zone=st.sampled_from([BERLIN, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"]),
    after=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001
)
def test_the_next_run_is_later_in_utc_and_as_the_clock_shows(
    minute: str, hour: str, zone: str, after: datetime
) -> None:
    moment = after.replace(tzinfo=UTC)
    found = cron(f"{minute} {hour} * * *", zone).next_run(moment)
    assert found.tzinfo is UTC
    assert moment < found <= moment + timedelta(days=2)
    if minute.isdigit() and zone != "Australia/Lord_Howe":
        assert found.astimezone(ZoneInfo(zone)).minute == int(minute)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({}, "schedule", "either"),
        ({"cron": "* * * * *", "interval_seconds": 60}, "schedule", "either"),
        ({"cron": "* * * *"}, "schedule.cron", "4 fields"),
        ({"cron": "@daily"}, "schedule.cron", "five"),
        ({"cron": "99 * * * *"}, "schedule.cron", "minute"),
        ({"cron": "R * * * *"}, "schedule.cron", "minute"),
        ({"cron": "* * * * bla"}, "schedule.cron", "day of the week"),
        ({"cron": "0 0 30 2 *"}, "schedule.cron", "never"),
        ({"interval_seconds": 59}, "schedule.interval_seconds", "60"),
        ({"interval_seconds": 10**12}, "schedule.interval_seconds", "60"),
        ({"cron": "* * * * *", "time_zone": "Mars/Base"}, "schedule.time_zone", "Mars"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    values: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        Schedule.of(values)
    (error,) = refused.value.errors
    assert error["field"] == field
    assert words in error["message"]


def test_a_schedule_is_kept_and_read_back() -> None:
    for schedule in (cron("0 9 * * mon-fri"), Schedule.of({"interval_seconds": 90})):
        assert Schedule.stored(schedule.to_dict()) == schedule
    body = ScheduleBody(interval_seconds=5)
    assert body.schedule(shortest_seconds=1).interval_seconds == 5


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (cron("30 6 * * *"), "every day at 06:30 (Europe/Berlin)"),
        (cron("0 9 * * mon-fri"), "on weekdays at 09:00 (Europe/Berlin)"),
        (cron("5 * * * *", "UTC"), "every hour at minute 5 (UTC)"),
        (cron("0 9 1 * *", "UTC"), "by the cron expression 0 9 1 * * (UTC)"),
        (Schedule.of({"interval_seconds": 600}), "every 10 minutes"),
        (Schedule.of({"interval_seconds": 3600}), "every hour"),
    ],
)
def test_a_schedule_is_told_in_words(schedule: Schedule, words: str) -> None:
    assert schedule.describe() == words
