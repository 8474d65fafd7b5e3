"""The floor: DuckDB rates the very records of the last run, from Parquet to Parquet."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from bench.stage import Stage
from ingestion.settings import Settings
from ingestion.spark import spark_session

SQL = Path(__file__).parent / "duckdb"
STEPS = ("1_resolve", "2_locate", "3_band", "4_price", "5_write")
LOOKUPS = {
    "subscription_periods": "select * from rated.subscription_periods",
    "account_periods": "select * from rated.account_periods",
    "band_hours": "select * from rated.band_hours",
    "plan_zones": "select * from reference.plan_zones",
    "number_ranges": "select * from reference.number_ranges",
    "tariff_choices": "select * from reference.tariff_choices",
    "service_units": "select * from reference.service_units",
    "plans": "select * from reference.plans where known_to is null",
    "plan_calendars": "select * from reference.plan_calendars where known_to is null",
    "roaming_networks": "select * from reference.roaming_networks where known_to is null",
    "currencies": "select * from reference.currencies where known_to is null",
}
BATCH = """
select usage.* from raw.usage
left semi join rated.rating_batch as batch
    on usage.file_id = batch.file_id and usage.record_no = batch.record_no
"""
CHARGES = """
select charge.event_id, charge.charge_amount, charge.tariff_id from rated.usage_charges as charge
left semi join rated.rating_batch as batch
    on charge.file_id = batch.file_id and charge.record_no = batch.record_no
"""


@dataclass(frozen=True)
class Floor(Stage):
    """DuckDB's rating of the batch; `same_charges` of its `charges` equal Ratelake's."""

    charges: int = 0
    same_charges: int = 0


def export_batch(settings: Settings) -> Path:
    """Write what rating reads, and what it gave, as plain Parquet; not timed."""
    folder = settings.root / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    with spark_session(settings) as spark:
        for name, statement in {**LOOKUPS, "usage": BATCH, "charges": CHARGES}.items():
            spark.sql(statement).write.parquet(str(folder / name))
    (folder / "rated_by_duckdb").mkdir()
    return folder


def rate_with_duckdb(folder: Path) -> Floor:
    with duckdb.connect() as database:
        database.execute("set variable folder = $folder", {"folder": str(folder)})
        database.execute((SQL / "prepare.sql").read_text())
        began, cpu = time.perf_counter(), time.process_time()
        for step in STEPS:
            database.execute((SQL / f"{step}.sql").read_text())
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu
        records = count(database, "select count(*) from usages")
        charges = count(database, "select count(*) from results where reason is null")
        same = count(database, (SQL / "compare.sql").read_text())
    return Floor("rate in DuckDB", records, seconds, 0.0, cpu_seconds, 0.0, charges, same)


def count(database: duckdb.DuckDBPyConnection, statement: str) -> int:
    row = database.execute(statement).fetchone()
    return int(row[0]) if row else 0
