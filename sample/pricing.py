"""What flat-priced services (sms, content) cost, by the generator's own reading of the rules.

Independent of the dbt models on purpose: the manifest holds the models to these sums, to the last
digit. Amounts are integers in millionths of the currency.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

from sample.reference import Reference, Row, epoch

FLAT_SERVICES = ("sms", "content")
DIRECTIONS = ("out", "in")
MICRO = 1_000_000
MAX_UNITS = 20
second_of = cache(epoch)
MATCHED = ("direction", "roaming_zone", "destination_zone", "band")
Integers = npt.NDArray[np.int64]


class NotFlat(ValueError):
    """A tariff of a flat-priced service has a feature that this module does not price."""

    def __init__(self, tariff: Row, column: str) -> None:
        super().__init__(
            f"tariff {tariff['tariff_id']}: {column} = {tariff[column]!r}; the generator prices "
            f"{' and '.join(FLAT_SERVICES)} only with band * and tier_mode graduated"
        )


@dataclass(frozen=True)
class FlatPrices:
    """Tariff by (service, plan, block, roaming zone, direction, time piece), and its amounts.

    The last block index stands for a counterparty without a number.
    """

    breaks: Integers
    chosen: npt.NDArray[np.int32]
    amounts: Integers

    def price(
        self,
        service: Integers,
        plan: Integers,
        block: Integers,
        roaming_zone: Integers,
        direction: Integers,
        started_at: Integers,
        quantity: Integers,
    ) -> Integers:
        """Signed amounts; `service` indexes FLAT_SERVICES, |quantity| <= MAX_UNITS."""
        piece = np.searchsorted(self.breaks, started_at, side="right")
        tariff = self.chosen[service, plan, block, roaming_zone, direction, piece]
        return np.sign(quantity) * self.amounts[tariff, np.abs(quantity)]


def flat_prices(
    reference: Reference, plans: list[str], blocks: list[str], roaming_zones: list[str]
) -> FlatPrices:
    """Work out every combination once; -1 where no tariff matches: there is no amount."""
    tariffs = [row for row in reference.tariffs if row["service"] in FLAT_SERVICES]
    for row in tariffs:
        check_flat(row)
    breaks = sorted(
        {epoch(row[c]) for row in tariffs for c in ("valid_from", "valid_to") if row[c]}
    )
    pieces = [breaks[0] - 1, *breaks]
    chooser = Chooser(tariffs)
    ways = [zones_along(digits, reference) for digits in [*blocks, ""]]
    kinds = list(dict.fromkeys(ways))
    shape = (len(FLAT_SERVICES), len(plans), len(kinds), len(roaming_zones), 2, len(pieces))
    chosen = np.full(shape, -1, dtype=np.int32)
    for index in product(*map(range, shape)):
        service, plan, kind, zone, direction, piece = index
        event = {
            "service": FLAT_SERVICES[service],
            "direction": DIRECTIONS[direction],
            "roaming_zone": roaming_zones[zone],
        }
        chosen[index] = chooser.choose(plans[plan], event, kinds[kind], pieces[piece])
    chosen = chosen[:, :, [kinds.index(way) for way in ways]]
    amounts = np.array([amounts_of(reference, row, plans) for row in tariffs], dtype=np.int64)
    return FlatPrices(np.array(breaks, dtype=np.int64), chosen, amounts)


def check_flat(tariff: Row) -> None:
    """Refuse a tariff that needs more than its units to be priced."""
    if tariff["band"] not in ("", "*"):
        raise NotFlat(tariff, "band")
    if tariff["tier_mode"] not in ("", "graduated"):
        raise NotFlat(tariff, "tier_mode")


def zones_along(digits: str, reference: Reference) -> tuple[str, ...]:
    """Zones of all prefixes of a number, the longest prefix first."""
    prefixes = (digits[:length] for length in range(len(digits), 0, -1))
    return tuple(zone for p in prefixes if (zone := reference.zone_of_prefix.get(p)))


class Chooser:
    """Rules 5 and 7 for one untimed event: own plan before `*`, priority, fewest `*`, id."""

    def __init__(self, tariffs: list[Row]) -> None:
        self.tariffs = tariffs

    def choose(self, plan: str, event: Row, zones: tuple[str, ...], at: int) -> int:
        """The index of the tariff for an event at second `at`, or -1."""
        for level in (plan, "*"):
            zone = self.zone_at(level, event["service"], zones, at)
            best = self.best(level, event | {"destination_zone": zone}, at)
            if best >= 0:
                return best
        return -1

    def zone_at(self, level: str, service: str, zones: tuple[str, ...], at: int) -> str:
        """The first of the zones that the level names, else the first; '' if there is none."""
        named = {
            row["destination_zone"]
            for row in self.tariffs
            if row["plan_id"] == level and row["service"] == service and is_valid(row, at)
        }
        return next((zone for zone in zones if zone in named), zones[0] if zones else "")

    def best(self, level: str, event: Row, at: int) -> int:
        """The index of the level's tariff that matches and ranks first, or -1."""
        ranked = [
            (int(row["priority"] or 2**31), stars(row), row["tariff_id"], index)
            for index, row in enumerate(self.tariffs)
            if row["plan_id"] == level
            and row["service"] == event["service"]
            and is_valid(row, at)
            and all(row[column] in ("", "*", event.get(column)) for column in MATCHED)
        ]
        return min(ranked)[-1] if ranked else -1


def stars(tariff: Row) -> int:
    return sum(tariff[column] in ("", "*") for column in MATCHED)


def is_valid(tariff: Row, at: int) -> bool:
    begins = not tariff["valid_from"] or second_of(tariff["valid_from"]) <= at
    return begins and (not tariff["valid_to"] or at < second_of(tariff["valid_to"]))


def amounts_of(reference: Reference, tariff: Row, plans: list[str]) -> list[int]:
    """Millionths for 0 to MAX_UNITS units of a tariff."""
    owners = [tariff["plan_id"]] if tariff["plan_id"] != "*" else plans
    digits = {reference.minor_digits.get(reference.currency_of_plan[plan], 2) for plan in owners}
    scale = int(tariff["rounding_scale"] or min(digits))
    steps = sorted(reference.steps[tariff["tariff_id"]], key=lambda step: int(step["step_no"]))
    return [amount(tariff, steps, units, scale) for units in range(MAX_UNITS + 1)]


def amount(tariff: Row, steps: list[Row], units: int, scale: int) -> int:
    """Rules 9 and 11 for one segment: fee and steps, rounded once, then minimum and maximum."""
    if units == 0:
        return 0
    total = Fraction(tariff["connection_fee"] or 0)
    for step in steps:
        low, high = Fraction(step["from_units"]), Fraction(step["to_units"] or units)
        inside = max(Fraction(0), min(Fraction(units), high) - low)
        increment = Fraction(step["increment"] or 0)
        billed = -(-inside // increment) * increment if increment else inside
        total += billed * Fraction(step["price"]) / Fraction(step["unit_size"])
        total += Fraction(step["flat_fee"] or 0) if inside else 0
    rounded = round_fraction(total * 10**scale, tariff["rounding_mode"] or "half_up")
    result = Fraction(rounded, 10**scale)
    result = max(result, Fraction(tariff["min_charge"] or 0))
    result = min(result, Fraction(tariff["max_charge"])) if tariff["max_charge"] else result
    return int(result * MICRO)


def round_fraction(value: Fraction, mode: str) -> int:
    """A non-negative fraction as an integer in one of the contract's rounding modes."""
    whole, rest = divmod(value, 1)
    up = {
        "up": rest > 0,
        "down": False,
        "half_up": rest >= Fraction(1, 2),
        "half_even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1),
    }[mode]
    return int(whole) + int(up)
