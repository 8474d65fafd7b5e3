"""Rule 15: rounding once for each tax rate, largest remainder, and tax."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from tests.oracle.billing.lines import Line

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class BilledLine:
    """A line as a statement has it, in the cycle's currency."""

    line: Line
    net: Fraction
    tax: Fraction


def half_up(value: Fraction) -> int:
    """Rounded to a whole number, halves away from zero."""
    return floor(value + HALF) if value >= 0 else -floor(-value + HALF)


def allocated(shares: Sequence[Fraction]) -> list[int]:
    """The rounded sum of shares, handed out by largest remainder, ties to the earlier."""
    low = [floor(share) for share in shares]
    units = half_up(sum(shares, Fraction(0))) - sum(low)
    turns = sorted(range(len(shares)), key=lambda no: (low[no] - shares[no], no))
    for no in turns[:units]:
        low[no] += 1
    return low


def bill(lines: Sequence[Line], minor_digits: int) -> list[BilledLine]:
    """Round and tax the lines of a cycle, which are in their order."""
    unit = Fraction(1, 10**minor_digits)
    groups: dict[tuple[Fraction | None, str | None], list[int]] = defaultdict(list)
    for no, line in enumerate(lines):
        groups[line.tax.rate, line.tax.basis].append(no)
    found: dict[int, BilledLine] = {}
    for (rate, basis), places in groups.items():
        amounts = allocated([lines[no].amount / unit for no in places])
        percent = rate or Fraction(0)
        whole = 100 + percent if basis == "gross" else Fraction(100)
        taxes = allocated([Fraction(amount) * percent / whole for amount in amounts])
        for no, amount, tax in zip(places, amounts, taxes, strict=True):
            net = amount - tax if basis == "gross" else amount
            found[no] = BilledLine(lines[no], net * unit, tax * unit)
    return [found[no] for no in range(len(lines))]
