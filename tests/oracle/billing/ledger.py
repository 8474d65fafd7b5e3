"""Rule 19: what statements and payments post to the ledger, run after run, as rows of the tables.

Debits are positive, credits negative.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.billing.payments import Decision, Payment, decide, payments
from tests.oracle.billing.prices import Prices
from tests.oracle.billing.versions import Books
from tests.oracle.records import Delivered
from tests.oracle.who import Accounts

Row = dict[str, Any]
# amounts by ledger account and currency
Sums = dict[tuple[str, str], Fraction]
NOTHING = Fraction(0)
ACCOUNT_OF = {
    "usage": "usage_revenue",
    "recurring": "recurring_revenue",
    "bundle": "bundle_revenue",
    "discount": "discount",
}


@dataclass
class Ledger:
    """All that was posted so far, and what became of every payment."""

    entries: list[Row] = field(default_factory=list)
    decisions: dict[str, Decision] = field(default_factory=dict)
    payments: dict[str, Row] = field(default_factory=dict)
    posted_statements: int = 0

    def post(
        self,
        books: Books,
        known: Iterable[Delivered],
        accounts: Accounts,
        prices: Prices,
        at: datetime,
    ) -> None:
        """One run: the versions that it wrote, and the payments that are new or held."""
        self._post_statements(books, at)
        self._post_payments(known, accounts, prices, at)

    def _post_statements(self, books: Books, at: datetime) -> None:
        by_id = {row["statement_id"]: row for row in books.statements}
        lines: dict[str, list[Row]] = defaultdict(list)
        for line in books.lines:
            lines[line["statement_id"]].append(line)
        for row in books.statements[self.posted_statements :]:
            sums: Sums = defaultdict(Fraction)
            for name, sign in ((row["statement_id"], 1), (row["supersedes"], -1)):
                if name is not None:
                    add_statement(sums, lines[name], by_id[name]["currency"], sign)
            self._enter(
                f"statement/{row['statement_id']}",
                "statement",
                row["statement_id"],
                row["account_id"],
                sums,
                row["cycle_end_at"],
                at,
            )
        self.posted_statements = len(books.statements)

    def _post_payments(
        self, known: Iterable[Delivered], accounts: Accounts, prices: Prices, at: datetime
    ) -> None:
        decided = []
        for payment in payments(known):
            before = self.decisions.get(payment.payment_id)
            if before is not None and before.reason is None:
                continue
            now = decide(payment, accounts, prices, at)
            if before is None or before.reason != now.reason:
                decided.append((before, now))
        for before, now in sorted(decided, key=lambda pair: in_turn(pair[1].payment)):
            self._decide(before, now, at)

    def _decide(self, before: Decision | None, now: Decision, at: datetime) -> None:
        payment = now.payment
        name, sums = postings(before, now)
        self._enter(
            f"{name}/{payment.payment_id}",
            "payment",
            payment.payment_id,
            payment.account_id,
            sums,
            payment.received_at,
            at,
        )
        self.payments[payment.payment_id] = self._payment_row(now, at)
        self.decisions[payment.payment_id] = now

    def _payment_row(self, now: Decision, at: datetime) -> Row:
        payment = now.payment
        return {
            "payment_id": payment.payment_id,
            "account_id": payment.account_id,
            "kind": payment.kind,
            "currency": payment.currency,
            "account_currency": now.account_currency,
            "reason": now.reason,
            "note": self._note(now),
            "amount": abs(payment.signed),
            "signed_amount": payment.signed,
            "exchange_rate": now.exchange_rate,
            "posted_amount": None if now.paid is None else abs(now.paid),
            "paid_amount": now.paid,
            "received_at": payment.received_at,
            "known_at": payment.knowledge.known_at,
            "as_of": at,
            "status": "posted" if now.reason is None else "held",
        }

    def _note(self, now: Decision) -> str | None:
        """What is odd about a posted refund or chargeback, by what was posted before it."""
        payment = now.payment
        if now.paid is None or payment.kind not in ("refund", "chargeback"):
            return None
        before = [
            other
            for other in self.decisions.values()
            if other.paid is not None
            and other.payment.account_id == payment.account_id
            and other.account_currency == now.account_currency
        ]
        if payment.kind == "chargeback" and not any(
            other.payment.kind == "payment" for other in before
        ):
            return "chargeback_without_payment"
        paid = sum((other.paid for other in before if other.paid is not None), NOTHING)
        return "more_than_paid" if -now.paid > paid else None

    def _enter(
        self,
        transaction: str,
        source: str,
        source_id: str,
        account_id: str,
        sums: Sums,
        effective_at: datetime,
        posted_at: datetime,
    ) -> None:
        """Post what is not nothing."""
        self.entries += [
            {
                "entry_id": f"{transaction}/{ledger_account}/{currency}",
                "transaction_id": transaction,
                "account_id": account_id,
                "ledger_account": ledger_account,
                "currency": currency,
                "source": source,
                "source_id": source_id,
                "amount": amount,
                "effective_at": effective_at,
                "posted_at": posted_at,
            }
            for (ledger_account, currency), amount in sums.items()
            if amount
        ]


def in_turn(payment: Payment) -> tuple[datetime, str]:
    """The order in which the payments of a run are posted."""
    return payment.received_at, payment.payment_id


def add_statement(sums: Sums, lines: Iterable[Row], currency: str, sign: int) -> None:
    """Add what a version of a statement comes to, or take it away."""
    for line in lines:
        net, tax = sign * line["net_amount"], sign * line["tax_amount"]
        sums["receivable", currency] += net + tax
        sums[ACCOUNT_OF[line["line_type"]], currency] -= net
        sums["tax_payable", currency] -= tax


def postings(before: Decision | None, now: Decision) -> tuple[str, Sums]:
    """What a payment posts, and the name of the transaction; a held one waits in suspense.

    One of the future posts nothing yet, nor does one that waits for something else than before.
    """
    sums: Sums = defaultdict(Fraction)
    payment = now.payment
    own = "cash" if payment.moves_money else "adjustment"
    is_in_suspense = before is not None and before.reason != "dated_in_future"
    if now.reason == "dated_in_future" or (is_in_suspense and now.reason is not None):
        return "payment", sums
    if now.reason is not None:
        sums[own, payment.currency] += payment.signed
        sums["suspense", payment.currency] -= payment.signed
        return "payment", sums
    assert now.account_currency is not None and now.paid is not None
    sums["receivable", now.account_currency] -= now.paid
    if not is_in_suspense:
        sums[own, now.account_currency] += now.paid
        return "payment", sums
    sums["suspense", payment.currency] += payment.signed
    if payment.currency != now.account_currency:
        sums[own, payment.currency] -= payment.signed
        sums[own, now.account_currency] += now.paid
    return "applied_payment", sums
