"""RULES 21: other tariffs over a past period, beside what was charged, without touching it.

The usage that rules 1 to 3 left is rated by the same models, in a home of its own below the
operator's; accounts and actions are read where they are. The comparison is kept in `simulation.*`.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from pyspark.sql import Column, DataFrame, Row, SparkSession
from pyspark.sql.functions import abs as magnitude
from pyspark.sql.functions import col, lit
from pyspark.sql.functions import max as max_of

from ingestion import runs, transform
from ingestion.failures import Failure
from ingestion.reference.plain import write_plain
from ingestion.reference.validate import validate
from ingestion.settings import Settings
from ingestion.spark import spark_session
from tariffs import comparison

RATED = ("+usage_charges", "+usage_dispositions")
READ_IN_PLACE = ("raw.accounts", "raw.actions")
RESULTS = ("usage_charges", "usage_dispositions")
SETTLED_BEFORE_PRICES = ("conflict", "unknown_target")
# a local day begins and ends at most this far from the day in UTC
LOCAL_DAY = timedelta(days=1)
FIRST_DAY = date(1970, 1, 1)
SHOWN_ACCOUNTS = 5


class CannotSimulate(Failure):
    """There is nothing to simulate, or not over this period."""


@dataclass(frozen=True)
class Period:
    """Local days from `first` up to before `end`."""

    first: date
    end: date

    def contains(self, day: Column) -> Column:
        return (day >= lit(self.first)) & (day < lit(self.end))

    def surely_contains(self, utc_day: Column) -> Column:
        """What an event's day in UTC is when its local day is in the period."""
        return utc_day.between(lit(self.first - LOCAL_DAY), lit(self.end + LOCAL_DAY))


@dataclass(frozen=True)
class Simulation:
    """What a simulation found. Rows are those of simulation.revenue and simulation.accounts."""

    simulation_id: int
    period: Period
    totals: list[Row]
    revenue: list[Row]
    losers: list[Row]
    winners: list[Row]


def simulate(
    settings: Settings,
    reference: Path,
    period: Period,
    *,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> Simulation:
    """Rate the period with the tariffs in `reference`, compare, and keep the comparison.

    Where steps or bundles run over billing cycles, the usage before the period is rated as well, as
    the period's prices depend on it. Raises CannotSimulate, InvalidReference, TransformFailed,
    HomeIsBusy.
    """
    if period.first >= period.end:
        raise CannotSimulate(f"--to {period.end} is not after --from {period.first}")
    validate(reference)
    folder = settings.root / f"simulation-{uuid4().hex}"
    trial = settings.model_copy(update={"home": folder, "inbox": None, "reference": reference})
    with runs.only_run(settings):
        _remove_trials(settings)
        try:
            write_plain(reference, trial.plain_reference)
            with spark_session(settings) as spark:
                last = _last_run(spark)
                tables = {name: _location(spark, name) for name in READ_IN_PLACE}
                tables["raw.usage"] = str(folder / "usage")
                needs_all = transform.needs_order(trial.plain_reference)
                _write_usage(spark, period, needs_all, tables["raw.usage"])
            with spark_session(trial) as spark:
                results = _rate(spark, trial, tables, last, on_progress)
            with spark_session(settings) as spark:
                return _compare(spark, period, reference, results, last)
        finally:
            _remove_trials(settings)


def _remove_trials(settings: Settings) -> None:
    """Remove this trial's home, and that of a simulation that was killed."""
    for folder in settings.root.glob("simulation-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _last_run(spark: SparkSession) -> runs.LastRun:
    last = runs.last_run(spark)
    if not last.run_id:
        raise CannotSimulate("nothing has been rated in this home yet: `ratelake run` does it")
    # a killed run may have left tables half-way
    transform.restore(spark, last.table_versions)
    return last


def _location(spark: SparkSession, table: str) -> str:
    return str(spark.sql(f"describe detail {table}").collect()[0].location)


def _write_usage(spark: SparkSession, period: Period, needs_all: bool, path: str) -> None:
    """Write the usage records that events were rated from, as if each were an original."""
    first = lit(FIRST_DAY if needs_all else period.first - LOCAL_DAY)
    dispositions = spark.table("rated.usage_dispositions").where(col("event_date") >= first)
    events = dispositions.where(
        (col("event_date") <= lit(period.end + LOCAL_DAY))
        & (
            (col("disposition") == "rated")
            | ((col("disposition") == "suspended") & ~col("reason").isin(*SETTLED_BEFORE_PRICES))
        )
    )
    parts = dispositions.where(col("disposition") == "merged").join(
        events.select(col("event_id").alias("merged_into")), "merged_into", "left_semi"
    )
    chosen = events.select("file_id", "record_no").union(parts.select("file_id", "record_no"))
    (
        spark.table("raw.usage")
        .where(col("started_at") >= first)
        .join(chosen, ["file_id", "record_no"], "left_semi")
        .withColumn("kind", lit("original"))
        .withColumn("target_event_id", lit(None).cast("string"))
        .write.format("delta")
        .save(path)
    )


def _rate(
    spark: SparkSession,
    trial: Settings,
    tables: dict[str, str],
    last: runs.LastRun,
    on_progress: Callable[[int, int], None],
) -> dict[str, str]:
    """Rate everything in the trial's home and say where the results are."""
    assert last.known_at is not None  # a run that committed has one
    spark.sql("create schema if not exists raw")
    for name, path in tables.items():
        spark.catalog.createTable(name, path=path, source="delta")
    transform.build(
        trial, runs.LastRun(), run_id=1, known_at=last.known_at, on_progress=on_progress,
        select=RATED,
    )  # fmt: skip
    return {name: _location(spark, f"rated.{name}") for name in RESULTS}


def _compare(
    spark: SparkSession,
    period: Period,
    reference: Path,
    results: dict[str, str],
    last: runs.LastRun,
) -> Simulation:
    tried = {name: spark.read.format("delta").load(path) for name, path in results.items()}
    compared = comparison.usage_charges(
        _within(spark.table("rated.usage_charges"), period),
        _within(tried["usage_charges"], period),
        tried["usage_dispositions"].where(period.surely_contains(col("event_date"))),
    )
    spark.sql("create schema if not exists simulation")
    number = _next_number(spark)
    _keep(compared, "usage_charges", number)
    charges = spark.table("simulation.usage_charges").where(col("simulation_id") == number)
    _keep(comparison.revenue(charges), "revenue", number)
    _keep(comparison.accounts(charges), "accounts", number)
    row = (period.first, period.end, str(reference), last.known_at, datetime.now(UTC))
    columns = "from_day date, to_day date, reference string, known_at timestamp, made_at timestamp"
    _keep(spark.createDataFrame([row], columns), "simulations", number)
    revenue = spark.table("simulation.revenue").where(col("simulation_id") == number)
    accounts = spark.table("simulation.accounts").where(col("simulation_id") == number)
    difference = col("difference")
    losers = accounts.where(difference > 0).orderBy(difference.desc(), "account_id")
    winners = accounts.where(difference < 0).orderBy(difference, "account_id")
    return Simulation(
        number, period,
        comparison.totals(revenue).collect(),
        revenue.orderBy(magnitude("difference").desc(), *comparison.REVENUE_KEYS).collect(),
        losers.limit(SHOWN_ACCOUNTS).collect(),
        winners.limit(SHOWN_ACCOUNTS).collect(),
    )  # fmt: skip


def _within(charges: DataFrame, period: Period) -> DataFrame:
    return charges.where(
        period.surely_contains(col("event_date")) & period.contains(col("usage_date"))
    )


def _next_number(spark: SparkSession) -> int:
    if not spark.catalog.tableExists("simulation.simulations"):
        return 1
    newest = spark.table("simulation.simulations").agg(max_of("simulation_id")).collect()[0][0]
    return int(newest or 0) + 1


def _keep(rows: DataFrame, table: str, number: int) -> None:
    """Append a simulation's rows; what one that was killed left under its number goes."""
    (
        rows.select(lit(number).cast("bigint").alias("simulation_id"), "*")
        .write.format("delta")
        .mode("overwrite")
        .option("partitionOverwriteMode", "dynamic")
        .partitionBy("simulation_id")
        .saveAsTable(f"simulation.{table}")
    )


def exact(amount: Decimal) -> str:
    """All of its digits, without zeros at the end."""
    return f"{amount.normalize():f}"
