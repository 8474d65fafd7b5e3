"""Which billing cycles are meant: those that start in a month, or on a day."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ingestion.failures import Failure


class NoSuchCycle(Failure):
    """The text names neither a month nor a day."""


@dataclass(frozen=True)
class Cycles:
    """The cycles whose first day is `first` or later, and before `end`; `text` as it was given."""

    text: str
    first: date
    end: date


def cycles(text: str) -> Cycles:
    """The cycles that start in a month (2026-10) or on a day (2026-10-15). Raises NoSuchCycle."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            first = date.fromisoformat(f"{text}-01")
            return Cycles(text, first, (first + timedelta(31)).replace(day=1))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            first = date.fromisoformat(text)
            return Cycles(text, first, first + timedelta(1))
    except (ValueError, OverflowError):
        pass
    raise NoSuchCycle(
        f"{text!r} is no month, such as 2026-10, and no day, such as 2026-10-15: it is the "
        "month in which a cycle starts, or the day"
    )
