"""What the words of the contract mean wherever they stand: in a feed's files and in a tariff's."""

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
# up to 18 hours, the most that Java and so Spark take
_OFFSET = r"(?:Z|[+-](?:(?:0[0-9]|1[0-7])(?::?[0-5][0-9])?|18(?::?00)?))"


@dataclass(frozen=True)
class Word:
    """Text of one form; the pattern is for a whole value, the same in Python and Arrow."""

    pattern: str
    allowed: str

    @property
    def anchored(self) -> str:
        """The pattern for searches, as Arrow makes them."""
        return f"^(?:{self.pattern})$"

    def fits(self, text: str) -> bool:
        return re.fullmatch(self.pattern, text) is not None


MOMENT = Word(
    _DATE + "T" + _TIME + _OFFSET,
    "an ISO 8601 time with an offset, such as 2026-03-01T08:00:00+01:00",
)
MOMENT_WITHOUT_OFFSET = Word(_DATE + "T" + _TIME, MOMENT.allowed)
DAY = Word(_DATE, "a date as YYYY-MM-DD")
CURRENCY = Word("[A-Z]{3}", "three capital letters as in ISO 4217, such as EUR")
NUMBER = Word("[0-9]{1,15}", "1 to 15 digits, with or without a leading + or 00")
# what stands before the digits of an international number and is removed
LEADING = r"^(?:\+|00)([0-9]+)$"


def decimal(digits: int, decimals: int, kind: str = "a decimal", bounds: str = "") -> Word:
    """A decimal with a dot below 10^digits; `kind` and `bounds` name what is checked besides."""
    bounds = bounds or f"below 10^{digits}"
    return Word(
        rf"-?0*[0-9]{{1,{digits}}}(?:\.[0-9]{{1,{decimals}}})?",
        f"{kind} such as 12.5, {bounds}, at most {decimals} decimals",
    )


def whole(least: int, most: int) -> Word:
    """A whole number within bounds, which its user checks."""
    return Word("-?[0-9]{1,10}", f"a whole number from {least:,} to {most:,}")


@cache
def time_zones() -> frozenset[str]:
    """The names of the IANA database that are time zones of a place."""
    return frozenset(available_timezones() - {"Factory", "localtime"})
