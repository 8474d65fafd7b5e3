"""One run: everything that is new, from the inbox to the served balances, in order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Thread

from pyspark.sql import SparkSession

from ingestion import runs, transform
from ingestion.by_hand import empty_derived
from ingestion.catalog import check_home, checkpoint, keep_views, views
from ingestion.closing import closed_statements, closed_until, cycles_have_ended
from ingestion.damage import check_whole, named_damage
from ingestion.engine import engine
from ingestion.keys import create_keyring, load_keyring
from ingestion.lake import tables
from ingestion.landing.collect import collect
from ingestion.landing.feeds_file import remotes
from ingestion.landing.packer import CollectReport
from ingestion.lock import HomeIsBusy
from ingestion.payments import payments_are_due
from ingestion.raw.load import LoadReport, load
from ingestion.recalculation import Request, write_requests
from ingestion.reference import history
from ingestion.reference.validate import validate
from ingestion.report import new_feeds, reconcile, rejections
from ingestion.residence import settle
from ingestion.run_report import Clock, RunReport
from ingestion.settings import Settings

Progress = Callable[[int, int], None]
Publish = Callable[[SparkSession, Progress], object]


def run_once(
    settings: Settings,
    *,
    as_of: datetime | None,
    publish: Publish | None,
    bar: Callable[[str], Progress],
    full_refresh: bool = False,
    recalculate: Sequence[Request] = (),
) -> RunReport:
    """Collect, load, rate, aggregate and publish what came since the last run.

    With requests to recalculate, closed cycles are computed anew also where nothing came.

    The run commits with its row in operations.runs. Killed before that, the next run puts the
    tables back and does the work again; killed after, the next run only publishes. Raises what the
    stages raise; HomeIsBusy when another run works on the home.
    """
    with runs.only_run(settings) as check_alone, named_damage(settings):
        clock = Clock()
        run = _Run(settings, as_of, bar, clock, full_refresh, recalculate, check_alone)
        run.restore()
        run.collect()
        with engine(settings) as spark:
            return run.run(spark, publish)


def try_once(
    settings: Settings,
    look: Callable[[SparkSession, int], None],
    *,
    as_of: datetime | None,
    bar: Callable[[str], Progress],
    recalculate: Sequence[Request],
) -> None:
    """Work as `run_once` does on what was collected, have `look` read what the tables hold then, by
    the run's number, and put them back: nothing is collected, committed or published, and readers
    have what the last run committed all the time. Raises what `run_once` raises.
    """
    with runs.only_run(settings) as check_alone, named_damage(settings):
        run = _Run(settings, as_of, bar, Clock(), False, recalculate, check_alone)
        run.restore()
        kept = views(settings)
        try:
            with engine(settings) as spark:
                run.rate(spark)
                look(spark, run.run_id)
        finally:
            keep_views(settings, kept)
            runs.restore(settings, run.last)


@dataclass
class _Run:
    settings: Settings
    as_of: datetime | None
    bar: Callable[[str], Progress]
    clock: Clock
    full_refresh: bool
    requests: Sequence[Request]
    check_alone: Callable[[], None]
    restored: list[str] = field(default_factory=list)

    def restore(self) -> None:
        """Put back what a killed run left, before the engine looks at the tables."""
        settle(self.settings, self.bar("move"))
        check_home(self.settings)
        self.servers = remotes(self.settings)
        self.last = runs.last_run(self.settings)
        self.known_at = runs.knowledge_time(self.as_of, self.last)
        self.closed_until = closed_until(self.settings, self.known_at, self.last.closed_until)
        self.run_id = self.last.run_id + 1
        self.hashes = history.delivered_hashes(self.settings.reference_folder)
        self.hashes |= {"models": transform.models_hash()}
        self.changed_files = history.changed_files(self.last.reference_hashes, self.hashes)
        if self.changed_files or not self.last.run_id:
            validate(self.settings.reference_folder)
        runs.open_ledger(self.settings)
        self.restored = runs.restore(self.settings, self.last)
        check_whole(self.settings)
        checkpoint(self.settings, self.last.table_versions)
        self.clock.lap("start")

    def collect(self) -> None:
        """What another process collects meanwhile is loaded by a later run, whole bundles now."""
        if not self.settings.keyring_file.exists():
            create_keyring(self.settings.keyring_file)
        show = self.bar("collect")
        try:
            self.collected = collect(
                self.settings,
                load_keyring(self.settings.keyring_file),
                known_at=self.known_at,
                servers=self.servers,
                on_progress=show,
            )
        except HomeIsBusy as busy:
            self.collected = CollectReport(skipped=[("all", str(busy))])
        self.clock.lap("collect")
        if self.collected.files or self.changed_files or self.full_refresh:
            Thread(target=_import_dbt, daemon=True).start()

    def run(self, spark: SparkSession, publish: Publish | None) -> RunReport:
        loaded, changed = self.rate(spark)
        reconciliation = reconcile(spark) if changed or self.last.run_id else None
        if changed and reconciliation is not None:
            self.check_alone()
            runs.commit(
                self.settings,
                run_id=self.run_id,
                started_at=self.clock.started_at,
                known_at=self.known_at,
                closed_until=self.closed_until,
                counts=reconciliation.counts(),
                charges=reconciliation.charges_text(),
                reference_hashes=self.hashes,
            )
        rejected = rejections(spark, self.run_id) if changed else []
        closed = closed_statements(spark, self.run_id) if changed else []
        self.clock.lap("commit")
        published = None
        if publish and reconciliation is not None:
            _register_runs(spark, self.settings)
            published = publish(spark, self.bar("publish"))
        self.clock.lap("publish")
        return RunReport(
            run_id=self.run_id if changed else self.last.run_id,
            known_at=self.known_at,
            collected=self.collected,
            loaded=loaded,
            changed=changed,
            restored=self.restored,
            rejections=rejected,
            reconciliation=reconciliation,
            statements=closed,
            published=published,
            seconds=self.clock.laps,
        )

    def rate(self, spark: SparkSession) -> tuple[LoadReport, bool]:
        """Load what is new and decide what there is to decide; whether there was anything."""
        loaded = load(
            spark,
            self.settings,
            load_keyring(self.settings.keyring_file),
            run_id=self.run_id,
            known_at=self.known_at,
            known_before=self.last.known_at,
            on_progress=self.bar("load"),
        )
        self.clock.lap("load")
        changed = self._has_news(spark)
        if changed:
            self._transform(spark)
        self.clock.lap("rate")
        return loaded, changed

    def _has_news(self, spark: SparkSession) -> bool:
        """Whether there is anything to decide: new facts, other tariffs, or what time brings."""
        if self.full_refresh or self.requests or self.changed_files:
            return True
        if new_feeds(spark, self.last):
            return True
        return bool(self.last.run_id) and (
            cycles_have_ended(spark, self.last.closed_until, self.closed_until)
            or payments_are_due(spark, self.known_at)
        )

    def _transform(self, spark: SparkSession) -> None:
        if self.requests:
            write_requests(spark, self.requests, self.run_id)
        history.create_tables(spark, tables(self.settings))
        history.load_reference(
            spark,
            self.settings.reference_folder,
            self.changed_files,
            run_id=self.run_id,
            known_at=self.known_at,
        )
        if self.full_refresh:
            empty_derived(spark, self.settings)
        is_first = self.full_refresh or not self.last.run_id
        this_run = transform.ThisRun(
            self.run_id,
            0 if is_first else self.last.run_id,
            self.known_at,
            self.closed_until,
            None if is_first else self.last.closed_until,
        )
        transform.announce(self.settings, this_run)
        has_other_models = self.hashes["models"] != self.last.reference_hashes.get("models")
        compiles = is_first or has_other_models or bool(self.changed_files)
        transform.build(
            self.settings,
            selector=transform.EVERYTHING if compiles else transform.WHAT_IS_NEW,
            on_progress=self.bar("rate"),
        )


def _import_dbt() -> None:
    """Importing dbt takes seconds, which pass while the engine starts and files are loaded."""
    import dbt.cli.main  # noqa: F401


def _register_runs(spark: SparkSession, settings: Settings) -> None:
    """The ledger is written beside the engine, which learns of it here."""
    place = str(runs.place(settings)).replace("'", "\\'")
    spark.sql(f"create table if not exists {runs.LEDGER} using delta location '{place}'")
