"""Rules 9 to 11: what the units that bundles leave of an event cost, in whole numbers.

The generator's own reading of the rules, independent of the dbt models and of the oracle on
purpose: the manifest holds the models to these sums, to the last digit.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from sample.reference import Reference, Row

MICRO = 1_000_000


class Unpriceable(ValueError):
    """A tariff has a feature that this module does not price."""

    def __init__(self, tariff: Row, why: str) -> None:
        super().__init__(
            f"tariff {tariff['tariff_id']}: {why}; the generator prices sms, content and data "
            "with band *, steps without an end, and whole prices where volume counts by cycle"
        )


@dataclass(frozen=True)
class Step:
    """Units [lo, hi) at `price` parts each, in whole increments; `hi` None has no end."""

    lo: int
    hi: int | None
    increment: int
    price: int

    def cost(self, units: int) -> int:
        return -(-units // self.increment) * self.increment * self.price


@dataclass(frozen=True)
class Price:
    """A tariff: money in parts of a currency unit, so small that each is a whole number.

    `least` and `most` are millionths of a currency unit.
    """

    tariff_id: str
    is_by_cycle: bool
    is_by_volume: bool
    parts: int
    fee: int
    steps: tuple[Step, ...]
    scale: int
    mode: str
    least: int
    most: int | None

    def amount(self, units: int, start: int, *, is_fee_waived: bool = False) -> int:
        """Millionths for `units` that bundles left, the cycle being at unit `start` before."""
        owed = 0 if is_fee_waived else self.fee
        owed += self.by_volume(units, units) if self.is_by_volume else self.graduated(units, start)
        cost = rounded(owed * 10**self.scale, self.parts, self.mode) * MICRO // 10**self.scale
        cost = max(cost, self.least) if units else cost
        return cost if self.most is None else min(cost, self.most)

    def graduated(self, units: int, start: int) -> int:
        """Parts for the units from `start` on, step by step."""
        owed, end = 0, start + units
        for step in self.steps:
            inside = (end if step.hi is None else min(end, step.hi)) - max(start, step.lo)
            if inside > 0:
                owed += step.cost(inside)
        return owed

    def by_volume(self, units: int, total: int) -> int:
        """Parts for the units at the step that the total lies in."""
        for step in self.steps:
            if step.lo < total and (step.hi is None or total <= step.hi):
                return step.cost(units)
        return 0

    def by_cycle_volume(self, units: int, total: int) -> int:
        """Millionths for units of a cycle whose total is `total`: nothing is rounded."""
        return self.by_volume(units, total) * MICRO // self.parts


def rounded(owed: int, parts: int, mode: str) -> int:
    """owed / parts as a whole number, in one of the contract's rounding modes."""
    whole, rest = divmod(owed, parts)
    up = {
        "up": rest > 0,
        "down": False,
        "half_up": 2 * rest >= parts,
        "half_even": 2 * rest > parts or (2 * rest == parts and whole % 2 == 1),
    }[mode]
    return whole + int(up)


def price_of(reference: Reference, tariff: Row) -> Price:
    """A tariff of an untimed service. Raises Unpriceable."""
    rows = sorted(reference.steps[tariff["tariff_id"]], key=lambda row: int(row["step_no"]))
    check(tariff, rows)
    each = [Fraction(row["price"]) / Fraction(row["unit_size"]) for row in rows]
    fee = Fraction(tariff["connection_fee"] or 0)
    parts = lcm(fee.denominator, *(price.denominator for price in each))
    price = Price(
        tariff_id=tariff["tariff_id"],
        is_by_cycle=tariff["tier_scope"] == "period",
        is_by_volume=tariff["tier_mode"] == "volume",
        parts=parts,
        fee=int(fee * parts),
        steps=tuple(step(tariff, rows, n, int(each[n] * parts)) for n in range(len(rows))),
        scale=scale_of(reference, tariff),
        mode=tariff["rounding_mode"] or "half_up",
        least=int(Fraction(tariff["min_charge"] or 0) * MICRO),
        most=int(Fraction(tariff["max_charge"]) * MICRO) if tariff["max_charge"] else None,
    )
    if price.is_by_cycle and price.is_by_volume and not is_whole(price):
        raise Unpriceable(tariff, "an amount by the volume of a cycle that has to be rounded")
    return price


def step(tariff: Row, rows: list[Row], index: int, price: int) -> Step:
    row, is_last = rows[index], index == len(rows) - 1
    is_open = not row["to_units"] or (is_last and tariff["beyond_last_step"] == "last_price")
    high = None if is_open else int(row["to_units"])
    return Step(int(row["from_units"]), high, int(row["increment"] or 1), price)


def check(tariff: Row, rows: list[Row]) -> None:
    """Refuse what needs more than the units of an event and of its cycle."""
    if tariff["band"] not in ("", "*"):
        raise Unpriceable(tariff, f"band {tariff['band']!r}")
    if rows[-1]["to_units"] and tariff["beyond_last_step"] not in ("last_price", "free"):
        raise Unpriceable(tariff, "a last step that ends")
    if any(Fraction(row["flat_fee"] or 0) for row in rows):
        raise Unpriceable(tariff, "a flat fee")


def is_whole(price: Price) -> bool:
    """Whether every unit costs an amount that needs no rounding, and nothing is added to it."""
    exact = all(
        step.increment == 1 and step.price * 10**price.scale % price.parts == 0
        for step in price.steps
    )
    return exact and price.fee == 0 and price.least == 0 and price.most is None


def scale_of(reference: Reference, tariff: Row) -> int:
    """Decimals of an amount: the tariff's, else those of the currencies of the plans it is for."""
    if tariff["rounding_scale"]:
        return int(tariff["rounding_scale"])
    currencies = reference.currency_of_plan
    plans = [tariff["plan_id"]] if tariff["plan_id"] != "*" else list(currencies)
    digits = {reference.minor_digits.get(currencies[plan], 2) for plan in plans}
    if len(digits) > 1:
        raise Unpriceable(tariff, f"currencies of {sorted(digits)} decimals")
    return digits.pop()
