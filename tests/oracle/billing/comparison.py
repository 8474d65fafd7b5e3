"""Holds the statements of a home against the oracle's, row by row."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from pyspark.sql import SparkSession

from tests.oracle.billing.versions import Books

Row = dict[str, Any]
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
TABLES = {"statements": STATEMENT, "statement_lines": LINE, "statement_deltas": DELTA}
SHOWN = 5


def read_books(spark: SparkSession) -> dict[str, list[Row]]:
    """The rows of the tables, in the columns that the oracle has."""
    return {
        name: spark.table(f"aggregates.{name}").select(*columns).toArrow().to_pylist()
        for name, columns in TABLES.items()
    }


def book_differences(books: Books, got: dict[str, list[Row]]) -> list[str]:
    """What differs, as texts: the first rows of each table that only one of the two has."""
    expected = {
        "statements": books.statements,
        "statement_lines": books.lines,
        "statement_deltas": books.deltas,
    }
    found = []
    for name, columns in TABLES.items():
        due, there = _counted(expected[name], columns), _counted(got[name], columns)
        for what, rows in (("missing", due - there), ("not expected", there - due)):
            if rows:
                found.append(f"{name}: {rows.total()} rows {what}")
                found += [
                    f"  {dict(zip(columns, row, strict=True))}" for row in _first(rows, columns)
                ]
    return found


def _counted(rows: Iterable[Row], columns: tuple[str, ...]) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row[column] for column in columns) for row in rows)


def _first(rows: Counter[tuple[Any, ...]], columns: tuple[str, ...]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=str)[:SHOWN]
