"""Payments that wait for their day (docs/billing.md, rule 19)."""

from datetime import datetime

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, lit

FUTURE = "dated_in_future"


def payments_are_due(spark: SparkSession, known_at: datetime) -> bool:
    """Whether a payment that was dated in the future has come by the knowledge time."""
    waiting = spark.table("aggregates.payments").where(
        (col("status") == "held")
        & (col("reason") == FUTURE)
        & (col("received_at") <= lit(known_at))
    )
    return bool(waiting.head(1))
