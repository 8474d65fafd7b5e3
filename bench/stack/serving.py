"""Cassandra: what a publication writes, and how long a dashboard waits for an account."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from bench.meter import Cost, Meter
from bench.stack.rates import percentile, rate
from ingestion.failures import Failure
from ingestion.run import run_once
from ingestion.settings import Settings
from serving.cassandra.publish import publish
from serving.cassandra.read import Reader
from stack import cassandra

# the sample operator's events lie in October 2026
MONTH = 202610
MOST_ACCOUNTS = 1_000_000


class NothingServed(Failure):
    """Cassandra does not give what was published."""


@dataclass(frozen=True)
class Published:
    """Rows written into an empty Cassandra; the cost is of this process, in which the engine and
    the driver work, not of the node."""

    rows: int
    cost: Cost

    @property
    def rows_per_second(self) -> float:
        return rate(self.rows, self.cost.seconds)

    @property
    def rows_per_cpu_second(self) -> float:
        return rate(self.rows, self.cost.cpu_seconds)


@dataclass(frozen=True)
class Reads:
    """Single questions, one after the other, and how long each waited."""

    what: str
    count: int
    p50_ms: float
    p99_ms: float
    longest_ms: float
    per_second: float

    @classmethod
    def of(cls, what: str, seconds: Sequence[float]) -> Self:
        milliseconds = [1000 * value for value in seconds]
        return cls(
            what,
            len(seconds),
            percentile(milliseconds, 50),
            percentile(milliseconds, 99),
            max(milliseconds),
            rate(len(seconds), sum(seconds)),
        )


@contextmanager
def cassandra_node(settings: Settings) -> Iterator[None]:
    """The home's node while the block works. Raises NodeFailed."""
    try:
        cassandra.start(settings)
        yield
    finally:
        cassandra.stop(settings)


def measure_publish(settings: Settings) -> Published:
    """Publish, by a run that finds nothing new, all that an earlier run left."""
    found: list[Published] = []

    def publisher(spark: Any, on_progress: Callable[[int, int], None]) -> None:
        with Meter() as meter:
            report = publish(spark, settings, on_progress=on_progress)
        found.append(Published(report.rows, meter.total))

    run_once(settings, as_of=None, publish=publisher, bar=lambda stage: lambda done, total: None)
    if not found or not found[0].rows:
        raise NothingServed("no row was published: the home has no committed run")
    return found[0]


def measure_reads(settings: Settings, count: int) -> tuple[Reads, Reads]:
    """Ask for the balance, and for the month's use, of so many random accounts each, as the
    dashboards do. Raises CassandraUnavailable, NothingServed."""
    with Reader(settings) as reader:
        accounts = [balance.account_id for balance in reader.balances(limit=MOST_ACCOUNTS)]
        if not accounts:
            raise NothingServed("no account has a balance")
        asked = random.Random(1).choices(accounts, k=count)
        return (
            _timed("balance of an account", reader.find_account, asked),
            _timed("its use in a month", lambda one: reader.usage_daily(one, MONTH, MONTH), asked),
        )


def _timed(what: str, ask: Callable[[str], object], accounts: Iterable[str]) -> Reads:
    seconds, answered = [], 0
    for account_id in accounts:
        began = time.perf_counter()
        answer = ask(account_id)
        seconds.append(time.perf_counter() - began)
        answered += bool(answer)
    if not answered:
        raise NothingServed(f"{what}: {len(seconds):,} times no answer")
    return Reads.of(what, seconds)
