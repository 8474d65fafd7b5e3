"""Rule 6 for untimed services: the time band of the hour in which an event starts."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from sample.calendar import DAY, DAYS, HOUR, PERIOD_FROM, START, Integers
from sample.reference import Reference, Row

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# local days that the period touches anywhere, from the day before it
FIRST = PERIOD_FROM.date() - timedelta(days=1)
LOCAL_DAYS = [FIRST + timedelta(days=day) for day in range(DAYS + 3)]


class NotWholeHours(ValueError):
    """A band begins or ends inside an hour; the generator tells bands by the hour."""

    def __init__(self, row: Row) -> None:
        times = f"{row['from_time']} to {row['to_time']}"
        super().__init__(f"time_bands: {row['band']} from {times}; expected whole hours")


@dataclass(frozen=True)
class Bands:
    """Indexes of `names` by plan and local hour, counted from the first of LOCAL_DAYS.

    The name of no band is ''.
    """

    names: list[str]
    hours: Integers

    @classmethod
    def of(cls, reference: Reference, plans: list[str]) -> "Bands":
        default = reference.calendar_of_plan.get("*", "")
        calendars = [reference.calendar_of_plan.get(plan, default) for plan in plans]
        hours = [hours_of(reference, name) for name in calendars]
        names, indexes = np.unique(hours, return_inverse=True)
        return cls(names.tolist(), indexes.reshape(np.shape(hours)))

    def at(self, plan: Integers, local: Integers) -> Integers:
        """The bands of plans at local seconds."""
        return self.hours[plan, (local - (START - DAY)) // HOUR]


def hours_of(reference: Reference, calendar: str) -> list[str]:
    """The band of every local hour of a calendar."""
    rows = reference.time_bands.get(calendar, [])
    feasts = {day for name, day in reference.holidays if name == calendar}
    return [band_of(rows, feasts, hour) for hour in range(len(LOCAL_DAYS) * 24)]


def band_of(rows: list[Row], feasts: set[str], hour: int) -> str:
    """Holiday rows before others, then the lower priority number, then the name."""
    ranks = []
    for row in rows:
        first, last = whole_hour(row, "from_time"), whole_hour(row, "to_time")
        for day in (hour // 24, hour // 24 - 1):
            begins = day * 24 + first
            ends = day * 24 + (last if last > first else last + 24)
            date = FIRST + timedelta(days=day)
            is_feast = row["days"] == "holiday" and date.isoformat() in feasts
            if begins <= hour < ends and (is_feast or date.weekday() in weekdays(row["days"])):
                ranks.append((not is_feast, int(row["priority"] or 2**31), row["band"]))
    return min(ranks)[2] if ranks else ""


def whole_hour(row: Row, column: str) -> int:
    hour, minute = row[column].split(":")
    if minute != "00":
        raise NotWholeHours(row)
    return int(hour)


def weekdays(days: str) -> set[int]:
    """`mon-fri`, `sat,sun` or `*` as numbers from 0; `holiday` is none of them."""
    found: set[int] = set()
    for part in days.replace("*", "mon-sun").split(","):
        first, _, last = part.partition("-")
        if first in WEEKDAYS:
            found |= set(range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1))
    return found
