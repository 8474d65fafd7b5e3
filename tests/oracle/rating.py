"""Rates what is known, event by event, in exact fractions, by the text of RULES.md."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracle import records
from tests.oracle.bands import Clock
from tests.oracle.bundles import Bundles, Event
from tests.oracle.charges import Segment, Unpriced, band_segments, price
from tests.oracle.corrections import Verdict, settle
from tests.oracle.cycles import cycle_start
from tests.oracle.partials import merge
from tests.oracle.records import Account, Delivered, Usage
from tests.oracle.reference import Reference
from tests.oracle.tariffs import chooser
from tests.oracle.where import roaming_zone
from tests.oracle.who import Accounts, Subscribers, Subscription

LONGEST_TIMED_SECONDS = 31 * 24 * 60 * 60
LARGEST_QUANTITY = 10**12


@dataclass(frozen=True)
class Charge:
    """One row of usage_charges with its segments. Amounts and units are exact."""

    event_id: str
    account_id: str
    subscription_id: str
    plan_id: str | None
    tariff_id: str
    service: str
    started_at: datetime
    usage_date: date
    cycle_start: date
    destination_zone: str | None
    roaming_zone: str
    quantity: Fraction
    bundle_units: Fraction
    billable_units: Fraction
    connection_fee: Fraction
    charge_amount: Fraction
    currency: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Result:
    """A verdict on every usage record by (file_id, record_no), and a charge per rated event."""

    verdicts: dict[tuple[str, int], Verdict]
    usages: dict[tuple[str, int], Usage]
    charges: dict[str, Charge]


class Suspended(Exception):
    """The event cannot be rated yet; the message is the reason."""


def rate(deliveries: Iterable[Delivered], reference: Reference) -> Result:
    """Rate all usage among the deliveries with the actions and accounts among them."""
    delivered = list(deliveries)
    usages = records.usages(delivered)
    actions = records.actions(delivered)
    subscribers, accounts = Subscribers(actions), Accounts(records.accounts(delivered))
    bundles = Bundles(reference, actions, subscribers, accounts)
    oracle = _Rater(subscribers, accounts, reference, bundles)
    standing, settled = settle(usages)
    verdicts = {place(usage): verdict for usage, verdict in settled}
    events, merged = merge(standing)
    verdicts |= {place(usage): Verdict("merged") for usage in merged}
    charges = {}
    for usage in sorted(events, key=lambda usage: (usage.started_at, usage.event_id)):
        try:
            charges[usage.event_id] = oracle.charge(usage)
            verdicts[place(usage)] = Verdict("rated")
        except Suspended as suspended:
            verdicts[place(usage)] = Verdict("suspended", str(suspended))
    return Result(verdicts, {place(usage): usage for usage in usages}, charges)


def place(usage: Usage) -> tuple[str, int]:
    return usage.knowledge.file_id, usage.knowledge.record_no


@dataclass(frozen=True)
class _Rater:
    subscribers: Subscribers
    accounts: Accounts
    reference: Reference
    bundles: Bundles
    # units by tariff that each subscription had so far in each cycle, in event order
    running: dict[tuple[str, date], dict[str, Fraction]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    def charge(self, usage: Usage) -> Charge:
        """The charge of one standing event. Raises Suspended."""
        subscription, account = self._who(usage)
        network_zone = roaming_zone(self.reference, usage.serving_network)
        if network_zone is None:
            raise Suspended("unknown_network")
        is_timed = usage.service in self.reference.timed_services
        total = abs(usage.quantity)
        is_out_of_range = total >= LARGEST_QUANTITY or (is_timed and total > LONGEST_TIMED_SECONDS)
        if is_out_of_range:
            total = Fraction(0)  # it still needs a tariff, but meets no steps
        clock = Clock(
            self.reference, self.reference.calendar_of(subscription.plan_id), account.time_zone
        )
        currency = self._currency(usage, subscription, account)
        usage_date = usage.started_at.astimezone(ZoneInfo(account.time_zone)).date()
        cycle = cycle_start(usage_date, account.bill_day)
        segments = band_segments(
            clock.stretches(usage.started_at, total if is_timed else Fraction(0)),
            total,
            chooser(
                self.reference,
                plan_id=subscription.plan_id,
                service=usage.service,
                direction=usage.direction,
                roaming_zone=network_zone,
                counterparty=usage.counterparty,
                at=usage.started_at,
            ),
        )
        event = Event(
            subscription_id=subscription.subscription_id,
            account_id=account.account_id,
            plan_id=subscription.plan_id,
            service=usage.service,
            direction=usage.direction,
            roaming_zone=network_zone,
            destination_zone=segments[0].choice.zone,
            started_at=usage.started_at,
            cycle_start=cycle,
        )
        try:
            priced = price(
                segments,
                -1 if usage.quantity < 0 else 1,
                self.reference.minor_digits(currency),
                self.running[subscription.subscription_id, cycle],
                lambda: self.bundles.usable(event),
                () if currency == account.currency else ("currency_mismatch",),
            )
        except Unpriced as unpriced:
            raise Suspended(str(unpriced)) from None
        if is_out_of_range:
            raise Suspended("amount_out_of_range")
        return Charge(
            event_id=usage.event_id,
            account_id=account.account_id,
            subscription_id=subscription.subscription_id,
            plan_id=subscription.plan_id,
            tariff_id=priced.tariff.tariff_id,
            service=usage.service,
            started_at=usage.started_at,
            usage_date=usage_date,
            cycle_start=cycle,
            destination_zone=priced.zone,
            roaming_zone=network_zone,
            quantity=usage.quantity,
            bundle_units=priced.bundle_units,
            billable_units=priced.billable_units,
            connection_fee=priced.connection_fee,
            charge_amount=priced.amount,
            currency=currency,
            segments=priced.segments,
        )

    def _who(self, usage: Usage) -> tuple[Subscription, Account]:
        subscription = self.subscribers.holder(usage.subscriber, usage.started_at)
        if subscription is None:
            raise Suspended("unknown_subscriber")
        if subscription.status == "suspended":
            raise Suspended("subscription_suspended")
        account = self.accounts.at(subscription.account_id, usage.started_at)
        if account is None:
            raise Suspended("unknown_account")
        return subscription, account

    def _currency(self, usage: Usage, subscription: Subscription, account: Account) -> str:
        plan_currency = self.reference.plan_currency(subscription.plan_id, usage.started_at)
        return plan_currency or account.currency
