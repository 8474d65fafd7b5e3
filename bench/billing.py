"""What it costs to close billing cycles, and to compute a few of them again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.home import BenchHome, Measured
from ingestion.settings import Settings

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
class Billing:
    """A run in which the cycle of every account closes, with nothing else new, and one in which
    late usage changes some of them."""

    accounts: int
    closing: Measured
    changed_accounts: int
    recalculation: Measured

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
    return Billing(accounts, closing, changed, home.run(as_of=CLOSED_AT))
