"""The parts of the stack's bench, one after the other, in a folder of its own."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.home import EVENTS_PER_SUBSCRIBER
from bench.stack.landing import Landings, measure_landings
from bench.stack.pulls import Collected, measure_pulls
from bench.stack.questions import SUPPORTED, Asked, measure_questions, trino_server
from bench.stack.serving import (
    Published,
    Reads,
    cassandra_node,
    measure_publish,
    measure_reads,
)
from sample import generate
from serving.cassandra.read import Reader

Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """How much a bench takes on: usage records, files of each kind, reads of each kind."""

    records: int
    small_files: int
    large_files: int
    reads: int


@dataclass(frozen=True)
class StackResult:
    cores: int
    records: int
    collected: list[Collected]
    landings: Landings
    published: Published
    reads: tuple[Reads, Reads]
    asked: list[Asked]


def measure_stack(folder: Path, size: Size, say: Say) -> StackResult:
    """Run all parts below an empty folder. Raises what a server, a run or a part raises."""
    say(f"collecting {size.small_files:,} small and {size.large_files:,} large files")
    collected = list(measure_pulls(folder, small=size.small_files, large=size.large_files))
    say(f"the main job with {size.records:,} records, its bundles on the disk and in S3")
    sample = folder / "sample"
    subscribers = max(100, size.records // EVENTS_PER_SUBSCRIBER)
    generate(sample, subscribers=subscribers, events=size.records, seed=1)
    settings, landings = measure_landings(folder, sample / "inbox")
    say("publishing to Cassandra, and reading from it")
    with cassandra_node(settings):
        published = measure_publish(settings)
        reads = measure_reads(settings, size.reads)
        with Reader(settings) as reader:
            supported = [balance.account_id for balance in reader.balances(limit=SUPPORTED)]
    say("asking Trino the questions of analyses/")
    with trino_server(settings, supported) as shown:
        asked = measure_questions(shown)
    cores = len(os.sched_getaffinity(0))
    return StackResult(cores, size.records, collected, landings, published, reads, asked)
