"""The add-ons that subscribers buy in the period, and give back."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sample.calendar import DAY, END, START
from sample.events import Integers
from sample.rating.offers import Offer, Offers
from sample.roaming import ROAMING_ZONES
from sample.subscribers import Subscribers

# days until an add-on expires that states it; the others end with their billing cycle
LASTING_DAYS = {"roaming_day_pass_europe": 1, "week_pass_2gb": 7}
# one in so many of those who could
BUYERS = 8
HOUSEHOLD_BUYERS = 6
TRAVELLING_BUYERS = 2
GIVEN_BACK = 6


@dataclass(frozen=True)
class Purchase:
    """An add_bundle action at a UTC second; `removed_at` is that of a remove_bundle, or None.

    `expires_at` None: with the cycle of the purchase, or the cycles that it rolls over into.
    """

    offer: Offer
    subscription: int
    at: int
    quantity: int
    expires_at: int | None
    removed_at: int | None

    @property
    def has_effect(self) -> bool:
        """A bundle that is not on sale is not granted."""
        return self.offer.is_on_sale(self.at)


def draw_purchases(offers: Offers, subscribers: Subscribers, seed: int) -> list[Purchase]:
    """At most one add-on for a subscription without a planted life, and one for a household."""
    rng = np.random.default_rng([seed, 4])
    bought: list[Purchase] = []
    for offer, buyers in sorted_buyers(rng, offers, subscribers):
        for subscription in buyers.tolist():
            bought.append(draw_purchase(rng, offer, subscription, subscribers))
    return sorted(bought, key=lambda purchase: (purchase.subscription, purchase.at))


def sorted_buyers(
    rng: np.random.Generator, offers: Offers, subscribers: Subscribers
) -> Iterator[tuple[Offer, Integers]]:
    """Who buys which add-on: households, travellers, and single subscribers for the others."""
    s = subscribers
    plain = rng.permutation(np.concatenate(s.plain))
    is_single = ~np.isin(s.account, s.account[s.household_heads]) & (s.travel_from >= END)
    single = plain[is_single[plain]]
    of_household = [offer for offer in offers.add_ons if offer.scope != "own"]
    abroad = [o for o in offers.add_ons if o.scope == "own" and is_abroad(o)]
    at_home = [o for o in offers.add_ons if o.scope == "own" and not is_abroad(o)]
    for index, offer in enumerate(of_household):
        yield offer, s.household_heads[index :: HOUSEHOLD_BUYERS * len(of_household)]
    for offer in abroad:
        is_there = s.travel_zone == ROAMING_ZONES.index(offer.row["roaming_zone"])
        is_there &= s.travel_from < END - DAY
        yield offer, plain[is_there[plain]][::TRAVELLING_BUYERS]
    for index, offer in enumerate(at_home):
        yield offer, single[index :: BUYERS * len(at_home)]


def is_abroad(offer: Offer) -> bool:
    return offer.row["roaming_zone"] in ROAMING_ZONES[1:]


def draw_purchase(
    rng: np.random.Generator, offer: Offer, subscription: int, subscribers: Subscribers
) -> Purchase:
    """When and how often; one in six is given back a day later."""
    draws = rng.integers(0, 2**31, 3).tolist()
    at = START + draws[0] % (END - START)
    if is_abroad(offer):
        at = int(subscribers.travel_from[subscription]) + draws[0] % (DAY // 4)
    days = LASTING_DAYS.get(offer.bundle_id)
    return Purchase(
        offer=offer,
        subscription=subscription,
        at=at,
        quantity=1 + draws[1] % 2,
        expires_at=None if days is None else at + days * DAY,
        removed_at=at + DAY if draws[2] % GIVEN_BACK == 0 and days != 1 else None,
    )


def planted_of(bought: list[Purchase]) -> dict[str, int]:
    """How many of each kind, for the manifest."""
    return {
        "add_ons_bought": len(bought),
        "add_ons_given_back": sum(purchase.removed_at is not None for purchase in bought),
        "add_ons_not_on_sale": sum(not purchase.has_effect for purchase in bought),
    }
