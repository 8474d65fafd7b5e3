"""What a run says of itself: counts per stage and the reconciliation, read back from the tables."""

from dataclasses import dataclass, field
from decimal import Decimal

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, count
from pyspark.sql.functions import min as min_of

from ingestion.failures import Failure
from ingestion.runs import LastRun


class NotConserved(Failure):
    """Records went missing, or came twice, between two stages."""


@dataclass(frozen=True)
class Rejection:
    """A file, or a record of one, that could not be read; `record_no` is 0 for a whole file."""

    feed: str
    file_name: str
    record_no: int
    reason: str
    detail: str
    count: int


@dataclass(frozen=True)
class Disposed:
    """Usage records with one disposition and reason, in all runs."""

    disposition: str
    reason: str
    records: int
    quantity: dict[str, Decimal]


@dataclass(frozen=True)
class Reconciliation:
    """Every usage record ever received: rejected, or with exactly one disposition."""

    received: int
    rejected: int
    dispositions: list[Disposed]
    charges: dict[str, Decimal]
    files: dict[str, dict[str, int]] = field(default_factory=dict)

    def count(self, disposition: str) -> int:
        return sum(row.records for row in self.dispositions if row.disposition == disposition)

    @property
    def disposed(self) -> int:
        return sum(row.records for row in self.dispositions)

    def check(self) -> None:
        if self.received != self.rejected + self.disposed:
            raise NotConserved(
                f"{self.received:,} usage records were received, but {self.rejected:,} rejected "
                f"and {self.disposed:,} with a disposition make {self.rejected + self.disposed:,}"
            )

    def counts(self) -> dict[str, int]:
        return {
            "files": sum(sum(by_status.values()) for by_status in self.files.values()),
            "records": self.received,
            "rejected": self.rejected,
            "rated": self.count("rated"),
            "suspended": self.count("suspended"),
        }

    def charges_text(self) -> dict[str, str]:
        return {currency: f"{amount:f}" for currency, amount in self.charges.items()}


def reconcile(spark: SparkSession) -> Reconciliation:
    """Read the reconciliation from the serving layer's small tables; raises NotConserved."""
    files: dict[str, dict[str, int]] = {}
    received = rejected = 0
    for row in spark.sql(
        "select feed, status, sum(file_count) as files, sum(record_count) as records, "
        "sum(rejected_count) as rejected from serving.file_counts group by feed, status "
        "order by feed, status"
    ).collect():
        files.setdefault(row.feed, {})[row.status] = row.files
        if row.feed == "usage":
            received += row.records
            rejected += row.rejected
    found: dict[tuple[str, str], Disposed] = {}
    for row in spark.sql(
        "select disposition, reason, service, sum(record_count) as records, "
        "sum(quantity) as quantity from serving.disposition_counts "
        "where not is_deleted group by disposition, reason, service "
        "order by disposition, reason, service"
    ).collect():
        before = found.get(
            (row.disposition, row.reason), Disposed(row.disposition, row.reason, 0, {})
        )
        found[row.disposition, row.reason] = Disposed(
            row.disposition,
            row.reason,
            before.records + row.records,
            {**before.quantity, row.service: row.quantity},
        )
    result = Reconciliation(received, rejected, list(found.values()), charges(spark), files)
    result.check()
    return result


def charges(spark: SparkSession) -> dict[str, Decimal]:
    """What is charged in all, by currency."""
    rows = spark.sql(
        "select currency, sum(charge_amount) as amount from aggregates.account_cycles "
        "group by currency having sum(charge_amount) != 0 order by currency"
    ).collect()
    return {row.currency: row.amount for row in rows}


def new_feeds(spark: SparkSession, last: LastRun) -> list[str]:
    """The feeds of which files came since the last committed run."""
    files = spark.table("raw.source_files").where(col("run_id") > last.run_id)
    return sorted(row.feed for row in files.select("feed").distinct().collect())


def rejections(spark: SparkSession, run_id: int) -> list[Rejection]:
    """The first of each feed and reason that a run met, files before records, with how many."""
    files = spark.table("raw.source_files").where(col("status") == "rejected")
    columns = ["feed", "reason", "struct(file_name, {} as record_no, detail) as place"]
    rejected = [
        frame.where(col("run_id") == run_id).selectExpr(
            f"{rank} as rank", *(column.format(record_no) for column in columns)
        )
        for rank, frame, record_no in (
            (1, files, "0L"),
            (2, spark.table("raw.rejected_records"), "record_no"),
        )
    ]
    rows = (
        rejected[0]
        .union(rejected[1])
        .groupBy("rank", "feed", "reason")
        .agg(min_of("place").alias("place"), count("*").alias("records"))
        .orderBy("rank", "feed", "reason")
        .collect()
    )
    return [
        Rejection(
            row.feed,
            row.place.file_name,
            row.place.record_no,
            row.reason,
            row.place.detail,
            row.records,
        )
        for row in rows
    ]
