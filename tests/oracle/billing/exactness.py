"""Which cycles the models can compute: the limits of their whole numbers (docs/billing.md)."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction

from tests.oracle.billing.lines import Cycle, Line, Taken
from tests.oracle.cycles import months_later

DIGITS = 18
ITEM = 10**30
PRODUCT, PRODUCT_DIGITS = 10**34, 38
MINOR_UNIT_DIGITS = 27
SUM, UNITS = 10**33, 10**17


def is_in_range(
    cycle: Cycle,
    lines: Sequence[Line],
    taken: Taken,
    amounts: Sequence[Fraction],
    minor_digits: int,
    *,
    has_days: bool,
) -> bool:
    """Whether all numbers of a cycle, over its denominator, are small enough.

    `lines` are those without discounts; `amounts` are what amounts come to before
    proration; `has_days`: some are prorated.
    """
    money = [line.charge_amount or Fraction(0) for line in lines]
    scale = max(minor_digits, *map(decimals, [*money, *amounts]))
    rates = [line.exchange_rate or Fraction(1) for line in lines]
    rate_scale = max(map(decimals, rates))
    factors = [_factor(line) for line in lines]
    factor_scale = max(map(decimals, factors))
    percent_scale = sum(
        max((decimals(percent) + 2 for percent in percents), default=0)
        for percents in (taken.percents[False], taken.percents[True])
    )
    if scale - minor_digits + rate_scale + factor_scale + percent_scale > MINOR_UNIT_DIGITS:
        return False
    days = _days(cycle)
    whole_days = days if has_days or any(line.is_prorated for line in lines) else 1
    for line, amount, rate, factor in zip(lines, money, rates, factors, strict=True):
        part = _share(line) * whole_days
        parts = (
            abs(amount) * 10**scale,
            rate * 10**rate_scale,
            factor * 10**factor_scale,
            part,
            Fraction(10**percent_scale),
        )
        if any(len(str(int(number))) > DIGITS for number in parts[:3]):
            return False
        product = 1
        for number in map(int, parts):
            if len(str(product)) + len(str(number)) > PRODUCT_DIGITS:
                return False
            product *= number
            if product >= PRODUCT:
                return False
        if product >= ITEM:
            return False
    parts_scale = scale + rate_scale + factor_scale + percent_scale
    return _sums_fit(lines, parts_scale, whole_days, minor_digits)


def _sums_fit(lines: Sequence[Line], scale: int, days: int, minor_digits: int) -> bool:
    sums: dict[object, Fraction] = defaultdict(Fraction)
    for line in lines:
        sums[line.tax.rate, line.tax.basis] += line.amount
    return all(
        abs(amount) * 10**scale * days < SUM and abs(amount) * 10**minor_digits < UNITS
        for amount in sums.values()
    )


def decimals(value: Fraction) -> int:
    """How many decimals a number has."""
    count = 0
    while (value * 10**count).denominator != 1:
        count += 1
    return count


def _factor(line: Line) -> Fraction:
    return line.quantity if line.key.line_type == "bundle" else Fraction(1)


def _share(line: Line) -> Fraction:
    return line.share if line.key.line_type == "recurring" else Fraction(1)


def _days(cycle: Cycle) -> int:
    later = months_later(cycle.start, 1)
    first = monthrange(cycle.start.year, cycle.start.month)[1]
    return first * monthrange(later.year, later.month)[1]
