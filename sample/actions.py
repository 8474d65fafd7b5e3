"""The action feed: what subscribers do with their subscriptions and bundles."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from sample.calendar import END, iso_utc
from sample.lives import NEVER
from sample.purchases import Purchase
from sample.rows import Row
from sample.subscribers import Subscribers

ACTION_COLUMNS = tuple(
    [
        "action_id",
        "effective_at",
        "action",
        "subscription_id",
        "account_id",
        "subscriber",
        "plan_id",
        "bundle_id",
        "quantity",
        "expires_at",
    ]
)
Action = tuple[int, str, dict[str, str]]


def account_id(index: int) -> str:
    return f"A{index:08d}"


def subscription_id(index: int) -> str:
    return f"S{index:08d}"


def actions(subscribers: Subscribers, bought: Iterable[Purchase]) -> Iterator[Row]:
    """Rows by subscription, each in the order of time."""
    of_subscription: dict[int, list[Purchase]] = defaultdict(list)
    for purchase in bought:
        of_subscription[purchase.subscription].append(purchase)
    sequence = 0
    for index in range(subscribers.count):
        life = [*life_of(subscribers, index), *purchases(of_subscription.get(index, ()))]
        for at, action, details in sorted(life, key=lambda entry: entry[:2]):
            sequence += 1
            row = {
                "action_id": f"X{sequence:09d}",
                "effective_at": iso_utc(at),
                "action": action,
                "subscription_id": subscription_id(index),
                **details,
            }
            yield tuple(row.get(column, "") for column in ACTION_COLUMNS)


def life_of(s: Subscribers, index: int) -> Iterator[Action]:
    """What happens to a subscription and its plan."""
    opening = {
        "account_id": account_id(int(s.account[index])),
        "subscriber": f"+{s.number[index]}",
        "plan_id": s.plans[s.plan[index]],
    }
    yield int(s.active_from[index]), "activate", opening
    for moment, action, details in (
        (s.plan_change_at, "change_plan", {"plan_id": s.plans[s.next_plan[index]]}),
        (s.suspended_from, "suspend", {}),
        (s.suspended_to, "resume", {}),
        (s.active_to, "terminate", {}),
    ):
        if moment[index] != NEVER and moment[index] < END:
            yield int(moment[index]), action, details


def purchases(bought: Iterable[Purchase]) -> Iterator[Action]:
    """The add-ons that a subscription gets, and gives back."""
    for purchase in bought:
        bundle = {"bundle_id": purchase.offer.bundle_id}
        expiry = {} if purchase.expires_at is None else {"expires_at": iso_utc(purchase.expires_at)}
        yield purchase.at, "add_bundle", {**bundle, "quantity": str(purchase.quantity), **expiry}
        if purchase.removed_at is not None and purchase.removed_at < END:
            yield purchase.removed_at, "remove_bundle", bundle
