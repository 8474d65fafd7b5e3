"""The bench's table, for people."""

from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = (
    "Stage",
    "Records",
    "Seconds",
    "CPU: JVM",
    "CPU: Python",
    "CPU: Cassandra",
    "Records/s",
    "Records/CPU-s",
)


def print_table(result: dict[str, Any]) -> None:
    """Stages, the floor, the ratio between them, and what was warmed up how."""
    out = Console(width=110, markup=False, highlight=False)
    table = Table(COLUMNS[0])
    for column in COLUMNS[1:]:
        table.add_column(column, justify="right")
    for stage in [*result["stages"], result["duckdb"]]:
        table.add_row(
            stage["name"],
            f"{stage['records']:,}",
            f"{stage['seconds']:.1f}",
            f"{stage['jvm_seconds']:.1f}",
            f"{stage['python_seconds']:.1f}",
            f"{stage['cassandra_seconds']:.1f}",
            f"{stage['per_second']:,}",
            f"{stage['per_cpu_second']:,}",
        )
    out.print(table)
    floor = result["duckdb"]
    out.print(
        f"rate: {result['ratio_per_cpu_second']} of DuckDB's rate per CPU-second, "
        f"{result['ratio_per_second']} per second of wall clock; "
        f"{floor['same_charges']:,} of {floor['charges']:,} charges are equal in every digit"
    )
    out.print(
        f"Warm: one run on {result['warm_up_records']:,} records came before, in the same process. "
        "Publish counts rows written; CPU-seconds are Ratelake's, without the Cassandra server's. "
        "DuckDB reads and writes Parquet, with the settled lookups (holders, number ranges, "
        "tariff choices, bands) in memory before; Ratelake's rate stage makes them, and dbt's own "
        "time is in it."
    )
    for name, cost in (
        ("rebuild", result["rebuild"]),
        ("rebuild with bundles", result["rebuild_with_bundles"]),
        ("one late event", result["late_event"]),
    ):
        moved = [f"{cost[way] / 1e6:,.1f} MB" for way in ("bytes_read", "bytes_written")]
        out.print(
            f"{name}: {cost['seconds']} s, {cost['cpu_seconds']} CPU-s, {moved[0]} read, "
            f"{moved[1]} written"
        )
    out.print(
        f"bundles cost {result['bundles_to_simple_cpu']} of the CPU of simple tariffs; one late "
        f"event reads {result['late_event_share_of_bytes_read']:.2%} of what a rebuild reads"
    )
    parts = ", ".join(f"{name} {seconds} s" for name, seconds in result["prefix_seconds"].items())
    out.print(f"170,000 prefixes: {parts}")
