"""Load: new bundles become raw records, rejects, vault rows and source files, in one batch."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, count, least, lit, when
from pyspark.sql.functions import max as greatest
from pyspark.sql.functions import sum as total

from ingestion.failures import Failure
from ingestion.formats.feeds import FEEDS, Feed
from ingestion.keys import Keyring
from ingestion.lake import Folder, scratch
from ingestion.landing.compression import limits
from ingestion.landing.journal import open_journal
from ingestion.landing.store import BundleStore, bundle_store
from ingestion.raw.byproducts import written
from ingestion.raw.conservation import check_conservation
from ingestion.raw.decode import DAMAGED, INPUT_COLUMNS, Decoding
from ingestion.raw.files import BUNDLE, OUTCOME, POSITION, file_rows, listed, repeated
from ingestion.raw.tables import create_tables
from ingestion.settings import Settings

Progress = Callable[[int, int], None]


class BundleDamaged(Failure):
    """A bundle that the journal names is gone, or is not what was written."""


@dataclass(frozen=True)
class FeedCounts:
    """Files by status, records received, and how many of them were rejected."""

    files: dict[str, int]
    records: int
    rejected: int


@dataclass(frozen=True)
class LoadReport:
    """What came in with this load, by feed; only feeds that had files."""

    feeds: dict[str, FeedCounts]


def load(
    spark: SparkSession,
    settings: Settings,
    keyring: Keyring,
    *,
    run_id: int,
    known_at: datetime | None = None,
    known_before: datetime | None = None,
    on_progress: Progress = lambda done, total: None,
) -> LoadReport:
    """Load every collected bundle that is not in raw.source_files, under this run's number.

    Only appends: what a killed load left must have been taken back before. A file is known since it
    was collected if that was after the last run's knowledge time, `known_before`, and not after
    this one's, `known_at`; else since this run: no run may know what it did not see. Raises
    NotConserved naming the files when records went missing, BundleDamaged.
    """
    create_tables(spark, settings)
    new = _new_bundles(spark, settings)
    if not new:
        return LoadReport({})
    store = bundle_store(settings, "pipeline")
    with store.reachable():
        for bundle_no in new:
            _check_bundle(store, bundle_no)
        bundles = [store.place(bundle_no) for bundle_no in new]
        _Load(spark, settings, keyring, bundles, run_id, known_at, known_before).run(on_progress)
    check_conservation(spark, run_id)
    return _report(spark, run_id)


def _new_bundles(spark: SparkSession, settings: Settings) -> list[int]:
    """The bundles to load. They are loaded in the order of their numbers."""
    newest = spark.table("raw.source_files").agg(greatest("bundle_no")).collect()[0][0] or 0
    with open_journal(settings.journal_file) as journal:
        return journal.bundles(after=newest)


def _check_bundle(store: BundleStore, bundle_no: int) -> None:
    try:
        with store.open(bundle_no) as file:
            pq.read_schema(file)
    except (OSError, pa.ArrowException) as failure:
        raise BundleDamaged(
            f"the collected files in {store.place(bundle_no)} cannot be read ({failure}); put it "
            "back from a backup"
        ) from None


@dataclass
class _Load:
    """One batch of bundles."""

    spark: SparkSession
    settings: Settings
    keyring: Keyring
    bundles: list[str]
    run_id: int
    known_at: datetime | None
    known_before: datetime | None

    def run(self, on_progress: Progress) -> None:
        self._scratch.clear()
        files = listed(self._read_bundles())
        again = repeated(files, self.spark.table("raw.source_files"))
        decoding = self._decoding(again)
        feeds = list(self._feeds(files))
        for done, feed in enumerate(feeds):
            on_progress(done, len(feeds) + 1)
            self._append(feed.table, self._decoded(replace(decoding, feed_name=feed.name)))
        on_progress(len(feeds), len(feeds) + 1)
        outcomes = self._outcomes()
        self._append_byproducts("rejects", "raw.rejected_records")
        self._append_new_numbers()
        self._append("raw.source_files", file_rows(files, again, outcomes))
        on_progress(len(feeds) + 1, len(feeds) + 1)
        self._scratch.clear()

    @property
    def _scratch(self) -> Folder:
        return scratch(self.settings) / "load"

    def _read_bundles(self) -> DataFrame:
        bundles = self.spark.read.schema(BUNDLE).parquet(*self.bundles)
        if self.known_at is None:
            return bundles
        collected_at, known_at = col("known_at"), lit(self.known_at)
        is_seen_late = collected_at <= lit(self.known_before) if self.known_before else lit(False)
        return bundles.withColumn(
            "known_at", when(is_seen_late, known_at).otherwise(least(collected_at, known_at))
        )

    def _feeds(self, files: DataFrame) -> Iterator[Feed]:
        found = {row.feed for row in files.select("feed").distinct().collect()}
        return (feed for name, feed in FEEDS.items() if name in found)

    def _decoding(self, again: DataFrame) -> Decoding:
        return Decoding(
            feed_name="",
            keyring=self.keyring,
            byproducts=self._scratch,
            limits=limits(self.settings),
            repeated=frozenset(
                (row.bundle_no, row.bundle_row) for row in again.select(*POSITION).collect()
            ),
        )

    def _decoded(self, decoding: Decoding) -> DataFrame:
        schema = self.spark.table(FEEDS[decoding.feed_name].table).drop("run_id").schema
        return (
            self._read_bundles()
            .where("reject_reason is null")
            .where(col("feed") == decoding.feed_name)
            .select(*INPUT_COLUMNS)
            .mapInArrow(decoding, schema)
        )

    def _outcomes(self) -> DataFrame:
        outcomes = self._byproducts("outcomes")
        if outcomes is None:
            return self.spark.createDataFrame([], OUTCOME)
        damaged = outcomes.where(col("status") == DAMAGED).orderBy(*POSITION).limit(1).collect()
        if damaged:
            place = bundle_store(self.settings, "pipeline").place(damaged[0].bundle_no)
            raise BundleDamaged(f"{place}: {damaged[0].detail}; put it back from a backup")
        return outcomes

    def _append_byproducts(self, kind: str, table: str) -> None:
        found = self._byproducts(kind)
        if found is not None:
            self._append(table, found)

    def _append_new_numbers(self) -> None:
        numbers = self._byproducts("numbers")
        if numbers is not None:
            known = self.spark.table("vault.numbers").select("token")
            # one number gives one row, byte for byte, whichever task met it
            new = numbers.join(known, "token", "left_anti").distinct()
            self._append("vault.numbers", new)

    def _byproducts(self, kind: str) -> DataFrame | None:
        paths = written(self._scratch, kind)
        return self.spark.read.parquet(*paths) if paths else None

    def _append(self, table: str, rows: DataFrame) -> None:
        columns = self.spark.table(table).columns
        whole = rows.withColumn("run_id", lit(self.run_id).cast("bigint")).select(*columns)
        whole.write.format("delta").mode("append").saveAsTable(table)


def _report(spark: SparkSession, run_id: int) -> LoadReport:
    rows = (
        spark.table("raw.source_files")
        .where(col("run_id") == run_id)
        .groupBy("feed", "status")
        .agg(
            count("*").alias("files"),
            total("records").alias("records"),
            total("rejected_records").alias("rejected"),
        )
        .orderBy("status")
        .collect()
    )
    of_feed = {name: [row for row in rows if row.feed == name] for name in FEEDS}
    return LoadReport(
        {
            name: FeedCounts(
                {row.status: row.files for row in found},
                sum(row.records for row in found),
                sum(row.rejected for row in found),
            )
            for name, found in of_feed.items()
            if found
        }
    )
