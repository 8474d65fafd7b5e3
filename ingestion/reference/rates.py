"""What a step of a tariff costs, as a fraction in whole numbers (rule 9): done once, exactly."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import Any

# money in 10^-10 of the currency, units in 10^-6
MONEY = 10**10
UNITS = 10**6
# a denominator with more digits cannot be rated by: its events are out of range
MOST_DENOMINATOR = 10**18
MOST_NUMERATOR = 10**34


@dataclass(frozen=True)
class StepRate:
    """A step of reference.step_rates. `numerator / denominator` is the cost of 10^-6 of a unit in
    10^-10 of the currency, on one denominator for all steps of the tariff; both are None where one
    has too many digits. `low`, `high` (None: no end) and `increment` are in 10^-6 of a unit."""

    tariff_id: str
    step_no: int
    low: int
    high: int | None
    increment: int | None
    flat_fee: Decimal
    numerator: Decimal | None
    denominator: int | None


def step_rates(rows: Iterable[dict[str, Any]]) -> list[StepRate]:
    """Give the rates of the rows of tariff_steps, by tariff and step."""
    ordered = sorted(rows, key=lambda row: (row["tariff_id"], row["step_no"]))
    found: list[StepRate] = []
    for _, steps in groupby(ordered, key=lambda row: row["tariff_id"]):
        found += _of_tariff(list(steps))
    return found


def _of_tariff(rows: list[dict[str, Any]]) -> list[StepRate]:
    costs = [_cost(row) for row in rows]
    denominator = lcm(*(cost.denominator for cost in costs))
    return [_rate(row, cost, denominator) for row, cost in zip(rows, costs, strict=True)]


def _cost(row: dict[str, Any]) -> Fraction:
    per_unit = Fraction(row["price"] or 0) / Fraction(row["unit_size"] or 1)
    return per_unit * MONEY / UNITS


def _rate(row: dict[str, Any], cost: Fraction, denominator: int) -> StepRate:
    numerator = cost * denominator
    fits = denominator < MOST_DENOMINATOR and numerator < MOST_NUMERATOR
    high, increment = row["to_units"], row["increment"]
    return StepRate(
        tariff_id=row["tariff_id"],
        step_no=row["step_no"],
        low=int((row["from_units"] or 0) * UNITS),
        high=None if high is None else int(high * UNITS),
        increment=None if increment is None else int(increment * UNITS),
        flat_fee=Decimal(int((row["flat_fee"] or 0) * MONEY)),
        numerator=Decimal(int(numerator)) if fits else None,
        denominator=denominator if denominator < MOST_DENOMINATOR else None,
    )
