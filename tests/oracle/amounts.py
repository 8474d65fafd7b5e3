"""Rule 11: rounding, minimum and maximum, all on magnitudes."""

from fractions import Fraction
from math import ceil, floor

from tests.oracle.reference_rows import Tariff

HALF = Fraction(1, 2)


class UnknownRoundingMode(Exception):
    """A mode that is none of half_up, half_even, up, down."""


def rounded(value: Fraction, scale: int, mode: str) -> Fraction:
    """A magnitude rounded to `scale` decimals; `up` is away from zero, `down` towards it."""
    shifted = value * 10**scale
    below = floor(shifted)
    rest = shifted - below
    if mode == "half_up":
        whole = below + (rest >= HALF)
    elif mode == "half_even":
        whole = below + (rest > HALF or (rest == HALF and below % 2 == 1))
    elif mode == "up":
        whole = ceil(shifted)
    elif mode == "down":
        whole = below
    else:
        raise UnknownRoundingMode(f"{mode!r} is none of half_up, half_even, up, down")
    return Fraction(whole, 10**scale)


def bounded(amount: Fraction, tariff: Tariff, has_units: bool) -> Fraction:
    """Not below the minimum charge if units are left to the steps, then not above the maximum."""
    if tariff.min_charge is not None and has_units:
        amount = max(amount, tariff.min_charge)
    if tariff.max_charge is not None:
        amount = min(amount, tariff.max_charge)
    return amount
