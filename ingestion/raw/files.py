"""What becomes of each delivered file: loaded, duplicate or rejected."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql.functions import coalesce, col, lit, row_number, when

# bundles as Spark reads them; content and keys are read only where files are decoded
BUNDLE = """
    bundle string, bundle_row int, feed string, file_name string, file_id string, format string,
    compression string, size_bytes bigint, content binary, nonce binary, key_id string,
    wrapped_key binary, reject_reason string, reject_detail string, received_at timestamp,
    known_at timestamp, run_id bigint"""
REJECT = """
    file_id string, feed string, file_name string, record_no bigint, reason string, detail string,
    payload string, known_at timestamp, run_id bigint"""
VAULTED = "token string, ciphertext binary, key_id string, run_id bigint"
OUTCOME = """
    bundle string, bundle_row int, status string, reason string, detail string, records bigint,
    rejected_records bigint, ignored_columns string"""

POSITION = ["bundle", "bundle_row"]
CONTENT = ["feed", "file_id"]


def listed(bundles: DataFrame) -> DataFrame:
    """The files of some bundles, without their content."""
    return bundles.select(
        *POSITION, *CONTENT, "file_name", "size_bytes", "reject_reason", "reject_detail",
        "received_at", "known_at", "run_id",
    )  # fmt: skip


def repeated(files: DataFrame, source_files: DataFrame) -> DataFrame:
    """Positions of the files whose bytes this feed has loaded before, or has earlier in the batch.

    Columns: bundle, bundle_row, is_loaded (before this batch). The first by (known_at, file_name)
    in a batch is not among them.
    """
    loaded = (
        source_files.where(col("status") == "loaded")
        .select(*CONTENT, lit(True).alias("was_loaded"))
        .distinct()
    )
    order = Window.partitionBy(*CONTENT).orderBy("known_at", "file_name", *POSITION)
    return (
        files.where(col("reject_reason").isNull())
        .withColumn("place", row_number().over(order))
        .join(loaded, CONTENT, "left")
        .withColumn("is_loaded", coalesce("was_loaded", lit(False)))
        .where(col("is_loaded") | (col("place") > 1))
        .select(*POSITION, "is_loaded")
    )


def file_rows(files: DataFrame, again: DataFrame, outcomes: DataFrame) -> DataFrame:
    """Rows of raw.source_files. The same bytes again are a duplicate if they were loaded, and
    rejected again if they were rejected."""
    decoded = files.join(outcomes, POSITION, "inner").select(
        *CONTENT,
        col("status").alias("first_status"),
        col("reason").alias("first_reason"),
        col("detail").alias("first_detail"),
    )
    joined = (
        files.join(outcomes, POSITION, "left")
        .join(again, POSITION, "left")
        .join(decoded, CONTENT, "left")
    )
    is_refused = col("reject_reason").isNotNull()
    is_again = col("is_loaded").isNotNull()
    is_duplicate = is_again & (col("is_loaded") | (col("first_status") == "loaded"))
    status: Column = (
        when(is_refused, "rejected")
        .when(is_duplicate, "duplicate")
        .when(is_again, col("first_status"))
        .otherwise(col("status"))
    )
    return joined.select(
        "file_id",
        "feed",
        "file_name",
        status.alias("status"),
        when(is_duplicate, None)
        .otherwise(coalesce("reject_reason", "reason", "first_reason"))
        .alias("reason"),
        when(is_duplicate, None)
        .otherwise(coalesce("reject_detail", "detail", "first_detail"))
        .alias("detail"),
        "size_bytes",
        lit(None).cast("bigint").alias("declared_records"),
        coalesce("records", lit(0)).alias("records"),
        coalesce("rejected_records", lit(0)).alias("rejected_records"),
        "ignored_columns",
        "received_at",
        "known_at",
        "run_id",
        "bundle",
    )
