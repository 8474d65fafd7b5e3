"""`make bench-stack`: what the servers do for a home: SFTP, S3, Cassandra and Trino; with --jobs
what the main job takes on the stack. Without it about six minutes on two cores."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from bench.command import measured, say
from bench.stack import jobs_report, report
from bench.stack.jobs import measure_jobs
from bench.stack.measure import Size, measure_stack

JOB_RECORDS = 5_000


def main() -> None:
    options = parse(sys.argv[1:])
    forget_the_operators_settings()
    # servers outlive who started them: asked to end, the bench stops its own first
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended"))
    with tempfile.TemporaryDirectory(prefix="ratelake-bench-") as name:
        if options.jobs:
            measured(
                lambda: measure_jobs(Path(name), options.jobs),
                json=options.json,
                as_json=jobs_report.as_json,
                print_tables=jobs_report.print_tables,
            )
            return
        size = Size(options.records, options.small_files, options.large_files, options.reads)
        measured(
            lambda: measure_stack(Path(name), size, say),
            json=options.json,
            as_json=report.as_json,
            print_tables=report.print_tables,
        )


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.stack", description=__doc__)
    parser.add_argument("--records", type=at_least_one, default=50_000, help="usage records")
    parser.add_argument("--small-files", type=at_least_one, default=2_000, help="of 4 kB")
    parser.add_argument("--large-files", type=at_least_one, default=4, help="of 64 MB")
    parser.add_argument("--reads", type=at_least_one, default=4_000, help="of each kind")
    parser.add_argument(
        "--jobs",
        type=at_least_one,
        nargs="?",
        const=JOB_RECORDS,
        metavar="RECORDS",
        help="instead of all that: the main job embedded, with its tables in S3, and on Spark with "
        f"2 executors and with 1; so many usage records ({JOB_RECORDS:,}); it takes 4 GB of free "
        "memory, and on two free cores about half an hour",
    )
    parser.add_argument("--json", action="store_true")
    return parser.parse_args(arguments)


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"got {text!r}; allowed: a whole number from 1")
    return int(text)


def forget_the_operators_settings() -> None:
    """Settings of the environment are for the operator's home: a bench must not publish to the
    cluster, nor write to the bucket, that they name."""
    for name in [name for name in os.environ if name.startswith("RATELAKE_")]:
        del os.environ[name]


if __name__ == "__main__":
    main()
