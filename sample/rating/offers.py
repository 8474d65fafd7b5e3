"""The bundles of a reference folder: whose they are, and for which usage."""

import itertools
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from sample.rating.choices import fits, is_valid
from sample.reference import Reference, Row


class UnclearOrder(ValueError):
    """Bundles that one event may use have the same priority."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"bundles {' and '.join(names)} may meet in one event; the generator needs a priority "
            "of its own for each"
        )


class SharedRollover(ValueError):
    """A plan's bundle for several subscriptions rolls over."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"bundle {name} is included in a plan, shared, and rolls over; the generator knows "
            "this of own bundles and of add-ons only"
        )


@dataclass(frozen=True)
class Offer:
    """A row of bundles.csv."""

    row: Row

    @cached_property
    def bundle_id(self) -> str:
        return self.row["bundle_id"]

    @cached_property
    def scope(self) -> str:
        return self.row["scope"] or "own"

    @cached_property
    def priority(self) -> int:
        return int(self.row["priority"] or 2**31)

    @cached_property
    def units(self) -> int:
        return int(self.row["units"])

    @cached_property
    def block(self) -> int:
        return int(self.row["block"] or 1)

    @cached_property
    def rollover_cycles(self) -> int:
        return int(self.row["rollover_cycles"] or 0)

    @cached_property
    def is_fee_waived(self) -> bool:
        return self.row["fee_mode"] == "waive"

    def is_on_sale(self, at: int) -> bool:
        return is_valid(self.row, at)

    def in_blocks(self, units: int) -> int:
        """Units rounded up to the bundle's blocks."""
        return -(-units // self.block) * self.block

    def is_for(self, event: Row) -> bool:
        """Whether it is for usage of such a service, direction, roaming zone, zone and band."""
        is_band = self.row["band"] in ("", "*", event["band"])
        return is_band and self.row["service"] in ("*", event["service"]) and fits(self.row, event)


class Way(NamedTuple):
    """What decides which bundles an event may use, as words."""

    service: str
    plan: str
    direction: str
    roaming_zone: str
    destination_zone: str
    band: str


class Offers:
    """All bundles of a reference folder."""

    def __init__(self, reference: Reference) -> None:
        self.all = [Offer(row) for row in reference.bundles]
        self.add_ons = [offer for offer in self.all if not offer.row["plan_id"]]
        self.household_plans = {o.row["plan_id"] for o in self.all if o.scope != "own"} - {""}
        self.called_for = {o.row["plan_id"] for o in self.all if o.row["service"] == "voice"}
        for offer in self.all:
            if offer.row["plan_id"] and offer.scope != "own" and offer.rollover_cycles:
                raise SharedRollover(offer.bundle_id)
        for add_on in self.add_ons:
            same = [o for o in self.all if o.priority == add_on.priority]
            check_order([o for o in same if o.row["service"] == add_on.row["service"]])
        self._known: dict[Way, tuple[Offer, ...]] = {}

    def included(self, way: Way) -> tuple[Offer, ...]:
        """The bundles that the plan includes and that are for such usage, in their order."""
        if way not in self._known:
            plans = (way.plan, "*")
            found = [o for o in self.all if o.row["plan_id"] in plans and o.is_for(way._asdict())]
            found.sort(key=lambda offer: offer.priority)
            check_order(found)
            self._known[way] = tuple(found)
        return self._known[way]


def check_order(offers: list[Offer]) -> None:
    """Refuse offers that only the finer rules of the order could tell apart."""
    for one, other in itertools.pairwise(offers):
        if one.priority == other.priority:
            raise UnclearOrder([one.bundle_id, other.bundle_id])
