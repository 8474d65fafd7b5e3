"""Which billing cycles have ended, and so close (docs/billing.md, rule 17)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, count
from pyspark.sql.functions import sum as sum_of

from ingestion.settings import Settings


@dataclass(frozen=True)
class Closed:
    """The statements of one currency that a run wrote; `amount` is their total, or what changed."""

    currency: str
    is_first_version: bool
    statements: int
    amount: Decimal


def closed_statements(spark: SparkSession, run_id: int) -> list[Closed]:
    """What a run closed, and what it recalculated."""
    rows = (
        spark.table("aggregates.statements")
        .where(col("run_id") == run_id)
        .groupBy("currency", (col("version") == 1).alias("is_first_version"))
        .agg(count("*").alias("statements"), sum_of("total_amount").alias("amount"))
        .collect()
    )
    changed = {
        row.currency: row.amount
        for row in spark.table("aggregates.statement_deltas")
        .where(col("run_id") == run_id)
        .groupBy("currency")
        .agg(sum_of("delta_amount").alias("amount"))
        .collect()
    }
    return sorted(
        (
            Closed(
                row.currency,
                row.is_first_version,
                row.statements,
                row.amount if row.is_first_version else changed.get(row.currency, Decimal(0)),
            )
            for row in rows
        ),
        key=lambda closed: (not closed.is_first_version, closed.currency),
    )


def closed_until(settings: Settings, known_at: datetime, before: datetime | None) -> datetime:
    """Until when cycles must have ended to close: the knowledge time, less the late usage's grace.

    It never goes back behind that of the last run: a longer grace opens nothing again.
    """
    until = known_at - timedelta(hours=settings.late_usage_grace_hours)
    return max(until, before) if before else until


def cycles_have_ended(spark: SparkSession, before: datetime | None, until: datetime) -> bool:
    """Whether a cycle of any account ended in (`before`, `until`]."""
    if before is None:
        return True
    clocks = spark.sql("select distinct bill_day, time_zone from customers.account_periods")
    # at most 28 days and a few hundred time zones
    return any(
        before < last_cycle_end(clock.bill_day, clock.time_zone, until)
        for clock in clocks.collect()
    )


def last_cycle_end(bill_day: int, time_zone: str, until: datetime) -> datetime:
    """The last moment, not after `until`, at which a cycle of this bill day and clock ends."""
    today = until.astimezone(ZoneInfo(time_zone)).date()
    this_month = today.replace(day=bill_day)
    day = this_month if bill_day <= today.day else _month_before(this_month)
    return datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)


def _month_before(day: date) -> date:
    last = day.replace(day=1) - timedelta(days=1)
    return last.replace(day=day.day)
