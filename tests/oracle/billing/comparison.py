"""Holds the statements of a home against the oracle's, row by row."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pyspark.sql import SparkSession

from tests.oracle.billing.balances import Balances
from tests.oracle.billing.hierarchy import hierarchy_balances
from tests.oracle.billing.limits import credit_limit_events

Row = dict[str, Any]
Rows = dict[str, list[Row]]
STATEMENT = (
    *("statement_id", "account_id", "currency", "supersedes", "version", "line_count"),
    *("net_amount", "tax_amount", "total_amount", "cycle_start", "cycle_end_at", "closed_at"),
)
LINE = (
    *("statement_id", "line_no", "line_type", "subscription_id", "plan_id", "item_id", "service"),
    *("direction", "destination_zone", "roaming_zone", "charge_currency", "tax_code", "tax_basis"),
    *("event_count", "quantity", "charge_amount", "exchange_rate", "tax_rate"),
    *("net_amount", "tax_amount"),
)
DELTA = (
    *("account_id", "cycle_start", "from_version", "to_version", "line_type", "old_net_amount"),
    *("new_net_amount", "old_tax_amount", "new_tax_amount", "delta_amount"),
)
PAYMENT = (
    *("payment_id", "account_id", "kind", "currency", "account_currency", "reason", "note"),
    *("amount", "signed_amount", "exchange_rate", "posted_amount", "paid_amount"),
    *("received_at", "known_at", "as_of", "status"),
)
ENTRY = (
    *("entry_id", "transaction_id", "account_id", "ledger_account", "currency", "source"),
    *("source_id", "amount", "effective_at", "posted_at"),
)
AMOUNTS = ("currency", "billed_amount", "unbilled_amount", "paid_amount", "balance_amount")
BALANCE = ("account_id", "parent_account_id", "name", "time_zone", "credit_limit", *AMOUNTS)
SETTLED = (
    *("statement_id", "account_id", "currency", "total_amount", "settled_amount", "open_amount"),
    *("cycle_start", "cycle_end_at"),
)
AGEING = (
    *("account_id", "currency", "current_amount", "days_30_amount", "days_60_amount"),
    *("days_90_amount", "open_amount", "unallocated_amount", "balance_amount"),
)
CROSSING = (
    *("account_id", "event_id", "event_kind", "direction", "currency", "credit_limit"),
    *("used_amount", "crossed_at"),
)
TABLES = {
    "statements": STATEMENT,
    "statement_lines": LINE,
    "statement_deltas": DELTA,
    "payments": PAYMENT,
    "ledger_entries": ENTRY,
    "account_balances": BALANCE,
    "account_currency_balances": ("account_id", *AMOUNTS),
    "hierarchy_balances": ("account_id", "account_count", *AMOUNTS),
    "statement_payments": SETTLED,
    "receivables_ageing": AGEING,
    "credit_limit_events": CROSSING,
}
# usage lines that the last run wrote and that the usage traced to them does not add up to
UNTRACED = "untraced_lines"
UNTRACED_LINES = """
    select
        lines.statement_id, lines.line_no, lines.line_key, lines.event_count, lines.charge_amount,
        count(usages.event_id) as traced_count, sum(usages.charge_amount) as traced_amount
    from aggregates.statement_lines as lines
    left join aggregates.statement_line_usages as usages
        on lines.statement_id = usages.statement_id and lines.line_no = usages.line_no
    where
        lines.line_type = 'usage'
        and lines.run_id = (select max(run_id) from aggregates.statements)
    group by 1, 2, 3, 4, 5
    having count(usages.event_id) != lines.event_count
        or coalesce(sum(usages.charge_amount), 0) != lines.charge_amount
"""
SHOWN = 5


def read_books(spark: SparkSession) -> Rows:
    """The rows of the tables in an order of their own, in the columns that the oracle has."""
    found = {
        name: spark.table(f"aggregates.{name}").select(*columns).toArrow().to_pylist()
        for name, columns in TABLES.items()
    }
    found[UNTRACED] = spark.sql(UNTRACED_LINES).toArrow().to_pylist()
    return {name: sorted(rows, key=str) for name, rows in found.items()}


def expected_books(balances: Balances) -> Rows:
    """The rows of the tables as the oracle has them."""
    books, ledger = balances.books, balances.ledger
    return {
        "statements": books.statements,
        "statement_lines": books.lines,
        "statement_deltas": books.deltas,
        "payments": list(ledger.payments.values()),
        "ledger_entries": ledger.entries,
        "account_balances": balances.account_balances(),
        "account_currency_balances": balances.account_currency_balances(),
        "hierarchy_balances": hierarchy_balances(balances),
        "statement_payments": balances.statement_payments(),
        "receivables_ageing": balances.receivables_ageing(),
        "credit_limit_events": credit_limit_events(balances),
    }


def book_differences(expected: Rows, got: Rows) -> list[str]:
    """What differs, as texts: the first rows of each table due that only one of the two has."""
    found = [f"usage not traced to its line: {row}" for row in got[UNTRACED]]
    for name in expected:
        columns = TABLES[name]
        due, there = (_counted(told(name, rows[name]), columns) for rows in (expected, got))
        if dict.__eq__(due, there):  # a difference hashes each fraction anew, which is slow
            continue
        for what, rows in (("missing", due - there), ("not expected", there - due)):
            if rows:
                found.append(f"{name}: {rows.total()} rows {what}")
                found += [
                    f"  {dict(zip(columns, row, strict=True))}" for row in _first(rows, columns)
                ]
    return found


def told(name: str, rows: list[Row]) -> list[Row]:
    """What a row of ageing that is all 0 says is nothing: it is there or not."""
    if name != "receivables_ageing":
        return rows
    return [row for row in rows if any(row[column] for column in AGEING[2:])]


def _counted(rows: Iterable[Row], columns: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row[column] for column in columns) for row in rows)


def _first(rows: Counter[tuple[Any, ...]], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=str)[:SHOWN]
