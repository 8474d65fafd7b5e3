"""Requests to compute closed billing cycles anew, which the run that takes them on writes down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

import pyarrow as pa
from pyspark.sql import SparkSession

REQUESTS = pa.schema(
    [
        ("request_id", pa.string()),
        ("account_id", pa.string()),
        ("plan_id", pa.string()),
        ("from_date", pa.date32()),
        ("to_date", pa.date32()),
        ("requested_at", pa.timestamp("us", "UTC")),
        ("run_id", pa.int64()),
    ]
)


@dataclass(frozen=True)
class Request:
    """The cycles of an account, with a plan, that overlap [from_date, to_date); None is any."""

    account_id: str | None = None
    plan_id: str | None = None
    from_date: date | None = None
    to_date: date | None = None


def write_requests(spark: SparkSession, requests: Sequence[Request], run_id: int) -> None:
    """Add the requests of a run to operations.recalculations, where its models find them."""
    same = {"requested_at": datetime.now(UTC), "run_id": run_id}
    rows = [vars(request) | same | {"request_id": uuid4().hex} for request in requests]
    frame = spark.createDataFrame(pa.Table.from_pylist(rows, schema=REQUESTS))
    frame.createOrReplaceTempView("requested")
    spark.sql("insert into operations.recalculations by name select * from requested")
