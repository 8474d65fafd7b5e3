"""Hand-made serving tables, with the columns of the models, for tests of publishing."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pyspark.sql import SparkSession

from ingestion.settings import Settings
from serving.cassandra.publish import PublishReport, TablePublication, publish
from serving.cassandra.tables import TABLES

BALANCES = "serving.account_balances"
RUNS = "operations.runs"
MONEY = "decimal(38, 6)"
CHANGED = "run_id bigint, is_deleted boolean"
COLUMNS = {
    BALANCES: (
        "account_id string, parent_account_id string, name string, currency string, "
        f"time_zone string, billed_amount {MONEY}, unbilled_amount {MONEY}, "
        f"paid_amount {MONEY}, balance_amount {MONEY}, credit_limit decimal(24, 6), "
        f"as_of timestamp, {CHANGED}"
    ),
    "serving.account_usage_daily": (
        "account_id string, usage_month int, usage_date date, service string, "
        "destination_zone string, currency string, event_count bigint, quantity decimal(38, 6), "
        f"charge_amount {MONEY}, as_of timestamp, {CHANGED}"
    ),
    "serving.file_counts": (
        "feed string, received_date date, status string, file_count bigint, record_count bigint, "
        f"rejected_count bigint, as_of timestamp, {CHANGED}"
    ),
    "serving.disposition_counts": (
        "event_month int, event_date date, disposition string, reason string, service string, "
        f"record_count bigint, quantity decimal(38, 6), as_of timestamp, {CHANGED}"
    ),
    RUNS: (
        "run_id bigint, started_at timestamp, finished_at timestamp, status string, "
        "as_of timestamp, file_count bigint, record_count bigint, rejected_count bigint, "
        "rated_count bigint, suspended_count bigint, charges_json string, duration_ms bigint"
    ),
}
FIRST_RUN = datetime(2026, 11, 1, 12, 0, 0, 123456, UTC)


def finished_at(run_id: int) -> datetime:
    """When a run of a test finishes unless it says otherwise: a minute after the one before."""
    return FIRST_RUN + timedelta(minutes=run_id)


@dataclass(frozen=True)
class Lake:
    """The tables of a home as its runs leave them; rows are SQL expressions in parentheses."""

    spark: SparkSession
    settings: Settings

    def create(self, name: str, rows: Sequence[str] = ()) -> None:
        """Make a table anew, with these rows."""
        self.drop(name)
        self.spark.sql(f"create table {name} ({COLUMNS[name]}) using delta")
        if rows:
            self.spark.sql(f"insert into {name} values {', '.join(rows)}")

    def commit(self, run_id: int, at: datetime | None = None) -> None:
        """Note a run, which finished at this time."""
        if not self.spark.catalog.tableExists(RUNS):
            self.create(RUNS)
        time = f"timestamp '{(at or finished_at(run_id)).isoformat()}'"
        self.spark.sql(
            f"insert into {RUNS} values ({run_id}, {time}, {time}, 'completed', {time}, "
            "1, 2, 0, 2, 0, '{}', 1000)"
        )

    def run(self, run_id: int, *rows: str, at: datetime | None = None) -> None:
        """A run that leaves these balances, in place of those that the accounts had."""
        for row in rows:
            account = row[1:].split(",")[0]
            self.spark.sql(f"delete from {BALANCES} where account_id = {account}")
        if rows:
            self.spark.sql(f"insert into {BALANCES} values {', '.join(rows)}")
        self.commit(run_id, at)

    def publish(self) -> PublishReport:
        return publish(self.spark, self.settings)

    def drop(self, name: str) -> None:
        self.spark.sql(f"drop table if exists {name}")
        shutil.rmtree(self.settings.lake / name.replace(".", "/"), ignore_errors=True)

    def drop_all(self) -> None:
        for table in TABLES:
            self.drop(table.source)


def balance(
    account_id: str, owed: str, name: str = "Ada", *, run_id: int = 1, is_deleted: bool = False
) -> str:
    """A balances row; `owed` is an exact decimal."""
    return (
        f"('{account_id}', null, '{name}', 'EUR', 'Europe/Madrid', {owed}, 0.5, 0, {owed}, null, "
        f"timestamp '2026-11-01 00:00:00.123456Z', {run_id}, {str(is_deleted).lower()})"
    )


def of(report: PublishReport, name: str = BALANCES) -> TablePublication:
    """What was done for one table."""
    return next(table for table in report.tables if table.table == name)


def counts(report: PublishReport, name: str = BALANCES) -> tuple[str, int, int]:
    """Mode, upserts and deletes of one table."""
    table = of(report, name)
    return table.mode, table.upserts, table.deletes
