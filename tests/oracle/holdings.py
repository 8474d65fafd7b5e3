"""Who holds what in a billing cycle, as bundles ask for it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from tests.oracle.cycles import midnight, months_later
from tests.oracle.who import Accounts, Period


class Holdings:
    """The periods in which subscriptions hold numbers, and the cycles of their accounts."""

    def __init__(self, periods: Iterable[Period], accounts: Accounts) -> None:
        self.accounts = accounts
        self.of_account: dict[str | None, list[Period]] = defaultdict(list)
        self._of_subscription: dict[str, list[Period]] = defaultdict(list)
        for period in periods:
            self.of_account[period.account_id].append(period)
            self._of_subscription[period.subscription_id].append(period)

    def holding(self, subscription_id: str, at: datetime) -> Period | None:
        """The period in which a subscription holds a number at a moment."""
        periods = self._of_subscription.get(subscription_id, ())
        found = [period for period in periods if period.start <= at < period.end]
        return min(found, key=lambda period: period.subscriber) if found else None

    def members(self, account_id: str, cycle: date) -> int:
        """How many subscriptions an account has in a cycle."""
        start, end = self.cycle(account_id, cycle)
        return len(
            {
                period.subscription_id
                for period in self.of_account[account_id]
                if max(start, period.start) < min(end, period.end)
            }
        )

    def midnight(self, account_id: str, cycle: date, day: date) -> datetime:
        """When a day begins where the account was at midnight UTC of the cycle's first day."""
        account = self.accounts.at_or_first(account_id, datetime.combine(cycle, time(), UTC))
        return midnight(day, account.time_zone)

    def cycle(self, account_id: str, cycle: date) -> tuple[datetime, datetime]:
        """The moments at which a cycle begins and ends."""
        return (
            self.midnight(account_id, cycle, cycle),
            self.midnight(account_id, cycle, months_later(cycle, 1)),
        )
