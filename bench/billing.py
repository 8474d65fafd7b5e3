"""What it costs to close billing cycles, to compute a few again, and to reproduce one."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.home import BenchHome, Measured
from ingestion.committed import committed
from ingestion.settings import Settings
from statements.reproduction.job import reproduce

# the sample operator has two accounts to three subscribers, and its events lie in October 2026
SUBSCRIBERS_PER_ACCOUNT = 1.5
EVENTS_PER_SUBSCRIBER = 4
FIRST_RUN_AT = datetime(2026, 11, 1, tzinfo=UTC)
# by then each account's cycle with the last usage has ended
CLOSED_AT = datetime(2026, 12, 2, tzinfo=UTC)

SHARE_CHANGED = 0.01
# bundles pay for some late usage, which then changes no statement
LEAST_CHANGED = 10


@dataclass(frozen=True)
class Reproduced:
    """One statement derived again: the rows read of its account and the tariffs, and how long."""

    statement_id: str
    rows_read: int
    lines: int
    differences: int
    seconds: float


@dataclass(frozen=True)
class Billing:
    """A run in which the cycle of every account closes, with nothing else new, one in which late
    usage changes some of them, and one of their statements reproduced."""

    accounts: int
    closing: Measured
    changed_accounts: int
    recalculation: Measured
    reproduction: Reproduced

    @property
    def statements_per_cpu_second(self) -> float:
        return self.closing.statements / self.closing.cost.cpu_seconds

    @property
    def postings_per_cpu_second(self) -> float:
        return self.closing.table_rows["aggregates.ledger_entries"] / self.closing.cost.cpu_seconds

    @property
    def recalculation_share(self) -> float:
        """CPU-seconds of the second run as a share of those of the first."""
        return self.recalculation.cost.cpu_seconds / self.closing.cost.cpu_seconds


def measure_billing(folder: Path, accounts: int) -> Billing:
    """Close and recalculate on a new home below the folder, on the engine in this process."""
    home = BenchHome(Settings(home=folder / "billing"))
    subscribers = int(accounts * SUBSCRIBERS_PER_ACCOUNT)
    home.generate(subscribers * EVENTS_PER_SUBSCRIBER, subscribers)
    home.run(as_of=FIRST_RUN_AT)
    closing = home.run(as_of=CLOSED_AT)
    changed = max(LEAST_CHANGED, int(accounts * SHARE_CHANGED))
    home.deliver_late_events(changed)
    recalculation = home.run(as_of=CLOSED_AT)
    return Billing(accounts, closing, changed, recalculation, reproduce_one(home.settings))


def reproduce_one(settings: Settings) -> Reproduced:
    """Derive the second version of a statement again."""
    with committed(settings) as spark:
        found = spark.sql("select max(statement_id) from aggregates.statements where version = 2")
        [(statement_id,)] = found.collect()
    done = reproduce(settings, statement_id)
    return Reproduced(
        statement_id,
        rows_read=sum(asdict(done.rows_read).values()),
        lines=done.lines,
        differences=len(done.differences),
        seconds=done.seconds,
    )
