"""Payments of all kinds, bad ones too, from the feed to the ledger and the balances."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import ACCOUNT_COLUMNS, REFERENCE

COLUMNS = "payment_id,account_id,kind,amount,currency,received_at,method,reference\n"
FIRST, SECOND, THIRD = (datetime(2026, 1, day, tzinfo=UTC) for day in (10, 11, 12))
RATES = "from_currency,to_currency,rate,valid_from,valid_to\n"
PAYMENTS = """\
paid,a1,payment,20,EUR,2026-01-02T00:00:00Z,card,
paid,a1,payment,99,EUR,2026-01-02T00:00:00Z,card,
dollars,a1,payment,10,USD,2026-01-02T01:00:00Z,card,
pounds,a1,payment,7,GBP,2026-01-02T02:00:00Z,card,
goodwill,a1,credit,3,EUR,2026-01-03T00:00:00Z,,
fee,a1,debit,1.50,EUR,2026-01-03T01:00:00Z,,
too-much,a1,refund,100,EUR,2026-01-04T00:00:00Z,card,
never-paid,a2,chargeback,5,EUR,2026-01-04T00:00:00Z,card,
early,late,payment,40,EUR,2026-01-04T00:00:00Z,card,
foreign-early,late,payment,8,USD,2026-01-04T00:00:00Z,card,
tomorrow,a2,payment,6,EUR,2026-01-11T00:00:00Z,card,
nothing,a1,payment,0,EUR,2026-01-04T00:00:00Z,card,
negative,a1,payment,-1,EUR,2026-01-04T00:00:00Z,card,
"""


def account(account_id: str, since: str = "2026-01-01") -> str:
    return f"{account_id},,{account_id},EUR,Europe/Berlin,1,,,{since}T00:00:00Z\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    home = small_home(tmp_path_factory.mktemp("payments"))
    home.price({**REFERENCE, "exchange_rates": RATES + "USD,EUR,0.855,,\n"})
    home.deliver("account/a.csv", ACCOUNT_COLUMNS + account("a1") + account("a2"))
    home.deliver("payment/p.csv", COLUMNS + PAYMENTS)
    home.run(known_at=FIRST)
    return home


STANDING = """
select payment_id, status, coalesce(reason, note), paid_amount
from aggregates.payments order by payment_id
"""
LEDGER = """
select transaction_id, ledger_account, currency, amount from aggregates.ledger_entries
where run_id = {run} order by transaction_id, currency, ledger_account
"""
BALANCES = """
select account_id, paid_amount, balance_amount from aggregates.account_balances order by account_id
"""


def standing(home: SmallHome) -> dict[str, tuple[str, str | None, Decimal | None]]:
    return {name: (status, why, amount) for name, status, why, amount in home.rows(STANDING)}


def ledger(home: SmallHome, run: int) -> list[str]:
    """What a run posted, as texts."""
    return [
        f"{transaction} {account} {amount.normalize():f} {currency}"
        for transaction, account, currency, amount in home.rows(LEDGER.format(run=run))
    ]


AFTER_FIRST = {
    "dollars": ("posted", None, Decimal("8.55")),
    "early": ("held", "unknown_account", None),
    "fee": ("posted", None, Decimal("-1.50")),
    "foreign-early": ("held", "unknown_account", None),
    "goodwill": ("posted", None, Decimal(3)),
    "never-paid": ("posted", "chargeback_without_payment", Decimal(-5)),
    "paid": ("posted", None, Decimal(20)),
    "pounds": ("held", "no_exchange_rate", None),
    "tomorrow": ("held", "dated_in_future", None),
    "too-much": ("posted", "more_than_paid", Decimal(-100)),
}


def test_each_payment_has_the_outcome_that_is_documented(home: SmallHome) -> None:
    assert standing(home) == AFTER_FIRST


def test_what_is_not_positive_is_rejected_with_its_reason(home: SmallHome) -> None:
    found = home.rows("select record_no, reason from raw.rejected_records order by record_no")
    assert found == [(12, "not_positive"), (13, "not_positive")]


def test_what_came_twice_is_listed_with_what_it_said(home: SmallHome) -> None:
    found = home.rows("select payment_id, amount, is_same from finance.duplicate_payments")
    assert found == [("paid", 99, False)]


def test_money_that_moved_is_posted_at_once_and_what_cannot_count_stands_in_suspense(
    home: SmallHome,
) -> None:
    assert ledger(home, 1) == [
        "payment/dollars cash 8.55 EUR",
        "payment/dollars receivable -8.55 EUR",
        "payment/early cash 40 EUR",
        "payment/early suspense -40 EUR",
        "payment/fee adjustment -1.5 EUR",
        "payment/fee receivable 1.5 EUR",
        "payment/foreign-early cash 8 USD",
        "payment/foreign-early suspense -8 USD",
        "payment/goodwill adjustment 3 EUR",
        "payment/goodwill receivable -3 EUR",
        "payment/never-paid cash -5 EUR",
        "payment/never-paid receivable 5 EUR",
        "payment/paid cash 20 EUR",
        "payment/paid receivable -20 EUR",
        "payment/pounds cash 7 GBP",
        "payment/pounds suspense -7 GBP",
        "payment/too-much cash -100 EUR",
        "payment/too-much receivable 100 EUR",
    ]


def test_a_balance_is_what_was_paid_with_its_sign(home: SmallHome) -> None:
    # 20 + 8.55 + 3 - 1.50 - 100
    assert home.rows(BALANCES) == [
        ("a1", Decimal("-69.95"), Decimal("69.95")),
        ("a2", Decimal(-5), Decimal(5)),
    ]


@pytest.fixture(scope="module")
def later(home: SmallHome) -> SmallHome:
    """A day later nothing came; another day later the account, and a rate for pounds."""
    home.run(known_at=SECOND)
    home.deliver("account/b.csv", ACCOUNT_COLUMNS + account("late", "2026-01-05"))
    home.price({"exchange_rates": RATES + "USD,EUR,0.855,,\nGBP,EUR,1.2,,\n"})
    home.run(known_at=THIRD)
    return home


def test_a_payment_of_the_future_counts_on_its_day_though_nothing_else_came(
    later: SmallHome,
) -> None:
    assert ledger(later, 2) == ["payment/tomorrow cash 6 EUR", "payment/tomorrow receivable -6 EUR"]


def test_what_was_held_counts_when_what_it_missed_came(later: SmallHome) -> None:
    assert standing(later) == {
        **AFTER_FIRST,
        "early": ("posted", None, Decimal(40)),
        "foreign-early": ("posted", None, Decimal("6.84")),
        "pounds": ("posted", None, Decimal("8.40")),
        "tomorrow": ("posted", None, Decimal(6)),
    }
    assert ledger(later, 3) == [
        "applied_payment/early receivable -40 EUR",
        "applied_payment/early suspense 40 EUR",
        "applied_payment/foreign-early cash 6.84 EUR",
        "applied_payment/foreign-early receivable -6.84 EUR",
        "applied_payment/foreign-early cash -8 USD",
        "applied_payment/foreign-early suspense 8 USD",
        "applied_payment/pounds cash 8.4 EUR",
        "applied_payment/pounds receivable -8.4 EUR",
        "applied_payment/pounds cash -7 GBP",
        "applied_payment/pounds suspense 7 GBP",
    ]
    assert later.rows(BALANCES) == [
        ("a1", Decimal("-61.55"), Decimal("61.55")),
        ("a2", Decimal(1), Decimal(-1)),
        ("late", Decimal("46.84"), Decimal("-46.84")),
    ]


def test_nothing_is_left_in_suspense_and_each_currency_sums_to_nothing(later: SmallHome) -> None:
    suspense = "select sum(amount) from aggregates.ledger_entries where ledger_account = 'suspense'"
    assert later.rows(suspense) == [(0,)]
    sums = later.rows(
        "select currency, sum(amount) from finance.trial_balance group by currency order by 1"
    )
    assert sums == [("EUR", 0), ("GBP", 0), ("USD", 0)]


def test_the_same_payments_again_change_nothing(later: SmallHome) -> None:
    before = standing(later)
    later.deliver("payment/again.csv", COLUMNS + PAYMENTS + "\n")
    later.run(known_at=THIRD)
    assert standing(later) == before
    assert ledger(later, 4) == []


def test_all_of_it_comes_out_alike_when_it_comes_at_once(tmp_path: Path, later: SmallHome) -> None:
    home = small_home(tmp_path)
    home.price({**REFERENCE, "exchange_rates": RATES + "USD,EUR,0.855,,\nGBP,EUR,1.2,,\n"})
    accounts = account("a1") + account("a2") + account("late", "2026-01-05")
    home.deliver("account/a.csv", ACCOUNT_COLUMNS + accounts)
    home.deliver("payment/p.csv", COLUMNS + PAYMENTS)
    home.run(known_at=THIRD)
    assert standing(home) == standing(later)
    assert home.rows(BALANCES) == later.rows(BALANCES)
