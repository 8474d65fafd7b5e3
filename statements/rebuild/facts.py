"""What each run of a home brought: its raw rows, and what it made of the tariff files."""

from dataclasses import dataclass
from datetime import datetime

from deltalake import DeltaTable
from pyspark.sql import SparkSession
from pyspark.sql.functions import col

from ingestion import runs
from ingestion.raw.tables import COLUMNS
from ingestion.reference import history
from ingestion.reference.files import FILES
from ingestion.settings import Settings
from statements.in_place import REFERENCE, as_known_by, theirs

READ = (*COLUMNS, *REFERENCE)


@dataclass(frozen=True)
class PastRun:
    """A run that was committed."""

    run_id: int
    known_at: datetime
    closed_until: datetime
    reference_hashes: dict[str, str]


def past_runs(settings: Settings) -> list[PastRun]:
    """Every committed run of a home, in order."""
    rows = DeltaTable(str(runs.place(settings))).to_pyarrow_table().to_pylist()
    return [
        PastRun(
            run_id=row["run_id"],
            known_at=row["as_of"],
            closed_until=row["closed_until"] or row["as_of"],
            reference_hashes=dict(row["reference_hashes"]),
        )
        for row in sorted(rows, key=lambda row: int(row["run_id"]))
    ]


def bring(spark: SparkSession, run_id: int) -> bool:
    """Bring what a run brought; whether it changed the tariff files."""
    for name in COLUMNS:
        rows = spark.table(theirs(name)).where(col("run_id") == run_id)
        if rows.head(1):
            rows.createOrReplaceTempView("brought")
            spark.sql(f"insert into {name} by name select * from brought")
    return any([_bring_reference(spark, name, run_id) for name in FILES])


def _bring_reference(spark: SparkSession, name: str, run_id: int) -> bool:
    file = spark.table(theirs(f"reference.{name}"))
    if not file.where((col("run_id") == run_id) | (col("closed_run_id") == run_id)).head(1):
        return False
    known = as_known_by(file, run_id)
    known.createOrReplaceTempView("brought")
    columns = ", ".join(f"`{column}`" for column in spark.table(f"reference.{name}").columns)
    spark.sql(f"insert overwrite reference.{name} select {columns} from brought")
    if name == "tariff_steps":
        steps = known.where(col("known_to").isNull()).toArrow().to_pylist()
        history.write_rates(spark, steps)
    return True
