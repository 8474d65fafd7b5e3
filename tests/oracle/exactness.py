"""When a charge is too large to be held exactly; the event is then `amount_out_of_range`.

A charge is counted in whole numbers: currency in 10^-10, units in 10^-6. One 10^-6 unit of a step
costs price * 10^10 / (unit_size * 10^6) such amounts, a reduced fraction. The common denominator of
a tariff is the least common multiple of those of all its steps; that of an event is the product of
the different ones among its tariffs. Over it the fee and the steps of an event are one whole
number. That number, and the divisor that rounds it, are held in 38 decimal digits; an amount of
money (DECIMAL(28,10)) in 18 digits before the dot.

The limits apply to what is charged before `min_charge` and `max_charge`.
"""

from collections.abc import Iterable
from fractions import Fraction
from math import lcm, prod

from tests.oracle.reference_rows import Tariff

SMALLEST_AMOUNT = Fraction(1, 10**10)
SMALLEST_UNIT = Fraction(1, 10**6)
AMOUNT_LIMIT = 10**18
WHOLE_LIMIT = 10**38
AMOUNT_SCALE = 10


def is_exact(owed: Fraction, rounded: Fraction, tariffs: Iterable[Tariff], scale: int) -> bool:
    """Whether an event's fee and steps (`owed`, a magnitude) can be held, and rounded to `scale`.

    `tariffs` are those of all its bands, also of bands that bundles cover.
    """
    denominator = prod({common_denominator(tariff) for tariff in tariffs})
    numerator = owed / SMALLEST_AMOUNT * denominator
    divisor = denominator * 10 ** (AMOUNT_SCALE - scale)
    return max(owed, rounded) < AMOUNT_LIMIT and max(numerator, divisor) < WHOLE_LIMIT


def common_denominator(tariff: Tariff) -> int:
    """The least whole number that makes the cost of a smallest unit whole in every step."""
    return lcm(
        *(
            (step.price / SMALLEST_AMOUNT / (step.unit_size / SMALLEST_UNIT)).denominator
            for step in tariff.steps
        )
    )
