"""What an account owes, run by run: billed, unbilled, paid, since when, and its credit limit."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.run import run_once
from tests.job.small_home import SmallHome, no_bar, small_home
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    REFERENCE,
    START,
    USAGE_COLUMNS,
    activation,
    call,
)
from tests.lake import lake

GERMANY = "4930123456789"
PAYMENT_COLUMNS = "payment_id,account_id,kind,amount,currency,received_at\n"
ACCOUNTS = (
    f"firm,,Firm,EUR,Europe/Berlin,1,,,{START}\na1,firm,Anna,EUR,Europe/Berlin,1,,0.50,{START}\n"
)
BALANCES = """
select account_id, billed_amount, unbilled_amount, paid_amount, balance_amount
from aggregates.{table} order by account_id
"""
CROSSINGS = """
select event_id, direction, used_amount, date_format(crossed_at, 'MM-dd HH:mm')
from aggregates.credit_limit_events order by crossed_at
"""
STATEMENTS = """
select statement_id, total_amount, settled_amount, open_amount
from aggregates.statement_payments order by cycle_start
"""
# which run wrote a row, and when, is another after a full refresh
OF_THE_RUN = ("as_of", "run_id")


def payment(payment_id: str, amount: str, at: str) -> str:
    return f"{payment_id},a1,payment,{amount},EUR,{at}T12:00:00Z\n"


def minute(event_id: str, at: str, seconds: int = 60) -> str:
    """A call to Germany at noon: 0.05 and 0.10 a minute."""
    return call(event_id, ANNA, GERMANY, f"{at}T12:00:00Z", seconds)


def run(home: SmallHome, month: int, day: int) -> None:
    home.run(known_at=datetime(2026, month, day, tzinfo=UTC))


def amounts(rows: list[tuple[Any, ...]]) -> list[tuple[str, ...]]:
    """Amounts as plain texts, without zeros at their end."""
    return [
        tuple(f"{value.normalize():f}" if isinstance(value, Decimal) else value for value in row)
        for row in rows
    ]


def balance(home: SmallHome) -> tuple[str, ...]:
    """What a1 was billed and not billed, paid and owes."""
    return amounts(home.rows(BALANCES.format(table="account_balances")))[0][1:]


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """On 20 March: a minute in February, which is billed, one in March, and 0.10 paid."""
    home = small_home(tmp_path_factory.mktemp("balances"))
    home.price(REFERENCE)
    home.deliver("account/a.csv", ACCOUNT_COLUMNS + ACCOUNTS)
    home.deliver("action/a.csv", ACTION_COLUMNS + activation(1, ANNA, "a1"))
    calls = minute("february", "2026-02-03") + minute("march", "2026-03-02")
    home.deliver("usage/1.csv", USAGE_COLUMNS + calls)
    home.deliver("payment/1.csv", PAYMENT_COLUMNS + payment("p1", "0.10", "2026-03-05"))
    run(home, 3, 20)
    return home


def test_a_closed_cycle_is_billed_and_an_open_one_is_not(begun: SmallHome) -> None:
    assert balance(begun) == ("0.15", "0.15", "0.1", "0.05")
    assert begun.rows(CROSSINGS) == []


def test_what_is_open_on_a_statement_ages(begun: SmallHome) -> None:
    ageing = "select current_amount, days_30_amount, as_of from aggregates.receivables_ageing"
    assert begun.rows(ageing) == [(Decimal("0.05"), 0, datetime(2026, 3, 20))]


@pytest.fixture(scope="module")
def crossed(begun: SmallHome) -> SmallHome:
    """On 25 March: four minutes on the 21st, 0.45."""
    begun.deliver("usage/2.csv", USAGE_COLUMNS + minute("long", "2026-03-21", 240))
    run(begun, 3, 25)
    return begun


def test_the_limit_is_crossed_at_the_call_that_goes_beyond_it(crossed: SmallHome) -> None:
    # 0.15 + 0.15 - 0.10 + 0.45 of 0.50
    assert amounts(crossed.rows(CROSSINGS)) == [("long", "over", "0.65", "03-21 12:00")]
    assert balance(crossed) == ("0.15", "0.6", "0.1", "0.05")


@pytest.fixture(scope="module")
def recalculated(crossed: SmallHome) -> SmallHome:
    """On 2 April: March has closed, a late minute of February came, and 0.20 were paid."""
    crossed.deliver("usage/3.csv", USAGE_COLUMNS + minute("late", "2026-02-04"))
    crossed.deliver("payment/3.csv", PAYMENT_COLUMNS + payment("p2", "0.20", "2026-04-01"))
    run(crossed, 4, 2)
    return crossed


def test_late_usage_is_billed_by_the_next_version_and_payments_settle_the_oldest_first(
    recalculated: SmallHome,
) -> None:
    assert balance(recalculated) == ("0.9", "0", "0.3", "0.6")
    assert amounts(recalculated.rows(STATEMENTS)) == [
        ("a1/2026-02-01/2", "0.3", "0.3", "0"),
        ("a1/2026-03-01/1", "0.6", "0", "0.6"),
    ]


def test_a_version_posts_only_what_it_changes(recalculated: SmallHome) -> None:
    entries = recalculated.rows(
        "select transaction_id, ledger_account, amount from aggregates.ledger_entries "
        "where run_id = 3 and source = 'statement' order by transaction_id, ledger_account"
    )
    assert amounts(entries) == [
        ("statement/a1/2026-02-01/2", "receivable", "0.15"),
        ("statement/a1/2026-02-01/2", "usage_revenue", "-0.15"),
        ("statement/a1/2026-03-01/1", "receivable", "0.6"),
        ("statement/a1/2026-03-01/1", "usage_revenue", "-0.6"),
    ]


def test_late_usage_moves_what_was_used_at_a_crossing(recalculated: SmallHome) -> None:
    # 0.15 more than before; what was paid since leaves 0.60
    assert amounts(recalculated.rows(CROSSINGS)) == [("long", "over", "0.8", "03-21 12:00")]


@pytest.fixture(scope="module")
def paid(recalculated: SmallHome) -> SmallHome:
    """On 1 June: 0.30 more came in on 10 April."""
    recalculated.deliver("payment/4.csv", PAYMENT_COLUMNS + payment("p3", "0.30", "2026-04-10"))
    run(recalculated, 6, 1)
    return recalculated


def test_a_payment_brings_the_account_back_below_its_limit(paid: SmallHome) -> None:
    assert amounts(paid.rows(CROSSINGS)) == [
        ("long", "over", "0.8", "03-21 12:00"),
        ("p3", "under", "0.3", "04-10 12:00"),
    ]


def test_what_is_left_open_is_two_months_old(paid: SmallHome) -> None:
    # of March, which ended at midnight in Berlin, 61 days before
    found = paid.rows(
        "select days_60_amount, open_amount, unallocated_amount, balance_amount "
        "from aggregates.receivables_ageing"
    )
    assert amounts(found) == [("0.3", "0.3", "0", "0.3")]


def test_the_account_above_has_the_sums_of_those_below(paid: SmallHome) -> None:
    assert amounts(paid.rows(BALANCES.format(table="hierarchy_balances"))) == [
        ("a1", "0.9", "0", "0.6", "0.3"),
        ("firm", "0.9", "0", "0.6", "0.3"),
    ]


def test_a_full_refresh_comes_to_the_same_balances_and_posts_nothing(paid: SmallHome) -> None:
    before = without_run(paid)
    run_once(
        paid.settings,
        as_of=datetime(2026, 6, 1, tzinfo=UTC),
        publish=None,
        bar=no_bar,
        full_refresh=True,
    )
    assert without_run(paid) == before
    assert paid.rows("select count(*) from aggregates.ledger_entries where run_id = 5") == [(0,)]


def without_run(home: SmallHome) -> dict[str, list[str]]:
    """The rows of all tables of sums and balances, but for which run wrote them."""
    return {
        name: sorted(
            ", ".join(part for part in row.split(", ") if not part.startswith(OF_THE_RUN))
            for row in rows
        )
        for name, rows in lake(home.settings).items()
        if name.startswith("aggregates.")
    }
