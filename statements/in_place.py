"""The operator's tables, read where they are by the session of another home."""

from collections.abc import Iterable

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, when

from ingestion import runs
from ingestion.catalog import require
from ingestion.lake import tables
from ingestion.reference.files import FILES
from ingestion.settings import Settings

REFERENCE = tuple(f"reference.{name}" for name in FILES)


def theirs(name: str) -> str:
    """What the session calls the operator's table."""
    return f"their_{name.replace('.', '_')}"


def read_in_place(
    spark: SparkSession, settings: Settings, last: runs.LastRun, names: Iterable[str]
) -> None:
    """Show the session tables of the operator as his last run left them. Raises TableDamaged."""
    places = tables(settings)
    versions = {name: last.table_versions.get(name, 0) for name in names}
    require(settings, versions)
    for name, version in versions.items():
        reader = spark.read.format("delta").option("versionAsOf", str(version))
        reader.load(places[name]).createOrReplaceTempView(theirs(name))


def as_known_by(history: DataFrame, run_id: int) -> DataFrame:
    """The rows of a tariff file's history with the ends that they had after this run."""
    was_closed = col("closed_run_id") <= run_id
    columns = [
        when(was_closed, col(name)).alias(name) if name in ("known_to", "closed_run_id") else name
        for name in history.columns
    ]
    return history.where(col("run_id") <= run_id).select(*columns)
