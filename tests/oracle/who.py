"""Rule 4: the subscription that held a number at a moment, and the account that pays."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from tests.oracle.records import Account, Action
from tests.oracle.reference_rows import NEVER

STATUS_AFTER = {
    "activate": "active",
    "suspend": "suspended",
    "resume": "active",
    "terminate": "terminated",
}


@dataclass(frozen=True)
class Subscription:
    """A subscription after an action: what is not said stays."""

    subscription_id: str
    account_id: str | None = None
    subscriber: str | None = None
    plan_id: str | None = None
    status: str = "active"


@dataclass(frozen=True, order=True)
class _Taking:
    taken_at: datetime
    subscription_id: str
    position: int


@dataclass(frozen=True)
class Period:
    """While a subscription holds a number in one state, and is not terminated."""

    subscriber: str
    subscription_id: str
    account_id: str | None
    plan_id: str | None
    start: datetime
    end: datetime


def in_order(actions: Iterable[Action]) -> list[Action]:
    """The last known row of each action, as they take effect."""
    last_known: dict[str, Action] = {}
    for action in sorted(actions, key=lambda action: action.knowledge):
        last_known[action.action_id] = action
    return sorted(last_known.values(), key=lambda action: (action.effective_at, action.action_id))


class Subscribers:
    """Who held which number when, from all actions known."""

    def __init__(self, actions: Iterable[Action]) -> None:
        histories: dict[str, list[Action]] = defaultdict(list)
        for action in in_order(actions):
            histories[action.subscription_id].append(action)
        self._states: dict[str, list[tuple[datetime, Subscription]]] = {}
        self._takings: dict[str, list[_Taking]] = defaultdict(list)
        self._givings: dict[tuple[str, str], list[_Taking]] = defaultdict(list)
        for subscription_id, history in histories.items():
            self._live(subscription_id, history)

    def _live(self, subscription_id: str, history: list[Action]) -> None:
        state = Subscription(subscription_id)
        states = self._states[subscription_id] = []
        for position, action in enumerate(history):
            before, state = state, after(state, action)
            states.append((action.effective_at, state))
            moment = _Taking(action.effective_at, subscription_id, position)
            has_moved = before.subscriber != state.subscriber
            if before.subscriber and (has_moved or action.action == "terminate"):
                self._givings[before.subscriber, subscription_id].append(moment)
            if state.subscriber and (has_moved or action.action == "activate"):
                self._takings[state.subscriber].append(moment)

    def holder(self, subscriber: str, at: datetime) -> Subscription | None:
        """The subscription that took the number last, unless it has since given it up."""
        taken = [taking for taking in self._takings.get(subscriber, ()) if taking.taken_at <= at]
        if not taken:
            return None
        last = max(taken)
        given = self._givings.get((subscriber, last.subscription_id), ())
        if any(last.position < giving.position and giving.taken_at <= at for giving in given):
            return None
        states = self._states[last.subscription_id]
        return [state for effective_at, state in states if effective_at <= at][-1]

    def periods(self) -> list[Period]:
        """All periods of all numbers, each between two actions on those who ever had it."""
        found = []
        for subscriber, takings in self._takings.items():
            moments = sorted(
                {
                    effective_at
                    for taking in takings
                    for effective_at, _ in self._states[taking.subscription_id]
                }
            )
            for start, end in zip(moments, [*moments[1:], NEVER], strict=True):
                state = self.holder(subscriber, start)
                if state is not None and state.status != "terminated":
                    found.append(
                        Period(
                            subscriber,
                            state.subscription_id,
                            state.account_id,
                            state.plan_id,
                            start,
                            end,
                        )
                    )
        return found


def after(state: Subscription, action: Action) -> Subscription:
    return replace(
        state,
        account_id=action.account_id or state.account_id,
        subscriber=action.subscriber or state.subscriber,
        plan_id=action.plan_id or state.plan_id,
        status=STATUS_AFTER.get(action.action, state.status),
    )


class Accounts:
    """Account rows by the moment they take effect."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        last_known: dict[str | None, dict[datetime, Account]] = defaultdict(dict)
        for account in sorted(accounts, key=lambda account: account.knowledge):
            last_known[account.account_id][account.effective_at] = account
        self._rows = {
            account_id: [rows[moment] for moment in sorted(rows)]
            for account_id, rows in last_known.items()
        }

    def at(self, account_id: str | None, moment: datetime) -> Account | None:
        """The account as it was at that moment; None if it was not known to exist then."""
        rows = self._rows.get(account_id, ())
        found = [account for account in rows if account.effective_at <= moment]
        return found[-1] if found else None

    def ids(self) -> list[str]:
        return sorted(filter(None, self._rows))

    def of(self, account_id: str | None) -> list[Account]:
        """All records of an account, in the order in which they take effect."""
        return self._rows.get(account_id, [])

    def at_or_first(self, account_id: str | None, moment: datetime) -> Account:
        """The account at that moment, else as it first was; it must be known."""
        return self.at(account_id, moment) or self._rows[account_id][0]
