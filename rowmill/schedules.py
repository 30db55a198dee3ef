"""When something is to run by itself: a cron expression or an interval, in a time zone.

The moments of a cron expression are those of the clock on the wall. Where the clock is put
forward, a run that falls into the missing hour happens as long after midnight as on other days;
where it is put back, a run at a fixed hour happens once, one that is due every hour in each.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, Self
from zoneinfo import ZoneInfo, available_timezones

from croniter import croniter
from croniter.croniter import CroniterBadDateError, CroniterError
from pydantic import BaseModel, ConfigDict, Field

from rowmill.errors import invalid

SHORTEST_SECONDS: Final = 60
LONGEST_SECONDS: Final = 366 * 24 * 3600
LONGEST_CRON: Final = 200
_FIELDS: Final = ("minute", "hour", "day of the month", "month", "day of the week")
_NAMES: Final = "sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|l"
_ALLOWED: Final = re.compile(rf"(?:[0-9*/,\-]|{_NAMES})+", re.IGNORECASE)
_LARGEST_GAP: Final = timedelta(hours=3)
_UNITS: Final = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_DAYS: Final = {"*": "every day", "1-5": "on weekdays", "mon-fri": "on weekdays"}


class ScheduleBody(BaseModel):
    """When it runs by itself: a cron expression, or an interval."""

    model_config = ConfigDict(
        extra="forbid",
        title="Schedule",
        json_schema_extra={"examples": [{"cron": "30 6 * * 1-5", "time_zone": "Europe/Berlin"}]},
    )

    cron: str | None = Field(
        None,
        max_length=LONGEST_CRON,
        description="Minute, hour, day of the month, month, day of the week.",
        examples=["30 6 * * 1-5"],
    )
    interval_seconds: int | None = Field(
        None, description="Seconds from one run to the next, in place of `cron`.", examples=[600]
    )
    time_zone: str = Field(
        "UTC",
        max_length=64,
        description="Zone of the hours in `cron`, by its IANA name.",
        examples=["Europe/Berlin"],
    )

    def schedule(self, *, shortest_seconds: int = SHORTEST_SECONDS) -> Schedule:
        """The schedule that is meant. Raises: Invalid, naming the field."""
        return Schedule.of(self.model_dump(), shortest_seconds=shortest_seconds)


@dataclass(frozen=True)
class Schedule:
    """Either `cron` or `interval_seconds` is set. Make one by `of`, which checks it."""

    cron: str | None = None
    interval_seconds: int | None = None
    time_zone: str = "UTC"

    @classmethod
    def of(cls, values: Mapping[str, Any], *, shortest_seconds: int = SHORTEST_SECONDS) -> Self:
        """The schedule in plain values, as a client sends them.

        Raises: Invalid, naming the field, such as `schedule.cron`.
        """
        cron, seconds = values.get("cron"), values.get("interval_seconds")
        zone = values.get("time_zone") or "UTC"
        if (cron is None) == (seconds is None):
            raise invalid("schedule", "Give either `cron` or `interval_seconds`.")
        if zone not in _zones():
            message = f"'{zone}' is not a time zone. Use an IANA name such as Europe/Berlin or UTC."
            raise invalid("schedule.time_zone", message)
        if seconds is not None:
            _check_interval(seconds, shortest_seconds)
            return cls(interval_seconds=seconds, time_zone=zone)
        expression = " ".join(str(cron).split())
        _check_cron(expression)
        return cls(cron=expression, time_zone=zone)

    @classmethod
    def stored(cls, values: Mapping[str, Any]) -> Self:
        """The schedule that `to_dict` wrote."""
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """The schedule as plain JSON values."""
        values = {"cron": self.cron, "interval_seconds": self.interval_seconds}
        given = {name: value for name, value in values.items() if value is not None}
        return {**given, "time_zone": self.time_zone}

    def next_run(self, after: datetime) -> datetime:
        """The first moment later than `after`, in UTC."""
        if self.interval_seconds is not None:
            return after.astimezone(UTC) + timedelta(seconds=self.interval_seconds)
        assert self.cron is not None
        if self.cron.split()[1].startswith("*"):
            return self._next_of_the_hours(after)
        return self._next_on_the_wall(after)

    def describe(self) -> str:
        """The schedule in words: `every 10 minutes`, `every day at 06:30 (Europe/Berlin)`."""
        if self.interval_seconds is not None:
            return _interval_words(self.interval_seconds)
        assert self.cron is not None
        return f"{_cron_words(self.cron)} ({self.time_zone})"

    def _next_of_the_hours(self, after: datetime) -> datetime:
        """Where every hour counts, also the one that the clock shows twice."""
        local = after.astimezone(ZoneInfo(self.time_zone))
        found: datetime = croniter(self.cron, local).get_next(datetime)
        return found.astimezone(UTC)

    def _next_on_the_wall(self, after: datetime) -> datetime:
        zone = ZoneInfo(self.time_zone)
        begin = after.astimezone(zone).replace(tzinfo=None) - _LARGEST_GAP
        moments = croniter(self.cron, begin)
        while True:
            wall: datetime = moments.get_next(datetime)
            found = wall.replace(tzinfo=zone).astimezone(UTC)
            if found > after:
                return found


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _check_interval(seconds: int, shortest: int) -> None:
    if not shortest <= seconds <= LONGEST_SECONDS:
        message = (
            f"{seconds} seconds are not possible: choose from {shortest} to {LONGEST_SECONDS:,}."
        )
        raise invalid("schedule.interval_seconds", message)


def _check_cron(expression: str) -> None:
    field, fields = "schedule.cron", expression.split(" ")
    if len(fields) != len(_FIELDS):
        names = ", ".join(_FIELDS)
        count = len(expression.split())
        raise invalid(field, f"'{expression}' has {count} fields; five are needed: {names}.")
    for position, (part, name) in enumerate(zip(fields, _FIELDS, strict=True)):
        alone = ["*"] * len(_FIELDS)
        alone[position] = part
        if not _ALLOWED.fullmatch(part) or not croniter.is_valid(" ".join(alone)):
            raise invalid(field, f"'{part}' is not possible as the {name}.")
    try:
        croniter(expression, datetime(2024, 1, 1, tzinfo=UTC)).get_next(datetime)
    except CroniterBadDateError as error:
        raise invalid(field, f"'{expression}' never comes.") from error
    except CroniterError as error:
        raise invalid(field, f"'{expression}' is not understood.") from error


def _interval_words(seconds: int) -> str:
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    count = seconds // size
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def _cron_words(expression: str) -> str:
    minute, hour, day, month, weekday = expression.split()
    days = _DAYS.get(weekday.lower())
    if (day, month) == ("*", "*") and days and minute.isdigit():
        if hour.isdigit():
            return f"{days} at {int(hour):02}:{int(minute):02}"
        if hour == "*" and weekday == "*":
            return f"every hour at minute {int(minute)}"
    return f"by the cron expression {expression}"
