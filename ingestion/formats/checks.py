"""What a column may hold: each check looks at a whole Arrow column at once and names what failed.

A check gives the typed values and a mask of the values that are wrong (None when none is); nulls
are never wrong here. `explain` is called for single wrong values only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from ingestion.formats.words import (
    LEADING,
    MOMENT,
    MOMENT_WITHOUT_OFFSET,
    NUMBER,
    Word,
    decimal,
    time_zones,
    whole,
)

AMOUNT_TYPE = pa.decimal128(24, 6)
MOMENT_TYPE = pa.timestamp("us", "UTC")
DECIMALS = 6
FIELD_BYTES = 64 * 1024

Checked = tuple[pa.Array, pa.Array | None]


class Check(Protocol):
    """How the values of one column are checked and typed."""

    @property
    def type(self) -> pa.DataType: ...

    def apply(self, values: pa.Array) -> Checked: ...

    def explain(self, value: str) -> tuple[str, str]:
        """Give (reason code, what is allowed) for a value that `apply` found wrong."""
        ...


def wrong_where_not(right: pa.Array) -> pa.Array | None:
    """Turn a mask of right values (null = absent, fine) into one of wrong values."""
    if pc.all(right).as_py() is not False:
        return None
    return pc.fill_null(pc.invert(right), False)


def wrong_form(word: Word, values: pa.Array) -> pa.Array | None:
    return wrong_where_not(pc.match_substring_regex(values, word.anchored))


def without(values: pa.Array, wrong: pa.Array | None) -> pa.Array:
    return values if wrong is None else pc.if_else(wrong, pa.scalar(None, values.type), values)


def either(left: pa.Array | None, right: pa.Array | None) -> pa.Array | None:
    if left is None or right is None:
        return right if left is None else left
    return pc.or_(left, right)


def cast_each(values: pa.Array, cast: Callable[[pa.Array], pa.Array]) -> Checked:
    """Cast a column whole; where that fails halve it until the values that fail stand alone."""
    try:
        return cast(values), None
    except pa.ArrowInvalid:
        if len(values) == 1:
            return cast(pa.nulls(1, values.type)), pa.array([True])
    middle = len(values) // 2
    halves = [cast_each(values.slice(0, middle), cast), cast_each(values.slice(middle), cast)]
    wrong = [pa.repeat(False, len(half)) if mask is None else mask for half, mask in halves]
    return pa.concat_arrays([half for half, _ in halves]), pa.concat_arrays(wrong)


@dataclass(frozen=True)
class Text:
    """Any text; nothing is trimmed."""

    type = pa.string()

    def apply(self, values: pa.Array) -> Checked:
        return values, None

    def explain(self, value: str) -> tuple[str, str]:
        return "bad_text", "any text"


@dataclass(frozen=True)
class Pattern:
    """Text of a certain form."""

    word: Word
    reason: str
    type = pa.string()

    def apply(self, values: pa.Array) -> Checked:
        return values, wrong_form(self.word, values)

    def explain(self, value: str) -> tuple[str, str]:
        return self.reason, self.word.allowed


@dataclass(frozen=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]
    reason: str
    type = pa.string()

    def apply(self, values: pa.Array) -> Checked:
        right = pc.is_in(values, pa.array([*self.words, None], pa.string()))
        return values, wrong_where_not(right)

    def explain(self, value: str) -> tuple[str, str]:
        return self.reason, ", ".join(self.words)


@cache
def _time_zones() -> pa.Array:
    return pa.array([*sorted(time_zones()), None], pa.string())


@dataclass(frozen=True)
class TimeZone:
    """A name of the IANA time zone database."""

    type = pa.string()

    def apply(self, values: pa.Array) -> Checked:
        return values, wrong_where_not(pc.is_in(values, _time_zones()))

    def explain(self, value: str) -> tuple[str, str]:
        return "bad_time_zone", "an IANA name such as Europe/Paris"


@dataclass(frozen=True)
class Whole:
    """A whole number within bounds."""

    least: int
    most: int
    reason: str
    type = pa.int32()

    def apply(self, values: pa.Array) -> Checked:
        wrong = wrong_form(whole(self.least, self.most), values)
        numbers = pc.cast(without(values, wrong), pa.int64())
        inside = pc.and_(pc.greater_equal(numbers, self.least), pc.less_equal(numbers, self.most))
        outside = wrong_where_not(inside)
        return pc.cast(without(numbers, outside), self.type), either(wrong, outside)

    def explain(self, value: str) -> tuple[str, str]:
        return self.reason, whole(self.least, self.most).allowed


@dataclass(frozen=True)
class Amount:
    """A decimal with a dot, at most six decimals and below 10^digits; never a binary float."""

    digits: int
    is_positive: bool = False
    type = AMOUNT_TYPE

    def apply(self, values: pa.Array) -> Checked:
        wrong = wrong_form(decimal(self.digits, DECIMALS), values)
        amounts = pc.cast(without(values, wrong), self.type)
        if not self.is_positive:
            return amounts, wrong
        not_positive = wrong_where_not(pc.greater(amounts, pa.scalar(0, self.type)))
        return without(amounts, not_positive), either(wrong, not_positive)

    def explain(self, value: str) -> tuple[str, str]:
        kind = "a positive decimal" if self.is_positive else "a decimal"
        allowed = decimal(self.digits, DECIMALS, kind).allowed
        whole, _, fraction = value.removeprefix("-").partition(".")
        if not whole.isdecimal() or not whole.isascii() or (fraction and not fraction.isdecimal()):
            return "not_a_number", allowed
        if "." in value and not fraction:
            return "not_a_number", allowed
        if len(fraction) > DECIMALS:
            return "too_many_decimals", allowed
        if len(whole.lstrip("0")) > self.digits:
            return "number_out_of_range", allowed
        return "not_positive", allowed


@dataclass(frozen=True)
class Moment:
    """An ISO 8601 time with an offset, from 1970 up to 2100."""

    type = MOMENT_TYPE

    def apply(self, values: pa.Array) -> Checked:
        formless = wrong_form(MOMENT, values)
        moments, impossible = cast_each(
            without(values, formless), lambda part: pc.cast(part, self.type)
        )
        inside = pc.and_(
            pc.greater_equal(moments, pa.scalar(0, self.type)),
            pc.less(moments, pa.scalar(4_102_444_800_000_000, self.type)),
        )
        outside = wrong_where_not(inside)
        return without(moments, outside), either(formless, either(impossible, outside))

    def explain(self, value: str) -> tuple[str, str]:
        if MOMENT_WITHOUT_OFFSET.fits(value):
            return "time_without_offset", MOMENT.allowed
        _, impossible = cast_each(pa.array([value]), lambda part: pc.cast(part, self.type))
        if impossible is None and MOMENT.fits(value):
            return "time_out_of_range", f"{MOMENT.allowed}, from 1970 to 2099"
        return "bad_time", MOMENT.allowed


@dataclass(frozen=True)
class Number:
    """A subscriber number; a leading + or 00 is removed."""

    type = pa.string()

    def apply(self, values: pa.Array) -> Checked:
        digits = without_prefix(values)
        wrong = wrong_form(NUMBER, digits)
        return without(digits, wrong), wrong

    def explain(self, value: str) -> tuple[str, str]:
        return "bad_number", NUMBER.allowed


def without_prefix(values: pa.Array) -> pa.Array:
    """Remove a leading + or 00 from what is all digits after it."""
    if not pc.any(pc.match_substring_regex(values, r"^(\+|00)")).as_py():
        return values
    return pc.replace_substring_regex(values, LEADING, r"\1")
