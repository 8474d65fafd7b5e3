"""Load: new bundles become raw records, rejects, vault rows and source files, each once."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import col, count
from pyspark.sql.functions import sum as total

from ingestion.formats.feeds import FEEDS, Feed
from ingestion.keys import Keyring
from ingestion.landing.compression import Limits
from ingestion.raw.byproducts import batch_folder, clear, written
from ingestion.raw.conservation import check_conservation
from ingestion.raw.decode import INPUT_COLUMNS, decoder
from ingestion.raw.files import BUNDLE, OUTCOME, REJECT, VAULTED, file_rows, listed, repeated
from ingestion.raw.tables import create_tables
from ingestion.settings import Settings

Progress = Callable[[int, int], None]
BUNDLES_PER_BATCH = 16
# content cells are large: so many bytes of them go to a Python worker at once
ARROW_BYTES = "16m"


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
    on_progress: Progress = lambda done, total: None,
) -> LoadReport:
    """Load every bundle that was not loaded before. Killed at any moment and started again, the
    tables end the same. Raises NotConserved naming the files when records went missing.
    """
    create_tables(spark)
    settings.bundles.mkdir(parents=True, exist_ok=True)
    batches = _Batches(settings, keyring, on_progress)
    if any(settings.bundles.glob("*.parquet")):
        batches.run(spark)
    check_conservation(spark, batches.bundles)
    return _report(spark, batches.bundles)


@dataclass
class _Batches:
    """The stream over the bundles. It carries names only; a batch reads the bundles it names."""

    settings: Settings
    keyring: Keyring
    on_progress: Progress
    bundles: list[str] = field(default_factory=list)
    failure: Exception | None = None

    def run(self, spark: SparkSession) -> None:
        stream = (
            spark.readStream.schema("bundle string")
            .option("maxFilesPerTrigger", BUNDLES_PER_BATCH)
            .parquet(str(self.settings.bundles))
            .writeStream.foreachBatch(self._guarded)
            .option("checkpointLocation", str(self.settings.checkpoints / "load"))
            .trigger(availableNow=True)
            .start()
        )
        try:
            stream.awaitTermination()
        except Exception:
            # Spark tells what a batch raised as a text; the failure itself has its type and fields
            if self.failure is not None:
                raise self.failure from None
            raise

    def _guarded(self, batch: DataFrame, batch_id: int) -> None:
        try:
            self._load(batch, batch_id)
        except Exception as failure:
            self.failure = failure
            raise

    def _load(self, batch: DataFrame, batch_id: int) -> None:
        spark = batch.sparkSession
        named = batch.distinct().join(
            spark.table("raw.source_files").select("bundle").distinct(), "bundle", "left_anti"
        )
        names = sorted(row.bundle for row in named.collect())
        if names:
            _Batch(spark, self.settings, self.keyring, batch_id, names).load()
            self.bundles += names


@dataclass
class _Batch:
    """One batch of bundles. Its source files are written last: they say that it is complete."""

    spark: SparkSession
    settings: Settings
    keyring: Keyring
    batch_id: int
    names: list[str]

    def __post_init__(self) -> None:
        checkpoint = self.settings.checkpoints / "load" / "metadata"
        self.stream_id = json.loads(checkpoint.read_text())["id"]
        self.folder = batch_folder(self.settings.byproducts, self.batch_id)
        self.spark.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", ARROW_BYTES)

    def load(self) -> None:
        files = listed(self._bundles())
        again = repeated(files, self.spark.table("raw.source_files")).persist()
        try:
            for feed in self._feeds(files):
                self._decode(feed, again)
            self._append("raw.rejected_records", self._byproducts("rejects", REJECT))
            self._append("vault.numbers", self._new_numbers())
            self._append(
                "raw.source_files",
                file_rows(files, again, self._byproducts("outcomes", OUTCOME)),
            )
        finally:
            again.unpersist()
        clear(self.folder)

    def _bundles(self) -> DataFrame:
        paths = [str(self.settings.bundles / name) for name in self.names]
        return self.spark.read.schema(BUNDLE).parquet(*paths)

    def _feeds(self, files: DataFrame) -> Iterator[Feed]:
        found = {row.feed for row in files.select("feed").distinct().collect()}
        return (feed for name, feed in FEEDS.items() if name in found)

    def _decode(self, feed: Feed, again: DataFrame) -> None:
        folder = self.folder / feed.name
        if self._is_committed(feed.table):
            return
        clear(folder)
        limits = Limits(self.settings.max_expanded_bytes, self.settings.max_expansion_ratio)
        records = (
            self._bundles()
            .where("reject_reason is null")
            .where(f"feed = '{feed.name}'")
            .join(again.hint("broadcast"), ["bundle", "bundle_row"], "left_anti")
            .select(*INPUT_COLUMNS)
            .mapInArrow(
                decoder(feed.name, self.keyring, str(folder), limits),
                self.spark.table(feed.table).schema,
            )
        )
        self._append(feed.table, records)

    def _byproducts(self, kind: str, schema: str) -> DataFrame:
        paths = written(self.folder, kind)
        if not paths:
            return self.spark.createDataFrame([], schema)
        return self.spark.read.schema(schema).parquet(*paths)

    def _new_numbers(self) -> DataFrame:
        known = self.spark.table("vault.numbers").select("token")
        return (
            self._byproducts("numbers", VAULTED)
            .dropDuplicates(["token"])
            .join(known, "token", "left_anti")
        )

    def _mark(self, table: str) -> str:
        return f"{self.stream_id}/{self.batch_id}/{table}"

    def _append(self, table: str, rows: DataFrame) -> None:
        """Append once: Delta skips a transaction that this stream already committed."""
        columns = self.spark.table(table).columns
        (
            rows.select(*columns)
            .write.format("delta")
            .mode("append")
            .option("txnAppId", f"{self.stream_id}/{table}")
            .option("txnVersion", self.batch_id)
            .option("userMetadata", self._mark(table))
            .saveAsTable(table)
        )

    def _is_committed(self, table: str) -> bool:
        """Whether a killed load got past this table; then its byproducts are whole as well."""
        history: list[Any] = self.spark.sql(f"describe history {table} limit 20").collect()
        return any(commit.userMetadata == self._mark(table) for commit in history)


def _report(spark: SparkSession, bundles: list[str]) -> LoadReport:
    rows = (
        spark.table("raw.source_files")
        .where(col("bundle").isin(bundles))
        .groupBy("feed", "status")
        .agg(
            count("*").alias("files"),
            total("records").alias("records"),
            total("rejected_records").alias("rejected"),
        )
        .collect()
        if bundles
        else []
    )
    feeds = {}
    for name in FEEDS:
        of_feed = [row for row in rows if row.feed == name]
        if of_feed:
            feeds[name] = FeedCounts(
                {row.status: row.files for row in sorted(of_feed, key=lambda row: row.status)},
                sum(row.records for row in of_feed),
                sum(row.rejected for row in of_feed),
            )
    return LoadReport(feeds)
