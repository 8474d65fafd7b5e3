"""The kinds of values that reference files hold, each with its Spark type and what it allows."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Protocol

ANY = "*"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_INTEGER = re.compile(r"[+-]?[0-9]{1,10}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)"
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_CURRENCY = re.compile(r"[A-Z]{3}")
_NETWORK = re.compile(r"[0-9]{3}|[0-9]{5,6}")
# a text key may use what the range join of numbers sorts by: `!` to `}`
_PREFIX = re.compile(r"[!-}]{1,64}")
_LEADING = re.compile(r"(?:\+|00)(?=[0-9]+$)")
MOST_PREFIX_DIGITS = 12
# Java's limit, and so Spark's
MOST_OFFSET = timedelta(hours=18)


class ColumnType(Protocol):
    """Reads one field. `allowed` completes the sentence "allowed: …" when it cannot."""

    @property
    def spark_type(self) -> str: ...

    @property
    def allowed(self) -> str: ...

    def read(self, text: str) -> object:
        """Give the value of a field that is not empty; ValueError when it is not allowed."""
        ...


@dataclass(frozen=True)
class Text:
    """Words for people to read."""

    spark_type: str = "string"
    allowed: str = "text without NUL characters"

    def read(self, text: str) -> str:
        return _matched("\0" not in text, text)


@dataclass(frozen=True)
class Identifier:
    """A name that other rows refer to; `any_allowed`: `*` too."""

    any_allowed: bool = False
    spark_type: str = "string"

    @property
    def allowed(self) -> str:
        star = "" if self.any_allowed else ", and not * (which means any)"
        return f"an id without blanks around it and without control characters{star}"

    def read(self, text: str) -> str:
        is_id = text == text.strip() and not _CONTROL.search(text)
        return _matched(is_id and (self.any_allowed or text != ANY), text)


@dataclass(frozen=True)
class Number:
    """A decimal with at most `decimals` decimals. Exactly `least` is allowed unless `above`."""

    least: Decimal = Decimal(0)
    most: Decimal | None = None
    above: bool = False
    decimals: int = 10
    spark_type: str = "decimal(28,10)"

    @property
    def allowed(self) -> str:
        low = f"above {self.least}" if self.above else f"at least {self.least}"
        high = "below 1,000,000,000,000" if self.most is None else f"at most {self.most}"
        return f"a decimal with a dot, {low}, {high}, with at most {self.decimals} decimals"

    def read(self, text: str) -> Decimal:
        value = Decimal(_matched(_DECIMAL.fullmatch(text), text))
        is_low = value < self.least or (self.above and value == self.least)
        is_high = value >= 10**12 if self.most is None else value > self.most
        if is_low or is_high or len(text.partition(".")[2].rstrip("0")) > self.decimals:
            raise ValueError(text)
        return value


@dataclass(frozen=True)
class Integer:
    least: int = -(2**31)
    most: int = 2**31 - 1
    spark_type: str = "int"

    @property
    def allowed(self) -> str:
        return f"an integer from {self.least:,} to {self.most:,}"

    def read(self, text: str) -> int:
        value = int(_matched(_INTEGER.fullmatch(text), text))
        _matched(self.least <= value <= self.most, text)
        return value


@dataclass(frozen=True)
class Boolean:
    spark_type: str = "boolean"
    allowed: str = "true, false"

    def read(self, text: str) -> bool:
        return _matched(text in ("true", "false"), text) == "true"


@dataclass(frozen=True)
class Words:
    """One of a closed list."""

    words: tuple[str, ...]
    spark_type: str = "string"

    @property
    def allowed(self) -> str:
        return ", ".join(self.words)

    def read(self, text: str) -> str:
        return _matched(text in self.words, text)


@dataclass(frozen=True)
class Instant:
    """A time with an offset, read as UTC."""

    spark_type: str = "timestamp"
    allowed: str = "an ISO 8601 time with an offset, such as 2026-03-01T08:00:00+01:00"

    def read(self, text: str) -> datetime:
        value = datetime.fromisoformat(_matched(_INSTANT.fullmatch(text), text))
        _matched(abs(value.utcoffset() or timedelta(0)) <= MOST_OFFSET, text)
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise ValueError(text) from None


@dataclass(frozen=True)
class Day:
    spark_type: str = "date"
    allowed: str = "a date as YYYY-MM-DD"

    def read(self, text: str) -> date:
        return date.fromisoformat(_matched(_DATE.fullmatch(text), text))


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
        _matched(match, text)
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


@dataclass(frozen=True)
class Currency:
    spark_type: str = "string"
    allowed: str = "three capital letters as in ISO 4217, such as EUR"

    def read(self, text: str) -> str:
        return _matched(_CURRENCY.fullmatch(text), text)


@dataclass(frozen=True)
class Network:
    spark_type: str = "string"
    allowed: str = "3 digits (MCC alone), or 5 or 6 digits (MCC and MNC)"

    def read(self, text: str) -> str:
        return _matched(_NETWORK.fullmatch(text), text)


@dataclass(frozen=True)
class Prefix:
    """Leading digits of a number (a leading + or 00 is removed), a text key, or `*`."""

    spark_type: str = "string"
    allowed: str = (
        f"*, up to {MOST_PREFIX_DIGITS} leading digits of a number (no more of a number is kept), "
        "or an APN or content id of up to 64 characters from ! to }, without blanks"
    )

    def read(self, text: str) -> str:
        prefix = _LEADING.sub("", _matched(_PREFIX.fullmatch(text), text))
        _matched(not prefix.isdigit() or len(prefix) <= MOST_PREFIX_DIGITS, text)
        return prefix


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


def _matched(fits: object, text: str) -> str:
    if not fits:
        raise ValueError(text)
    return text
