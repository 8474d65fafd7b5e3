"""Rule 19, worked by hand: what accounts owe, since when, and when it is more than they may."""

from fractions import Fraction
from typing import Any

from tests.oracle.billing.hierarchy import hierarchy_balances
from tests.oracle.billing.ledger_examples import (
    ACCOUNT,
    ACTIVATE,
    FEEDS,
    Home,
    call,
    payment,
    reference,
)
from tests.oracle.billing.limits import credit_limit_events

Row = dict[str, Any]


def amounts(row: Row, *names: str) -> tuple[Any, ...]:
    return tuple(row[name] for name in names)


BALANCE = ("currency", "billed_amount", "unbilled_amount", "paid_amount", "balance_amount")


def test_a_balance_is_what_was_billed_less_what_was_paid_with_open_usage_apart() -> None:
    balances = Home().run(
        "2026-03-15",
        {**FEEDS, "usage": [call("e1", "3", "2026-03-10")], "payment": [payment("p1", "5")]},
    )
    (row,) = balances.account_balances()
    # 12 for February less 5; March has 3 so far
    assert amounts(row, *BALANCE) == ("EUR", 12, 3, 5, 7)


def test_open_usage_in_another_currency_is_told_in_that_of_the_cycle_to_ten_decimals() -> None:
    rates = [{"from_currency": "EUR", "to_currency": "CHF", "rate": "0.3333"}]
    balances = Home().run(
        "2026-02-15",
        {
            "account": [{**ACCOUNT, "currency": "CHF"}],
            "action": [ACTIVATE],
            "usage": [call("e1", "0.000001", "2026-02-10")],
        },
        reference(
            exchange_rates=rates,
            tariffs=[
                {
                    "tariff_id": "talk",
                    "plan_id": "basic",
                    "service": "voice",
                    "rounding_scale": "10",
                }
            ],
        ),
    )
    (row,) = balances.account_balances()
    # 0.000001 EUR at 0.3333 are 0.0000003333
    assert row["unbilled_amount"] == Fraction("0.0000003333")
    assert row["currency"] == "CHF"


def test_what_was_billed_and_paid_in_a_former_currency_stands_apart() -> None:
    later = {**ACCOUNT, "currency": "CHF", "effective_at": "2026-03-01T00:00:00Z"}
    rates = [{"from_currency": "EUR", "to_currency": "CHF", "rate": "2"}]
    balances = Home().run(
        "2026-04-01",
        {**FEEDS, "account": [ACCOUNT, later], "payment": [payment("p1", "5")]},
        reference(exchange_rates=rates),
    )
    # 12 EUR for February, of which 5 are paid; in March 10 EUR are 20 CHF, with a tax of 4
    found = {amounts(row, *BALANCE) for row in balances.account_currency_balances()}
    assert found == {("EUR", 12, 0, 5, 7), ("CHF", 24, 0, 0, 24)}
    (row,) = balances.account_balances()
    assert amounts(row, *BALANCE) == ("CHF", 24, 0, 0, 24)


def test_payments_settle_the_oldest_statement_first() -> None:
    balances = Home().run("2026-05-01", {**FEEDS, "payment": [payment("p1", "20")]})
    found = {
        amounts(row, "statement_id", "settled_amount", "open_amount")
        for row in balances.statement_payments()
    }
    # three of 12: the first is paid, of the second 8
    assert found == {
        ("a1/2026-02-01/1", 12, 0),
        ("a1/2026-03-01/1", 8, 4),
        ("a1/2026-04-01/1", 0, 12),
    }


def test_a_statement_that_gives_money_back_settles_others() -> None:
    usage = [call("e1", "-20", "2026-03-10")]
    balances = Home().run("2026-04-01", {**FEEDS, "usage": usage})
    found = {
        amounts(row, "statement_id", "settled_amount", "open_amount")
        for row in balances.statement_payments()
    }
    # 12 of February are settled by the 8 that March, 12 less 20, gives back
    assert found == {("a1/2026-02-01/1", 8, 4), ("a1/2026-03-01/1", -8, 0)}


def test_what_is_open_is_told_by_the_age_of_its_statement() -> None:
    balances = Home().run("2026-05-30", {**FEEDS, "payment": [payment("p1", "2")]})
    (row,) = balances.receivables_ageing()
    # February ended 90 days ago, with 10 left; March 59, April 29
    assert amounts(
        row, "current_amount", "days_30_amount", "days_60_amount", "days_90_amount", "open_amount"
    ) == (12, 12, 0, 10, 34)
    assert amounts(row, "unallocated_amount", "balance_amount") == (0, 34)


def test_what_is_paid_in_advance_is_allocated_to_nothing() -> None:
    balances = Home().run("2026-03-01", {**FEEDS, "payment": [payment("p1", "20")]})
    (row,) = balances.receivables_ageing()
    assert amounts(row, "open_amount", "unallocated_amount", "balance_amount") == (0, -8, -8)


def test_an_account_has_the_sums_of_all_below_it_and_one_above_itself_counts_once() -> None:
    others = [
        {**ACCOUNT, "account_id": "a2", "parent_account_id": "a1"},
        {**ACCOUNT, "account_id": "a3", "parent_account_id": "a2"},
        {**ACCOUNT, "account_id": "a4", "parent_account_id": "a4"},
    ]
    paid = [payment(f"p{number}", "1", account_id=f"a{number}") for number in (1, 2, 3, 4)]
    balances = Home().run("2026-02-20", {**FEEDS, "account": [ACCOUNT, *others], "payment": paid})
    found = {
        row["account_id"]: amounts(row, "account_count", "paid_amount", "balance_amount")
        for row in hierarchy_balances(balances)
    }
    assert found == {"a1": (3, 3, -3), "a2": (2, 2, -2), "a3": (1, 1, -1), "a4": (1, 1, -1)}


CROSSING = ("event_id", "event_kind", "direction", "credit_limit", "used_amount")


def test_a_limit_is_crossed_at_the_event_that_goes_beyond_it_and_back() -> None:
    balances = Home().run(
        "2026-02-20",
        {
            **FEEDS,
            "account": [{**ACCOUNT, "credit_limit": "100"}],
            "usage": [
                call("e1", "90", "2026-02-02"),
                call("e2", "10", "2026-02-03"),
                call("e3", "1", "2026-02-04"),
            ],
            "payment": [payment("p1", "1", at="2026-02-05")],
        },
    )
    # 100 is not over, 101 is; one is paid
    assert [amounts(row, *CROSSING) for row in credit_limit_events(balances)] == [
        ("e3", "usage", "over", 100, 101),
        ("p1", "payment", "under", 100, 100),
    ]


def test_a_statement_adds_to_what_is_used_what_it_bills_beside_the_usage() -> None:
    balances = Home().run(
        "2026-03-02",
        {
            **FEEDS,
            "account": [{**ACCOUNT, "credit_limit": "100"}],
            "usage": [call("e1", "90", "2026-02-02")],
        },
    )
    # 90 of usage, and 12 for the fee when the cycle ends
    assert [amounts(row, *CROSSING) for row in credit_limit_events(balances)] == [
        ("a1/2026-02-01/1", "statement", "over", 100, 102)
    ]


def test_a_limit_that_falls_or_is_taken_away_is_crossed_without_an_event() -> None:
    records = [
        {**ACCOUNT, "credit_limit": "100"},
        {**ACCOUNT, "credit_limit": "50", "effective_at": "2026-02-10T00:00:00Z"},
        {**ACCOUNT, "effective_at": "2026-02-12T00:00:00Z"},
    ]
    balances = Home().run(
        "2026-02-20", {**FEEDS, "account": records, "usage": [call("e1", "60", "2026-02-02")]}
    )
    assert [amounts(row, *CROSSING) for row in credit_limit_events(balances)] == [
        ("", "limit", "over", 50, 60),
        ("", "limit", "under", None, 60),
    ]
