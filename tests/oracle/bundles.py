"""Rule 8: which bundles an event may use, in which order, and what each has left."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from tests.oracle.amounts import rounded
from tests.oracle.bundle_instances import Event, Instance, fits
from tests.oracle.bundle_rows import Bundle, read_bundle
from tests.oracle.cycles import cycle_start, midnight, months_later
from tests.oracle.records import Account, Action
from tests.oracle.reference import Reference, is_valid
from tests.oracle.who import Accounts, Period, Subscribers, in_order

# decimals of a usage quantity
UNIT_SCALE = 6


class Bundles:
    """All bundles of all holders; what is used of one stays used."""

    def __init__(
        self,
        reference: Reference,
        actions: Iterable[Action],
        subscribers: Subscribers,
        accounts: Accounts,
    ) -> None:
        self._bundles = [read_bundle(row) for row in reference.rows("bundles")]
        self._by_plan: dict[str, list[Bundle]] = defaultdict(list)
        for bundle in self._bundles:
            if bundle.plan_id is not None:
                self._by_plan[bundle.plan_id].append(bundle)
        self._periods = subscribers.periods()
        self._of_account: dict[str | None, list[Period]] = defaultdict(list)
        for period in self._periods:
            self._of_account[period.account_id].append(period)
        self._accounts = accounts
        self._instances: dict[str, Instance] = {}
        self._grants: dict[
            tuple[str, str | None, str, date], list[tuple[datetime, datetime, Bundle]]
        ] = {}
        ordered = in_order(actions)
        self._added = [added for added in map(self._add_on, ordered) if added is not None]
        self._removed = [action for action in ordered if action.action == "remove_bundle"]

    def usable(self, event: Event) -> list[Instance]:
        """The instances that an event may use, in the order of rule 8."""
        found = []
        for bundle_id in self._included_names(event.account_id):
            for is_own in (True, False):
                found += self._included(bundle_id, is_own, event)
        for action, instance in self._added:
            if fits(instance.bundle, event) and self._may_use(action, instance, event):
                found.append(instance)
        return sorted(found, key=lambda instance: instance.rank)

    def _included_names(self, account_id: str) -> set[str]:
        """The bundles of all plans that an account was ever on."""
        plans = {"*", *(period.plan_id for period in self._of_account[account_id])}
        return {
            bundle.bundle_id for plan in plans if plan for bundle in self._by_plan.get(plan, ())
        }

    def _included(self, bundle_id: str, is_own: bool, event: Event) -> Iterable[Instance]:
        now = self._on_plan(bundle_id, is_own, event, event.cycle_start)
        if not (
            any(start <= event.started_at for start, _, _ in now)
            and any(event.started_at < end for _, end, _ in now)
        ):
            return
        holder = event.subscription_id if is_own else event.account_id
        for back in range(max(bundle.rollover_cycles for bundle in self._bundles) + 1):
            cycle = months_later(event.cycle_start, -back)
            then = self._on_plan(bundle_id, is_own, event, cycle)
            if not then:
                continue
            bundle = min(then, key=lambda entry: (entry[0], entry[2].valid_from))[2]
            is_on_plan = not is_own or bundle.plan_id in ("*", event.plan_id)
            if back > bundle.rollover_cycles or not fits(bundle, event) or not is_on_plan:
                continue
            instance_id = f"{bundle_id}/{holder}/{cycle.isoformat()}"
            if instance_id not in self._instances:
                last = months_later(cycle, bundle.rollover_cycles + 1)
                self._instances[instance_id] = Instance(
                    instance_id,
                    bundle,
                    self._midnight(event.account_id, cycle, last),
                    bundle.units * self._members(bundle, event.account_id, cycle),
                )
            yield self._instances[instance_id]

    def _on_plan(
        self, bundle_id: str, is_own: bool, event: Event, cycle: date
    ) -> list[tuple[datetime, datetime, Bundle]]:
        """When in a cycle the holder was on a plan that includes the bundle, on sale then."""
        holder = event.subscription_id if is_own else None
        key = (bundle_id, holder, event.account_id, cycle)
        if key not in self._grants:
            self._grants[key] = self._granting(*key)
        return self._grants[key]

    def _granting(
        self, bundle_id: str, holder: str | None, account_id: str, cycle: date
    ) -> list[tuple[datetime, datetime, Bundle]]:
        start, end = self._cycle(account_id, cycle)
        found = [
            (
                max(start, period.start, bundle.valid_from),
                min(end, period.end, bundle.valid_to),
                bundle,
            )
            for period in self._of_account[account_id]
            for bundle in (*self._by_plan.get(period.plan_id or "*", ()), *self._by_plan["*"])
            if bundle.bundle_id == bundle_id
            and (bundle.scope == "own") == (holder is not None)
            and holder in (None, period.subscription_id)
        ]
        return [entry for entry in found if entry[0] < entry[1]]

    def _members(self, bundle: Bundle, account_id: str, cycle: date) -> int:
        if bundle.scope != "pooled":
            return 1
        start, end = self._cycle(account_id, cycle)
        return len(
            {
                period.subscription_id
                for period in self._periods
                if period.account_id == account_id
                and max(start, period.start) < min(end, period.end)
            }
        )

    def _add_on(self, action: Action) -> tuple[Action, Instance] | None:
        on_sale = [
            bundle
            for bundle in self._bundles
            if bundle.bundle_id == action.bundle_id
            and is_valid((bundle.valid_from, bundle.valid_to), action.effective_at)
        ]
        period = self._holding(action)
        if action.action != "add_bundle" or not on_sale or period is None:
            return None
        bundle = on_sale[0]
        account = self._accounts.at(period.account_id, action.effective_at)
        if account is None:
            return None
        day = action.effective_at.astimezone(ZoneInfo(account.time_zone)).date()
        cycle = cycle_start(day, account.bill_day)
        last = months_later(cycle, bundle.rollover_cycles + 1)
        expires_at = action.expires_at or midnight(last, account.time_zone)
        members = self._members(bundle, account.account_id, cycle)
        instance_id = f"{bundle.bundle_id}/{action.action_id}"
        granted = rounded(bundle.units * action.quantity * members, UNIT_SCALE, "half_up")
        return action, Instance(instance_id, bundle, expires_at, granted)

    def _may_use(self, action: Action, instance: Instance, event: Event) -> bool:
        period = self._holding(action)
        assert period is not None
        is_holder = (
            action.subscription_id == event.subscription_id
            if instance.bundle.scope == "own"
            else period.account_id == event.account_id
        )
        ends = [
            removed.effective_at
            for removed in self._removed
            if removed.bundle_id == action.bundle_id
            and removed.subscription_id == action.subscription_id
            and (removed.effective_at, removed.action_id) > (action.effective_at, action.action_id)
        ]
        end = min([instance.expires_at, *ends])
        return is_holder and action.effective_at <= event.started_at < end

    def _holding(self, action: Action) -> Period | None:
        """The period in which the action's subscription holds a number at that moment."""
        found = [
            period
            for period in self._periods
            if period.subscription_id == action.subscription_id
            and period.start <= action.effective_at < period.end
        ]
        return min(found, key=lambda period: period.subscriber) if found else None

    def _account(self, account_id: str, cycle: date) -> Account:
        """The account as it is at midnight UTC of the day on which the cycle begins."""
        return self._accounts.at_or_first(account_id, datetime.combine(cycle, time(), UTC))

    def _midnight(self, account_id: str, cycle: date, day: date) -> datetime:
        return midnight(day, self._account(account_id, cycle).time_zone)

    def _cycle(self, account_id: str, cycle: date) -> tuple[datetime, datetime]:
        return (
            self._midnight(account_id, cycle, cycle),
            self._midnight(account_id, cycle, months_later(cycle, 1)),
        )
