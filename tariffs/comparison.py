"""What was charged beside what other tariffs charge: by event, by plan and zone, by account."""

from pyspark.sql import Column, DataFrame
from pyspark.sql.functions import coalesce, col, count, lit, when
from pyspark.sql.functions import sum as total

AMOUNT = "decimal(38,10)"
REVENUE_KEYS = ("currency", "plan_id", "service", "destination_zone")
RECORD = ("file_id", "record_no")
OF_THE_EVENT = ("event_id", "account_id", "subscription_id", "plan_id", "service", "usage_date")


def usage_charges(charged: DataFrame, simulated: DataFrame, disposed: DataFrame) -> DataFrame:
    """One row per event and currency that either side charges.

    `simulated_reason` says why the other tariffs do not rate the event.
    """
    billed = _side(charged, "billed")
    tried = _side(simulated, "simulated")
    suspended = disposed.where(col("disposition") == "suspended").select(
        *RECORD, col("reason").alias("simulated_reason")
    )
    both = billed.join(tried, [*RECORD, "currency"], "full_outer").join(
        suspended, list(RECORD), "left"
    )
    return both.select(
        *(coalesce(f"billed_{name}", f"simulated_{name}").alias(name) for name in OF_THE_EVENT),
        *RECORD,
        "currency",
        "billed_destination_zone",
        "simulated_destination_zone",
        "billed_amount",
        "simulated_amount",
        _amount(_or_nothing("simulated_amount") - _or_nothing("billed_amount")).alias("difference"),
        "simulated_reason",
    )


def revenue(charges: DataFrame) -> DataFrame:
    """Amounts by currency, plan, service and zone, each side by the zone that it found."""
    sides = [
        charges.where(col(f"{side}_amount").isNotNull()).select(
            "currency", "plan_id", "service",
            col(f"{side}_destination_zone").alias("destination_zone"),
            lit(side).alias("side"),
            col(f"{side}_amount").alias("amount"),
        )
        for side in ("billed", "simulated")
    ]  # fmt: skip
    return _sums(sides[0].union(sides[1]), REVENUE_KEYS)


def accounts(charges: DataFrame) -> DataFrame:
    """Amounts by account and currency: who would pay more, who less."""
    summed = charges.groupBy("account_id", "currency").agg(
        _amount(coalesce(total("billed_amount"), lit(0))).alias("billed_amount"),
        _amount(coalesce(total("simulated_amount"), lit(0))).alias("simulated_amount"),
    )
    return _with_difference(summed)


def totals(by_zone: DataFrame) -> DataFrame:
    """The whole period by currency."""
    summed = by_zone.groupBy("currency").agg(
        total("billed_events").alias("billed_events"),
        total("simulated_events").alias("simulated_events"),
        _amount(total("billed_amount")).alias("billed_amount"),
        _amount(total("simulated_amount")).alias("simulated_amount"),
    )
    return _with_difference(summed).orderBy("currency")


def _side(charges: DataFrame, side: str) -> DataFrame:
    return charges.select(
        *RECORD,
        "currency",
        *(col(name).alias(f"{side}_{name}") for name in (*OF_THE_EVENT, "destination_zone")),
        col("charge_amount").alias(f"{side}_amount"),
    )


def _sums(rows: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    def of(side: str) -> Column:
        return when(col("side") == side, col("amount"))

    summed = rows.groupBy(*keys).agg(
        count(of("billed")).alias("billed_events"),
        count(of("simulated")).alias("simulated_events"),
        _amount(coalesce(total(of("billed")), lit(0))).alias("billed_amount"),
        _amount(coalesce(total(of("simulated")), lit(0))).alias("simulated_amount"),
    )
    return _with_difference(summed)


def _with_difference(summed: DataFrame) -> DataFrame:
    return summed.withColumn("difference", _amount(col("simulated_amount") - col("billed_amount")))


def _amount(value: Column) -> Column:
    return value.cast(AMOUNT)


def _or_nothing(name: str) -> Column:
    return coalesce(col(name), lit(0).cast(AMOUNT))
