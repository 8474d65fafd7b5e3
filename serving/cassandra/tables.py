"""Which Delta table goes to which Cassandra table, by which keys and columns."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ServingTable:
    """A Delta table and the Cassandra table that holds the same rows.

    `keys` are the primary key, partition columns first. `constants` are Cassandra columns that the
    Delta table does not have. All columns are written each time: a row never mixes publications.
    """

    source: str
    target: str
    keys: tuple[str, ...]
    values: tuple[str, ...]
    constants: dict[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        return self.keys + self.values


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
    ),
)
