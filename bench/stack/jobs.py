"""The main job on the same files: embedded, with its tables in S3, and on a Spark cluster."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from bench.command import say
from bench.home import EVENTS_PER_SUBSCRIBER, BenchHome
from bench.meter import Cost, Meter, used_with_workers
from bench.stack.runs import RunFailed, ratelake
from ingestion.settings import Settings
from sample import generate
from stack import metastore, s3, spark
from stack.process import end, free_port
from stack.spark.program import log_mark
from stack.spark.server import PROCESSES, STOP_SECONDS, WORKERS, running

DISK, BUCKET = "Sail, tables on the disk", "Sail, tables in S3"
# executors by place; each worker of a cluster has one
EXECUTORS = {DISK: 0, BUCKET: 0, "Spark, 2 executors": 2, "Spark, 1 executor": 1}
# the short ones twice, before and after the long ones: a machine is not as busy all the time
ORDER = (*EXECUTORS, BUCKET, DISK)
PORTS = ("s3_port", "metastore_port", "metastore_database_port", "spark_port", "spark_master_port")
BUCKETS = {"landing_url": "s3://landing/bundles", "lake_url": "s3://lake/tables"}
# at one knowledge time the same cycles close wherever the job runs, and whenever
RUN = ("run", "--no-publish", "--format", "json", "--as-of", "2026-11-01T00:00:00Z")


@dataclass(frozen=True)
class Runs:
    """A home's first run, and one that finds one late event. CPU-seconds are of the command and of
    the cluster's processes; those of the S3 server and the metastore are their own."""

    first: Cost
    late: Cost


@dataclass(frozen=True)
class Job:
    """The job in one place. Of its runs the fastest counts: what else the machine did only makes a
    run slower."""

    place: str
    runs: tuple[Runs, ...]

    @property
    def first(self) -> Cost:
        return min((runs.first for runs in self.runs), key=lambda cost: cost.seconds)

    @property
    def late(self) -> Cost:
        return min((runs.late for runs in self.runs), key=lambda cost: cost.seconds)


@dataclass(frozen=True)
class Jobs:
    """The embedded job comes first: the others are compared with it."""

    cores: int
    records: int
    jobs: tuple[Job, ...]


def measure_jobs(folder: Path, records: int) -> Jobs:
    """Run the job with about so many usage records in each place, on homes below an empty folder.
    Raises RunFailed, also where a run accounts for other records than the embedded one did, and
    what a server raises."""
    sample = folder / "sample"
    subscribers = max(100, records // EVENTS_PER_SUBSCRIBER)
    generate(sample, subscribers=subscribers, events=records, seed=1)
    found: dict[str, list[Runs]] = {place: [] for place in EXECUTORS}
    accounts = []
    for number, place in enumerate(ORDER):
        say(f"the main job: {place}")
        settings = _settings(folder / f"home_{number}", place)
        shutil.copytree(sample / "inbox", settings.inbox_folder)
        with _servers(settings, EXECUTORS[place]):
            runs, account = _measure(settings)
        found[place].append(runs)
        accounts.append(account)
        if account != accounts[0]:
            raise RunFailed(f"{place}: {account}, and {DISK}: {accounts[0]}")
        say(f"{_told(runs.first)}; with a late event {_told(runs.late)}")
    cores = len(os.sched_getaffinity(0))
    return Jobs(cores, records, tuple(Job(place, tuple(runs)) for place, runs in found.items()))


def _told(cost: Cost) -> str:
    return f"{cost.seconds:.1f} s, {cost.cpu_seconds:.1f} CPU-s"


def _settings(home: Path, place: str) -> Settings:
    given: dict[str, Any] = {"home": home}
    if place != DISK:
        given |= {name: free_port() for name in PORTS} | BUCKETS
    if EXECUTORS[place]:
        given["spark_remote"] = f"sc://localhost:{given['spark_port']}"
    return Settings(**given)


@contextmanager
def _servers(settings: Settings, executors: int) -> Iterator[None]:
    """What the home's settings name, while the block works; a cluster with so many executors."""
    parts = [s3] if settings.lake_url else []
    parts += [metastore, spark] if executors else []
    with ExitStack() as started:
        for part in parts:
            started.callback(part.stop, settings)
            part.start(settings)
        for name in WORKERS[executors:] if executors else ():
            end(partial(running, settings, name), STOP_SECONDS)
        yield
        there = _executors(settings)
        if there != executors:
            raise RunFailed(f"{there} executors worked, and not {executors}")


def _executors(settings: Settings) -> int:
    mark = log_mark(settings.spark_folder / "executors.log")
    return sum(mark in (one.info["cmdline"] or ()) for one in psutil.process_iter(["cmdline"]))


def _measure(settings: Settings) -> tuple[Runs, list[Any]]:
    """What both runs cost, and how each accounts for the records that the home then holds."""
    first, received = _run(settings)
    BenchHome(settings).deliver_late_events()
    late, then = _run(settings)
    return Runs(first, late), [received, then]


def _run(settings: Settings) -> tuple[Cost, Any]:
    """One run, from the command to its end, and how it accounts for the records."""
    before = _used(settings)
    with Meter() as meter:
        report = ratelake(settings, *RUN)
    cost = meter.total + Cost(0, _used(settings) - before)
    return cost, accounted(json.loads(report)["reconciliation"])


def accounted(reconciliation: dict[str, Any]) -> list[Any]:
    """What a run's JSON says of its records, alike for both engines: in one order, amounts as
    numbers."""
    disposed = sorted(
        (row["disposition"], row["reason"] or "", row["records"])
        for row in reconciliation["dispositions"]
    )
    charges = {name: Decimal(amount) for name, amount in reconciliation["charges"].items()}
    return [reconciliation["received"], reconciliation["rejected"], disposed, charges]


def _used(settings: Settings) -> float:
    """CPU-seconds that the processes of the home's cluster have used."""
    found = (running(settings, name) for name in PROCESSES if settings.spark_remote)
    return sum(used_with_workers(process) for process in found if process)
