"""Rules 12 to 16: the lines of one cycle before rounding, in exact fractions."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction

from tests.oracle.billing.prices import Discount, Prices, Tax
from tests.oracle.rating import Charge
from tests.oracle.reference_rows import ALWAYS

TYPES = ("usage", "recurring", "bundle", "discount")


@dataclass(frozen=True)
class Key:
    """What tells a line apart, in the order in which lines of a type follow each other."""

    line_type: str
    subscription_id: str | None = None
    plan_id: str | None = None
    item_id: str | None = None
    action_id: str | None = None
    item_from: datetime = ALWAYS
    service: str | None = None
    direction: str | None = None
    destination_zone: str | None = None
    roaming_zone: str | None = None
    charge_currency: str | None = None
    rate_from: datetime = ALWAYS
    tax_profile: str | None = None
    tax_from: datetime = ALWAYS

    @property
    def place(self) -> tuple[object, ...]:
        values = (value if value is not None else "" for value in vars(self).values())
        return (TYPES.index(self.line_type), *list(values)[1:])


@dataclass(frozen=True)
class Item:
    """Something that costs an exact amount, in the cycle's currency, at a moment."""

    key: Key
    amount: Fraction
    at: datetime
    quantity: Fraction
    charge_amount: Fraction
    tax_code: str | None
    tax: Tax
    exchange_rate: Fraction | None
    share: Fraction = Fraction(1)
    events: int = 0


@dataclass
class Line:
    """One line before rounding; `left` is what discounts leave of it."""

    key: Key
    tax: Tax
    tax_code: str | None = None
    amount: Fraction = Fraction(0)
    left: Fraction = Fraction(0)
    quantity: Fraction = Fraction(0)
    charge_amount: Fraction | None = None
    exchange_rate: Fraction | None = None
    share: Fraction = Fraction(1)
    events: int = 0
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True)
class Cycle:
    account_id: str
    start: date
    begins_at: datetime
    ends_at: datetime
    currency: str


def usage_items(charges: Iterable[Charge], cycle: Cycle, prices: Prices, profile_at) -> list[Item]:  # type: ignore[no-untyped-def]
    found = []
    for charge in charges:
        at = charge.started_at
        tariff = prices.version("tariffs", "tariff_id", charge.tariff_id, at) or {}
        exchange = prices.exchange(charge.currency, cycle.currency, at)
        if exchange is None:
            continue
        profile, tax_code = profile_at(at), tariff.get("tax_code") or None
        tax = prices.tax(profile, tax_code, at)
        key = Key(
            "usage",
            charge.subscription_id,
            charge.plan_id,
            charge.tariff_id,
            None,
            prices.begins(tariff),
            charge.service,
            charge.direction,
            charge.destination_zone,
            charge.roaming_zone,
            charge.currency,
            exchange[1],
            profile,
            tax.valid_from,
        )
        rate = None if charge.currency == cycle.currency else exchange[0]
        amount = charge.charge_amount
        found.append(
            Item(
                key,
                amount * exchange[0],
                at,
                charge.quantity,
                amount,
                tax_code,
                tax,
                rate,
                events=1,
            )
        )
    return found


def lines_of(items: Iterable[Item]) -> list[Line]:
    """Items that nothing tells apart are one line."""
    found: dict[Key, Line] = {}
    for item in items:
        line = found.setdefault(item.key, Line(item.key, item.tax, item.tax_code))
        line.amount += item.amount
        line.quantity += item.quantity
        line.charge_amount = (line.charge_amount or Fraction(0)) + item.charge_amount
        line.exchange_rate = item.exchange_rate
        line.share = item.share
        line.events += item.events
        line.items.append(item)
    return sorted(found.values(), key=lambda line: line.key.place)


@dataclass
class Taken:
    """What discounts take, by discount, whether by percent or amount, and tax."""

    by: dict[tuple[str, str, Tax], Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    # the percents met, of totals or not
    percents: dict[bool, set[Fraction]] = field(default_factory=lambda: defaultdict(set))

    def add(self, discount: Discount, taken_by: str, tax: Tax, amount: Fraction) -> None:
        self.by[discount.discount_id, taken_by, Tax(tax.rate, tax.basis)] += amount

    def lines(self) -> list[Line]:
        found = []
        for (discount_id, taken_by, tax), amount in sorted(self.by.items(), key=_discount_place):
            if amount:
                key = Key("discount", item_id=discount_id, service=taken_by)
                found.append(Line(key, tax, amount=-amount, quantity=Fraction(1)))
        return found


def _discount_place(row: tuple[tuple[str, str, Tax], Fraction]) -> tuple[object, ...]:
    discount_id, taken_by, tax = row[0]
    return discount_id, taken_by, tax.rate or 0, tax.basis or ""


def take_percents(lines: list[Line], discounts: list[Discount], account_id: str) -> Taken:
    """Stages 1 to 3: percents, item by item, of what the stage before left."""
    taken = Taken()
    for line in lines:
        line.left = Fraction(0)
        for item in line.items:
            left = item.amount
            for is_total in (False, True):
                whole, room = left, Fraction(100)
                for discount in sorted(discounts, key=lambda row: row.discount_id):
                    if (
                        (discount.taken_on == "total") == is_total
                        and discount.is_on(line.key.line_type)
                        and discount.is_for(account_id, line.key.plan_id)
                        and discount.valid_from <= item.at < discount.valid_to
                    ):
                        percent = min(discount.percent, room)
                        if not percent:
                            continue
                        room -= percent
                        taken.percents[is_total].add(percent)
                        taken.add(discount, "percent", line.tax, whole * percent / 100)
                        left -= whole * percent / 100
            line.left += left
    return taken


def take_amount(
    lines: list[Line],
    discount: Discount,
    amount: Fraction,
    subscription_id: str | None,
    account_id: str,
    taken: Taken,
) -> None:
    """Stage 4: one amount is used up on the lines in their order."""
    for line in lines:
        if not discount.is_on(line.key.line_type):
            continue
        if not discount.is_for(account_id, line.key.plan_id):
            continue
        if subscription_id not in (None, line.key.subscription_id):
            continue
        share = min(max(line.left, Fraction(0)), amount)
        line.left -= share
        amount -= share
        taken.add(discount, "amount", line.tax, share)
