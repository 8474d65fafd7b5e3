"""Rule 13: recurring fees and bundle prices of one cycle."""

import calendar
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from fractions import Fraction

from tests.oracle.billing.days import ChargedDay
from tests.oracle.billing.lines import Cycle, Item, Key
from tests.oracle.billing.prices import Prices
from tests.oracle.reference_rows import Row, fraction, is_valid, validity

ProfileAt = Callable[[datetime], str | None]


def month_share(days: Iterable[date]) -> Fraction:
    """Days over the days of their calendar month, month by month."""
    months = Counter((day.year, day.month) for day in days)
    return sum(
        (Fraction(count, calendar.monthrange(*month)[1]) for month, count in months.items()),
        Fraction(0),
    )


def recurring_items(
    days: Iterable[ChargedDay], cycle: Cycle, prices: Prices, profile_at: ProfileAt
) -> list[Item]:
    """The fee of each subscription and version of its plan."""
    charged: dict[tuple[str, str], list[tuple[ChargedDay, Row]]] = defaultdict(list)
    for day in days:
        row = prices.version("plans", "plan_id", day.plan_id, day.at)
        if row is not None and (fraction(row, "recurring_fee") or 0) > 0:
            charged[day.subscription_id, day.plan_id].append((day, row))
    found = []
    for (subscription_id, plan_id), rows in charged.items():
        versions: dict[datetime, list[tuple[ChargedDay, Row]]] = defaultdict(list)
        for day, row in rows:
            versions[validity(row)[0]].append((day, row))
        whole = [own for own in versions.values() if own[0][1].get("prorate") != "true"]
        first_whole = min(whole, key=lambda own: own[0][0].at, default=None)
        for begins, own in versions.items():
            row = own[0][1]
            is_prorated = row.get("prorate") == "true"
            if not is_prorated and own is not first_whole:
                continue
            share = month_share(day.day for day, _ in own) if is_prorated else Fraction(1)
            item = priced(
                Key("recurring", subscription_id, plan_id, plan_id, item_from=begins),
                Fraction(row["recurring_fee"]),
                share,
                Fraction(len(own)),
                row.get("currency") or None,
                row.get("tax_code") or None,
                min(day.at for day, _ in own),
                cycle,
                prices,
                profile_at,
            )
            found += item
    return found


def included_items(
    days: Iterable[ChargedDay], cycle: Cycle, prices: Prices, profile_at: ProfileAt
) -> list[Item]:
    """The prices of bundles that plans include, once a cycle for each that has them."""
    first: dict[tuple[str | None, str], tuple[datetime, str, Row]] = {}
    for day in days:
        for valid, row in prices.included(day.plan_id):
            if is_valid(valid, day.at):
                holder = None if row.get("scope") == "shared" else day.subscription_id
                found = (day.at, day.plan_id, row)
                before = first.get((holder, row["bundle_id"]))
                if before is None or found[:2] < before[:2]:
                    first[holder, row["bundle_id"]] = found
    items = []
    for (holder, bundle_id), (at, plan_id, row) in first.items():
        key = Key("bundle", holder, plan_id, bundle_id)
        items += of_bundle(key, row, Fraction(1), at, cycle, prices, profile_at)
    return items


def costs(row: Row) -> bool:
    return (fraction(row, "price") or 0) > 0


def of_bundle(
    key: Key,
    row: Row,
    quantity: Fraction,
    at: datetime,
    cycle: Cycle,
    prices: Prices,
    profile_at: ProfileAt,
) -> list[Item]:
    currency = prices.reference.plan_currency(key.plan_id, at)
    price, tax_code = Fraction(row["price"]), row.get("tax_code") or None
    return priced(key, price, quantity, quantity, currency, tax_code, at, cycle, prices, profile_at)


def priced(
    key: Key,
    price: Fraction,
    share: Fraction,
    quantity: Fraction,
    currency: str | None,
    tax_code: str | None,
    at: datetime,
    cycle: Cycle,
    prices: Prices,
    profile_at: ProfileAt,
) -> list[Item]:
    """A fee with the exchange rate and tax of its moment; nothing where there is no rate."""
    currency = currency or cycle.currency
    exchange = prices.exchange(currency, cycle.currency, at)
    if exchange is None:
        return []
    profile = profile_at(at)
    tax = prices.tax(profile, tax_code, at)
    full = Key(
        **{
            **vars(key),
            "charge_currency": currency,
            "rate_from": exchange[1],
            "tax_profile": profile,
            "tax_from": tax.valid_from,
        }
    )
    rate = None if currency == cycle.currency else exchange[0]
    amount = price * share * exchange[0]
    return [Item(full, amount, at, quantity, price, tax_code, tax, rate, share)]
