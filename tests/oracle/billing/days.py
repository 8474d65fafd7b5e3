"""Rule 13: on which plan each subscription of an account is, day by day."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from tests.oracle.cycles import cycle_start, midnight
from tests.oracle.records import Account, Action
from tests.oracle.who import Accounts, Subscription, after, in_order

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class ChargedDay:
    """A local day of an account that is charged to a plan, at its last instant."""

    cycle: date
    day: date
    at: datetime
    subscription_id: str
    plan_id: str


class Days:
    """What is true of subscriptions and accounts at the last instant of their local days."""

    def __init__(self, actions: Iterable[Action], accounts: Accounts) -> None:
        self._accounts = accounts
        self._states: dict[str, list[tuple[datetime, Subscription]]] = defaultdict(list)
        for action in in_order(actions):
            states = self._states[action.subscription_id]
            before = states[-1][1] if states else Subscription(action.subscription_id)
            states.append((action.effective_at, after(before, action)))
        self._of_account: dict[str, set[str]] = defaultdict(set)
        for subscription_id, states in self._states.items():
            for _, state in states:
                if state.account_id:
                    self._of_account[state.account_id].add(subscription_id)

    def state(self, subscription_id: str, at: datetime) -> Subscription | None:
        """A subscription after all that happened to it until a moment; None: not begun, or over."""
        states = self._states[subscription_id]
        place = bisect_right(states, at, key=lambda state: state[0])
        found = states[place - 1][1] if place else None
        return None if found is None or found.status == "terminated" else found

    def charged(self, account_id: str, until: datetime) -> Iterator[ChargedDay]:
        """All charged days of an account's subscriptions whose cycle may have ended by then."""
        records = self._accounts.of(account_id)
        subscriptions = sorted(self._of_account.get(account_id, ()))
        if not records or not subscriptions:
            return
        first = min(self._states[name][0][0] for name in subscriptions)
        day = max(first.date(), records[0].effective_at.date()) - 2 * DAY
        while day <= until.date() + 2 * DAY:
            record = record_of_day(records, day)
            if record is not None:
                at = last_instant(day, record.time_zone)
                cycle = cycle_start(day, record.bill_day)
                for subscription_id in subscriptions:
                    state = self.state(subscription_id, at)
                    if state and state.account_id == account_id and state.plan_id:
                        yield ChargedDay(cycle, day, at, subscription_id, state.plan_id)
            day += DAY


def record_of_day(records: list[Account], day: date) -> Account | None:
    """The last record whose local day of beginning is not after the day."""
    found = [record for record in records if first_day(record) <= day]
    return found[-1] if found else None


@cache
def first_day(record: Account) -> date:
    return record.effective_at.astimezone(ZoneInfo(record.time_zone)).date()


@cache
def last_instant(day: date, time_zone: str) -> datetime:
    return midnight(day + DAY, time_zone) - INSTANT
