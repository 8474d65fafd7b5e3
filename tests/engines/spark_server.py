"""Apache Spark's own Connect server, from pyspark's JARs and Delta's, while tests need it."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

from ingestion.catalog import SCHEMAS
from ingestion.settings import PROJECT

JARS = PROJECT / ".jars" / "spark"
SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"
START_SECONDS = 90


@contextmanager
def connect_server(folder: Path) -> Iterator[str]:
    """Give the sc:// address of a server of its own; it ends with its JVM. Logs go to `folder`.

    Raises AssertionError with what the server said when it does not answer in time.
    """
    port = free_port()
    output = folder / "server.txt"
    with output.open("w") as said:
        process = subprocess.Popen(
            command(port, folder),
            cwd=folder,
            env=environment(),
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
    java = (
        f"-Dratelake.logs={folder} "
        f"-Dlog4j2.configurationFile=file:{PROJECT}/spark_conf/log4j2.properties "
        "-XX:+UseSerialGC"
    )
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.local.dir": str(folder),
    }
    return [
        str(Path(pyspark.__path__[0]) / "bin" / "spark-submit"),
        *("--master", "local[2]", "--driver-memory", "2g", "--driver-class-path", f"{JARS}/*"),
        *("--driver-java-options", java, "--class", SERVER),
        *(part for name, value in settings.items() for part in ("--conf", f"{name}={value}")),
        "spark-internal",
    ]


def environment() -> dict[str, str]:
    """What the server inherits; its Python workers run in the tests' own environment."""
    own = {
        "SPARK_HOME": str(pyspark.__path__[0]),
        "SPARK_CONF_DIR": str(PROJECT / "spark_conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
    return {k: v for k, v in os.environ.items() if k != "SPARK_REMOTE"} | own


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
    with connect_server(tmp_path_factory.mktemp("spark_server")) as address:
        yield address
