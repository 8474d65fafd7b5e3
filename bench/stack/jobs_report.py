"""What the main job took in each place, as tables for people or as JSON."""

import json
from collections.abc import Callable
from dataclasses import asdict

from bench.meter import Cost
from bench.stack.jobs import Job, Jobs
from bench.stack.rates import rate
from bench.tables import number, printer, table

RUNS: dict[str, tuple[str, Callable[[Job], Cost]]] = {
    "first": ("A first run", lambda job: job.first),
    "late": ("A run with one late event after it", lambda job: job.late),
}


def as_json(result: Jobs) -> str:
    """Everything, with the ratios to the embedded job."""
    found = asdict(result)
    for job, row in zip(result.jobs, found["jobs"], strict=True):
        for name, (_, cost_of) in RUNS.items():
            seconds, cpu_seconds = _ratios(cost_of(job), cost_of(result.jobs[0]))
            row[name] = asdict(cost_of(job)) | {"ratio": seconds, "cpu_ratio": cpu_seconds}
    return json.dumps(found, indent=2)


def print_tables(result: Jobs) -> None:
    out = printer()
    out(f"{result.records:,} usage records; {result.cores} cores, shared with the servers\n")
    columns = ("The main job", "Seconds", "CPU-s", "Each run, s", "Ratio", "CPU ratio")
    for title, cost_of in RUNS.values():
        embedded = cost_of(result.jobs[0])
        rows = [
            (
                job.place,
                number(cost_of(job).seconds),
                number(cost_of(job).cpu_seconds),
                ", ".join(number(cost_of(Job(job.place, (one,))).seconds) for one in job.runs),
                *(f"{ratio:.2f}" for ratio in _ratios(cost_of(job), embedded)),
            )
            for job in result.jobs
        ]
        out(table(title, columns, rows))


def _ratios(cost: Cost, embedded: Cost) -> tuple[float, float]:
    """Seconds, and CPU-seconds, over the embedded job's."""
    return rate(cost.seconds, embedded.seconds), rate(cost.cpu_seconds, embedded.cpu_seconds)
