"""Rates what is known, event by event, in exact fractions, by the text of docs/rules.md."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from tests.oracle import records
from tests.oracle.bundles import Bundles
from tests.oracle.charges import Segment, Unpriced, price
from tests.oracle.corrections import Verdict, settle
from tests.oracle.measuring import Measured, Meter, Suspended
from tests.oracle.partials import merge
from tests.oracle.records import Delivered, Usage
from tests.oracle.reference import Reference
from tests.oracle.who import Accounts, Subscribers


@dataclass(frozen=True)
class Charge:
    """One row of usage_charges with its segments. Amounts and units are exact."""

    event_id: str
    account_id: str
    subscription_id: str
    plan_id: str | None
    tariff_id: str
    service: str
    direction: str
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


def rate(deliveries: Iterable[Delivered], reference: Reference) -> Result:
    """Rate all usage among the deliveries with the actions and accounts among them."""
    delivered = list(deliveries)
    usages = records.usages(delivered)
    actions = records.actions(delivered)
    subscribers, accounts = Subscribers(actions), Accounts(records.accounts(delivered))
    bundles = Bundles(reference, actions, subscribers, accounts)
    meter = Meter(subscribers, accounts, reference, bundles)
    standing, settled = settle(usages)
    verdicts = {place(usage): verdict for usage, verdict in settled}
    events, merged = merge(standing)
    verdicts |= {place(usage): Verdict("merged") for usage in merged}
    measured = []
    for usage in sorted(events, key=lambda usage: (usage.started_at, usage.event_id)):
        try:
            measured.append(meter.measure(usage))
        except Suspended as suspended:
            verdicts[place(usage)] = Verdict("suspended", str(suspended))
    charges = {}
    for event in measured:
        try:
            charges[event.usage.event_id] = charge(event, reference)
            verdicts[place(event.usage)] = Verdict("rated")
        except Unpriced as unpriced:
            verdicts[place(event.usage)] = Verdict("suspended", str(unpriced))
    return Result(verdicts, {place(usage): usage for usage in usages}, charges)


def place(usage: Usage) -> tuple[str, int]:
    return usage.knowledge.file_id, usage.knowledge.record_no


def charge(event: Measured, reference: Reference) -> Charge:
    """The charge of an event, once all events are measured. Raises Unpriced."""
    if event.is_out_of_range:
        raise Unpriced("amount_out_of_range")
    minor_digits = reference.minor_digits(event.currency)
    priced = price(event.coverage, event.sign, minor_digits, event.standing)
    return Charge(
        event_id=event.usage.event_id,
        account_id=event.account.account_id,
        subscription_id=event.subscription.subscription_id,
        plan_id=event.subscription.plan_id,
        tariff_id=priced.tariff.tariff_id,
        service=event.usage.service,
        direction=event.usage.direction,
        started_at=event.usage.started_at,
        usage_date=event.usage_date,
        cycle_start=event.cycle_start,
        destination_zone=priced.zone,
        roaming_zone=event.roaming_zone,
        quantity=event.usage.quantity,
        bundle_units=priced.bundle_units,
        billable_units=priced.billable_units,
        connection_fee=priced.connection_fee,
        charge_amount=priced.amount,
        currency=event.currency,
        segments=priced.segments,
    )
