"""What becomes of each delivered file: loaded, duplicate or rejected."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql.functions import coalesce, col, lit, row_number, when

# bundles as the engine reads them; content and keys are read only where files are decoded
BUNDLE = """
    bundle_no bigint, bundle_row int, feed string, file_name string, file_id string,
    format string, compression string, size_bytes bigint, most_bytes bigint,
    first_record_id bigint, content binary, nonce binary, key_id string, wrapped_key binary,
    reject_reason string, reject_detail string, received_at timestamp, known_at timestamp"""
OUTCOME = """
    bundle_no bigint, bundle_row int, status string, reason string, detail string,
    records bigint, rejected_records bigint, ignored_columns string"""

POSITION = ["bundle_no", "bundle_row"]
CONTENT = ["feed", "file_id"]


def listed(bundles: DataFrame) -> DataFrame:
    """The files of some bundles, without their content."""
    return bundles.select(
        *POSITION,
        *CONTENT,
        "file_name",
        "size_bytes",
        "reject_reason",
        "reject_detail",
        "received_at",
        "known_at",
    )


def repeated(files: DataFrame, source_files: DataFrame) -> DataFrame:
    """Positions of the files whose bytes this feed has loaded before, or has earlier in the load.

    Columns: bundle_no, bundle_row, is_loaded (before this load).
    """
    loaded = (
        source_files.where(col("status") == "loaded")
        .select(*CONTENT)
        .join(files.select(*CONTENT), CONTENT, "left_semi")
        .distinct()
        .withColumn("was_loaded", lit(True))
    )
    order = Window.partitionBy(*CONTENT).orderBy(*POSITION)
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
        coalesce("records", lit(0)).cast("bigint").alias("records"),
        coalesce("rejected_records", lit(0)).cast("bigint").alias("rejected_records"),
        "ignored_columns",
        "received_at",
        "known_at",
        "bundle_no",
    )
