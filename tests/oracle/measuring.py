"""Rules 4 to 8 on one event: who pays, where it went, its bands and tariffs, what bundles cover.

Events are measured in their order, as each takes from bundles what those before it left. Only when
all are measured is it known how many units a cycle has, and can they be priced.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracle.bands import Clock
from tests.oracle.bundle_instances import Event
from tests.oracle.bundles import Bundles
from tests.oracle.charges import Standing
from tests.oracle.covering import Coverage, cover
from tests.oracle.cycles import cycle_start
from tests.oracle.records import Account, Usage
from tests.oracle.reference import Reference
from tests.oracle.reference_rows import is_valid, validity
from tests.oracle.segments import BandSegment, band_segments, tariffs_of, units_under
from tests.oracle.tariffs import chooser
from tests.oracle.where import roaming_zone
from tests.oracle.who import Accounts, Subscribers, Subscription

LONGEST_TIMED_SECONDS = 31 * 24 * 60 * 60
LARGEST_QUANTITY = 10**12
# worst first: an event that suffers from several is suspended for the first of these
PRECEDENCE = ("no_tariff", "ambiguous_tariff", "currency_mismatch")


class Suspended(Exception):
    """The event cannot be rated yet; the message is the reason."""


@dataclass(frozen=True)
class Measured:
    """An event before its price. `standing.whole` goes on growing while others are measured."""

    usage: Usage
    subscription: Subscription
    account: Account
    currency: str
    roaming_zone: str
    usage_date: date
    cycle_start: date
    is_out_of_range: bool
    coverage: Coverage
    standing: Standing

    @property
    def sign(self) -> int:
        return -1 if self.usage.quantity < 0 else 1


@dataclass(frozen=True)
class Meter:
    """Measures events, which must come in their order."""

    subscribers: Subscribers
    accounts: Accounts
    reference: Reference
    bundles: Bundles
    # units by tariff that each subscription had so far in each cycle
    cycles: dict[tuple[str, date], dict[str, Fraction]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    clocks: dict[tuple[str | None, str], Clock] = field(default_factory=dict)

    def measure(self, usage: Usage) -> Measured:
        """Settle all but the price of one standing event. Raises Suspended."""
        subscription, account = self._who(usage)
        network_zone = roaming_zone(self.reference, usage.serving_network)
        if network_zone is None:
            raise Suspended("unknown_network")
        total = abs(usage.quantity)
        is_out_of_range = self._is_out_of_range(usage, total)
        if is_out_of_range:
            total = Fraction(0)  # it still needs a tariff, but meets no steps
        segments = self._segments(usage, total, subscription, account, network_zone)
        currency = self._currency(usage, subscription, account)
        reasons = {segment.choice.reason for segment in segments}
        if not self._is_convertible(currency, account.currency, usage.started_at):
            reasons.add("currency_mismatch")
        for reason in PRECEDENCE:
            if reason in reasons:
                raise Suspended(reason)
        usage_date = usage.started_at.astimezone(ZoneInfo(account.time_zone)).date()
        event = Event(
            subscription_id=subscription.subscription_id,
            account_id=account.account_id,
            plan_id=subscription.plan_id,
            service=usage.service,
            direction=usage.direction,
            roaming_zone=network_zone,
            destination_zone=segments[0].choice.zone,
            started_at=usage.started_at,
            cycle_start=cycle_start(usage_date, account.bill_day),
        )
        instances = self.bundles.usable(event) if total else ()
        coverage = cover(segments, instances, is_refund=usage.quantity < 0)
        return Measured(
            usage=usage,
            subscription=subscription,
            account=account,
            currency=currency,
            roaming_zone=network_zone,
            usage_date=usage_date,
            cycle_start=event.cycle_start,
            is_out_of_range=is_out_of_range,
            coverage=coverage,
            standing=self._counted(event, coverage, is_refund=usage.quantity < 0),
        )

    def _counted(self, event: Event, coverage: Coverage, *, is_refund: bool) -> Standing:
        """Where the cycle stands before the event, whose units it then counts; not a refund's."""
        whole = self.cycles[event.subscription_id, event.cycle_start]
        by_cycle = [t for t in tariffs_of(coverage.left) if t.tier_scope == "period"]
        before = {tariff.tariff_id: whole.get(tariff.tariff_id, Fraction(0)) for tariff in by_cycle}
        for tariff in () if is_refund else by_cycle:
            whole[tariff.tariff_id] = before[tariff.tariff_id] + units_under(coverage.left, tariff)
        return Standing(before, whole)

    def _is_out_of_range(self, usage: Usage, total: Fraction) -> bool:
        is_timed = usage.service in self.reference.timed_services
        return total >= LARGEST_QUANTITY or (is_timed and total > LONGEST_TIMED_SECONDS)

    def _segments(
        self,
        usage: Usage,
        total: Fraction,
        subscription: Subscription,
        account: Account,
        network_zone: str,
    ) -> list[BandSegment]:
        is_timed = usage.service in self.reference.timed_services
        clock = self._clock(subscription.plan_id, account.time_zone)
        return band_segments(
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

    def _clock(self, plan_id: str | None, time_zone: str) -> Clock:
        key = (self.reference.calendar_of(plan_id), time_zone)
        if key not in self.clocks:
            self.clocks[key] = Clock(self.reference, *key)
        return self.clocks[key]

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

    def _is_convertible(self, have: str, want: str, at: datetime) -> bool:
        """Rule 16: the same currency, or there is a rate."""
        return have == want or any(
            (row["from_currency"], row["to_currency"]) == (have, want)
            and is_valid(validity(row), at)
            for row in self.reference.rows("exchange_rates")
        )

    def _currency(self, usage: Usage, subscription: Subscription, account: Account) -> str:
        plan_currency = self.reference.plan_currency(subscription.plan_id, usage.started_at)
        return plan_currency or account.currency
