"""The kinds of values that reference files hold, each with its Spark type and what it allows."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from ingestion.formats.masking import PREFIX_DIGITS
from ingestion.formats.words import CURRENCY, LEADING, Word, decimal, whole
from ingestion.reference.times import ANY, matched

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NETWORK = re.compile(r"[0-9]{3}|[0-9]{5,6}")
# a text key may use what the range join of numbers sorts by: `!` to `}`
# before the dot of a decimal
DIGITS = 12
_PREFIX = re.compile(r"[!-}]{1,64}")


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
        return matched("\0" not in text, text)


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
        return matched(is_id and (self.any_allowed or text != ANY), text)


@dataclass(frozen=True)
class Number:
    """A decimal below 10^12 with at most `decimals` decimals, at least `least`, or above it."""

    least: Decimal = Decimal(0)
    most: Decimal | None = None
    above: bool = False
    decimals: int = 10
    spark_type: str = "decimal(28,10)"

    @property
    def word(self) -> Word:
        low = f"above {self.least}" if self.above else f"at least {self.least}"
        high = f"below 10^{DIGITS}" if self.most is None else f"at most {self.most}"
        return decimal(DIGITS, self.decimals, bounds=f"{low} and {high}")

    @property
    def allowed(self) -> str:
        return self.word.allowed

    def read(self, text: str) -> Decimal:
        value = Decimal(matched(self.word.fits(text), text))
        is_low = value < self.least or (self.above and value == self.least)
        matched(not is_low and (self.most is None or value <= self.most), text)
        return value


@dataclass(frozen=True)
class Integer:
    least: int = -(2**31)
    most: int = 2**31 - 1
    spark_type: str = "int"

    @property
    def allowed(self) -> str:
        return whole(self.least, self.most).allowed

    def read(self, text: str) -> int:
        value = int(matched(whole(self.least, self.most).fits(text), text))
        matched(self.least <= value <= self.most, text)
        return value


@dataclass(frozen=True)
class Boolean:
    spark_type: str = "boolean"
    allowed: str = "true, false"

    def read(self, text: str) -> bool:
        return matched(text in ("true", "false"), text) == "true"


@dataclass(frozen=True)
class Words:
    """One of a closed list."""

    words: tuple[str, ...]
    spark_type: str = "string"

    @property
    def allowed(self) -> str:
        return ", ".join(self.words)

    def read(self, text: str) -> str:
        return matched(text in self.words, text)


@dataclass(frozen=True)
class Currency:
    spark_type: str = "string"
    allowed: str = CURRENCY.allowed

    def read(self, text: str) -> str:
        return matched(CURRENCY.fits(text), text)


@dataclass(frozen=True)
class Network:
    spark_type: str = "string"
    allowed: str = "3 digits (MCC alone), or 5 or 6 digits (MCC and MNC)"

    def read(self, text: str) -> str:
        return matched(_NETWORK.fullmatch(text), text)


@dataclass(frozen=True)
class Prefix:
    """Leading digits of a number (a leading + or 00 is removed), a text key, or `*`."""

    spark_type: str = "string"
    allowed: str = (
        f"*, up to {PREFIX_DIGITS} leading digits of a number (no more of a number is kept), "
        "or an APN or content id of up to 64 characters from ! to }, without blanks"
    )

    def read(self, text: str) -> str:
        prefix = re.sub(LEADING, r"\1", matched(_PREFIX.fullmatch(text), text))
        matched(not prefix.isdigit() or len(prefix) <= PREFIX_DIGITS, text)
        return prefix
