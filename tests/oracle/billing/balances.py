"""Rule 19: what accounts owe, as rows of the tables of balances."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cached_property
from typing import Any

from tests.oracle.billing.ledger import Ledger
from tests.oracle.billing.prices import Prices
from tests.oracle.billing.statement import half_up
from tests.oracle.billing.versions import Books, Place
from tests.oracle.rating import Charge
from tests.oracle.records import Account
from tests.oracle.who import Accounts

Row = dict[str, Any]
NOTHING = Fraction(0)
# when a cycle ends and begins, the last version of its statement, and its total
Bill = tuple[datetime, date, int, Fraction]
SMALLEST = Fraction(1, 10**10)
LARGEST = 10**8
AGES = ((30, "current_amount"), (60, "days_30_amount"), (90, "days_60_amount"))


@dataclass(frozen=True)
class Balances:
    """What accounts owe after a run at `known_at`."""

    books: Books
    ledger: Ledger
    accounts: Accounts
    charges: Iterable[Charge]
    prices: Prices
    known_at: datetime

    def account(self, account_id: str) -> Account:
        """The record of now; that of an account that begins later is its first."""
        return self.accounts.at_or_first(account_id, self.known_at)

    def cycle_currency(self, place: Place) -> str:
        """The currency that the account has when a cycle begins."""
        account_id, start = place
        at = datetime.combine(start, time(), UTC)
        return self.accounts.at_or_first(account_id, at).currency

    def in_currency_of_cycle(self, charge: Charge) -> Fraction | None:
        """A charge in its cycle's currency, to ten decimals; None without a rate, or too large."""
        currency = self.cycle_currency((charge.account_id, charge.cycle_start))
        if currency == charge.currency:
            return charge.charge_amount
        exchange = self.prices.exchange(charge.currency, currency, charge.started_at)
        if exchange is None:
            return None
        amount = half_up(charge.charge_amount * exchange[0] / SMALLEST) * SMALLEST
        return amount if abs(amount) < LARGEST else None

    @cached_property
    def cycles(self) -> dict[Place, Fraction]:
        """The charges of every cycle, in its currency."""
        found: dict[Place, Fraction] = defaultdict(Fraction)
        for charge in self.charges:
            found[charge.account_id, charge.cycle_start] += (
                self.in_currency_of_cycle(charge) or NOTHING
            )
        return found

    @cached_property
    def billed(self) -> dict[tuple[str, str], Fraction]:
        """Totals of the last versions by account and currency."""
        found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for (account_id, _), (_, statement) in self.books.last.items():
            found[account_id, statement.cycle.currency] += statement.net + statement.tax
        return found

    @cached_property
    def paid(self) -> dict[tuple[str, str], Fraction]:
        """What was paid by account and currency, less what was paid back."""
        found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for decision in self.ledger.decisions.values():
            if decision.paid is not None and decision.account_currency is not None:
                account_id = decision.payment.account_id
                found[account_id, decision.account_currency] += decision.paid
        return found

    @cached_property
    def unbilled(self) -> dict[tuple[str, str], Fraction]:
        """Charges of cycles that have no statement, by account and currency."""
        found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
        for place, amount in self.cycles.items():
            if place not in self.books.last:
                found[place[0], self.cycle_currency(place)] += amount
        return found

    def account_balances(self) -> list[Row]:
        return [self._account_balance(account_id) for account_id in self.accounts.ids()]

    def _account_balance(self, account_id: str) -> Row:
        account = self.account(account_id)
        where = (account_id, account.currency)
        return {
            "account_id": account_id,
            "parent_account_id": account.parent_account_id,
            "name": account.name,
            "currency": account.currency,
            "time_zone": account.time_zone,
            "credit_limit": account.credit_limit,
            **self._amounts(where),
        }

    def _amounts(self, where: tuple[str, str]) -> Row:
        billed, paid = self.billed.get(where, NOTHING), self.paid.get(where, NOTHING)
        return {
            "billed_amount": billed,
            "unbilled_amount": self.unbilled.get(where, NOTHING),
            "paid_amount": paid,
            "balance_amount": billed - paid,
        }

    def account_currency_balances(self) -> list[Row]:
        """The account's own currency, and those in which it was ever billed or paid."""
        own = {(name, self.account(name).currency) for name in self.accounts.ids()}
        places = {*own, *self.billed, *self.paid, *self.unbilled}
        return [
            {
                "account_id": account_id,
                "currency": currency,
                **self._amounts((account_id, currency)),
            }
            for account_id, currency in places
        ]

    def statement_payments(self) -> list[Row]:
        """What of each statement is paid: the oldest first."""
        by_account: dict[tuple[str, str], list[Bill]] = defaultdict(list)
        for (account_id, start), (version, statement) in self.books.last.items():
            cycle = statement.cycle
            total = statement.net + statement.tax
            by_account[account_id, cycle.currency].append((cycle.ends_at, start, version, total))
        found = []
        for where, bills in by_account.items():
            bills.sort()
            totals = [total for *_, total in bills]
            left = self.paid.get(where, NOTHING) - sum(
                (total for total in totals if total < 0), NOTHING
            )
            for (ends_at, start, version, _), total in zip(bills, totals, strict=True):
                settled = total if total <= 0 else min(total, max(left, NOTHING))
                left -= max(settled, NOTHING)
                found.append(
                    {
                        "statement_id": f"{where[0]}/{start}/{version}",
                        "account_id": where[0],
                        "currency": where[1],
                        "total_amount": total,
                        "settled_amount": settled,
                        "open_amount": total - settled,
                        "cycle_start": start,
                        "cycle_end_at": ends_at,
                    }
                )
        return found

    def receivables_ageing(self) -> list[Row]:
        """What is open by the age of its statement; what is owed beyond that stands apart."""
        open_rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.statement_payments():
            open_rows[row["account_id"], row["currency"]].append(row)
        return [
            self._ageing(where, open_rows.get(where, [])) for where in {*self.billed, *self.paid}
        ]

    def _ageing(self, where: tuple[str, str], rows: Iterable[Row]) -> Row:
        ages = {name: NOTHING for name in (*(name for _, name in AGES), "days_90_amount")}
        for row in rows:
            age = self.known_at - row["cycle_end_at"]
            names = (name for days, name in AGES if age < timedelta(days=days))
            ages[next(names, "days_90_amount")] += row["open_amount"]
        still_open = sum(ages.values(), NOTHING)
        balance = self.billed.get(where, NOTHING) - self.paid.get(where, NOTHING)
        return {
            "account_id": where[0],
            "currency": where[1],
            **ages,
            "open_amount": still_open,
            "unallocated_amount": balance - still_open,
            "balance_amount": balance,
        }
