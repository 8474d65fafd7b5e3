"""A small operator for the examples of ledger and balances that are worked by hand.

An account in UTC with a cycle from the first of the month on, and a subscription since 1 February
2026 on a plan of 10 EUR a month, with a tax of 20 percent: 12 a month. A second of voice is 1 EUR.
"""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tests.oracle import records
from tests.oracle.billing.balances import Balances
from tests.oracle.billing.cycles import statements
from tests.oracle.billing.ledger import Ledger
from tests.oracle.billing.prices import Prices
from tests.oracle.billing.versions import Books
from tests.oracle.rating import rate
from tests.oracle.records import Delivered, Knowledge, moment
from tests.oracle.reference import Reference
from tests.oracle.who import Accounts
from tests.oracle.world_frame import Files, Row

ACCOUNT = {
    "account_id": "a1",
    "currency": "EUR",
    "time_zone": "UTC",
    "tax_profile": "home",
    "effective_at": "2026-02-01T00:00:00Z",
}
ACTIVATE = {
    "action_id": "n1",
    "effective_at": "2026-02-01T00:00:00Z",
    "action": "activate",
    "subscription_id": "s1",
    "account_id": "a1",
    "subscriber": "491700000001",
    "plan_id": "basic",
}
FEEDS: Files = {"account": [ACCOUNT], "action": [ACTIVATE]}


def reference(fee: str = "10", **files: list[Row]) -> Files:
    return {
        "services": [{"service": "voice", "unit": "second", "is_timed": "true"}],
        "plans": [
            {"plan_id": "basic", "currency": "EUR", "recurring_fee": fee, "tax_code": "standard"}
        ],
        "tariffs": [{"tariff_id": "talk", "plan_id": "basic", "service": "voice"}],
        "tariff_steps": [{"tariff_id": "talk", "step_no": "1", "price": "1"}],
        "taxes": [{"tax_profile": "home", "tax_code": "standard", "rate_percent": "20"}],
        **files,
    }


def payment(payment_id: str, amount: str, at: str = "2026-02-10", **given: str) -> Row:
    return {
        "payment_id": payment_id,
        "account_id": "a1",
        "kind": "payment",
        "amount": amount,
        "currency": "EUR",
        "received_at": f"{at}T00:00:00Z",
        **given,
    }


def call(event_id: str, seconds: str, at: str, **given: str) -> Row:
    return {
        "event_id": event_id,
        "service": "voice",
        "subscriber": "491700000001",
        "started_at": f"{at}T10:00:00Z",
        "quantity": seconds,
        **given,
    }


@dataclass
class Home:
    """What was delivered, closed and posted so far."""

    known: list[Delivered] = field(default_factory=list)
    books: Books = field(default_factory=Books)
    ledger: Ledger = field(default_factory=Ledger)

    def run(self, day: str, feeds: Files, files: Files | None = None) -> Balances:
        """Take what comes at midnight of a day, and say what accounts owe then."""
        known_at = moment(f"{day}T00:00:00Z")
        self.known += [
            Delivered(feed, row, Knowledge(known_at, feed, number))
            for feed, rows in feeds.items()
            for number, row in enumerate(rows, start=1)
        ]
        tariffs = Reference(files or reference())
        result = rate(self.known, tariffs)
        self.books.close(statements(self.known, tariffs, result, known_at), known_at)
        accounts, prices = Accounts(records.accounts(self.known)), Prices(tariffs)
        self.ledger.post(self.books, self.known, accounts, prices, known_at)
        charges = list(result.charges.values())
        return Balances(self.books, self.ledger, accounts, charges, prices, known_at)

    def posted(self, transaction: str) -> dict[str, Fraction]:
        """What a transaction posted, by account of the ledger and currency."""
        return {
            f"{row['ledger_account']} {row['currency']}": row["amount"]
            for row in self.ledger.entries
            if row["transaction_id"] == transaction
        }

    def effective_at(self, transaction: str) -> set[datetime]:
        return {
            row["effective_at"]
            for row in self.ledger.entries
            if row["transaction_id"] == transaction
        }
