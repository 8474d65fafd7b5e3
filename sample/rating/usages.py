"""Rated events as the rules about bundles and steps need them, one by one."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sample.calendar import LocalTime
from sample.events import SERVICES, VOICE, Events
from sample.markets import TIME_ZONES
from sample.numbers import Blocks
from sample.outcomes import Outcome
from sample.rating.bands import Bands
from sample.rating.choices import DIRECTIONS, Choices, make_choices
from sample.rating.cycles import Cycles
from sample.rating.offers import Offers, Way
from sample.reference import Reference
from sample.roaming import ROAMING_ZONES
from sample.subscribers import Subscribers


class Unpriced(ValueError):
    """The reference folder prices no tariff for an ordinary event of the sample operator."""

    def __init__(self, events: list[str]) -> None:
        super().__init__(f"{len(events)} events match no tariff, {events[0]} first; expected 0")


class Usage(NamedTuple):
    """A rated event, in the order of rule 3: by start, then by id.

    `deliveries` is a set of bits: after which deliveries the event stands. `cycle` indexes
    cycles.MONTHS, `tariff` the reference's tariffs; `way` decides which bundles are for it.
    """

    started_at: int
    event_id: str
    deliveries: int
    subscription: int
    account: int
    service: int
    quantity: int
    cycle: int
    tariff: int
    way: Way


@dataclass(frozen=True)
class UsageReader:
    """Turns arrays of events into usages; calls only where a bundle of their plan is for calls."""

    subscribers: Subscribers
    choices: Choices
    cycles: Cycles
    bands: Bands
    local_time: LocalTime
    has_call_bundle: np.ndarray

    @classmethod
    def of(
        cls, reference: Reference, subscribers: Subscribers, blocks: Blocks, local_time: LocalTime
    ) -> "UsageReader":
        plans = subscribers.plans
        called_for = Offers(reference).called_for
        return cls(
            subscribers=subscribers,
            choices=make_choices(reference, plans, blocks.kept, list(ROAMING_ZONES)),
            cycles=Cycles.of(TIME_ZONES),
            bands=Bands.of(reference, plans),
            local_time=local_time,
            has_call_bundle=np.array([not called_for.isdisjoint((p, "*", "")) for p in plans]),
        )

    def usages(self, events: Events, deliveries: int) -> list[Usage]:
        """The rated ones among the events. Raises Unpriced."""
        is_wanted = (events.service != VOICE) | self.has_call_bundle[events.plan]
        rated = events.take(np.flatnonzero((events.outcome == Outcome.RATED) & is_wanted))
        tariff, zone = self.choices.choose(rated)
        if (tariff < 0).any():
            raise Unpriced(rated.event_id[tariff < 0].tolist())
        s, at = self.subscribers, rated.started_at
        cycle = self.cycles.cycle(rated.market, s.bill_day[rated.subscription], at)
        band = self.bands.names_at(rated.plan, at + self.local_time.offset(rated.market, at))
        words = (
            np.array(SERVICES)[rated.service],
            np.array(s.plans)[rated.plan],
            np.array(DIRECTIONS)[rated.direction],
            np.array(ROAMING_ZONES)[rated.roaming_zone],
            np.array(self.choices.zones)[zone],
            band,
        )
        ways = map(Way._make, zip(*map(np.ndarray.tolist, words), strict=True))
        account = s.account[rated.subscription]
        numbers = (rated.subscription, account, rated.service, rated.quantity, cycle, tariff)
        head = (at, rated.event_id, np.full(rated.count, deliveries))
        columns = map(np.ndarray.tolist, (*head, *numbers))
        return list(map(Usage._make, zip(*columns, ways, strict=True)))
