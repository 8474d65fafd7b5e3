"""The Cassandra side of publishing: upserts from Spark's executors, deletes, and keys read back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pyarrow as pa
from cassandra.concurrent import execute_concurrent_with_args
from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

from serving.cassandra.connect import CassandraUnavailable, Connection, session
from serving.cassandra.tables import ServingTable

FORMAT = "org.apache.spark.sql.cassandra"
WRITE_TIME = "write_time"
DELETES_IN_FLIGHT = 64


def upsert(rows: DataFrame, table: ServingTable, to: Connection, write_time: int) -> None:
    """Write the rows, every column, as of `write_time`; newer values that are there stay."""
    with failing_clearly(f"writing {table.target} to", to):
        (
            rows.select(*table.columns)
            .withColumn(WRITE_TIME, f.lit(write_time))
            .write.format(FORMAT)
            .options(table=table.target, writetime=WRITE_TIME, **to.spark_options())
            .mode("append")
            .save()
        )


def delete(keys: DataFrame, table: ServingTable, to: Connection, write_time: int) -> int:
    """Delete the rows with these keys as of `write_time`, from the executors; returns how many."""
    with failing_clearly(f"deleting from {table.target} in", to):
        counts = keys.select(*table.keys).mapInArrow(
            deleter(table, to, write_time), "deleted bigint"
        )
        return sum(row.deleted for row in counts.collect())


def deleter(
    table: ServingTable, to: Connection, write_time: int
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    by_key = " and ".join(f"{key} = ?" for key in table.keys)
    statement = f"delete from {to.keyspace}.{table.target} using timestamp ? where {by_key}"

    def delete_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        filled = [batch for batch in batches if batch.num_rows]
        if not filled:
            return
        with session(to) as opened:
            prepared = opened.prepare(statement)
            for batch in filled:
                keys = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                rows = [(write_time, *key) for key in keys]
                execute_concurrent_with_args(opened, prepared, rows, DELETES_IN_FLIGHT)
        yield pa.RecordBatch.from_pydict({"deleted": [sum(batch.num_rows for batch in filled)]})

    return delete_batches


def served_keys(spark: SparkSession, table: ServingTable, to: Connection) -> DataFrame:
    """The keys that Cassandra holds."""
    options = {"table": table.target, **to.spark_options()}
    return spark.read.format(FORMAT).options(**options).load().select(*table.keys)


@contextmanager
def failing_clearly(doing: str, to: Connection) -> Iterator[None]:
    """Turn what Spark raises into one sentence; the whole story stays as its cause."""
    try:
        yield
    except (PySparkException, Py4JJavaError) as failure:
        raise CassandraUnavailable(
            f"{doing} Cassandra at {to.where} failed: {first_line(failure)}"
        ) from failure


def first_line(failure: Exception) -> str:
    java = getattr(failure, "java_exception", None)
    text = java.toString() if java is not None else str(failure)
    return text.strip().splitlines()[0][:300]
