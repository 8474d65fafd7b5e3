"""What the stack's bench found, as tables for people or as JSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bench.stack.landing import Landings
from bench.stack.measure import StackResult
from bench.stack.pulls import SFTP, Collected
from bench.stack.questions import Asked
from bench.stack.rates import rate
from bench.stack.serving import Published, Reads
from bench.tables import Print, number, printer, table


def as_json(result: StackResult) -> str:
    """Everything, with the rates and the ratio."""
    found: dict[str, Any] = asdict(result)
    for collected, row in zip(result.collected, found["collected"], strict=True):
        row["files_per_second"] = collected.files_per_second
        row["megabytes_per_second"] = collected.megabytes_per_second
    found["landings"]["ratio"] = result.landings.ratio
    found["landings"]["cpu_ratio"] = result.landings.cpu_ratio
    found["published"]["rows_per_second"] = result.published.rows_per_second
    found["published"]["rows_per_cpu_second"] = result.published.rows_per_cpu_second
    return json.dumps(found, indent=2)


def print_tables(result: StackResult) -> None:
    out = printer()
    out(f"{result.records:,} usage records; {result.cores} cores, shared with the servers\n")
    _print_collected(out, result.collected)
    _print_landings(out, result.landings)
    _print_serving(out, result.published, result.reads)
    _print_asked(out, result.asked)


def _print_collected(out: Print, collected: Sequence[Collected]) -> None:
    rows = [
        (
            f"{one.kind}, {'by SFTP' if one.origin == SFTP else 'from the inbox'}",
            f"{one.files:,}",
            number(one.cost.seconds),
            number(one.cost.cpu_seconds),
            number(one.files_per_second),
            number(one.megabytes_per_second),
        )
        for one in collected
    ]
    columns = ("Files", "Count", "Seconds", "CPU-s", "Files/s", "MB/s")
    out(table("Collect: files into bundles, then acknowledged", columns, rows))


def _print_landings(out: Print, landings: Landings) -> None:
    disk = landings.disk.best
    rows = [
        (
            landed.place,
            number(landed.best.seconds),
            number(landed.best.cpu_seconds),
            ", ".join(number(cost.seconds) for cost in landed.runs),
            f"{rate(landed.best.seconds, disk.seconds):.2f}",
            f"{rate(landed.best.cpu_seconds, disk.cpu_seconds):.2f}",
        )
        for landed in (landings.disk, landings.bucket)
    ]
    columns = ("Bundles", "Seconds", "CPU-s", "Each run, s", "Ratio", "CPU ratio")
    out(table("A first run by where its bundles stand, faster of two", columns, rows))


def _print_serving(out: Print, published: Published, reads: Sequence[Reads]) -> None:
    written = (
        f"{published.rows:,}",
        number(published.cost.seconds),
        number(published.cost.cpu_seconds),
        number(published.rows_per_second),
        number(published.rows_per_cpu_second),
    )
    columns = ("Rows published", "Seconds", "CPU-s", "Rows/s", "Rows/CPU-s")
    out(table("Cassandra: a first publication (CPU of the client)", columns, [written]))
    read = [
        (
            one.what,
            f"{one.count:,}",
            *(number(value) for value in (one.p50_ms, one.p99_ms, one.longest_ms)),
            number(one.per_second),
        )
        for one in reads
    ]
    asked = ("Read, one at a time", "Reads", "p50, ms", "p99, ms", "Longest, ms", "Reads/s")
    out(table("Cassandra: what a dashboard asks of a random account", asked, read))


def _print_asked(out: Print, asked: Sequence[Asked]) -> None:
    rows = [
        (
            one.question,
            one.role,
            number(one.seconds),
            number(one.cpu_seconds),
            f"{one.rows_returned:,}",
            f"{one.rows_read:,}",
            number(one.megabytes_read),
            number(one.file_megabytes),
        )
        for one in asked
    ]
    columns = ("Question", "Role", "Seconds", "CPU-s", "Rows", "Rows read", "MB read", "of files")
    out(table("Trino: the analysts' questions, asked a second time", columns, rows))
