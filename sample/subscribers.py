"""Who the sample operator serves: accounts, subscriptions, and their life in the period."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sample.events import Integers
from sample.lives import Lives
from sample.markets import MARKETS
from sample.numbers import REGIONS, own_numbers
from sample.rating.cycles import LAST_BILL_DAY
from sample.rating.offers import Offers
from sample.reference import Reference
from sample.roaming import ROAMING_ZONES, draw_travels, network_zone, roaming_networks

SIZES = (0.62, 0.22, 0.11, 0.05)
# one in so many of the accounts that could has a plan whose bundles all its subscriptions use
HOUSEHOLDS = 3


@dataclass(frozen=True)
class Subscribers:
    """One entry per subscription; times are UTC seconds, NEVER where nothing happens.

    `market`, `plan`, `travel_network`, `travel_zone` are indexes; `is_account_known` False: the
    account feed of the inbox lacks the account (it comes in the late delivery). `plain` lists,
    market by market, subscriptions that are active all the time. `household_heads` are the first
    subscriptions of accounts whose members are all plain, and all on a plan with shared bundles.
    """

    account: Integers
    account_size: Integers
    bill_day: Integers
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
    travel_zone: Integers
    is_account_known: npt.NDArray[np.bool_]
    activity: npt.NDArray[np.float64]
    plain: list[Integers]
    household_heads: Integers
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
    household_plans = Offers(reference).household_plans
    plan, next_plan = draw_plans(rng, reference, market, household_plans)
    networks = roaming_networks(reference)
    zones = [ROAMING_ZONES.index(network_zone(reference, network)) for network in networks]
    lives = Lives(rng, account, market)
    number = numbers_of(market)
    number[lives.recycled_to] = number[lives.recycled_from]
    travel_from, travel_to, travel_network = draw_travels(rng, count, networks, reference)
    heads = settle_households(reference, household_plans, account, market, lives.is_special, plan)
    return Subscribers(
        account=account,
        account_size=np.bincount(account)[account],
        bill_day=rng.integers(1, LAST_BILL_DAY + 1, count)[account],
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
        travel_zone=np.array(zones)[travel_network],
        is_account_known=~np.isin(account, account[lives.orphaned]),
        activity=rng.lognormal(0.0, 0.9, count),
        plain=lives.plain(),
        household_heads=heads,
        plans=plans,
        networks=networks,
        network_zone=np.array(zones),
        planted=lives.planted | {"households": len(heads)},
    )


def draw_accounts(rng: np.random.Generator, count: int) -> tuple[Integers, Integers]:
    """Account and market index per subscription."""
    sizes = rng.choice(4, size=count, p=SIZES) + 1
    account = np.repeat(np.arange(count, dtype=np.int64), sizes)[:count]
    shares = np.cumsum([market.share for market in MARKETS])
    drawn = np.searchsorted(shares / shares[-1], rng.random(account[-1] + 1), side="right")
    return account, drawn[account]


def draw_plans(
    rng: np.random.Generator, reference: Reference, market: Integers, household_plans: set[str]
) -> tuple[Integers, Integers]:
    """A plan for one in the market's currency, and another one to change to."""
    by_currency = [
        [index for index in plans if list(reference.currency_of_plan)[index] not in household_plans]
        for plans in plans_of_markets(reference)
    ]
    choices = np.array([(plans[0], plans[-1]) for plans in by_currency], dtype=np.int64)
    first = (rng.random(len(market)) < 0.4).astype(np.int64)
    return choices[market, first], choices[market, 1 - first]


def plans_of_markets(reference: Reference) -> list[list[int]]:
    """Indexes of the plans in each market's currency."""
    currencies = list(reference.currency_of_plan.values())
    return [[i for i, c in enumerate(currencies) if c == market.currency] for market in MARKETS]


def settle_households(
    reference: Reference,
    household_plans: set[str],
    account: Integers,
    market: Integers,
    is_special: npt.NDArray[np.bool_],
    plan: Integers,
) -> Integers:
    """Give all members of some accounts a plan that is for several; return their first members."""
    names = list(reference.currency_of_plan)
    first = np.unique(account, return_index=True)[1]
    is_household = (np.bincount(account) > 1) & (np.bincount(account, is_special) == 0)
    heads: list[Integers] = []
    for index, plans in enumerate(plans_of_markets(reference)):
        shared = [number for number in plans if names[number] in household_plans]
        chosen = np.flatnonzero(is_household & (market[first] == index))[::HOUSEHOLDS]
        if shared:
            plan[np.isin(account, chosen)] = shared[0]
            heads.append(first[chosen])
    return np.sort(np.concatenate(heads)) if heads else np.empty(0, dtype=np.int64)


def numbers_of(market: Integers) -> Integers:
    """A number of the market's region for each subscription, distinct."""
    number = np.zeros(len(market), dtype=np.int64)
    regions = np.array([REGIONS.index(m.region) for m in MARKETS])[market]
    for index, region in enumerate(REGIONS):
        holders = np.flatnonzero(regions == index)
        number[holders] = own_numbers(region, True, np.arange(len(holders), dtype=np.int64))
    return number
