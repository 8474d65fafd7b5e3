"""The floor: DuckDB does the pricing joins (duckdb.sql) on the files that Ratelake rated."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
from deltalake import DeltaTable

from bench.meter import Cost, Meter
from ingestion.settings import Settings

SQL = Path(__file__).with_name("duckdb.sql")
READ = (
    "raw.usage",
    "customers.subscription_periods",
    "customers.account_periods",
    "reference.currencies",
    "reference.destinations",
    "reference.holidays",
    "reference.plan_calendars",
    "reference.roaming_networks",
    "reference.service_units",
    "reference.tariff_terms",
    "reference.time_bands",
)
# what counts now of the tables with a history, and open ends that compare
KNOWN = "known_to is null"
ENDS = {"valid_from": "-infinity", "valid_to": "infinity"}
COMPARED = """
select
    count(*),
    count(*) filter (
        rated.charge_amount = priced.charge_amount
        and rated.tariff_id = priced.tariff_id
        and rated.usage_date = priced.usage_date
        and rated.destination_zone is not distinct from priced.destination_zone
    )
from read_parquet($target) as priced
inner join rated.usage_outcomes as rated using (record_id)
where rated.disposition = 'rated' and rated.bundle_units = 0
"""


@dataclass(frozen=True)
class Floor:
    """What DuckDB needed for `records`; `same` of the `compared` charges are Ratelake's, to the
    last digit and with their tariff, day and zone."""

    records: int
    cost: Cost
    compared: int
    same: int


def rate_with_duckdb(settings: Settings, target: Path) -> Floor:
    """Price the home's usage as its tariffs now are, write it to a Parquet file, and compare."""
    with duckdb.connect() as database:
        database.execute("set timezone = 'UTC'")
        for name in (*READ, "rated.usage_outcomes"):
            _show(database, settings, name)
        database.execute("set variable target = $target", {"target": str(target)})
        with Meter() as meter:
            database.execute(SQL.read_text("utf-8"))
        records = database.execute("select count(*) from raw.usage").fetchall()[0][0]
        compared, same = database.execute(COMPARED, {"target": str(target)}).fetchall()[0]
    return Floor(records, meter.total, compared, same)


def _show(database: duckdb.DuckDBPyConnection, settings: Settings, name: str) -> None:
    """Let DuckDB read a Delta table's files in place, under the table's name."""
    schema, _, table = name.partition(".")
    database.execute(f"create schema if not exists {schema}")
    files = DeltaTable(settings.lake / schema / table).file_uris()
    rows = database.read_parquet(files)
    columns = ", ".join(
        f"coalesce({column}, '{ENDS[column]}') as {column}" if column in ENDS else column
        for column in rows.columns
    )
    known = KNOWN if KNOWN.split()[0] in rows.columns else "true"
    paths = ", ".join("'" + file.replace("'", "''") + "'" for file in files)
    database.execute(
        f"create view {name} as select {columns} from read_parquet([{paths}]) where {known}"
    )
