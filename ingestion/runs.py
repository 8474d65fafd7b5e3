"""The ledger of runs: which one committed last, what it left, and that only one works at a time."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout
from pyspark.sql import SparkSession

from ingestion.failures import Failure
from ingestion.settings import Settings
from ingestion.spark import create_table

RUNS = """
(
    run_id bigint, started_at timestamp, finished_at timestamp, status string, as_of timestamp,
    file_count bigint, record_count bigint, rejected_count bigint, rated_count bigint,
    suspended_count bigint, charges_json string, duration_ms bigint,
    table_versions map<string, bigint>, reference_hashes map<string, string>
) using delta tblproperties ('delta.enableChangeDataFeed' = 'true')
"""


class HomeIsBusy(Failure):
    """Another run works on this home."""


class KnowledgeGoesBack(Failure):
    """The knowledge time asked for is before that of the last run."""


@dataclass(frozen=True)
class LastRun:
    """What the last committed run left: its number, table versions, file hashes, charges so far."""

    run_id: int = 0
    known_at: datetime | None = None
    table_versions: dict[str, int] = field(default_factory=dict)
    reference_hashes: dict[str, str] = field(default_factory=dict)


@contextmanager
def only_run(settings: Settings, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the home's lock: one process at a time owns the embedded catalog.

    The lock goes with the process, however it ends. Raises HomeIsBusy after `wait_seconds`.
    """
    settings.root.mkdir(parents=True, exist_ok=True)
    path = settings.root / "run.lock"
    holder = Path(f"{path}.holder")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        who = holder.read_text() if holder.exists() else "another process"
        raise HomeIsBusy(f"{who} works on {settings.root}; wait for it to end") from None
    try:
        holder.write_text(f"process {os.getpid()} (since {datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ})")
        yield
    finally:
        lock.release()


def last_run(spark: SparkSession) -> LastRun:
    spark.sql("create schema if not exists operations")
    create_table(spark, "operations.runs", RUNS)
    rows = spark.sql(
        "select * from operations.runs where status = 'completed' order by run_id desc limit 1"
    ).collect()
    if not rows:
        return LastRun()
    return LastRun(
        run_id=rows[0].run_id,
        known_at=rows[0].as_of.replace(tzinfo=UTC),
        table_versions=rows[0].table_versions,
        reference_hashes=rows[0].reference_hashes,
    )


def knowledge_time(as_of: datetime | None, last: LastRun) -> datetime:
    """The run's knowledge time, UTC: as asked, or now; it never goes back behind the last run's."""
    if as_of is None:
        now = datetime.now(UTC)
        return max(now, last.known_at) if last.known_at else now
    if last.known_at and as_of < last.known_at:
        raise KnowledgeGoesBack(
            f"--as-of {as_of.isoformat()} is before the knowledge time of the last run, "
            f"{last.known_at.isoformat()}; give that or a later time, or use another --home"
        )
    return as_of.astimezone(UTC)


def commit(
    spark: SparkSession,
    *,
    run_id: int,
    started_at: datetime,
    known_at: datetime,
    counts: dict[str, int],
    charges: dict[str, str],
    table_versions: dict[str, int],
    reference_hashes: dict[str, str],
) -> None:
    """Append the run: from here on its tables count, and the next run starts from them."""
    finished_at = datetime.now(UTC)
    row = (
        run_id, started_at, finished_at, "completed", known_at,
        counts["files"], counts["records"], counts["rejected"],
        counts["rated"], counts["suspended"],
        json.dumps(charges), int((finished_at - started_at).total_seconds() * 1000),
        table_versions, reference_hashes,
    )  # fmt: skip
    schema = spark.table("operations.runs").schema
    spark.createDataFrame([row], schema).write.format("delta").mode("append").saveAsTable(
        "operations.runs"
    )
