"""When a charge is too large to be held exactly; the event is then `amount_out_of_range`.

A charge is counted in whole numbers: currency in 10^-10, units in 10^-6. One 10^-6 unit of a step
costs price * 10^10 / (unit_size * 10^6) such amounts, a reduced fraction. The common denominator of
a tariff is the least common multiple of those of all its steps; that of an event is the product of
the different ones among its tariffs. It is below 10^18, and over it the fee and the segments
together are a whole number below 10^34. A rounded charge has at most 18 digits, decimals included,
and is below 10^17.

The limits apply to what is charged before `min_charge` and `max_charge`.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import lcm, prod

from tests.oracle.reference_rows import Tariff

SMALLEST_AMOUNT = Fraction(1, 10**10)
SMALLEST_UNIT = Fraction(1, 10**6)
AMOUNT_LIMIT = 10**17
DIGITS_LIMIT = 10**18
DENOMINATOR_LIMIT = 10**18
NUMERATOR_LIMIT = 10**34


def is_exact(owed: Fraction, rounded: Fraction, tariffs: Iterable[Tariff], scale: int) -> bool:
    """Whether an event's fee and steps (`owed`) can be held, and `rounded` to `scale`; magnitudes.

    `tariffs` are those of all its bands, also of bands that bundles cover.
    """
    denominator = prod({common_denominator(tariff) for tariff in tariffs})
    if denominator >= DENOMINATOR_LIMIT:
        return False
    if owed / SMALLEST_AMOUNT * denominator >= NUMERATOR_LIMIT:
        return False
    return rounded < AMOUNT_LIMIT and rounded * 10**scale < DIGITS_LIMIT


def common_denominator(tariff: Tariff) -> int:
    """The least whole number that makes the cost of a smallest unit whole in every step."""
    return lcm(
        *(
            (step.price / SMALLEST_AMOUNT / (step.unit_size / SMALLEST_UNIT)).denominator
            for step in tariff.steps
        )
    )
