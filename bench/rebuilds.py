"""Runs that are measured beside a full rebuild: one late event, bundles, many prefixes."""

import csv
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyspark import SparkContext

from bench.cpu import CpuSampler
from ingestion.run import run_once
from ingestion.settings import PROJECT, Settings
from ingestion.spark import spark_session

SOME_EVENT = """
select charge.event_id, charge.started_at from rated.usage_charges as charge
where charge.service = 'data' order by charge.started_at limit 1
"""
# what the simple tariffs gain: units that every data event takes from a bundle first
BUNDLES = (
    ("bench_data", "eur_pro", "data", "3221225472", "1024", "own", "1"),
    ("bench_data_usd", "usd_connect", "data", "5368709120", "1024", "own", "1"),
    ("bench_voice", "gbp_business", "voice", "18000", "60", "shared", "0"),
    ("bench_voice_eur", "eur_essential", "voice", "3600", "60", "own", "0"),
)
BY_PERIOD = "essential_data"
PREFIXES = 170_000


@dataclass(frozen=True)
class Cost:
    """What a run took: wall clock, CPU of Ratelake's processes, bytes that Spark's tasks moved."""

    seconds: float
    cpu_seconds: float
    bytes_read: int
    bytes_written: int
    records: int = 0

    @property
    def per_cpu_second(self) -> int:
        return round(self.records / self.cpu_seconds)


def rebuild(settings: Settings) -> Cost:
    """Rate everything again from raw."""
    return _cost_of(settings, full_refresh=True)


def one_late_event(settings: Settings) -> Cost:
    """Cancel an event of the first day, and run."""
    with spark_session(settings) as spark:
        [event] = spark.sql(SOME_EVENT).collect()
    path = settings.inbox_folder / "usage" / "one_late_cancel.csv"
    path.write_text(
        "event_id,service,subscriber,started_at,quantity,kind,target_event_id\n"
        f"one-late-cancel,data,999,{event.started_at.isoformat()}Z,1,cancel,{event.event_id}\n"
    )
    return _cost_of(settings)


def with_bundles(settings: Settings) -> Cost:
    """Rate everything again from raw, with bundles in four plans and steps by cycle in a tariff."""
    with tempfile.TemporaryDirectory(prefix="ratelake-bench-") as name:
        folder = Path(shutil.copytree(settings.reference_folder, Path(name) / "tariffs"))
        _add_bundles(folder)
        return _cost_of(settings.model_copy(update={"reference": folder}), full_refresh=True)


def many_prefixes(settings: Settings) -> dict[str, float]:
    """Seconds of each part of loading PREFIXES destinations, in a home with an example's usage."""
    with tempfile.TemporaryDirectory(prefix="ratelake-bench-") as name:
        folder = Path(shutil.copytree(settings.reference_folder, Path(name) / "tariffs"))
        _add_prefixes(folder / "destinations.csv")
        home = settings.model_copy(
            update={"home": Path(name) / "home", "inbox": PROJECT / "docs" / "example" / "inbox",
                    "reference": folder}
        )  # fmt: skip
        run_once(home, as_of=None, publish=None, bar=_no_bar)
        results = json.loads((home.root / "dbt" / "run_results.json").read_text())["results"]
        names = ("destinations", "zone_prefixes", "number_ranges")
        return {
            row["unique_id"].rpartition(".")[2]: round(row["execution_time"], 1)
            for row in results
            if row["unique_id"].endswith(names)
        }


def _cost_of(settings: Settings, *, full_refresh: bool = False) -> Cost:
    with _tasks_recorded() as tasks, CpuSampler() as cpu:
        began = time.time()
        report = run_once(
            settings, as_of=None, publish=None, bar=_no_bar, full_refresh=full_refresh
        )
        used = cpu.at(time.time()).since(cpu.samples[0])
        seconds = time.time() - began
    assert report.reconciliation is not None  # something was rated
    read, written = tasks()
    return Cost(
        round(seconds, 1), round(used.jvm + used.python, 1), read, written,
        report.reconciliation.counts()["records"],
    )  # fmt: skip


def _no_bar(stage: str) -> Callable[[int, int], None]:
    return lambda done, total: None


@contextmanager
def _tasks_recorded() -> Iterator[Callable[[], tuple[int, int]]]:
    """Let Spark's next session write its event log; gives what its tasks read and wrote in all."""
    with tempfile.TemporaryDirectory(prefix="ratelake-bench-") as folder:
        system = SparkContext._jvm.java.lang.System  # type: ignore[union-attr]
        system.setProperty("spark.eventLog.dir", f"file:{folder}")
        system.setProperty("spark.eventLog.compress", "false")
        system.setProperty("spark.eventLog.enabled", "true")

        def moved() -> tuple[int, int]:
            read = written = 0
            for path in (path for path in Path(folder).rglob("*") if path.is_file()):
                with path.open(encoding="utf-8") as events:
                    for line in events:
                        if '"SparkListenerTaskEnd"' in line:
                            metrics = json.loads(line).get("Task Metrics") or {}
                            read += metrics["Input Metrics"]["Bytes Read"]
                            written += metrics["Output Metrics"]["Bytes Written"]
            return read, written

        try:
            yield moved
        finally:
            system.clearProperty("spark.eventLog.enabled")


def _add_bundles(folder: Path) -> None:
    columns = ("bundle_id", "plan_id", "service", "units", "block", "scope", "rollover_cycles")
    with (folder / "bundles.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(BUNDLES)
    path = folder / "tariffs.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        changed = csv.DictWriter(file, rows[0])
        changed.writeheader()
        for row in rows:
            by_period = row["tariff_id"] == BY_PERIOD
            changed.writerow(row | ({"tier_scope": "period"} if by_period else {}))


def _add_prefixes(path: Path) -> None:
    lines = path.read_text("utf-8").splitlines()
    zone = lines[1].split(",")[1]
    known = {line.split(",")[0] for line in lines}
    longer = (str(1_000_000 + number) for number in range(9_000_000))
    new = [prefix for prefix in longer if prefix not in known][: PREFIXES - len(lines) + 1]
    path.write_text("\n".join([*lines, *(f"{prefix},{zone},," for prefix in new)]) + "\n", "utf-8")
