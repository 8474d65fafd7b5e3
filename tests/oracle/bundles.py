"""Rule 8: which bundles an event may use, in which order, and what each has left."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from tests.oracle.add_ons import AddOns
from tests.oracle.bundle_instances import Event, Instance, fits
from tests.oracle.bundle_rows import Bundle, read_bundle
from tests.oracle.cycles import months_later
from tests.oracle.holdings import Holdings
from tests.oracle.records import Action
from tests.oracle.reference import Reference
from tests.oracle.who import Accounts, Subscribers, in_order

# from when to when in a cycle a plan grants a bundle
Grant = tuple[datetime, datetime, Bundle]


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
        self._most_rollovers = max((bundle.rollover_cycles for bundle in self._bundles), default=0)
        self._by_plan: dict[str, list[Bundle]] = defaultdict(list)
        for bundle in self._bundles:
            if bundle.plan_id is not None:
                self._by_plan[bundle.plan_id].append(bundle)
        self._holdings = Holdings(subscribers.periods(), accounts)
        self._instances: dict[str, Instance] = {}
        self._grants: dict[tuple[str, str | None, str, date], list[Grant]] = {}
        self._add_ons = AddOns(self._bundles, in_order(actions), self._holdings)

    def usable(self, event: Event) -> list[Instance]:
        """The instances that an event may use, in the order of rule 8."""
        found = list(self._add_ons.usable(event))
        for bundle_id in self._included_names(event.account_id):
            for is_own in (True, False):
                found += self._included(bundle_id, is_own, event)
        return sorted(found, key=lambda instance: instance.rank)

    def _included_names(self, account_id: str) -> set[str]:
        """The bundles of all plans that an account was ever on."""
        plans = {"*", *(period.plan_id for period in self._holdings.of_account[account_id])}
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
        for back in range(self._most_rollovers + 1):
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
                    self._holdings.midnight(event.account_id, cycle, last),
                    bundle.units * self._members(bundle, event.account_id, cycle),
                )
            yield self._instances[instance_id]

    def _on_plan(self, bundle_id: str, is_own: bool, event: Event, cycle: date) -> list[Grant]:
        """When in a cycle the holder was on a plan that includes the bundle, on sale then."""
        holder = event.subscription_id if is_own else None
        key = (bundle_id, holder, event.account_id, cycle)
        if key not in self._grants:
            self._grants[key] = self._granting(*key)
        return self._grants[key]

    def _granting(
        self, bundle_id: str, holder: str | None, account_id: str, cycle: date
    ) -> list[Grant]:
        start, end = self._holdings.cycle(account_id, cycle)
        found = [
            (
                max(start, period.start, bundle.valid_from),
                min(end, period.end, bundle.valid_to),
                bundle,
            )
            for period in self._holdings.of_account[account_id]
            for bundle in (*self._by_plan.get(period.plan_id or "*", ()), *self._by_plan["*"])
            if bundle.bundle_id == bundle_id
            and (bundle.scope == "own") == (holder is not None)
            and holder in (None, period.subscription_id)
        ]
        return [entry for entry in found if entry[0] < entry[1]]

    def _members(self, bundle: Bundle, account_id: str, cycle: date) -> int:
        return self._holdings.members(account_id, cycle) if bundle.scope == "pooled" else 1
