"""Who the sample operator serves: accounts, subscriptions, and their life in the period."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sample.events import Integers
from sample.lives import Lives
from sample.markets import MARKETS
from sample.numbers import REGIONS, own_numbers
from sample.reference import Reference
from sample.roaming import ROAMING_ZONES, draw_travels, network_zone, roaming_networks

SIZES = (0.62, 0.22, 0.11, 0.05)


@dataclass(frozen=True)
class Subscribers:
    """One entry per subscription; times are UTC seconds, NEVER where nothing happens.

    `market`, `plan`, `travel_network` are indexes; `is_account_known` False: the account feed of
    the inbox lacks the account (it comes in the late delivery). `plain` lists, market by market,
    subscriptions that are active all the time.
    """

    account: Integers
    market: Integers
    number: Integers
    plan: Integers
    next_plan: Integers
    plan_change_at: Integers
    active_from: Integers
    active_to: Integers
    suspended_from: Integers
    suspended_to: Integers
    travel_from: Integers
    travel_to: Integers
    travel_network: Integers
    is_account_known: npt.NDArray[np.bool_]
    activity: npt.NDArray[np.float64]
    plain: list[Integers]
    plans: list[str]
    networks: list[str]
    network_zone: Integers
    planted: dict[str, int]

    @property
    def count(self) -> int:
        return len(self.account)

    def plan_at(self, subscription: Integers, at: Integers) -> Integers:
        """Plan indexes of subscriptions at UTC seconds."""
        is_changed = at >= self.plan_change_at[subscription]
        return np.where(is_changed, self.next_plan[subscription], self.plan[subscription])


def make_subscribers(reference: Reference, count: int, seed: int) -> Subscribers:
    """Draw `count` subscriptions in accounts of one to four, with their life in the period."""
    rng = np.random.default_rng([seed, 1])
    account, market = draw_accounts(rng, count)
    plans = list(reference.currency_of_plan)
    plan, next_plan = draw_plans(rng, reference, market)
    networks = roaming_networks(reference)
    lives = Lives(rng, account, market)
    number = numbers_of(market)
    number[lives.recycled_to] = number[lives.recycled_from]
    travel_from, travel_to, travel_network = draw_travels(rng, count, networks, reference)
    return Subscribers(
        account=account,
        market=market,
        number=number,
        plan=plan,
        next_plan=next_plan,
        plan_change_at=lives.plan_change_at,
        active_from=lives.active_from,
        active_to=lives.active_to,
        suspended_from=lives.suspended_from,
        suspended_to=lives.suspended_to,
        travel_from=travel_from,
        travel_to=travel_to,
        travel_network=travel_network,
        is_account_known=~np.isin(account, account[lives.orphaned]),
        activity=rng.lognormal(0.0, 0.9, count),
        plain=lives.plain(),
        plans=plans,
        networks=networks,
        network_zone=np.array(
            [ROAMING_ZONES.index(network_zone(reference, network)) for network in networks]
        ),
        planted=lives.planted,
    )


def draw_accounts(rng: np.random.Generator, count: int) -> tuple[Integers, Integers]:
    """Account and market index per subscription."""
    sizes = rng.choice(4, size=count, p=SIZES) + 1
    account = np.repeat(np.arange(count, dtype=np.int64), sizes)[:count]
    shares = np.cumsum([market.share for market in MARKETS])
    drawn = np.searchsorted(shares / shares[-1], rng.random(account[-1] + 1), side="right")
    return account, drawn[account]


def draw_plans(
    rng: np.random.Generator, reference: Reference, market: Integers
) -> tuple[Integers, Integers]:
    """A plan in the market's currency, and another one to change to."""
    plans = list(reference.currency_of_plan)
    by_currency = [
        [i for i, p in enumerate(plans) if reference.currency_of_plan[p] == m.currency]
        for m in MARKETS
    ]
    choices = np.array([(ps[0], ps[-1]) for ps in by_currency], dtype=np.int64)
    first = (rng.random(len(market)) < 0.4).astype(np.int64)
    return choices[market, first], choices[market, 1 - first]


def numbers_of(market: Integers) -> Integers:
    """A number of the market's region for each subscription, distinct."""
    number = np.zeros(len(market), dtype=np.int64)
    regions = np.array([REGIONS.index(m.region) for m in MARKETS])[market]
    for index, region in enumerate(REGIONS):
        holders = np.flatnonzero(regions == index)
        number[holders] = own_numbers(region, True, np.arange(len(holders), dtype=np.int64))
    return number
