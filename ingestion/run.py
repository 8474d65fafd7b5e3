"""One run: everything that is new, from the inbox to the served balances, in order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from pyspark.sql import SparkSession

from ingestion import runs, transform
from ingestion.keys import create_keyring, load_keyring
from ingestion.landing.collect import CollectReport, collect
from ingestion.raw.load import LoadReport, load
from ingestion.reference.plain import write_plain
from ingestion.reference.validate import validate
from ingestion.report import Reconciliation, Rejection, new_feeds, reconcile, rejections
from ingestion.settings import Settings
from ingestion.spark import spark_session

Progress = Callable[[int, int], None]
Publish = Callable[[SparkSession, Progress], object]


@dataclass(frozen=True)
class RunReport:
    """What one run did. `reconciliation` covers all runs; None when there is nothing yet."""

    run_id: int
    known_at: datetime
    collected: CollectReport
    loaded: LoadReport
    changed: bool
    restored: list[str]
    rejections: list[Rejection]
    reconciliation: Reconciliation | None
    published: object | None
    seconds: dict[str, float]


def run_once(
    settings: Settings,
    *,
    as_of: datetime | None,
    publish: Publish | None,
    bar: Callable[[str], Progress],
    full_refresh: bool = False,
) -> RunReport:
    """Collect, load, rate, aggregate and publish what came since the last run.

    The run commits with its row in operations.runs. Killed before that, the next run puts the
    tables back and does the work again; killed after, the next run only publishes. Raises what the
    stages raise; HomeIsBusy when another run works on the home.
    """
    clock = _Clock()
    with runs.only_run(settings):
        validate(settings.reference_folder)
        write_plain(settings.reference_folder, settings.plain_reference)
        if not settings.keyring_file.exists():
            create_keyring(settings.keyring_file)
        keyring = load_keyring(settings.keyring_file)
        with spark_session(settings) as spark:
            last = runs.last_run(spark)
            known_at = runs.knowledge_time(as_of, last)
            run_id = last.run_id + 1
            clock.lap("start")
            collected = collect(
                settings, keyring, run_id=run_id, known_at=known_at, on_progress=bar("collect")
            )
            clock.lap("collect")
            loaded = load(spark, settings, keyring, on_progress=bar("load"))
            clock.lap("load")
            restored = transform.restore(spark, last.table_versions)
            hashes = transform.hash_reference(settings.plain_reference)
            feeds = new_feeds(spark, last)
            changed = full_refresh or bool(feeds) or hashes != last.reference_hashes
            if changed:
                transform.build(
                    settings, last, run_id=run_id, known_at=known_at, new_feeds=feeds,
                    on_progress=bar("rate"), full_refresh=full_refresh,
                )  # fmt: skip
            clock.lap("rate")
            reconciliation = reconcile(spark) if changed or last.run_id else None
            if changed and reconciliation is not None:
                runs.commit(
                    spark, run_id=run_id, started_at=clock.started_at, known_at=known_at,
                    counts=reconciliation.counts(), charges=reconciliation.charges_text(),
                    table_versions=transform.current_versions(spark), reference_hashes=hashes,
                )  # fmt: skip
            rejected = rejections(spark, run_id) if changed else []
            clock.lap("commit")
            has_data = reconciliation is not None
            published = publish(spark, bar("publish")) if publish and has_data else None
            clock.lap("publish")
    return RunReport(
        run_id if changed else last.run_id, known_at, collected, loaded, changed, restored,
        rejected, reconciliation, published, clock.laps,
    )  # fmt: skip


class _Clock:
    def __init__(self) -> None:
        self.started_at = self._last = datetime.now(UTC)
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = datetime.now(UTC)
        self.laps[stage] = round((now - self._last).total_seconds(), 1)
        self._last = now
