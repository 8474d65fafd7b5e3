"""Rule 19, worked by hand: what statements and payments post to the ledger."""

from collections import defaultdict
from fractions import Fraction

import pytest

from tests.oracle.billing.ledger_examples import FEEDS, Home, call, payment, reference
from tests.oracle.records import moment

CHF = {"from_currency": "CHF", "to_currency": "EUR", "rate": "0.955"}


def test_a_statement_posts_its_total_its_revenue_and_its_tax_at_the_end_of_its_cycle() -> None:
    home = Home()
    home.run("2026-03-01", {**FEEDS, "usage": [call("e1", "3", "2026-02-10")]})
    # a fee of 10 with 2 of tax, and a call of 3, which is not taxed
    assert home.posted("statement/a1/2026-02-01/1") == {
        "receivable EUR": 15,
        "usage_revenue EUR": -3,
        "recurring_revenue EUR": -10,
        "tax_payable EUR": -2,
    }
    assert home.effective_at("statement/a1/2026-02-01/1") == {moment("2026-03-01T00:00:00Z")}


def test_a_further_version_posts_only_what_it_changes() -> None:
    home = Home()
    home.run("2026-03-01", {**FEEDS, "usage": [call("e1", "3", "2026-02-10")]})
    home.run("2026-03-02", {}, reference("5"))
    # the fee of 10 and its tax of 2 were 5 and 1
    assert home.posted("statement/a1/2026-02-01/2") == {
        "receivable EUR": -6,
        "recurring_revenue EUR": 5,
        "tax_payable EUR": 1,
    }


def test_a_discount_is_a_debit_of_its_own() -> None:
    off = {"discount_id": "d", "account_id": "a1", "on": "total", "amount": "1"}
    home = Home()
    home.run("2026-03-01", FEEDS, reference(discounts=[off]))
    # 10 less 1, and 20 percent of 9
    assert home.posted("statement/a1/2026-02-01/1") == {
        "receivable EUR": Fraction("10.80"),
        "recurring_revenue EUR": -10,
        "discount EUR": 1,
        "tax_payable EUR": Fraction("-1.80"),
    }


@pytest.mark.parametrize(
    ("kind", "own", "amount"),
    [
        ("payment", "cash EUR", 25),
        ("refund", "cash EUR", -25),
        ("chargeback", "cash EUR", -25),
        ("credit", "adjustment EUR", 25),
        ("debit", "adjustment EUR", -25),
    ],
)
def test_a_payment_of_each_kind_posts_to_receivable_and_to_its_own(
    kind: str, own: str, amount: int
) -> None:
    home = Home()
    home.run("2026-02-20", {**FEEDS, "payment": [payment("p1", "25", kind=kind)]})
    assert home.posted("payment/p1") == {own: amount, "receivable EUR": -amount}
    assert home.effective_at("payment/p1") == {moment("2026-02-10T00:00:00Z")}


def test_a_payment_posts_once_as_it_was_first_known() -> None:
    home = Home()
    twice = [payment("p1", "25"), payment("p1", "30")]
    home.run("2026-02-20", {**FEEDS, "payment": twice})
    balances = home.run("2026-02-21", {"payment": [payment("p1", "40")]})
    assert home.posted("payment/p1") == {"cash EUR": 25, "receivable EUR": -25}
    assert balances.paid == {("a1", "EUR"): 25}


def test_a_payment_in_another_currency_counts_at_the_rate_of_its_time_in_whole_cents() -> None:
    home = Home()
    francs = payment("p1", "1.01", currency="CHF")
    home.run("2026-02-20", {**FEEDS, "payment": [francs]}, reference(exchange_rates=[CHF]))
    # 1.01 at 0.955 are 0.96455
    assert home.posted("payment/p1") == {
        "cash EUR": Fraction("0.96"),
        "receivable EUR": Fraction("-0.96"),
    }


def test_money_of_an_unknown_account_waits_in_suspense_until_the_account_is_known() -> None:
    home = Home()
    home.run("2026-02-20", {"payment": [payment("p1", "25")]})
    assert home.posted("payment/p1") == {"cash EUR": 25, "suspense EUR": -25}
    balances = home.run("2026-02-21", FEEDS)
    assert home.posted("applied_payment/p1") == {"suspense EUR": 25, "receivable EUR": -25}
    assert balances.paid == {("a1", "EUR"): 25}


def test_money_without_a_rate_waits_in_its_currency_and_is_exchanged_in_its_own_account() -> None:
    home = Home()
    credit = payment("p1", "2", currency="CHF", kind="credit")
    home.run("2026-02-20", {**FEEDS, "payment": [credit]})
    assert home.posted("payment/p1") == {"adjustment CHF": 2, "suspense CHF": -2}
    home.run("2026-02-21", {}, reference(exchange_rates=[CHF]))
    # 2 at 0.955 are 1.91
    assert home.posted("applied_payment/p1") == {
        "suspense CHF": 2,
        "adjustment CHF": -2,
        "adjustment EUR": Fraction("1.91"),
        "receivable EUR": Fraction("-1.91"),
    }


def test_a_payment_of_the_future_posts_nothing_before_its_time() -> None:
    home = Home()
    ahead = payment("p1", "25", at="2026-02-25")
    home.run("2026-02-20", {**FEEDS, "payment": [ahead]})
    assert home.ledger.entries == []
    home.run("2026-02-25", {})
    assert home.posted("payment/p1") == {"cash EUR": 25, "receivable EUR": -25}


def test_what_is_held_for_another_reason_than_before_posts_nothing_again() -> None:
    home = Home()
    home.run("2026-02-20", {"payment": [payment("p1", "2", currency="CHF")]})
    home.run("2026-02-21", FEEDS)
    assert home.ledger.payments["p1"]["reason"] == "no_exchange_rate"
    assert {row["transaction_id"] for row in home.ledger.entries} == {"payment/p1"}


def test_what_takes_back_more_than_was_paid_is_noted() -> None:
    home = Home()
    back = [
        payment("p1", "5", at="2026-02-11", kind="chargeback"),
        payment("p2", "20", at="2026-02-12"),
        payment("p3", "15", at="2026-02-13", kind="refund"),
        payment("p4", "1", at="2026-02-14", kind="chargeback"),
    ]
    home.run("2026-02-20", {**FEEDS, "payment": back})
    # 0 before the first; then -5, 15 and 0
    assert {name: row["note"] for name, row in home.ledger.payments.items()} == {
        "p1": "chargeback_without_payment",
        "p2": None,
        "p3": None,
        "p4": "more_than_paid",
    }


def test_every_transaction_sums_to_nothing_in_each_currency() -> None:
    home = Home()
    francs = payment("p2", "2", currency="CHF")
    home.run("2026-03-01", {**FEEDS, "payment": [payment("p1", "25"), francs]})
    home.run("2026-03-02", {}, reference("5", exchange_rates=[CHF]))
    sums: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
    for row in home.ledger.entries:
        sums[row["transaction_id"], row["currency"]] += row["amount"]
    assert len(sums) == 6
    assert set(sums.values()) == {0}
