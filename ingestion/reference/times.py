"""Moments, days and times of day as reference files write them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

from ingestion.formats.words import DAY, MOMENT

ANY = "*"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOCAL_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")


@dataclass(frozen=True)
class Instant:
    """A time with an offset, read as UTC."""

    spark_type: str = "timestamp"
    allowed: str = MOMENT.allowed

    def read(self, text: str) -> datetime:
        value = datetime.fromisoformat(matched(MOMENT.fits(text), text))
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise ValueError(text) from None


@dataclass(frozen=True)
class Day:
    spark_type: str = "date"
    allowed: str = DAY.allowed

    def read(self, text: str) -> date:
        return date.fromisoformat(matched(DAY.fits(text), text))


@dataclass(frozen=True)
class LocalTime:
    """Minutes after local midnight; `end_allowed`: 24:00 too."""

    end_allowed: bool = False
    spark_type: str = "string"

    @property
    def allowed(self) -> str:
        return f"a local time as HH:MM from 00:00 to {'24:00' if self.end_allowed else '23:59'}"

    def read(self, text: str) -> int:
        if text == "24:00" and self.end_allowed:
            return 24 * 60
        match = _LOCAL_TIME.fullmatch(text)
        matched(match, text)
        return int(text[:2]) * 60 + int(text[3:])


@dataclass(frozen=True)
class Days:
    """A comma list of weekdays, ranges of weekdays, `holiday` and `*`; case and blanks are free."""

    spark_type: str = "string"
    allowed: str = (
        "*, holiday, weekdays (mon tue wed thu fri sat sun), ranges such as mon-fri, "
        "or several of them with commas"
    )

    def read(self, text: str) -> str:
        days = text.replace(" ", "").lower()
        weekdays_of(days)
        return days


def clock(minutes: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def weekdays_of(days: str) -> frozenset[int]:
    """The weekdays (0 = Monday) that `days` names; `holiday` names none. ValueError for others."""
    found: set[int] = set()
    for part in days.split(","):
        if part == "holiday":
            continue
        first, _, last = ("mon-sun" if part == ANY else part).partition("-")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last if "-" in part else last or first)
        found |= {(start + offset) % 7 for offset in range((end - start) % 7 + 1)}
    return frozenset(found)


def matched(fits: object, text: str) -> str:
    """The text itself when it fits; ValueError when not."""
    if not fits:
        raise ValueError(text)
    return text
