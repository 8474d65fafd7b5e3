"""Rules 12 to 17: the statement of every cycle that has ended and has lines."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from tests.oracle import records
from tests.oracle.billing.days import ChargedDay, Days
from tests.oracle.billing.exactness import is_in_range
from tests.oracle.billing.fees import (
    costs,
    included_items,
    month_share,
    of_bundle,
    recurring_items,
)
from tests.oracle.billing.lines import (
    AccountAt,
    Cycle,
    Item,
    Key,
    Line,
    lines_of,
    take_amount,
    take_percents,
    usage_items,
)
from tests.oracle.billing.prices import ANY, Discount, Prices
from tests.oracle.billing.statement import BilledLine, bill
from tests.oracle.cycles import cycle_start, midnight, months_later
from tests.oracle.rating import Charge, Result
from tests.oracle.records import Account, Action, Delivered
from tests.oracle.reference import Reference
from tests.oracle.who import Accounts, in_order


@dataclass(frozen=True)
class Statement:
    """What a cycle comes to, as known at one time."""

    cycle: Cycle
    lines: tuple[BilledLine, ...]

    @cached_property
    def net(self) -> Fraction:
        return sum((line.net for line in self.lines), Fraction(0))

    @cached_property
    def tax(self) -> Fraction:
        return sum((line.tax for line in self.lines), Fraction(0))


def statements(
    known: Iterable[Delivered], reference: Reference, result: Result, closed_until: datetime
) -> dict[tuple[str, date], Statement | None]:
    """All statements by account and cycle; None: an amount is out of range."""
    delivered = list(known)
    actions = records.actions(delivered)
    accounts = Accounts(records.accounts(delivered))
    book = _Book(reference, accounts, Days(actions, accounts), in_order(actions), Prices(reference))
    charges: dict[str, dict[date, list[Charge]]] = defaultdict(lambda: defaultdict(list))
    for charge in result.charges.values():
        charges[charge.account_id][charge.cycle_start].append(charge)
    found: dict[tuple[str, date], Statement | None] = {}
    for account_id in accounts.ids():
        for start, statement in book.cycles(account_id, charges[account_id], closed_until):
            if statement is None or statement.lines:
                found[account_id, start] = statement
    return found


@dataclass(frozen=True)
class _Book:
    reference: Reference
    accounts: Accounts
    days: Days
    actions: list[Action]
    prices: Prices

    def cycles(
        self, account_id: str, charges: dict[date, list[Charge]], until: datetime
    ) -> Iterable[tuple[date, Statement | None]]:
        days: dict[date, list[ChargedDay]] = defaultdict(list)
        for day in self.days.charged(account_id, until):
            days[day.cycle].append(day)
        added = self._added.get(account_id, {})
        for start in sorted({*days, *charges, *added}):
            cycle = self._cycle(account_id, start)
            if cycle.ends_at <= until:
                lines = self._lines(
                    cycle, charges.get(start, []), days.get(start, []), added.get(start, [])
                )
                if lines is None:
                    yield start, None
                    continue
                billed = bill(lines, self.reference.minor_digits(cycle.currency))
                yield start, Statement(cycle, tuple(billed))

    def _cycle(self, account_id: str, start: date) -> Cycle:
        at = datetime(start.year, start.month, start.day, tzinfo=ZoneInfo("UTC"))
        account = self.accounts.at_or_first(account_id, at)
        zone = account.time_zone
        ends_at = midnight(months_later(start, 1), zone)
        return Cycle(account_id, start, midnight(start, zone), ends_at, account.currency)

    @cached_property
    def _added(self) -> dict[str, dict[date, list[tuple[Action, str | None]]]]:
        """Actions that add a bundle, by account and cycle, with the plan at that time."""
        found: dict[str, dict[date, list[tuple[Action, str | None]]]] = {}
        for action in self.actions:
            if action.action != "add_bundle" or not action.quantity:
                continue
            at = action.effective_at
            state = self.days.state(action.subscription_id, at)
            account = self.accounts.at(state.account_id, at) if state else None
            if state is None or account is None:
                continue
            day = at.astimezone(ZoneInfo(account.time_zone)).date()
            cycles = found.setdefault(account.account_id, defaultdict(list))
            cycles[cycle_start(day, account.bill_day)].append((action, state.plan_id))
        return found

    def _lines(
        self,
        cycle: Cycle,
        charges: list[Charge],
        days: list[ChargedDay],
        added: list[tuple[Action, str | None]],
    ) -> list[Line] | None:
        prices = self.prices

        def account_at(at: datetime) -> Account | None:
            return self.accounts.at(cycle.account_id, at)

        items = usage_items(charges, cycle, prices, account_at)
        items += recurring_items(days, cycle, prices, account_at)
        items += included_items(days, cycle, prices, account_at)
        for action, plan_id in added:
            items += self._add_on(action, plan_id, cycle, prices, account_at)
        lines = lines_of(items)
        plans = {line.key.plan_id for line in lines}
        discounts = prices.discounts_for(cycle.account_id, plans)
        taken = take_percents(lines, discounts, cycle.account_id)
        amounts = _amounts(prices, discounts, cycle, lines, days)
        wanted = [discount.amount for discount, share, _ in amounts if share]
        minor_digits = self.reference.minor_digits(cycle.currency)
        has_days = any(
            share and name and _prorated_days(prices, discount, name, days) is not None
            for discount, share, name in amounts
        )
        if lines and not is_in_range(cycle, lines, taken, wanted, minor_digits, has_days=has_days):
            return None
        for discount, share, subscription_id in amounts:
            amount = discount.amount * share
            take_amount(lines, discount, amount, subscription_id, cycle.account_id, taken)
        return [*lines, *taken.lines()]

    def _add_on(
        self,
        action: Action,
        plan_id: str | None,
        cycle: Cycle,
        prices: Prices,
        account_at: AccountAt,
    ) -> list[Item]:
        at = action.effective_at
        row = prices.version("bundles", "bundle_id", action.bundle_id or "", at)
        if row is None or not costs(row):
            return []
        key = Key("bundle", action.subscription_id, plan_id, action.bundle_id, action.action_id)
        return of_bundle(key, row, action.quantity, at, cycle, prices, account_at)


def _amounts(
    prices: Prices,
    discounts: list[Discount],
    cycle: Cycle,
    lines: list[Line],
    days: list[ChargedDay],
) -> list[tuple[Discount, Fraction, str | None]]:
    """Stage 4: the amounts of a cycle in their order, with the share of each that is taken."""
    found: list[tuple[Discount, Fraction, str | None]] = []
    on_plans = {
        (line.key.subscription_id, line.key.plan_id) for line in lines if line.key.subscription_id
    }
    for discount in discounts:
        is_in_cycle = discount.valid_from < cycle.ends_at and discount.valid_to > cycle.begins_at
        if not discount.amount or not is_in_cycle:
            continue
        if discount.account_id is not None:
            if discount.account_id == cycle.account_id:
                found.append((discount, Fraction(1), None))
            continue
        names = {name for name, plan_id in on_plans if discount.plan_id in (ANY, plan_id)}
        for name in sorted(filter(None, names)):
            found.append((discount, _share(prices, discount, name, days), name))
    ordered = sorted(found, key=lambda row: (row[0].discount_id, row[2] or "", row[0].valid_from))
    return _first_versions(ordered, prices, days)


def _prorated_days(
    prices: Prices, discount: Discount, subscription_id: str, days: list[ChargedDay]
) -> list[ChargedDay] | None:
    """The days that an amount on fees is for; None when it is not prorated."""
    if discount.taken_on != "recurring" or discount.account_id is not None:
        return None
    on_plan = [
        day
        for day in days
        if day.subscription_id == subscription_id
        and day.plan_id in prices.prorating
        and discount.plan_id in (ANY, day.plan_id)
    ]
    if not on_plan:
        return None
    return [day for day in on_plan if discount.valid_from <= day.at < discount.valid_to]


def _share(
    prices: Prices, discount: Discount, subscription_id: str, days: list[ChargedDay]
) -> Fraction:
    own = _prorated_days(prices, discount, subscription_id, days)
    return Fraction(1) if own is None else month_share(day.day for day in own)


def _first_versions(
    amounts: list[tuple[Discount, Fraction, str | None]], prices: Prices, days: list[ChargedDay]
) -> list[tuple[Discount, Fraction, str | None]]:
    """Of several versions of a discount in a cycle the first, unless each is for its days."""
    seen: set[tuple[str, str | None]] = set()
    found = []
    for discount, share, name in amounts:
        if name is not None and _prorated_days(prices, discount, name, days) is not None:
            found.append((discount, share, name))
        elif (discount.discount_id, name) not in seen:
            seen.add((discount.discount_id, name))
            found.append((discount, share, name))
    return found
