"""Hand-made serving tables in Delta, with the columns of the models, for tests of publishing."""

from collections.abc import Sequence

from pyspark.sql import SparkSession

from serving.cassandra.tables import TABLES

MONEY = "decimal(38, 6)"
COLUMNS = {
    "serving.account_balances": (
        "account_id string, parent_account_id string, name string, currency string, "
        f"time_zone string, billed_amount decimal(38, 10), unbilled_amount {MONEY}, "
        f"paid_amount {MONEY}, balance_amount {MONEY}, credit_limit decimal(24, 6), as_of timestamp"
    ),
    "serving.account_usage_daily": (
        "account_id string, usage_month int, usage_date date, service string, "
        "destination_zone string, currency string, event_count bigint, quantity decimal(38, 6), "
        f"charge_amount {MONEY}, as_of timestamp"
    ),
    "serving.file_counts": (
        "feed string, received_date date, status string, file_count bigint, record_count bigint, "
        "rejected_count bigint, as_of timestamp"
    ),
    "serving.disposition_counts": (
        "event_month int, event_date date, disposition string, reason string, service string, "
        "record_count bigint, quantity decimal(38, 6), as_of timestamp"
    ),
    "operations.runs": (
        "run_id bigint, started_at timestamp, finished_at timestamp, status string, "
        "as_of timestamp, file_count bigint, record_count bigint, rejected_count bigint, "
        "rated_count bigint, suspended_count bigint, charges_json string, duration_ms bigint, "
        "table_versions map<string, bigint>"
    ),
}


def drop_all(spark: SparkSession) -> None:
    for table in TABLES:
        spark.sql(f"drop table if exists {table.source}")


def create(spark: SparkSession, name: str, rows: Sequence[str] = ()) -> None:
    """Make the Delta table anew, with these rows (SQL expressions in parentheses)."""
    spark.sql(f"create schema if not exists {name.split('.')[0]}")
    spark.sql(f"drop table if exists {name}")
    spark.sql(
        f"create table {name} ({COLUMNS[name]}) using delta "
        "tblproperties ('delta.enableChangeDataFeed' = 'true')"
    )
    if rows:
        spark.sql(f"insert into {name} values {', '.join(rows)}")


def balance(account_id: str, owed: str, name: str = "Ada") -> str:
    """A balances row as a SQL expression; `owed` is an exact decimal."""
    return (
        f"('{account_id}', null, '{name}', 'EUR', 'Europe/Madrid', 0, {owed}, 0, {owed}, null, "
        "timestamp '2026-11-01 00:00:00.123456Z')"
    )
