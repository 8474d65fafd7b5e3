"""Rule 8: the bundles that actions add to a subscription or its account."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from tests.oracle.amounts import rounded
from tests.oracle.bundle_instances import Event, Instance, fits
from tests.oracle.bundle_rows import Bundle
from tests.oracle.cycles import cycle_start, midnight, months_later
from tests.oracle.holdings import Holdings
from tests.oracle.records import Action
from tests.oracle.reference_rows import is_valid

# decimals of a usage quantity
UNIT_SCALE = 6


@dataclass(frozen=True)
class AddOn:
    """What one action added: usable in [starts_at, ends_at)."""

    instance: Instance
    starts_at: datetime
    ends_at: datetime


class AddOns:
    """What all actions added, by the subscription or account that may use it."""

    def __init__(
        self, bundles: Sequence[Bundle], actions: Sequence[Action], holdings: Holdings
    ) -> None:
        self._bundles = bundles
        self._holdings = holdings
        self._removals = [action for action in actions if action.action == "remove_bundle"]
        self._of: dict[tuple[bool, str], list[AddOn]] = defaultdict(list)
        for action in actions:
            if action.action == "add_bundle":
                self._add(action)

    def usable(self, event: Event) -> Iterable[Instance]:
        """The instances that an event may use, in no order."""
        of_subscription = self._of.get((True, event.subscription_id), ())
        of_account = self._of.get((False, event.account_id), ())
        for added in (*of_subscription, *of_account):
            is_now = added.starts_at <= event.started_at < added.ends_at
            if is_now and fits(added.instance.bundle, event):
                yield added.instance

    def _add(self, action: Action) -> None:
        at = action.effective_at
        on_sale = [
            bundle
            for bundle in self._bundles
            if bundle.bundle_id == action.bundle_id
            and is_valid((bundle.valid_from, bundle.valid_to), at)
        ]
        period = self._holdings.holding(action.subscription_id, at)
        account = self._holdings.accounts.at(period.account_id, at) if period else None
        if not on_sale or account is None:
            return
        bundle = on_sale[0]
        cycle = cycle_start(at.astimezone(ZoneInfo(account.time_zone)).date(), account.bill_day)
        last = months_later(cycle, bundle.rollover_cycles + 1)
        instance = Instance(
            instance_id=f"{bundle.bundle_id}/{action.action_id}",
            bundle=bundle,
            expires_at=action.expires_at or midnight(last, account.time_zone),
            left=self._units(bundle, action, account.account_id, cycle),
        )
        is_own = bundle.scope == "own"
        holder = action.subscription_id if is_own else account.account_id
        ends_at = min([instance.expires_at, *self._removed(action)])
        self._of[is_own, holder].append(AddOn(instance, at, ends_at))

    def _units(self, bundle: Bundle, action: Action, account_id: str, cycle: date) -> Fraction:
        """What is granted, in the decimals that usage has."""
        members = self._holdings.members(account_id, cycle) if bundle.scope == "pooled" else 1
        return rounded(bundle.units * action.quantity * members, UNIT_SCALE, "half_up")

    def _removed(self, action: Action) -> list[datetime]:
        """When a later action removed what this one added."""
        return [
            removal.effective_at
            for removal in self._removals
            if removal.bundle_id == action.bundle_id
            and removal.subscription_id == action.subscription_id
            and (removal.effective_at, removal.action_id) > (action.effective_at, action.action_id)
        ]
