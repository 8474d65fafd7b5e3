"""Which accounts a searched text means, and in which order a list stands."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from dashboards import sums
from dashboards.queries import Balance
from dashboards.text import folded


def matching(accounts: Sequence[Balance], sought: str) -> list[Balance]:
    """Accounts whose name holds the text, or whose id begins with it, without case and accents."""
    wanted = folded(sought)
    return [
        account
        for account in accounts
        if wanted in folded(account.name or "") or folded(account.account_id).startswith(wanted)
    ]


def limit_use(account: Balance) -> Decimal:
    """What is owed or unbilled as a part of the credit limit; -1 where there is no limit to use."""
    used = sums.exposure(account)
    if not account.credit_limit or used is None:
        return Decimal(-1)
    return used / account.credit_limit


ORDERS: dict[str, Callable[[Balance], object]] = {
    "Account id": lambda account: account.account_id,
    "Name": lambda account: (folded(account.name or "\uffff"), account.account_id),
    "Currency, most owed first": lambda account: (
        account.currency or "",
        -(account.balance_amount or Decimal(0)),
        account.account_id,
    ),
    "Most of the credit limit used": lambda account: (-limit_use(account), account.account_id),
}


def ordered(accounts: Sequence[Balance], order: str) -> list[Balance]:
    return sorted(accounts, key=ORDERS[order])  # type: ignore[arg-type]
