"""Rule 12: billing cycles, which begin at local midnight of the bill day."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


def cycle_start(usage_date: date, bill_day: int) -> date:
    """The latest day with the day-of-month `bill_day` that is not after the usage."""
    this_month = usage_date.replace(day=bill_day)
    return this_month if usage_date.day >= bill_day else months_later(this_month, -1)


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return day.replace(year=year, month=month + 1)


def midnight(day: date, time_zone: str) -> datetime:
    """The instant at which a local day begins; the first one where the clock repeats it."""
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)
