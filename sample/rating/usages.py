"""Rated events as the rules about bundles and steps need them, one by one."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sample.calendar import LocalTime
from sample.events import SERVICES, VOICE, Events, Integers
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
    cycles.MONTHS, `tariff` the reference's tariffs, `way` the Ways: which bundles are for it.
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
    way: int


@dataclass(frozen=True)
class Ways:
    """All combinations of the words of a Way, each with a number."""

    words: tuple[list[str], ...]

    def number(self, indexes: tuple[Integers, ...]) -> Integers:
        return np.ravel_multi_index(indexes, self._shape)

    def way(self, number: int) -> Way:
        indexes = np.unravel_index(number, self._shape)
        return Way(*(words[i] for words, i in zip(self.words, indexes, strict=True)))

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.words))


@dataclass(frozen=True)
class UsageReader:
    """Turns arrays of events into usages; calls only where a bundle of their plan is for calls."""

    subscribers: Subscribers
    choices: Choices
    cycles: Cycles
    bands: Bands
    local_time: LocalTime
    ways: Ways
    has_call_bundle: np.ndarray

    @classmethod
    def of(
        cls, reference: Reference, subscribers: Subscribers, blocks: Blocks, local_time: LocalTime
    ) -> "UsageReader":
        plans, roaming_zones = subscribers.plans, list(ROAMING_ZONES)
        called_for = Offers(reference).called_for
        choices = make_choices(reference, plans, blocks.kept, roaming_zones)
        bands = Bands.of(reference, plans)
        directions = list(DIRECTIONS)
        words = (list(SERVICES), plans, directions, roaming_zones, choices.zones, bands.names)
        return cls(
            subscribers=subscribers,
            choices=choices,
            cycles=Cycles.of(TIME_ZONES),
            bands=bands,
            local_time=local_time,
            ways=Ways(words),
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
        band = self.bands.at(rated.plan, at + self.local_time.offset(rated.market, at))
        place = (rated.service, rated.plan, rated.direction, rated.roaming_zone, zone, band)
        who = (rated.subscription, s.account[rated.subscription])
        what = (rated.service, rated.quantity, cycle, tariff, self.ways.number(place))
        columns = (at, rated.event_id, np.full(rated.count, deliveries), *who, *what)
        return list(map(Usage._make, zip(*map(np.ndarray.tolist, columns), strict=True)))
