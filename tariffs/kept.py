"""The tables in which simulations are kept, in the operator's lake: no run writes them."""

from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import SparkSession

from ingestion.catalog import OWN_CHECKPOINTS
from ingestion.lake import place_of, tables
from ingestion.settings import Settings

AMOUNTS = """
    billed_amount decimal(38, 10), simulated_amount decimal(38, 10), difference decimal(38, 10)"""
COLUMNS = {
    "usage_charges": f"""
    simulation_id bigint, record_id bigint, event_id string, account_id string,
    subscription_id string, plan_id string, service string, currency string,
    billed_destination_zone string, simulated_destination_zone string,
    simulated_reason string, {AMOUNTS}, usage_date date""",
    "revenue": f"""
    simulation_id bigint, currency string, plan_id string, service string,
    destination_zone string, billed_events bigint, simulated_events bigint, {AMOUNTS}""",
    "accounts": f"""
    simulation_id bigint, account_id string, currency string, {AMOUNTS}""",
    "simulations": """
    simulation_id bigint, reference string, from_day date, to_day date, known_at timestamp,
    made_at timestamp""",
}
SIMULATIONS = """
insert into simulation.simulations by name
select
    cast({number} as bigint) as simulation_id,
    {reference} as reference,
    cast({first} as date) as from_day,
    cast({end} as date) as to_day,
    cast({known_at} as timestamp) as known_at,
    cast({made_at} as timestamp) as made_at
"""


def open_tables(spark: SparkSession, settings: Settings) -> int:
    """Make the tables known to the session of a trial's home; returns the next number.

    What a simulation that was killed left under that number is removed.
    """
    there = tables(settings)
    for name, columns in COLUMNS.items():
        made = "" if f"simulation.{name}" in there else f"({columns})"
        properties = f"tblproperties ({OWN_CHECKPOINTS})" if made else ""
        spark.sql(
            f"create table simulation.{name} {made} using delta location {{place}} {properties}",
            place=str(place_of(settings, f"simulation.{name}")),
        )
    newest = spark.sql("select max(simulation_id) from simulation.simulations").collect()[0][0]
    number = int(newest or 0) + 1
    for name in COLUMNS:
        _forget(spark, name, number)
    return number


def _forget(spark: SparkSession, name: str, number: int) -> None:
    where = f"simulation.{name} where simulation_id = {{number}}"
    if spark.sql(f"select 1 as found from {where} limit 1", number=number).collect():
        spark.sql(f"delete from {where}", number=number)


def keep_simulation(
    spark: SparkSession, number: int, reference: Path, known_at: datetime, *, first: str, end: str
) -> None:
    """Say what a simulation was of, after all its rows are there: then it counts."""
    spark.sql(
        SIMULATIONS,
        number=number,
        reference=str(reference.resolve()),
        first=first,
        end=end,
        known_at=_moment(known_at),
        made_at=_moment(datetime.now(UTC)),
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
