"""Rule 19: when an account used more than its credit limit, and when no longer."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from tests.oracle.billing.balances import Balances

Row = dict[str, Any]
NOTHING = Fraction(0)


@dataclass(frozen=True)
class Step:
    """What moves the use of a limit; `event_id` is empty when the limit itself changes."""

    happened_at: datetime
    event_id: str
    event_kind: str
    currency: str
    amount: Fraction


def credit_limit_events(balances: Balances) -> list[Row]:
    """All crossings of all accounts."""
    steps: dict[str, list[Step]] = defaultdict(list)
    for account_id, step in all_steps(balances):
        steps[account_id].append(step)
    return [
        row
        for account_id, own in steps.items()
        if any(record.credit_limit is not None for record in balances.accounts.of(account_id))
        for row in crossings(account_id, own, balances)
    ]


def all_steps(balances: Balances) -> Iterator[tuple[str, Step]]:
    """Usage, statements less the charges of their cycles, payments and records of accounts."""
    for charge in balances.charges:
        place = (charge.account_id, charge.cycle_start)
        amount = balances.in_currency_of_cycle(charge)
        if amount is not None:
            currency = balances.cycle_currency(place)
            yield (
                charge.account_id,
                Step(charge.started_at, charge.event_id, "usage", currency, amount),
            )
    for place, (version, bill) in balances.books.last.items():
        statement_id = f"{place[0]}/{place[1]}/{version}"
        cycle = bill.cycle
        amount = bill.net + bill.tax - balances.cycles.get(place, NOTHING)
        yield place[0], Step(cycle.ends_at, statement_id, "statement", cycle.currency, amount)
    for decision in balances.ledger.decisions.values():
        payment = decision.payment
        if decision.paid is not None and decision.account_currency is not None:
            yield (
                payment.account_id,
                Step(
                    payment.received_at,
                    payment.payment_id,
                    payment.kind,
                    decision.account_currency,
                    -decision.paid,
                ),
            )
    for account_id in balances.accounts.ids():
        for record in balances.accounts.of(account_id):
            yield account_id, Step(record.effective_at, "", "limit", record.currency, NOTHING)


def crossings(account_id: str, steps: list[Step], balances: Balances) -> Iterator[Row]:
    """The steps of one account that bring it above its limit in a currency, or back.

    Where the account changes its currency, there is no limit any more in the former one.
    """
    for currency in sorted({step.currency for step in steps}):
        used, was_over = NOTHING, False
        own = [step for step in steps if step.event_kind == "limit" or step.currency == currency]
        for step in sorted(own, key=lambda step: (step.happened_at, step.event_id)):
            used += step.amount
            limit = limit_at(account_id, currency, step.happened_at, balances)
            is_over = limit is not None and used > limit
            if is_over != was_over:
                yield {
                    "account_id": account_id,
                    "event_id": step.event_id,
                    "event_kind": step.event_kind,
                    "direction": "over" if is_over else "under",
                    "currency": currency,
                    "credit_limit": limit,
                    "used_amount": used,
                    "crossed_at": step.happened_at,
                }
            was_over = is_over


def limit_at(account_id: str, currency: str, at: datetime, balances: Balances) -> Fraction | None:
    """The limit in force in a currency."""
    record = balances.accounts.at(account_id, at)
    return None if record is None or record.currency != currency else record.credit_limit
