"""Rule 6: the time band that an instant is in, and the instants at which the band changes."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from tests.oracle.reference import Reference
from tests.oracle.reference_rows import Band

DAY = timedelta(days=1)
SCAN = timedelta(minutes=15)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST = 10**9


@dataclass(frozen=True)
class Stretch:
    """From `offset` seconds after the event's start on, the band is `band`."""

    offset: Fraction
    band: str | None


class Clock:
    """A calendar on the wall clock of a time zone. `calendar_id` None has no bands."""

    def __init__(self, reference: Reference, calendar_id: str | None, time_zone: str) -> None:
        self._rows = reference.calendars.get(calendar_id or "", [])
        self._holidays = {day for name, day in reference.holidays if name == calendar_id}
        self._zone = ZoneInfo(time_zone)
        self._time_zone = time_zone

    def band_at(self, instant: datetime) -> str | None:
        """The band of the wall-clock time: holiday rows first, then priority, then name."""
        local = instant.astimezone(self._zone).replace(tzinfo=None)
        ranks = []
        for row in self._rows:
            day = self._day_of(row, local)
            if day is not None and self._is_on(row, day):
                is_weekday_row = not self._is_feast(row, day)
                priority = LAST if row.priority is None else row.priority
                ranks.append((is_weekday_row, priority, row.name))
        return min(ranks)[2] if ranks else None

    def stretches(self, start: datetime, seconds: Fraction) -> list[Stretch]:
        """The bands from `start` on for so many seconds, in order; neighbours differ."""
        until = start + timedelta(microseconds=int(seconds * 1_000_000))
        found = [Stretch(Fraction(0), self.band_at(start))]
        for instant in self._candidates(start, until):
            band = self.band_at(instant)
            if band != found[-1].band:
                offset = Fraction(round((instant - start) / timedelta(microseconds=1)), 1_000_000)
                found.append(Stretch(offset, band))
        return found

    def _day_of(self, row: Band, local: datetime) -> date | None:
        """The day on which the row would have to be in force; None at other times of the day."""
        minutes = local.hour * 60 + local.minute
        today = local.date()
        if row.from_minute < row.to_minute:
            return today if row.from_minute <= minutes < row.to_minute else None
        if minutes >= row.from_minute:
            return today
        return today - DAY if minutes < row.to_minute else None

    def _is_on(self, row: Band, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in weekdays(row.days) or self._is_feast(row, day)

    def _is_feast(self, row: Band, day: date) -> bool:
        return "holiday" in row.days.split(",") and day in self._holidays

    def _candidates(self, start: datetime, until: datetime) -> list[datetime]:
        """The instants between at which the band could change, in order."""
        minutes = {0} | {row.from_minute for row in self._rows}
        minutes |= {row.to_minute % (24 * 60) for row in self._rows}
        day = start.date() - 2 * DAY
        found: set[datetime] = set()
        while day <= until.date() + 2 * DAY:
            found.update(transitions(self._time_zone, day))
            found.update(
                datetime(
                    day.year, day.month, day.day, *divmod(minute, 60), fold=fold, tzinfo=self._zone
                ).astimezone(UTC)
                for minute in minutes
                for fold in (0, 1)
            )
            day += DAY
        return sorted(moment for moment in found if start < moment < until)


@cache
def weekdays(days: str) -> frozenset[str]:
    """The weekdays of `mon-fri`, `sat,sun`, `*` or a mixture; `holiday` names none."""
    found: set[str] = set()
    for part in days.replace("*", "mon-sun").split(","):
        if part == "holiday":
            continue
        first, _, last = part.strip().partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        span = end - start if end >= start else end - start + 7
        found |= {WEEKDAYS[(start + offset) % 7] for offset in range(span + 1)}
    return frozenset(found)


@cache
def transitions(time_zone: str, day: date) -> tuple[datetime, ...]:
    """The instants of a UTC day at which the zone's offset changes, read off the clock."""
    zone = ZoneInfo(time_zone)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    found = []
    for step in range(int(DAY / SCAN)):
        before = start + step * SCAN
        after = before + SCAN
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            found.append(_pin_down(zone, before, after))
    return tuple(found)


def _pin_down(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second in (before, after] with the later offset."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
