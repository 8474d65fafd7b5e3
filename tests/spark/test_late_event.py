"""One late fact in a lake of a month: what a run writes grows with what it touches."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.conftest import CommandsOn, Ratelake
from tests.lake import tables, versions

SAMPLE = ("--subscribers", "150", "--events", "3000", "--seed", "11")
ROWS = ("numOutputRows", "numTargetRowsInserted", "numTargetRowsUpdated", "numTargetRowsDeleted")
FIRST_EVENTS = """
select event_id, cast(started_at as string) as started_at, charge_amount, account_id
from rated.usage_charges where service = 'voice' and charge_amount > 0
order by started_at, event_id limit 1
"""


@pytest.fixture(scope="module")
def ratelake(commands_on: CommandsOn, tmp_path_factory: pytest.TempPathFactory) -> Ratelake:
    ratelake = commands_on(tmp_path_factory.mktemp("late_home"))
    ratelake("generate", *SAMPLE)
    ratelake("run", "--no-publish", "--as-of", "2026-11-01T00:00:00Z")
    return ratelake


@pytest.fixture(scope="module")
def cancelled(ratelake: Ratelake) -> dict[str, Any]:
    """The month's first charged call, then cancelled by a late record, with what stood before."""
    [event] = json.loads(ratelake("query", FIRST_EVENTS, "--format", "json").stdout)
    before = versions(ratelake.settings)
    path = ratelake.settings.inbox_folder / "usage" / "late.csv"
    write_cancel(path, event)
    ratelake("run", "--no-publish", "--as-of", "2026-11-02T00:00:00Z")
    return {**event, "versions": before}


def write_cancel(path: Path, event: dict[str, Any]) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ["event_id", "service", "subscriber", "started_at", "quantity", "kind",
             "target_event_id"]
        )  # fmt: skip
        started_at = event["started_at"].replace(" ", "T") + "Z"
        writer.writerow(
            ["late-cancel", "voice", "999000", started_at, "1", "cancel", event["event_id"]]
        )


def test_the_charge_is_gone_and_the_records_say_why(
    ratelake: Ratelake, cancelled: dict[str, Any]
) -> None:
    sql = (
        "select event_id, disposition from rated.usage_dispositions "
        f"where event_id in ('{cancelled['event_id']}', 'late-cancel') order by disposition"
    )
    rows = json.loads(ratelake("query", sql, "--format", "json").stdout)
    assert [row["disposition"] for row in rows] == ["cancelled", "not_chargeable"]


def test_a_run_with_one_late_event_writes_a_small_part_of_the_lake(
    ratelake: Ratelake, cancelled: dict[str, Any], spark: SparkSession
) -> None:
    """By the commits that the run left in every table."""
    written = 0
    for name, path in tables(ratelake.settings).items():
        since = cancelled["versions"].get(name, -1)
        commits = spark.sql(f"describe history delta.`{path}`").where(f"version > {since}")
        for commit in commits.collect():
            written += max(int(commit.operationMetrics.get(metric, 0)) for metric in ROWS)
    received = spark.read.format("delta").load(str(tables(ratelake.settings)["raw.usage"])).count()
    assert received > 2_500
    assert written < received / 20


def test_only_the_events_own_days_are_searched(
    ratelake: Ratelake, cancelled: dict[str, Any]
) -> None:
    """The look-up of earlier records names the minute of the event, not the month."""
    compiled = ratelake.settings.root / "dbt" / "compiled" / "ratelake" / "models" / "rated"
    sql = (compiled / "known_usages.sql").read_text()
    started_at = cancelled["started_at"].removesuffix(".000000")
    assert f"between timestamp '{started_at}" in sql and sql.count("between") == 1
