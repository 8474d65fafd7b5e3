"""The Delta side of publishing: versions, whole tables, and what changed between two versions."""

from dataclasses import dataclass

from delta.tables import DeltaTable
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as f

from serving.cassandra.tables import ServingTable

IS_DELETED = "is_deleted"


class ChangesUnavailable(Exception):
    """The change data feed does not reach back to the published version."""


@dataclass(frozen=True)
class Commit:
    """The last commit of a Delta table. `write_time`: its microseconds, no two commits alike."""

    version: int
    table_id: str
    write_time: int


def last_commit(spark: SparkSession, table: ServingTable) -> Commit:
    """Commit times are milliseconds that grow with the version, which fills the microseconds."""
    delta = DeltaTable.forName(spark, table.source)
    last = delta.history(1).select("version", f.unix_millis("timestamp").alias("millis")).first()
    detail = delta.detail().select("id").first()
    assert last is not None and detail is not None
    return Commit(last.version, detail.id, last.millis * 1000 + last.version % 1000)


def whole_table(spark: SparkSession, table: ServingTable, version: int) -> DataFrame:
    frame = spark.read.option("versionAsOf", version).table(table.source)
    return frame.select(columns_of(table))


def changes(spark: SparkSession, table: ServingTable, after: int, until: int) -> DataFrame:
    """The last state of each key that changed after one version, up to another.

    The table's columns and `is_deleted`. Within one commit a key may go and come: then it is there.
    Raises ChangesUnavailable when versions or change files are gone.
    """
    latest_first = Window.partitionBy(*table.keys).orderBy(
        f.col("_commit_version").desc(), f.col(IS_DELETED).asc()
    )
    try:
        feed = (
            spark.read.option("readChangeFeed", "true")
            .option("startingVersion", after + 1)
            .option("endingVersion", until)
            .table(table.source)
        )
        frame = (
            feed.where("_change_type != 'update_preimage'")
            .withColumn(IS_DELETED, f.col("_change_type") == "delete")
            .select(*columns_of(table), IS_DELETED, "_commit_version")
            .withColumn("_rank", f.row_number().over(latest_first))
            .where("_rank = 1")
            .select(*table.columns, IS_DELETED)
            .persist()
        )
        frame.count()
    except (PySparkException, Py4JJavaError) as failure:
        first_line = str(failure).strip().splitlines()[0][:300]
        raise ChangesUnavailable(f"no change feed since version {after}: {first_line}") from failure
    return frame


def columns_of(table: ServingTable) -> list[Column]:
    return [
        f.lit(table.constants[name]).alias(name) if name in table.constants else f.col(name)
        for name in table.columns
    ]
