"""`make bench-stack`: what the servers do for a home: SFTP, S3, Cassandra and Trino."""

import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path

from bench.stack.measure import Size, measure_stack
from bench.stack.report import as_json, print_tables
from ingestion.failures import Failure


def main() -> None:
    options = parse(sys.argv[1:])
    forget_the_operators_settings()
    # servers outlive who started them: asked to end, the bench stops its own first
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("bench: ended"))
    size = Size(options.records, options.small_files, options.large_files, options.reads)
    try:
        with tempfile.TemporaryDirectory(prefix="ratelake-bench-") as name:
            result = measure_stack(Path(name), size, say)
    except Failure as failure:
        sys.exit(f"bench: {failure}")
    if options.json:
        print(as_json(result))
    else:
        print_tables(result)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.stack", description=__doc__)
    parser.add_argument("--records", type=at_least_one, default=50_000, help="usage records")
    parser.add_argument("--small-files", type=at_least_one, default=2_000, help="of 4 kB")
    parser.add_argument("--large-files", type=at_least_one, default=4, help="of 64 MB")
    parser.add_argument("--reads", type=at_least_one, default=4_000, help="of each kind")
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


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
