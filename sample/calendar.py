"""The sample period, and local time in every account's zone as arrays."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
DAYS = 14
PERIOD_FROM = datetime(2026, 10, 18, tzinfo=UTC)
PERIOD_TO = PERIOD_FROM + timedelta(days=DAYS)
START = int(PERIOD_FROM.timestamp())
END = int(PERIOD_TO.timestamp())
HOUR = 3600
DAY = 86400
HOURS = DAYS * 24

# one weight per local hour, 0 to 23
WEEKDAY_SHAPE = "6 3 2 2 2 4 12 28 48 62 68 70 72 68 64 66 72 84 92 88 70 46 26 12"
WEEKEND_SHAPE = "12 8 5 3 2 3 5 10 22 38 50 58 60 56 52 52 54 60 66 66 58 46 32 20"


@dataclass(frozen=True)
class LocalTime:
    """UTC offsets of each zone per hour of the sample period (transitions fall on whole hours)."""

    zones: tuple[str, ...]
    offsets: Integers

    @classmethod
    def of(cls, zones: tuple[str, ...]) -> "LocalTime":
        moments = [PERIOD_FROM + timedelta(hours=hour) for hour in range(HOURS + 1)]
        offsets = [[offset_seconds(moment, zone) for moment in moments] for zone in zones]
        return cls(zones, np.array(offsets, dtype=np.int64))

    def offset(self, zone: Integers, at: Integers) -> Integers:
        """Seconds east of UTC for zone indexes at UTC seconds inside the period."""
        return self.offsets[zone, (at - START) // HOUR]

    def hourly_weights(self) -> npt.NDArray[np.float64]:
        """Traffic weight of each zone (rows) in each UTC hour of the period (columns)."""
        starts = START + np.arange(HOURS, dtype=np.int64) * HOUR
        local = starts + self.offsets[:, :HOURS]
        weekday = (local // DAY + 3) % 7
        hour = local // HOUR % 24
        texts = (WEEKDAY_SHAPE, WEEKEND_SHAPE)
        shapes = np.array([[float(weight) for weight in text.split()] for text in texts])
        return shapes[(weekday >= 5).astype(np.int64), hour]


def offset_seconds(moment: datetime, zone: str) -> int:
    """Seconds east of UTC in an IANA zone."""
    local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=UTC)
    return int((local - moment).total_seconds())


def iso_utc(second: int) -> str:
    """A UTC second as ISO 8601 with Z."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_offset(offset: int) -> str:
    """A UTC offset in seconds as +hh:mm."""
    sign = "-" if offset < 0 else "+"
    return f"{sign}{abs(offset) // HOUR:02d}:{abs(offset) % HOUR // 60:02d}"


def iso_local(second: int, offset: int) -> str:
    """A UTC second as ISO 8601 in local time with its offset."""
    return iso_utc(second + offset)[:-1] + iso_offset(offset)


def dates_from(first: date, count: int) -> list[str]:
    """ISO dates of `count` days."""
    return [(first + timedelta(days=day)).isoformat() for day in range(count)]
