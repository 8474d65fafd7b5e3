"""Cycles that close as time passes, and what facts that come afterwards change in them.

Each account pays 9.99 for March and a call of two minutes, 0.05 + 2 x 0.10, 10.24 in all, if
nothing else is said. Late usage is waited for two hours.
"""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from ingestion.settings import Settings
from tests.job.billed_home import BILLED, GERMANY
from tests.job.small_home import SmallHome
from tests.job.small_tariffs import ACCOUNT_COLUMNS, ACTION_COLUMNS, START

ZONES = {
    "sydney": "Australia/Sydney",
    "kathmandu": "Asia/Kathmandu",
    "paris": "Europe/Paris",
    "utc": "UTC",
    "newyork": "America/New_York",
    "profiles": "UTC",
    "moved": "UTC",
    "franc": "UTC",
}
REFERENCE = BILLED | {
    "plans": "plan_id,name,currency,recurring_fee,prorate,tax_code,valid_from,valid_to\n"
    "basic,Basic,EUR,9.99,true,,,\nplus,Plus,EUR,20,true,,,\n",
    "taxes": "tax_profile,tax_code,rate_percent,basis,valid_from,valid_to\n"
    "full,std,19,net,,\nreduced,std,7,net,,\n",
    "exchange_rates": "from_currency,to_currency,rate,valid_from,valid_to\nEUR,CHF,0.95,,\n",
}
USAGE_COLUMNS = (
    "event_id,service,subscriber,counterparty,started_at,quantity,kind,target_event_id\n"
)
BEFORE_PARIS, PARIS = "2026-03-31T23:59:59.999999", "2026-04-01T00:00:00"
ALL_CLOSED, CHANGED, APRIL = "2026-04-10T00:00:00", "2026-04-20T00:00:00", "2026-05-05T00:00:00"
MARCH = """
select account_id, total_amount from aggregates.statements
where cycle_start = date '2026-03-01' and version = 1 order by account_id
"""
DELTAS = """
select account_id, line_type, cause, delta_amount from aggregates.statement_deltas
order by account_id, line_type, delta_amount
"""
VERSIONS = """
select
    string(cycle_start), date_format(cycle_end_at, 'yyyy-MM-dd HH:mm'), version, currency,
    total_amount
from aggregates.statements
where account_id = '{}' and cycle_start >= date '2026-03-01' order by cycle_start, version
"""
LATEST = "select max(run_id) from operations.runs"


def record(account_id: str, since: str, **changed: str) -> str:
    row = {"currency": "EUR", "bill_day": "1", "profile": ""} | changed
    return (
        f"{account_id},,,{row['currency']},{ZONES[account_id]},{row['bill_day']},{row['profile']},,"
        f"{since}\n"
    )


def number(account_id: str) -> str:
    return f"49170000000{list(ZONES).index(account_id)}"


def call(
    account_id: str,
    day: str,
    seconds: int = 120,
    *,
    name: str = "call",
    kind: str = "",
    of: str = "",
) -> str:
    return (
        f"{account_id}-{name},voice,{number(account_id)},{GERMANY},{day}T12:00:00Z,{seconds},"
        f"{kind},{of and f'{account_id}-{of}'}\n"
    )


def action(no: int, account_id: str, kind: str, at: str, plan_id: str) -> str:
    return f"n{no},{at},{kind},s-{account_id},{account_id},{number(account_id)},{plan_id}\n"


def run(home: SmallHome, at: str) -> None:
    home.run(known_at=datetime.fromisoformat(at).replace(tzinfo=UTC))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """Nothing has closed of March but what ended two hours before Paris' March did."""
    folder = tmp_path_factory.mktemp("billing_cycle")
    (folder / "home").mkdir()
    home = SmallHome(
        Settings(home=folder / "home", reference=folder / "tariffs", late_usage_grace_hours=2)
    )
    home.price(REFERENCE)
    profiles = [("2026-03-08", "reduced"), ("2026-03-15", "full"), ("2026-03-22", "reduced")]
    home.deliver(
        "account/all.csv",
        ACCOUNT_COLUMNS
        + "".join(record(name, START, profile="full" * (name == "profiles")) for name in ZONES)
        + "".join(record("profiles", f"{day}T00:00:00Z", profile=to) for day, to in profiles)
        + record("moved", "2026-03-20T00:00:00Z", bill_day="15")
        + record("franc", "2026-03-20T00:00:00Z", currency="CHF"),
    )
    home.deliver(
        "action/all.csv",
        ACTION_COLUMNS
        + "".join(
            action(no, name, "activate", START, "basic") for no, name in enumerate(ZONES, start=1)
        ),
    )
    days = ["2026-03-03", "2026-03-17", "2026-03-24"]
    home.deliver(
        "usage/march.csv",
        USAGE_COLUMNS
        + "".join(call(name, "2026-03-10") for name in ZONES)
        + "".join(call("profiles", day, name=day) for day in days)
        + call("moved", "2026-03-25", name="second")
        + call("franc", "2026-04-02", name="second"),
    )
    run(home, BEFORE_PARIS)
    return home


@pytest.fixture(scope="module")
def closed(home: SmallHome) -> SmallHome:
    run(home, PARIS)
    in_paris = home.rows(MARCH)
    run(home, ALL_CLOSED)
    assert dict(in_paris) == dict.fromkeys(["kathmandu", "paris", "sydney"], Decimal("10.24"))
    return home


@pytest.fixture(scope="module")
def changed(closed: SmallHome) -> SmallHome:
    """What comes after March has closed: about usage, and about subscriptions, back-dated."""
    closed.deliver(
        "usage/late.csv",
        USAGE_COLUMNS
        + call("paris", "2026-03-20", 60, name="late")
        + call("kathmandu", "2026-03-10", name="cancel", kind="cancel", of="call")
        + call("utc", "2026-03-10", 180, name="mended", kind="replace", of="call"),
    )
    closed.deliver(
        "action/late.csv",
        ACTION_COLUMNS
        + action(21, "sydney", "change_plan", "2026-03-16T00:00:00Z", "plus")
        + action(22, "newyork", "terminate", "2026-03-06T12:00:00Z", ""),
    )
    run(closed, CHANGED)
    return closed


def test_a_cycle_closes_two_hours_after_midnight_where_the_account_is(home: SmallHome) -> None:
    """In Sydney it ended at 13:00 UTC, in Kathmandu at 18:15, in Paris (summer time) at 22:00."""
    assert home.rows(MARCH) == [("kathmandu", Decimal("10.24")), ("sydney", Decimal("10.24"))]


def test_all_of_march_is_closed_at_last(closed: SmallHome) -> None:
    """`profiles` has four calls, two at 19 % and two at 7 %; `moved` 19 days of 31 and a call."""
    totals = dict(closed.rows(MARCH))
    assert totals == dict.fromkeys(ZONES, Decimal("10.24")) | {
        "profiles": Decimal("9.99") + Decimal("1.00") + Decimal("0.10") + Decimal("0.04"),
        "moved": Decimal("6.37"),
    }


def test_usage_is_traced_to_its_line_also_where_a_profile_comes_back(closed: SmallHome) -> None:
    traced = closed.rows(
        "select lines.tax_rate, usages.event_id from aggregates.statement_line_usages as usages "
        "join aggregates.statement_lines as lines on usages.statement_id = lines.statement_id "
        "and usages.line_no = lines.line_no where lines.account_id = 'profiles' order by 1, 2"
    )
    assert traced == [
        (7, "profiles-2026-03-24"),
        (7, "profiles-call"),
        (19, "profiles-2026-03-03"),
        (19, "profiles-2026-03-17"),
    ]


def test_each_change_is_a_delta_with_its_cause(changed: SmallHome) -> None:
    """Sydney pays 15 days of 9.99 and 16 of 20.00, New York 5 days, and the call is nobody's."""
    assert changed.rows(DELTAS) == [
        ("kathmandu", "usage", "cancellation", Decimal("-0.25")),
        ("newyork", "recurring", "plan", Decimal("-8.38")),
        ("newyork", "usage", "plan", Decimal("-0.25")),
        ("paris", "usage", "late_usage", Decimal("0.15")),
        ("sydney", "recurring", "plan", Decimal("-5.15")),
        ("sydney", "recurring", "plan", Decimal("10.32")),
        ("utc", "usage", "correction", Decimal("0.10")),
    ]


def test_what_came_after_the_termination_is_kept_and_billed_to_nobody(changed: SmallHome) -> None:
    sql = "select disposition, reason from rated.usage_dispositions where event_id = 'newyork-call'"
    assert changed.rows(sql) == [("suspended", "unknown_subscriber")]


def test_the_ledger_has_what_was_corrected_and_no_more(changed: SmallHome) -> None:
    posted = changed.rows(
        "select account_id, sum(amount) from aggregates.ledger_entries "
        f"where ledger_account = 'receivable' and run_id = ({LATEST}) group by account_id"
    )
    assert dict(posted) == {
        "kathmandu": Decimal("-0.25"),
        "newyork": Decimal("-8.63"),
        "paris": Decimal("0.15"),
        "sydney": Decimal("5.17"),
        "utc": Decimal("0.10"),
        "moved": Decimal("8.78"),
    }


def test_another_bill_day_ends_the_old_cycles_days_and_both_close(changed: SmallHome) -> None:
    """19 of 31 days and a call; then 12 of 31 and 14 of 30 days and the second call."""
    assert changed.rows(VERSIONS.format("moved")) == [
        ("2026-03-01", "2026-04-01 00:00", 1, "EUR", Decimal("6.37")),
        ("2026-03-15", "2026-04-15 00:00", 1, "EUR", Decimal("8.78")),
    ]


def test_another_currency_counts_from_the_next_cycle_on(changed: SmallHome) -> None:
    """9.99 and 0.25 in March; in April both times 0.95."""
    run(changed, APRIL)
    assert changed.rows(VERSIONS.format("franc")) == [
        ("2026-03-01", "2026-04-01 00:00", 1, "EUR", Decimal("10.24")),
        ("2026-04-01", "2026-05-01 00:00", 1, "CHF", Decimal("9.73")),
    ]
