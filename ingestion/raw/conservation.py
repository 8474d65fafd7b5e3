"""Holds every loaded file against the tables: received = in raw + rejected."""

from functools import reduce

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import coalesce, col, count, lit

from ingestion.formats.feeds import FEEDS

NAMED_FILES = 20


class RecordsMissing(Exception):
    """Records of a file are neither in raw nor rejected, or are there twice."""


def check_conservation(spark: SparkSession, bundles: list[str]) -> None:
    """Count the records of every file in these bundles in the tables. Raises RecordsMissing."""
    if not bundles:
        return
    files = spark.table("raw.source_files").where(col("bundle").isin(bundles))
    runs = [row.run_id for row in files.select("run_id").distinct().collect()]
    loaded = [_counts(spark.table(feed.table), feed.name, runs) for feed in FEEDS.values()]
    in_raw = reduce(DataFrame.unionByName, loaded).withColumnRenamed("found", "loaded")
    rejected = (
        spark.table("raw.rejected_records")
        .where(col("run_id").isin(runs))
        .groupBy("feed", "file_id")
        .agg(count("*").alias("refused"))
    )
    received = files.where("status = 'loaded'").select(
        "feed", "file_id", "file_name", "records", "rejected_records"
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
        raise RecordsMissing(
            "; ".join(
                f"{row.feed}/{row.file_name}: {row.records:,} records were received, but "
                f"{row.loaded:,} are in raw and {row.refused:,} of {row.rejected_records:,} "
                "among the rejected"
                for row in wrong
            )
        )


def _counts(records: DataFrame, feed: str, runs: list[int]) -> DataFrame:
    return (
        records.where(col("run_id").isin(runs))
        .groupBy("file_id")
        .agg(count("*").alias("found"))
        .select(lit(feed).alias("feed"), "file_id", "found")
    )
