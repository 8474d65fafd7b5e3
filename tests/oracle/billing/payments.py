"""Rule 19: what a payment counts as, and what it waits for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from tests.oracle.billing.prices import Prices
from tests.oracle.billing.statement import half_up
from tests.oracle.records import Delivered, Knowledge, moment
from tests.oracle.who import Accounts

BACK = ("refund", "chargeback", "debit")


@dataclass(frozen=True)
class Payment:
    """A payment as it was first known; `signed` is negative when it takes back."""

    knowledge: Knowledge
    payment_id: str
    account_id: str
    kind: str
    currency: str
    signed: Fraction
    received_at: datetime

    @property
    def moves_money(self) -> bool:
        return self.kind not in ("credit", "debit")


@dataclass(frozen=True)
class Decision:
    """What a payment counts as in its account's currency; or the reason for which it is held."""

    payment: Payment
    account_currency: str | None = None
    exchange_rate: Fraction | None = None
    paid: Fraction | None = None
    reason: str | None = None


def payments(known: Iterable[Delivered]) -> list[Payment]:
    """Every payment, as its first known row says it."""
    found: dict[str, Payment] = {}
    rows = [item for item in known if item.feed == "payment"]
    for item in sorted(rows, key=lambda item: item.knowledge):
        row = item.row
        sign = -1 if row["kind"] in BACK else 1
        payment = Payment(
            knowledge=item.knowledge,
            payment_id=row["payment_id"],
            account_id=row["account_id"],
            kind=row["kind"],
            currency=row["currency"],
            signed=sign * Fraction(row["amount"]),
            received_at=moment(row["received_at"]),
        )
        found.setdefault(payment.payment_id, payment)
    return list(found.values())


def decide(payment: Payment, accounts: Accounts, prices: Prices, known_at: datetime) -> Decision:
    """Count a payment in the currency that its account had then, at the rate of then.

    An account that begins later counts as it begins. What is exchanged is rounded to the minor
    digits of the account's currency.
    """
    currency = _currency(payment, accounts)
    exchange = currency and prices.exchange(payment.currency, currency, payment.received_at)
    rate = exchange[0] if exchange and currency != payment.currency else None
    if payment.received_at > known_at:
        return Decision(payment, currency, rate, reason="dated_in_future")
    if currency is None:
        return Decision(payment, reason="unknown_account")
    if not exchange:
        return Decision(payment, currency, reason="no_exchange_rate")
    paid = payment.signed
    if rate is not None:
        unit = Fraction(1, 10 ** prices.reference.minor_digits(currency))
        paid = half_up(payment.signed * rate / unit) * unit
    return Decision(payment, currency, rate, paid)


def _currency(payment: Payment, accounts: Accounts) -> str | None:
    if not accounts.of(payment.account_id):
        return None
    return accounts.at_or_first(payment.account_id, payment.received_at).currency
