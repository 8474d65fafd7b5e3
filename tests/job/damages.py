"""Damage done to tables of a built home, and what the invariants of a run say of each."""

from collections.abc import Callable

from pyspark.sql import DataFrame
from pyspark.sql.functions import expr

Damage = Callable[[DataFrame], DataFrame]


def without(condition: str) -> Damage:
    return lambda table: table.where(f"not ({condition})")


def twice(condition: str) -> Damage:
    return lambda table: table.unionAll(table.where(condition))


def with_other(column: str, value: str, condition: str) -> Damage:
    """Another value in a column, of its own type, where the condition holds."""

    def change(table: DataFrame) -> DataFrame:
        kind = dict(table.dtypes)[column]
        return table.withColumn(column, expr(f"if({condition}, cast({value} as {kind}), {column})"))

    return change


def superseding(statements: DataFrame) -> DataFrame:
    """Each statement with one before it that says 1 less, of which no delta tells."""
    before = {
        "statement_id": "'a1/2026-03-15/0'",
        "total_amount": "total_amount - 1",
        "run_id": "0L",
    }
    columns = statements.columns
    older = statements.selectExpr(*(f"{before.get(name, name)} as {name}" for name in columns))
    after = {"supersedes": before["statement_id"]}
    newer = statements.selectExpr(*(f"{after.get(name, name)} as {name}" for name in columns))
    return newer.unionAll(older.select(*(older[name].cast(kind) for name, kind in newer.dtypes)))


RECORDS = "each record has one outcome"
SESSION = "an event has the units of its records"
UNITS = "each unit is covered, charged or free"
CHARGE = "fee and segments make the charge"
BUNDLE = "a bundle gives what it has"
SUMS = "sums grow by what outcomes change"
BILLED = "usage lines bill what a cycle was charged"
LINES = "lines and their tax make the statement"
DELTAS = "deltas say what a version changed"
ZERO = "the ledger sums to 0 per transaction"
POSTED = "the ledger has what statements and payments say"
BALANCE = "a balance is the sums of its account"
SETTLED = "what is settled and what is open are all of a statement"

OUTCOMES = "scratch.decided_outcomes"
CHARGED = {(SUMS, f"{table} EUR") for table in ("usage_days", "revenue_days", "account_cycles")}
DAY = "service = 'data'"
CYCLE = "a1 2026-03-15"
STATEMENT = "a1/2026-03-15/1"

DAMAGES: dict[str, tuple[str, Damage, set[tuple[str, str]]]] = {
    "a record without an outcome": (
        OUTCOMES,
        without("event_id = 'lost'"),
        {(RECORDS, "file …"), (SUMS, "disposition_days suspended")},
    ),
    "a record with two outcomes": (
        OUTCOMES,
        twice("event_id = 'lost'"),
        {(RECORDS, "file …"), (SUMS, "disposition_days suspended")},
    ),
    "an outcome of no record": (
        OUTCOMES,
        with_other("record_id", "1", "event_id = 'lost'"),
        {(RECORDS, "file …"), (RECORDS, "file no run")},
    ),
    "a record that lost a unit": (
        OUTCOMES,
        with_other("record_quantity", "record_quantity - 1", "event_id = 'lost'"),
        {(RECORDS, "file …"), (SUMS, "disposition_days suspended")},
    ),
    "a part that counts towards another event": (
        OUTCOMES,
        with_other("merged_into", "'surf1'", "event_id = 'part2'"),
        {(SESSION, "event part1"), (SESSION, "event surf1")},
    ),
    "a charge of several segments with a cent too much": (
        OUTCOMES,
        with_other("charge_amount", "charge_amount + 0.01", "event_id = 'steps'"),
        {(CHARGE, "event steps"), *CHARGED},
    ),
    "a charge that is neither its sum nor its minimum": (
        OUTCOMES,
        with_other("charge_amount", "charge_amount + 0.01", "event_id = 'cheap'"),
        {(CHARGE, "event cheap"), *CHARGED},
    ),
    "a refund that is a charge": (
        OUTCOMES,
        with_other("charge_amount", "2.01", "event_id = 'back'"),
        {(CHARGE, "event back"), *CHARGED},
    ),
    "a rated event without a charge": (
        OUTCOMES,
        with_other("charge_amount", "null", "event_id = 'none'"),
        {(CHARGE, "event none")},
    ),
    "units that nobody charged": (
        OUTCOMES,
        with_other("billable_units", "billable_units - 1", "event_id = 'surf1'"),
        {(UNITS, "event surf1")},
    ),
    "a segment that is gone": (
        "scratch.long_segments",
        without("band = 'night'"),
        {(UNITS, "event bands")},
    ),
    "a segment with an amount of its own": (
        "scratch.long_segments",
        with_other("amount", "amount + 1", "band = 'night'"),
        {(CHARGE, "event bands")},
    ),
    "a bundle that had less": (
        "scratch.bundle_instances",
        with_other("capacity_left", "100000000", "true"),
        {(BUNDLE, "bundle talk_10/n3")},
    ),
    "a day with an event too many": (
        "aggregates.usage_days",
        with_other("event_count", "event_count + 1", DAY),
        {(SUMS, "usage_days EUR")},
    ),
    "a day with a unit too many": (
        "aggregates.usage_days",
        with_other("quantity", "quantity + 0.000001", DAY),
        {(SUMS, "usage_days EUR")},
    ),
    "a day that was added twice": (
        "aggregates.usage_days",
        twice(DAY),
        {(SUMS, "usage_days EUR")},
    ),
    "a count of dispositions that is gone": (
        "aggregates.disposition_days",
        without("disposition = 'merged'"),
        {(SUMS, "disposition_days merged")},
    ),
    "a day of revenue that is gone": (
        "aggregates.revenue_days",
        without(DAY),
        {(SUMS, "revenue_days EUR")},
    ),
    "a cycle with a cent too much": (
        "aggregates.account_cycles",
        with_other("charge_amount", "charge_amount + 0.01", "true"),
        {(SUMS, "account_cycles EUR"), (BILLED, f"cycle {CYCLE} EUR")},
    ),
    "an account that paid something else": (
        "aggregates.account_totals",
        with_other("paid_amount", "paid_amount + 0.01", "true"),
        {(SUMS, "account_totals EUR"), (BALANCE, "account a1")},
    ),
    "an account that was billed something else": (
        "aggregates.account_totals",
        with_other("billed_amount", "billed_amount + 0.01", "true"),
        {(SUMS, "account_totals EUR")},
    ),
    "a balance of its own": (
        "aggregates.account_balances",
        with_other("paid_amount", "paid_amount + 0.01", "true"),
        {(BALANCE, "account a1")},
    ),
    "a closed cycle that is unbilled as well": (
        "aggregates.account_balances",
        with_other("unbilled_amount", "unbilled_amount + 0.01", "true"),
        {(BALANCE, "account a1")},
    ),
    "an entry of another amount": (
        "aggregates.ledger_entries",
        with_other("amount", "amount - 1", "ledger_account = 'usage_revenue'"),
        {(ZERO, f"transaction statement/{STATEMENT} EUR")},
    ),
    "an entry that was posted twice": (
        "aggregates.ledger_entries",
        twice("ledger_account = 'receivable'"),
        {
            (ZERO, f"transaction statement/{STATEMENT} EUR"),
            (POSTED, f"statement {STATEMENT} EUR"),
        },
    ),
    "a transaction that was not posted": (
        "aggregates.ledger_entries",
        without("true"),
        {(POSTED, f"statement {STATEMENT} EUR")},
    ),
    "a statement with another total": (
        "aggregates.statements",
        with_other("total_amount", "total_amount + 0.01", "true"),
        {
            (SUMS, "account_totals EUR"),
            (POSTED, f"statement {STATEMENT} EUR"),
            (LINES, f"statement {STATEMENT}"),
        },
    ),
    "a version of which no delta tells": (
        "aggregates.statements",
        superseding,
        {
            (SUMS, "account_totals EUR"),
            (POSTED, f"statement {STATEMENT} EUR"),
            (DELTAS, f"statement {STATEMENT} EUR"),
        },
    ),
    "a line that bills a cent too much": (
        "aggregates.statement_lines",
        with_other("charge_amount", "charge_amount + 0.01", DAY),
        {(BILLED, f"cycle {CYCLE} EUR")},
    ),
    "a line with a tax of its own": (
        "aggregates.statement_lines",
        with_other("tax_amount", "tax_amount + 0.01", DAY),
        {(LINES, f"statement {STATEMENT}")},
    ),
    "a line that is gone": (
        "aggregates.statement_lines",
        without(DAY),
        {(LINES, f"statement {STATEMENT}"), (BILLED, f"cycle {CYCLE} EUR")},
    ),
    "an open amount of its own": (
        "aggregates.statement_payments",
        with_other("open_amount", "open_amount - 0.01", "true"),
        {(SETTLED, f"statement {STATEMENT}")},
    ),
}
