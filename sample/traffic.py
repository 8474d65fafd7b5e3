"""Usage events of the sample operator, drawn as arrays, one file at a time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sample.calendar import HOUR, HOURS, START, LocalTime
from sample.events import (
    APNS,
    CONTENTS,
    DATA,
    MAX_UNITS,
    NO_NETWORK,
    OWN_NETWORK,
    SMS,
    VOICE,
    Events,
    Integers,
    event_ids,
)
from sample.markets import MARKETS, TIME_ZONES
from sample.numbers import REGIONS, Blocks, called_blocks, own_numbers
from sample.outcomes import Outcome
from sample.reference import Reference
from sample.subscribers import Subscribers

SERVICE_SHARES = (0.46, 0.17, 0.34, 0.03)
# no two events share a session, whichever delivery they come in
SESSIONS_OF = {"E": 0, "D": 5_000_000_000, "T": 6_000_000_000}
LONGEST_CALL = 4 * HOUR
LARGEST_SESSION = 40 * 1024**3


@dataclass(frozen=True)
class Traffic:
    """Everything that stays the same from file to file."""

    reference: Reference
    subscribers: Subscribers
    blocks: Blocks
    local_time: LocalTime
    hour_ends: npt.NDArray[np.float64]
    market_ends: npt.NDArray[np.float64]
    order: Integers
    activity_ends: npt.NDArray[np.float64]
    market_bounds: npt.NDArray[np.float64]

    @classmethod
    def of(cls, reference: Reference, subscribers: Subscribers) -> "Traffic":
        blocks = called_blocks(reference)
        local_time = LocalTime.of(TIME_ZONES)
        order = np.argsort(subscribers.market, kind="stable")
        activity = np.bincount(
            subscribers.market, weights=subscribers.activity, minlength=len(MARKETS)
        )
        weights = local_time.hourly_weights() * activity[:, None]
        return cls(
            reference=reference,
            subscribers=subscribers,
            blocks=blocks,
            local_time=local_time,
            hour_ends=np.cumsum(weights.sum(axis=0)) / weights.sum(),
            market_ends=np.cumsum(weights, axis=0) / weights.sum(axis=0),
            order=order,
            activity_ends=np.cumsum(subscribers.activity[order]),
            market_bounds=np.concatenate([[0.0], np.cumsum(activity)]),
        )

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        prefix: str,
        first: int,
        share: tuple[float, float],
    ) -> Events:
        """`count` events in time order from a share of the period's traffic (0.0 to 1.0)."""
        started_at = self._moments(np.sort(rng.uniform(*share, count)))
        market, subscription = self._subscriptions(rng, started_at)
        service = rng.choice(4, size=count, p=SERVICE_SHARES)
        is_person = (service == VOICE) | (service == SMS)
        direction = (is_person & (rng.random(count) < 0.34)).astype(np.int64)
        network = self._networks(rng, subscription, started_at)
        block, other = self._counterparties(rng, market, service)
        return Events(
            event_id=event_ids(prefix, first, count),
            started_at=started_at,
            subscription=subscription,
            number=self.subscribers.number[subscription],
            service=service,
            direction=direction,
            block=block,
            other=other,
            quantity=quantities(rng, service),
            network=network,
            session=np.where(service == DATA, SESSIONS_OF[prefix] + first + np.arange(count), -1),
            kind=np.zeros(count, dtype=np.int64),
            target=np.full(count, "", dtype=object),
            outcome=self._outcomes(subscription, started_at),
            market=market,
            plan=self.subscribers.plan_at(subscription, started_at),
            roaming_zone=self.zones_of(network),
        )

    def zones_of(self, network: Integers) -> Integers:
        """Indexes into ROAMING_ZONES."""
        return np.where(network >= 0, self.subscribers.network_zone[np.maximum(network, 0)], 0)

    def _moments(self, share: npt.NDArray[np.float64]) -> Integers:
        hour = np.minimum(np.searchsorted(self.hour_ends, share, side="right"), HOURS - 1)
        begins = np.where(hour > 0, self.hour_ends[hour - 1], 0.0)
        inside = (share - begins) / (self.hour_ends[hour] - begins)
        second = np.minimum((inside * HOUR).astype(np.int64), HOUR - 1)
        return START + hour * HOUR + second

    def _subscriptions(
        self, rng: np.random.Generator, started_at: Integers
    ) -> tuple[Integers, Integers]:
        hour = (started_at - START) // HOUR
        draw = rng.random(len(hour))
        market = (draw[None, :] >= self.market_ends[:-1, hour]).sum(axis=0)
        low, high = self.market_bounds[market], self.market_bounds[market + 1]
        position = np.searchsorted(
            self.activity_ends, low + rng.random(len(hour)) * (high - low), side="right"
        )
        subscription = self.order[np.minimum(position, len(self.order) - 1)]
        subscription = self._replace_inactive(rng, subscription, started_at)
        return self.subscribers.market[subscription], subscription

    def _replace_inactive(
        self, rng: np.random.Generator, subscription: Integers, started_at: Integers
    ) -> Integers:
        """Before activation and after the end another subscription of the market acts instead."""
        s = self.subscribers
        is_active = (s.active_from[subscription] <= started_at) & (
            started_at < s.active_to[subscription]
        )
        for row in np.flatnonzero(~is_active):
            plain = s.plain[s.market[subscription[row]]]
            subscription[row] = plain[rng.integers(len(plain))]
        return subscription

    def _outcomes(self, subscription: Integers, at: Integers) -> Integers:
        s = self.subscribers
        suspended = (s.suspended_from[subscription] <= at) & (at < s.suspended_to[subscription])
        outcome = np.where(s.is_account_known[subscription], Outcome.RATED, Outcome.UNKNOWN_ACCOUNT)
        return np.where(suspended, Outcome.SUBSCRIPTION_SUSPENDED, outcome)

    def _networks(self, rng: np.random.Generator, subscription: Integers, at: Integers) -> Integers:
        s = self.subscribers
        is_away = (s.travel_from[subscription] <= at) & (at < s.travel_to[subscription])
        at_home = np.where(rng.random(len(at)) < 0.1, OWN_NETWORK, NO_NETWORK)
        return np.where(is_away, s.travel_network[subscription], at_home)

    def _counterparties(
        self, rng: np.random.Generator, market: Integers, service: Integers
    ) -> tuple[Integers, Integers]:
        draw = rng.random(len(market))
        region = np.array([REGIONS.index(m.region) for m in MARKETS])[market]
        block = np.full(len(market), len(self.blocks.digits))
        other = rng.integers(0, len(CONTENTS), len(market))
        is_called = (service == VOICE) | (service == SMS)
        for index in range(len(REGIONS)):
            rows = np.flatnonzero(is_called & (region == index))
            ends = self.blocks.cumulative[index]
            found = np.searchsorted(ends / ends[-1], draw[rows], side="right")
            block[rows] = np.minimum(found, len(ends) - 1)
        other = np.where(service == DATA, other % len(APNS), other)
        rows = np.flatnonzero(is_called)
        other[rows] = self.called_numbers(rng, block[rows])
        return block, other

    def called_numbers(self, rng: np.random.Generator, block: Integers) -> Integers:
        """Random numbers inside blocks."""
        return self.blocks.first[block] + rng.integers(0, self.blocks.size[block])


def quantities(rng: np.random.Generator, service: Integers) -> Integers:
    """Seconds, messages, bytes or units: long tails, and one call in twenty-five unanswered."""
    count = len(service)
    normal = rng.standard_normal(count)
    uniform = rng.random(count)
    seconds = np.minimum(np.exp(4.3 + 1.15 * normal), LONGEST_CALL) * (uniform >= 0.04)
    bytes_ = np.clip(np.exp(17.4 + 2.1 * normal), 1, LARGEST_SESSION)
    messages = 1 + (uniform > 0.9) + (uniform > 0.98)
    units = np.minimum(1 + np.floor(np.exp(1.1 * np.abs(normal)) - 1), MAX_UNITS)
    drawn = np.choose(service, [np.floor(seconds), messages, np.floor(bytes_), units])
    return drawn.astype(np.int64)


def unknown_numbers(region: str, index: Integers) -> Integers:
    """Numbers of a region that no subscription ever holds."""
    return own_numbers(region, False, index)
