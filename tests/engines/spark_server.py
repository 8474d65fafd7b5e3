"""Apache Spark's own Connect server, from pyspark's JARs and Delta's, while tests need it."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from ingestion.catalog import SCHEMAS
from stack.process import free_port
from stack.spark.files import JARS
from stack.spark.program import SETTINGS, connect_server, environment, java_options

START_SECONDS = 90


@contextmanager
def local_server(folder: Path) -> Iterator[str]:
    """Give the sc:// address of a server of its own; it ends with its JVM. Logs go to `folder`.

    Raises AssertionError with what the server said when it does not answer in time.
    """
    port = free_port()
    output = folder / "server.txt"
    with output.open("w") as said:
        process = subprocess.Popen(
            command(port, folder),
            cwd=folder,
            env=environment(SETTINGS),
            stdout=said,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:
        wait_for(port, process, output)
        yield f"sc://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def catalog_of_one_home(address: str) -> Iterator[str]:
    """The address while its catalog knows no other home; the home that it knew then is deleted."""
    forget_homes(address)
    yield address
    forget_homes(address)


def forget_homes(address: str) -> None:
    session = SparkSession.builder.remote(address).create()
    for schema in SCHEMAS:
        session.sql(f"drop schema if exists {schema} cascade")
    session.stop()


def command(port: int, folder: Path) -> list[str]:
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
        "spark.master": "local[2]",
        "spark.driver.memory": "2g",
        "spark.driver.extraClassPath": f"{JARS}/*",
        "spark.driver.extraJavaOptions": java_options(folder / "spark.log"),
    }
    program, *rest = connect_server()
    given = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    return [program, *given, *rest]


def wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise AssertionError(f"the Spark Connect server does not answer:\n{output.read_text()[-4000:]}")


@pytest.fixture(scope="session")
def spark_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The sc:// address of the one Spark server of a test run.

    Its tests carry `pytest.mark.xdist_group("spark")`: they share it in one process.
    """
    with local_server(tmp_path_factory.mktemp("spark_server")) as address:
        yield address
