"""Holds every loaded file against the tables: received = in raw + rejected."""

from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import coalesce, col, count, lit

from ingestion.failures import Failure
from ingestion.formats.feeds import FEEDS

NAMED_FILES = 20


class NotConserved(Failure):
    """Records of a file are neither in raw nor rejected, or are there twice."""


def check_conservation(spark: SparkSession, run_id: int) -> None:
    """Count the records of every file that a run loaded in the tables. Raises NotConserved."""
    loaded = [_counts(spark, feed.table, feed.name, run_id) for feed in FEEDS.values()]
    in_raw = reduce(DataFrame.unionByName, loaded).withColumnRenamed("found", "loaded")
    rejected = (
        spark.table("raw.rejected_records")
        .where(col("run_id") == run_id)
        .groupBy("feed", "file_id")
        .agg(count("*").alias("refused"))
    )
    received = (
        spark.table("raw.source_files")
        .where(col("run_id") == run_id)
        .where("status = 'loaded'")
        .select("feed", "file_id", "file_name", "records", "rejected_records")
    )
    wrong = (
        received.join(in_raw, ["feed", "file_id"], "left")
        .join(rejected, ["feed", "file_id"], "left")
        .withColumn("loaded", coalesce("loaded", lit(0)))
        .withColumn("refused", coalesce("refused", lit(0)))
        .where("loaded != records - rejected_records or refused != rejected_records")
        .orderBy("feed", "file_name")
        .limit(NAMED_FILES)
        .collect()
    )
    if wrong:
        files = "; ".join(
            f"{row.feed}/{row.file_name}: {row.records:,} records were received, but "
            f"{row.loaded:,} are in raw and {row.refused:,} of {row.rejected_records:,} "
            "among the rejected"
            for row in wrong
        )
        raise NotConserved(f"{files}; nothing of this run counts: run again")


def _counts(spark: SparkSession, table: str, feed: str, run_id: int) -> DataFrame:
    return (
        spark.table(table)
        .where(col("run_id") == run_id)
        .groupBy("file_id")
        .agg(count("*").alias("found"))
        .select(lit(feed).alias("feed"), "file_id", "found")
    )
