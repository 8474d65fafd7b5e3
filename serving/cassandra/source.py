"""The lake's side of publishing: the committed runs, and which rows they changed."""

from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as f

from serving.cassandra.tables import IS_DELETED, RUN_ID, ServingTable

RUNS = "operations.runs"
CHANGED_BY = "changed_by"


@dataclass(frozen=True)
class Commit:
    """The last committed run: when it finished, and as of when its rows are written.

    Both in microseconds; `write_time` is later than that of any run before it.
    """

    run_id: int
    finished_micros: int
    write_time: int


def last_commit(spark: SparkSession) -> Commit | None:
    """The last run's write time is when it finished, but a clock may have been put back since.

    So each run counts at least a microsecond later than the one before; None before the first run.
    """
    if not spark.catalog.tableExists(RUNS):
        return None
    found = spark.sql(
        "select max(run_id) as run_id, max_by(unix_micros(finished_at), run_id) as finished, "
        f"max(unix_micros(finished_at) - run_id) as ahead from {RUNS}"
    ).collect()[0]
    if found.run_id is None:
        return None
    return Commit(found.run_id, found.finished, found.run_id + found.ahead)


def finished_micros(spark: SparkSession, run_id: int) -> int | None:
    """When a run finished, which tells it from a run of this number in another home; None: no run.

    A home put back from a backup repeats the numbers of its runs, but never their times.
    """
    found = (
        spark.table(RUNS)
        .where(f.col("run_id") == run_id)
        .select(f.unix_micros("finished_at").alias("micros"))
        .collect()
    )
    return found[0].micros if found else None


def all_rows(spark: SparkSession, table: ServingTable) -> DataFrame:
    """Cassandra's columns, `is_deleted`, and `changed_by`: the run that changed the row last."""
    return spark.table(table.source).select(
        *(column_of(table, name) for name in table.columns),
        f.lit(False).alias(IS_DELETED) if table.is_append_only else f.col(IS_DELETED),
        f.col(RUN_ID).alias(CHANGED_BY),
    )


def column_of(table: ServingTable, name: str) -> Column:
    return f.lit(table.constants[name]).alias(name) if name in table.constants else f.col(name)


def live_rows(spark: SparkSession, table: ServingTable) -> DataFrame:
    """Every row that is not gone."""
    return all_rows(spark, table).where(~f.col(IS_DELETED)).drop(CHANGED_BY)


def changed_rows(spark: SparkSession, table: ServingTable, after: int) -> DataFrame:
    """The rows that runs after this one changed or removed."""
    return all_rows(spark, table).where(f.col(CHANGED_BY) > after).drop(CHANGED_BY)


def is_made_anew(spark: SparkSession, table: ServingTable, after: int) -> bool:
    """Whether no row stands as that run left it: then removed rows may have left no trace."""
    older = all_rows(spark, table).where((f.col(CHANGED_BY) <= after) & ~f.col(IS_DELETED))
    return not older.limit(1).collect()
