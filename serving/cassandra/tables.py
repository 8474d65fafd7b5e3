"""Which serving table goes to which Cassandra table, by which keys and columns."""

from dataclasses import dataclass, field

# in every serving table beside Cassandra's columns: the run that changed the row last, and
# whether the row is gone
RUN_ID = "run_id"
IS_DELETED = "is_deleted"


@dataclass(frozen=True)
class ServingTable:
    """A table or view of the lake and the Cassandra table that holds the same rows.

    `keys` are the primary key, partition columns first. `constants` are Cassandra columns that the
    source does not have. `is_append_only`: no row ever changes or goes, so it has no `is_deleted`.
    All columns are written each time: a row never mixes publications.
    """

    source: str
    target: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    partition_key_count: int = 1
    constants: dict[str, str] = field(default_factory=dict)
    is_append_only: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return self.keys + self.values

    @property
    def partition_keys(self) -> tuple[str, ...]:
        return self.keys[: self.partition_key_count]


TABLES = (
    ServingTable(
        "serving.account_balances",
        "account_balances",
        keys=("account_id",),
        values=(
            "parent_account_id",
            "name",
            "currency",
            "time_zone",
            "billed_amount",
            "unbilled_amount",
            "paid_amount",
            "balance_amount",
            "credit_limit",
            "as_of",
        ),
    ),
    ServingTable(
        "serving.account_usage_daily",
        "account_usage_daily",
        keys=("account_id", "usage_month", "usage_date", "service", "destination_zone", "currency"),
        values=("event_count", "quantity", "charge_amount", "as_of"),
        partition_key_count=2,
    ),
    ServingTable(
        "serving.file_counts",
        "file_counts",
        keys=("feed", "received_date", "status"),
        values=("file_count", "record_count", "rejected_count", "as_of"),
    ),
    ServingTable(
        "serving.disposition_counts",
        "disposition_counts",
        keys=("event_month", "event_date", "disposition", "reason", "service"),
        values=("record_count", "quantity", "as_of"),
    ),
    ServingTable(
        "operations.runs",
        "runs",
        keys=("bucket", "run_id"),
        values=(
            "started_at",
            "finished_at",
            "status",
            "as_of",
            "file_count",
            "record_count",
            "rejected_count",
            "rated_count",
            "suspended_count",
            "charges_json",
            "duration_ms",
        ),
        constants={"bucket": "all"},
        is_append_only=True,
    ),
)
