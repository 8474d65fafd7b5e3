"""Rule 19: what stands in the balances of an account and of all below it."""

from collections import defaultdict
from fractions import Fraction
from typing import Any

from tests.oracle.billing.balances import Balances

Row = dict[str, Any]
SUMMED = ("billed_amount", "unbilled_amount", "paid_amount", "balance_amount")


def hierarchy_balances(balances: Balances) -> list[Row]:
    """The sums by account and currency; one that is above itself counts once."""
    children: dict[str | None, list[str]] = defaultdict(list)
    for account_id in balances.accounts.ids():
        children[balances.account(account_id).parent_account_id].append(account_id)
    own: dict[str, list[Row]] = defaultdict(list)
    for row in balances.account_currency_balances():
        own[row["account_id"]].append(row)
    return [
        row
        for account_id in balances.accounts.ids()
        for row in _sums(account_id, below(account_id, children), own)
    ]


def below(account_id: str, children: dict[str | None, list[str]]) -> set[str]:
    """An account and all accounts below it."""
    found: set[str] = set()
    waiting = [account_id]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += children.get(name, [])
    return found


def _sums(account_id: str, names: set[str], own: dict[str, list[Row]]) -> list[Row]:
    by_currency: dict[str, list[Row]] = defaultdict(list)
    for name in names:
        for row in own[name]:
            by_currency[row["currency"]].append(row)
    return [
        {
            "account_id": account_id,
            "currency": currency,
            "account_count": len(rows),
            **{name: sum((row[name] for row in rows), Fraction(0)) for name in SUMMED},
        }
        for currency, rows in by_currency.items()
    ]
