"""`make bench`: how many records each stage does per second and per CPU-second, beside DuckDB."""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.deliveries import generate_two_deliveries
from bench.floor import export_batch, rate_with_duckdb
from bench.rebuilds import many_prefixes, one_late_event, rebuild, with_bundles
from bench.report import print_table
from bench.stages import measure_run
from ingestion.settings import Settings


def main() -> None:
    options = parse(sys.argv[1:])
    home = options.home or Path(tempfile.mkdtemp(prefix="ratelake-bench-"))
    if (home / "lake").exists():
        sys.exit(f"{home} has tables already: a bench starts from an empty home")
    settings = Settings(home=home)
    try:
        result = measure(settings, options.records, publish=options.publish)
    finally:
        stop_node(settings)
        if not options.home:
            shutil.rmtree(home, ignore_errors=True)
    if options.format == "json":
        print(json.dumps(result, indent=2, default=str))
    else:
        print_table(result)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000, help="usage records measured")
    parser.add_argument(
        "--home", type=Path, help="an empty folder to keep (default: a temporary one)"
    )
    parser.add_argument(
        "--no-publish", dest="publish", action="store_false", help="without Cassandra"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")
    return parser.parse_args(arguments)


def measure(settings: Settings, records: int, *, publish: bool) -> dict[str, object]:
    """Warm up on one delivery, measure the next, then let DuckDB rate the same records."""
    deliveries = generate_two_deliveries(settings, records)
    say(f"warming up: one run on {deliveries.warm_up_records:,} records in the same process")
    measure_run(settings, publish=publish)
    deliveries.deliver_second()
    say(f"measuring: the next run, with {deliveries.measured_records:,} records")
    stages = measure_run(settings, publish=publish)
    say("DuckDB: the same records, Parquet to Parquet")
    batch = export_batch(settings)
    floor = rate_with_duckdb(batch)
    rate = next(stage for stage in stages if stage.name == "rate")
    say("rebuilding: everything again from raw")
    simple = rebuild(settings)
    say("one late event: a cancel of the first day")
    late = one_late_event(settings)
    say("rebuilding with bundles and steps by billing cycle")
    bundled = with_bundles(settings)
    say("170,000 prefixes in another home")
    prefixes = many_prefixes(settings)
    return {
        "records": deliveries.measured_records,
        "warm_up_records": deliveries.warm_up_records,
        "stages": [{**asdict(stage), **stage.rates()} for stage in stages],
        "duckdb": {**asdict(floor), **floor.rates()},
        "ratio_per_cpu_second": round(rate.per_cpu_second / floor.per_cpu_second, 2),
        "ratio_per_second": round(rate.per_second / floor.per_second, 2),
        "rebuild": asdict(simple),
        "late_event": asdict(late),
        "late_event_share_of_bytes_read": round(late.bytes_read / simple.bytes_read, 4),
        "rebuild_with_bundles": asdict(bundled),
        "bundles_to_simple_cpu": round(bundled.cpu_seconds / simple.cpu_seconds, 2),
        "prefix_seconds": prefixes,
    }


def stop_node(settings: Settings) -> None:
    from stack import cassandra

    cassandra.stop(settings)


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
