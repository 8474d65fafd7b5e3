"""The parts of a bench, one after the other, on homes of its own."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.billing import Billing, measure_billing
from bench.floor import Floor, rate_with_duckdb
from bench.home import BenchHome, Measured
from bench.meter import Cost, Meter
from bench.tariffs import many_prefixes, plain_tariffs
from ingestion.settings import PROJECT, Settings

DEFAULT_SAMPLE = 200_000
COUNT = "select count(*) as charge_count from rated.usage_charges"
# all that a run does for its records between the inbox and Cassandra
END_TO_END = ("load", "reference", "dbt", "rate", "bill", "aggregate", "check", "commit")
Say = Callable[[str], None]


@dataclass(frozen=True)
class Changes:
    """A home's first run, one that finds nothing new, and one that finds one late event."""

    first: Measured
    nothing: Measured
    late: Measured


@dataclass(frozen=True)
class Result:
    """`small` is the default sample (or the bench's own, when that is smaller), `large` what was
    asked for, with the sample's tariffs. `plain` and `prefixes` are rebuilds of `large` from raw:
    with plain tariffs, and with the sample's own and 170,000 prefixes. `billing` is measured on
    the engine in this process only."""

    engine: str
    asked: int
    small: Changes
    query: Cost
    large: Changes
    plain: Measured
    prefixes: Measured
    floor: Floor
    billing: Billing | None

    @property
    def end_to_end(self) -> float:
        """Records per CPU-second from the bundles to the aggregates."""
        first = self.large.first
        return first.records / first.stage(*END_TO_END).cpu_seconds

    @property
    def rating_ratio(self) -> float:
        """Records per CPU-second of rating over DuckDB's, on plain tariffs."""
        rated = self.plain.records / self.plain.stage("rate").cpu_seconds
        return rated / (self.floor.records / self.floor.cost.cpu_seconds)


def measure(
    settings: Settings, records: int, accounts: int, *, asked: int, publish: bool, say: Say
) -> Result:
    """Run all parts. An Apache Spark server's catalog holds one home, so there the small sample is
    measured only when it is the large one."""
    large = BenchHome(settings)
    with tempfile.TemporaryDirectory(prefix="ratelake-bench-") as name:
        folder = Path(name)
        small = None
        if records > DEFAULT_SAMPLE and not settings.spark_remote:
            home = BenchHome(Settings(home=folder / "small"))
            small = measure_changes(home, DEFAULT_SAMPLE, publish=False, say=say)
            query = measure_query(home)
        changes = measure_changes(large, records, publish=publish, say=say)
        if small is None:
            small, query = changes, measure_query(large)
        reference = settings.reference_folder
        say("rating everything again with plain tariffs")
        plain = large.run(full_refresh=True, reference=plain_tariffs(reference, folder / "plain"))
        say("DuckDB: the pricing joins on the same files")
        floor = rate_with_duckdb(settings, folder / "priced.parquet")
        say("rating everything again with 170,000 prefixes")
        prefixes = large.run(
            full_refresh=True, reference=many_prefixes(reference, folder / "prefixes")
        )
        billing = None
        if not settings.spark_remote:
            say(f"closing the cycles of {accounts:,} accounts, and 1 % of them again")
            billing = measure_billing(folder, accounts)
    engine = settings.spark_remote or "Sail, in this process"
    return Result(engine, asked, small, query, changes, plain, prefixes, floor, billing)


def measure_changes(home: BenchHome, records: int, *, publish: bool, say: Say) -> Changes:
    say(f"generating {records:,} records of the sample operator")
    home.generate(records)
    say(f"the first run, with {records:,} records")
    first = home.run(publish=publish)
    say("a run with nothing new, and one with one late event")
    nothing = home.run()
    home.deliver_late_events()
    return Changes(first, nothing, home.run())


def measure_query(home: BenchHome) -> Cost:
    """What `ratelake query` takes for a count, from the command to its end."""
    command = [sys.executable, "-m", "ratelake", "query", COUNT, "--home", str(home.settings.root)]
    with Meter() as meter:
        subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return meter.total
