"""One `ratelake run` in this process, its stages measured from outside."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyspark.sql import SparkSession

from bench.cpu import CpuSampler, CpuTime
from bench.stage import Stage
from ingestion.run import RunReport, run_once
from ingestion.settings import Settings
from serving.cassandra.publish import publish as publish_changes
from stack import cassandra

Progress = Callable[[int, int], None]


@dataclass
class Marks:
    """When each stage began: a run asks for a progress bar as it starts one."""

    moments: dict[str, float]

    def bar(self, stage: str) -> Progress:
        self.moments[stage] = time.time()
        return lambda done, total: None


def measure_run(settings: Settings, *, publish: bool) -> list[Stage]:
    """Run once on what is new and give its stages in order."""
    marks = Marks({})
    published: list[Any] = []

    def publisher(spark: SparkSession, on_progress: Progress) -> Any:
        marks.moments["publish"] = time.time()
        published.append(publish_changes(spark, settings, on_progress=on_progress))
        marks.moments["end"] = time.time()
        return published[0]

    if publish:
        cassandra.start(settings)
    with CpuSampler() as cpu:
        report = run_once(
            settings, as_of=None, publish=publisher if publish else None, bar=marks.bar
        )
    moments = {**marks.moments, **dbt_moments(settings)}
    return stages_between(report, moments, cpu, published)


def dbt_moments(settings: Settings) -> dict[str, float]:
    """When the last model of `rated` was written, and when dbt ended: aggregates lie between."""
    results = json.loads((settings.root / "dbt" / "run_results.json").read_text())["results"]
    ends = {
        row["unique_id"]: datetime.fromisoformat(timing["completed_at"]).timestamp()
        for row in results
        for timing in row["timing"]
        if timing["name"] == "execute" and timing["completed_at"]
    }
    rated = ("usage_charges", "usage_charge_segments", "usage_dispositions")
    return {
        "aggregate": max(ends[f"model.ratelake.{name}"] for name in rated),
        "built": max(ends.values()),
    }


def stages_between(
    report: RunReport, moments: dict[str, float], cpu: CpuSampler, published: list[Any]
) -> list[Stage]:
    loaded = sum(feed.records for feed in report.loaded.feeds.values())
    spans = [
        ("collect", "collect", "load", loaded),
        ("ingest", "load", "rate", loaded),
        ("rate", "rate", "aggregate", loaded),
        ("aggregate", "aggregate", "built", loaded),
    ]
    if published:
        spans.append(("publish", "publish", "end", published[0].rows))
    return [
        stage(name, records, cpu.at(moments[begin]), cpu.at(moments[end]))
        for name, begin, end, records in spans
    ]


def stage(name: str, records: int, begin: CpuTime, end: CpuTime) -> Stage:
    used = end.since(begin)
    return Stage(name, records, used.moment, used.jvm, used.python, used.cassandra)
