"""A home of its own in which past usage is rated with other tariffs, by the models of every run."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from threading import Thread
from uuid import uuid4

from pyspark.sql import SparkSession

from ingestion import runs, transform
from ingestion.dbt_calls import failures, invoke_quietly
from ingestion.engine import require
from ingestion.lake import tables
from ingestion.reference import history
from ingestion.reference.files import FILES
from ingestion.reference.table import read_table
from ingestion.settings import Settings
from tariffs.comparison import LOCAL_DAY, Period

RATED = "+usage_outcomes"
READ_IN_PLACE = ("raw.accounts", "raw.actions")
# what was charged, and the records, are read under these names beside the trial's own tables
CHARGED = {"rated.usage_outcomes": "charged_outcomes", "raw.usage": "delivered_usage"}
# The records that rules 1 to 3 left standing, each as an original: what corrected another is
# counted under its own name, which another record may have.
STANDING = """
with

events as (

    select
        record_id,
        event_id
    from charged_outcomes
    where
        event_date between cast({since} as date) and cast({until} as date)
        and (
            disposition = 'rated'
            or (disposition = 'suspended' and reason not in ('conflict', 'unknown_target'))
        )

),

parts as (

    select outcomes.record_id
    from charged_outcomes as outcomes
    left semi join events on outcomes.merged_into = events.event_id
    where outcomes.disposition = 'merged'

),

standing as (

    select record_id from events
    union all
    select record_id from parts

)

select
    usage.record_id,
    if(
        coalesce(usage.kind, 'original') = 'original',
        usage.event_id,
        concat(usage.event_id, ' ', cast(usage.record_id as string))
    ) as event_id,
    usage.service,
    usage.direction,
    usage.subscriber,
    usage.counterparty,
    usage.counterparty_prefix,
    usage.started_at,
    usage.quantity,
    usage.serving_network,
    usage.session_id,
    usage.partial_no,
    'original' as kind,
    cast(null as string) as target_event_id,
    usage.file_id,
    usage.record_no,
    usage.known_at,
    usage.run_id
from delivered_usage as usage
left semi join standing on usage.record_id = standing.record_id
"""


@dataclass(frozen=True)
class Usage:
    """The days (UTC) of the usage that a trial rates, both included."""

    since: date
    until: date


@contextmanager
def trial_home(settings: Settings, reference: Path) -> Iterator[Settings]:
    """Give a home below the operator's that goes afterwards; one that was killed goes before.

    It is rated in this process: a server's catalog is that of the operator's own home.
    """
    _remove_trials(settings)
    folder = settings.root / f"simulation-{uuid4().hex}"
    try:
        yield settings.elsewhere(folder, reference=reference)
    finally:
        _remove_trials(settings)


def _remove_trials(settings: Settings) -> None:
    for folder in settings.root.glob("simulation-*"):
        shutil.rmtree(folder, ignore_errors=True)


def usage_needed(reference: Path, period: Period) -> Usage:
    """What must be rated for the prices of a period.

    Bundles and steps over the billing cycle depend on all that came before; prices by the volume
    of the cycle also on what came after.
    """
    tariffs, _ = read_table(reference, FILES["tariffs"])
    bundles, _ = read_table(reference, FILES["bundles"])
    modes = {row["tier_mode"] for row in tariffs.rows() if row["tier_scope"] == "period"}
    has_bundles = any(True for _ in bundles.rows())
    return Usage(
        since=date.min if modes or has_bundles else period.first - LOCAL_DAY,
        until=date.max if "volume" in modes else period.end + LOCAL_DAY,
    )


def read_in_place(spark: SparkSession, settings: Settings, last: runs.LastRun) -> None:
    """Show the trial's session the operator's tables as his last run left them."""
    places = tables(settings)
    names = {**CHARGED, **{name: name.replace(".", "_") for name in READ_IN_PLACE}}
    require(settings, {name: last.table_versions.get(name, 0) for name in names})
    for name, view in names.items():
        version = str(last.table_versions[name])
        reader = spark.read.format("delta").option("versionAsOf", version)
        reader.load(places[name]).createOrReplaceTempView(view)
        if name in READ_IN_PLACE:
            spark.sql(f"create view {name} as select * from {view}")


def write_usage(spark: SparkSession, usage: Usage) -> None:
    """Write the usage to rate as the trial's raw.usage."""
    standing = spark.sql(STANDING, since=usage.since.isoformat(), until=usage.until.isoformat())
    standing.write.format("delta").saveAsTable("raw.usage")


def rate(
    spark: SparkSession,
    home: Settings,
    known_at: datetime,
    on_progress: Callable[[int, int], None],
) -> None:
    """Rate a home's raw usage for the first time, with its tariff files; nothing is added up.

    Raises TransformFailed.
    """
    folder = home.reference_folder
    history.create_tables(spark, ())
    history.load_reference(
        spark, folder, history.delivered_hashes(folder), run_id=1, known_at=known_at
    )
    transform.announce(home, transform.ThisRun(1, 0, known_at))
    asked = ["run", "--select", RATED, "--fail-fast", "--no-write-json"]
    done = invoke_quietly(home, asked, on_progress)
    if not done.success:
        raise transform.TransformFailed(failures(done))


def import_dbt_meanwhile() -> None:
    """Importing dbt takes seconds, which pass while usage is brought in."""
    Thread(target=import_module, args=("dbt.cli.main",), daemon=True).start()
