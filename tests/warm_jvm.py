"""A JVM that outlives the commands under test: starting and compiling is most of a small run.

Run as a program it starts Spark's JVM as the product does, prints what PySpark needs to use it, and
keeps it until its input ends.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyspark import SparkContext

from ingestion.settings import PROJECT, Settings
from ingestion.spark import spark_session


@contextmanager
def warm_jvm(home: Path) -> Iterator[dict[str, str]]:
    """Give the environment in which one command at a time uses the JVM, its session its own."""
    holder = subprocess.Popen(
        [sys.executable, "-m", "tests.warm_jvm", str(home)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdin is not None and holder.stdout is not None
    try:
        yield json.loads(holder.stdout.readline())
    finally:
        holder.stdin.close()
        holder.wait(60)


def main() -> None:
    with spark_session(Settings(home=Path(sys.argv[1]), spark_driver_memory="3g")):
        pass
    gateway = SparkContext._gateway
    assert gateway is not None  # the session has started it
    parameters = gateway.gateway_parameters
    environment = {
        "PYSPARK_GATEWAY_PORT": str(parameters.port),
        "PYSPARK_GATEWAY_SECRET": parameters.auth_token,
    }
    print(json.dumps(environment), flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
