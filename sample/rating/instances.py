"""Rule 8: what a holder has of a bundle, who may use it when, and in which order."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sample.purchases import Purchase
from sample.rating.cycles import Cycles
from sample.rating.offers import Offer, Offers
from sample.rating.usages import Usage, Ways
from sample.subscribers import Subscribers


class Instance(NamedTuple):
    """Units of a bundle, in the order of use: by priority, then the earliest cycle.

    `key` names it among those of its account: bundle, holder and cycle, or a purchase. No two
    purchases of a bundle ever meet, so that when they expire decides nothing.
    """

    priority: int
    key: tuple[str, int, int]
    units: int
    offer: Offer


@dataclass(frozen=True)
class Bought:
    """What a purchase grants, and until when it may be used."""

    purchase: Purchase
    instance: Instance
    until: int


class Instances:
    """All bundles of all subscribers: those of their plans, cycle by cycle, and bought ones."""

    def __init__(
        self,
        offers: Offers,
        ways: Ways,
        subscribers: Subscribers,
        cycles: Cycles,
        bought: Iterable[Purchase],
    ) -> None:
        self.offers = offers
        self.ways = ways
        self.included: dict[int, tuple[Offer, ...]] = {}
        self.subscribers = subscribers
        self.cycles = cycles
        self.of_account: dict[int, list[Bought]] = defaultdict(list)
        for number, purchase in enumerate(bought):
            if purchase.has_effect:
                account = int(subscribers.account[purchase.subscription])
                self.of_account[account].append(self._bought(number, purchase))

    def usable(self, usage: Usage) -> Sequence[Instance]:
        """The instances that an event may use, in their order."""
        if usage.way not in self.included:
            self.included[usage.way] = self.offers.included(self.ways.way(usage.way))
        offers = self.included[usage.way]
        has_bought = usage.account in self.of_account
        if not offers and not has_bought:
            return ()
        found = [instance for offer in offers for instance in self._included(offer, usage)]
        if has_bought:
            found = sorted([*found, *self._added(usage)], key=lambda instance: instance[:2])
        return found

    def _included(self, offer: Offer, usage: Usage) -> Iterator[Instance]:
        """That of the event's cycle, after those that earlier cycles left."""
        if not offer.is_on_sale(usage.started_at):
            return
        holder = usage.subscription if offer.scope == "own" else usage.account
        units = offer.units * self._members(offer, usage.subscription)
        for back in range(offer.rollover_cycles, -1, -1):
            cycle = usage.cycle - back
            if not back or self._since(usage) < self._start(usage.subscription, cycle + 1):
                yield Instance(offer.priority, (offer.bundle_id, holder, cycle), units, offer)

    def _added(self, usage: Usage) -> Iterator[Instance]:
        for bought in self.of_account[usage.account]:
            purchase, offer = bought.purchase, bought.purchase.offer
            is_holder = offer.scope != "own" or purchase.subscription == usage.subscription
            is_in_time = purchase.at <= usage.started_at < bought.until
            if is_holder and is_in_time and offer.is_for(self.ways.way(usage.way)):
                yield bought.instance

    def _bought(self, number: int, purchase: Purchase) -> Bought:
        s, offer, subscription = self.subscribers, purchase.offer, purchase.subscription
        at, bill_day = np.array([purchase.at]), s.bill_day[[subscription]]
        cycle = int(self.cycles.cycle(s.market[[subscription]], bill_day, at)[0])
        expires_at = purchase.expires_at
        if expires_at is None:
            expires_at = self._start(subscription, cycle + offer.rollover_cycles + 1)
        units = offer.units * purchase.quantity * self._members(offer, subscription)
        key = (offer.bundle_id, -1, number)
        until = min(expires_at, purchase.removed_at or expires_at)
        return Bought(purchase, Instance(offer.priority, key, units, offer), until)

    def _members(self, offer: Offer, subscription: int) -> int:
        """Households are together all the time, so that a pool is for all of them."""
        if offer.scope != "pooled":
            return 1
        return int(self.subscribers.account_size[subscription])

    def _since(self, usage: Usage) -> int:
        """When the subscription came to the plan that it is on at an event."""
        s, subscription = self.subscribers, usage.subscription
        changed = int(s.plan_change_at[subscription])
        return changed if changed <= usage.started_at else int(s.active_from[subscription])

    def _start(self, subscription: int, cycle: int) -> int:
        s = self.subscribers
        return int(self.cycles.starts[s.market[subscription], s.bill_day[subscription], cycle])
