"""The bundles of a reference folder: whose they are, and for which usage."""

import itertools
from dataclasses import dataclass
from typing import NamedTuple

from sample.rating.choices import fits
from sample.reference import Reference, Row, epoch

ENDLESS = 2**62


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
    """A row of bundles.csv; it is on sale from one second until another."""

    row: Row
    bundle_id: str
    scope: str
    priority: int
    units: int
    block: int
    rollover_cycles: int
    is_fee_waived: bool
    sold_from: int
    sold_until: int

    @classmethod
    def of(cls, row: Row) -> "Offer":
        return cls(
            row=row,
            bundle_id=row["bundle_id"],
            scope=row["scope"] or "own",
            priority=int(row["priority"] or 2**31),
            units=int(row["units"]),
            block=int(row["block"] or 1),
            rollover_cycles=int(row["rollover_cycles"] or 0),
            is_fee_waived=row["fee_mode"] == "waive",
            sold_from=epoch(row["valid_from"]) if row["valid_from"] else -ENDLESS,
            sold_until=epoch(row["valid_to"]) if row["valid_to"] else ENDLESS,
        )

    def is_on_sale(self, at: int) -> bool:
        return self.sold_from <= at < self.sold_until

    def in_blocks(self, units: int) -> int:
        """Units rounded up to the bundle's blocks."""
        return -(-units // self.block) * self.block

    def is_for(self, way: "Way") -> bool:
        """Whether it is for usage of such a service, direction, roaming zone, zone and band."""
        event = way._asdict()
        is_band = self.row["band"] in ("", "*", way.band)
        return is_band and self.row["service"] in ("*", way.service) and fits(self.row, event)


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
        self.all = [Offer.of(row) for row in reference.bundles]
        self.add_ons = [offer for offer in self.all if not offer.row["plan_id"]]
        self.household_plans = {o.row["plan_id"] for o in self.all if o.scope != "own"} - {""}
        self.called_for = {o.row["plan_id"] for o in self.all if o.row["service"] == "voice"}
        for offer in self.all:
            if offer.row["plan_id"] and offer.scope != "own" and offer.rollover_cycles:
                raise SharedRollover(offer.bundle_id)
        for add_on in self.add_ons:
            same = [o for o in self.all if o.priority == add_on.priority]
            check_order([o for o in same if o.row["service"] == add_on.row["service"]])

    def included(self, way: Way) -> tuple[Offer, ...]:
        """The bundles that the plan includes and that are for such usage, in their order."""
        found = [o for o in self.all if o.row["plan_id"] in (way.plan, "*") and o.is_for(way)]
        found.sort(key=lambda offer: offer.priority)
        check_order(found)
        return tuple(found)


def check_order(offers: list[Offer]) -> None:
    """Refuse offers that only the finer rules of the order could tell apart."""
    for one, other in itertools.pairwise(offers):
        if one.priority == other.priority:
            raise UnclearOrder([one.bundle_id, other.bundle_id])
