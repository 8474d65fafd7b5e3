"""The tariff files as tables with their history: what came is added, what went is closed."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession

from ingestion.catalog import OWN_CHECKPOINTS
from ingestion.reference.files import FILES
from ingestion.reference.rates import step_rates
from ingestion.reference.read import delivered_paths
from ingestion.reference.schema import Column, ReferenceFile
from ingestion.reference.table import Table, read_table
from ingestion.reference.times import LocalTime, clock

ARROW = {
    "string": pa.string(),
    "int": pa.int32(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", "UTC"),
    "decimal(28,10)": pa.decimal128(28, 10),
}
OWN = f"tblproperties ({OWN_CHECKPOINTS})"
HISTORY = (
    "row_key string, known_at timestamp, known_to timestamp, run_id bigint, closed_run_id bigint"
)
RATES = """
    tariff_id string, step_no int, low bigint, high bigint, increment bigint,
    flat_fee decimal(38, 0), numerator decimal(38, 0), denominator bigint"""
RATES_ARROW = pa.schema(
    [
        ("tariff_id", pa.string()),
        ("step_no", pa.int32()),
        ("low", pa.int64()),
        ("high", pa.int64()),
        ("increment", pa.int64()),
        ("flat_fee", pa.decimal128(38, 0)),
        ("numerator", pa.decimal128(38, 0)),
        ("denominator", pa.int64()),
    ]
)


def delivered_hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of the bytes of each tariff file that is there, by the name of what it holds."""
    return {
        name: hashlib.sha256(paths[0].read_bytes()).hexdigest()
        for name in FILES
        if len(paths := delivered_paths(folder, name)) == 1
    }


def changed_files(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    return [name for name in FILES if before.get(name) != now.get(name)]


def create_tables(spark: SparkSession, there: Collection[str]) -> None:
    """Create what is not there yet of the reference's tables, empty."""
    for name, file in FILES.items():
        if f"reference.{name}" not in there:
            spark.sql(f"create table reference.{name} ({columns_of(file)}) using delta {OWN}")
    if "reference.step_rates" not in there:
        spark.sql(f"create table reference.step_rates ({RATES}) using delta {OWN}")


def load_reference(
    spark: SparkSession, folder: Path, changed: Collection[str], *, run_id: int, known_at: datetime
) -> None:
    """Bring the tables of the changed files to what a validated folder says, as of `known_at`."""
    now = {"run_id": [run_id], "known_at": pa.array([known_at], pa.timestamp("us", "UTC"))}
    spark.createDataFrame(pa.table(now)).createOrReplaceTempView("this_load")
    for name in changed:
        table, _ = read_table(folder, FILES[name])
        _load(spark, table, run_id, known_at)
        if name == "tariff_steps":
            write_rates(spark, (row.values for row in table.rows()))


def write_rates(spark: SparkSession, steps: Iterable[dict[str, Any]]) -> None:
    """Make reference.step_rates anew from the rows of tariff_steps."""
    rates = step_rates(steps)
    rows = pa.Table.from_pylist([vars(rate) for rate in rates], schema=RATES_ARROW)
    _deliver(spark, rows, RATES)
    spark.sql("insert overwrite reference.step_rates select * from delivered")


def _load(spark: SparkSession, table: Table, run_id: int, known_at: datetime) -> None:
    name = f"reference.{table.file.name}"
    _deliver(spark, as_arrow(table, run_id, known_at), columns_of(table.file))
    gone = f"""
        select history.row_key, now.known_at, now.run_id from {name} as history
        left anti join delivered on history.row_key = delivered.row_key
        cross join this_load as now
        where history.known_to is null"""
    if spark.sql(f"{gone} limit 1").collect():
        spark.sql(
            f"""
            merge into {name} as history using ({gone}) as gone
            on history.row_key = gone.row_key and history.known_to is null
            when matched then update
            set known_to = gone.known_at, closed_run_id = gone.run_id"""
        )
    columns = ", ".join(f"`{column.name}`" for column in table.file.columns)
    spark.sql(
        f"""
        insert into {name} by name
        select {columns}, row_key, known_at, known_to, run_id, closed_run_id
        from delivered
        left anti join (select row_key from {name} where known_to is null) as history
            on delivered.row_key = history.row_key"""
    )


def as_arrow(table: Table, run_id: int, known_at: datetime) -> pa.Table:
    """The rows of a file with the columns of knowledge. `row_key` tells a row by all it says."""
    columns = {
        column.name: pa.array(_values(table.columns[column.name], column), ARROW[column.spark_type])
        for column in table.file.columns
    }
    count = len(table.lines)
    moment = pa.timestamp("us", "UTC")
    return pa.table(
        {
            **columns,
            "row_key": pa.array(_keys(table.file, columns, count), pa.string()),
            "known_at": pa.repeat(pa.scalar(known_at, moment), count),
            "known_to": pa.nulls(count, moment),
            "run_id": pa.repeat(pa.scalar(run_id, pa.int64()), count),
            "closed_run_id": pa.nulls(count, pa.int64()),
        }
    )


def _values(values: list[Any], column: Column) -> list[Any]:
    if isinstance(column.type, LocalTime):
        return [None if value is None else clock(value) for value in values]
    return values


def _keys(file: ReferenceFile, columns: Mapping[str, pa.Array], count: int) -> list[str]:
    texts = [columns[column.name].to_pylist() for column in file.columns]
    return [
        hashlib.sha256(repr([values[row] for values in texts]).encode()).hexdigest()
        for row in range(count)
    ]


def columns_of(file: ReferenceFile) -> str:
    """The columns of a file's history table, with their types."""
    columns = ", ".join(f"`{column.name}` {column.spark_type}" for column in file.columns)
    return f"{columns}, {HISTORY}"


def _deliver(spark: SparkSession, rows: pa.Table, columns: str) -> None:
    """Make rows known as `delivered`. Of no rows pyspark cannot tell the columns by itself."""
    frame = spark.createDataFrame(rows) if rows.num_rows else spark.createDataFrame([], columns)
    frame.createOrReplaceTempView("delivered")
