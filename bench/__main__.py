"""`make bench`: what a run costs by stage, beside DuckDB and beside the design's budgets."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.command import measured, say
from bench.measure import Result, measure
from bench.report import as_json, print_tables
from bench.size import DEFAULT_ACCOUNTS, DEFAULT_RECORDS, affordable
from ingestion.settings import Settings
from stack import cassandra


def main() -> None:
    options = parse(sys.argv[1:])
    records = affordable(options.records)
    if records < options.records:
        say(f"{records:,} records, not {options.records:,}: the memory that is free takes no more")
    result = measured(
        lambda: bench(options, records),
        json=options.json,
        as_json=as_json,
        print_tables=print_tables,
    )
    if result.floor.same != result.floor.compared:
        sys.exit(f"bench: {result.floor.compared - result.floor.same:,} charges are not DuckDB's")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--records", type=int, default=DEFAULT_RECORDS, help="usage records, if memory allows"
    )
    parser.add_argument(
        "--accounts", type=int, default=DEFAULT_ACCOUNTS, help="accounts of which cycles close"
    )
    parser.add_argument(
        "--spark", default="", metavar="sc://HOST:PORT", help="a Spark Connect server beside it"
    )
    parser.add_argument("--home", type=Path, help="an empty folder to keep; default: a temporary")
    parser.add_argument("--no-publish", dest="publish", action="store_false")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def bench(options: argparse.Namespace, records: int) -> Result:
    with home_of(options) as home:
        settings = Settings(home=home, spark_remote=options.spark)
        try:
            return measure(
                settings,
                records,
                options.accounts,
                asked=options.records,
                publish=options.publish,
                say=say,
            )
        finally:
            if options.publish:
                cassandra.stop(settings)


@contextmanager
def home_of(options: argparse.Namespace) -> Iterator[Path]:
    if options.home:
        yield options.home
        return
    with tempfile.TemporaryDirectory(prefix="ratelake-bench-") as name:
        yield Path(name)


if __name__ == "__main__":
    main()
