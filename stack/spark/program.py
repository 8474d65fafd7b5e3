"""Spark's own programs, which pyspark brings, and what each of their JVMs is told."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from ingestion.settings import PROJECT

VERSION = "4.2.0"
CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
MASTER = "org.apache.spark.deploy.master.Master"
WORKER = "org.apache.spark.deploy.worker.Worker"
SETTINGS = PROJECT / "spark_conf"
# ten times Java's own: how often code runs before its second compiler takes it up
COMPILE_LATE = (
    "-XX:Tier4InvocationThreshold=50000",
    "-XX:Tier4MinInvocationThreshold=6000",
    "-XX:Tier4CompileThreshold=150000",
    "-XX:Tier4BackEdgeThreshold=400000",
)


def spark_home() -> Path:
    spec = find_spec("pyspark")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent


def daemon(name: str) -> list[str]:
    """The command of a master or a worker; its arguments follow."""
    return [str(spark_home() / "bin" / "spark-class"), name]


def connect_server() -> list[str]:
    """The command of a Connect server; all else is in the settings of its SPARK_CONF_DIR."""
    return [str(spark_home() / "bin" / "spark-submit"), "--class", CONNECT, "spark-internal"]


def log_mark(log: Path) -> str:
    """The option that names a JVM's log, by which its process is found."""
    return f"-Dratelake.log={log}"


def java_options(log: Path) -> str:
    """Where a JVM logs, a collector for small heaps, and no haste to compile: what a small job does
    is over before the best code for it would be there. Spark splits it as a shell would."""
    configuration = f"-Dlog4j2.configurationFile={(SETTINGS / 'log4j2.properties').as_uri()}"
    small = f"-XX:+UseSerialGC {' '.join(COMPILE_LATE)} -Duser.timezone=UTC"
    return f'"{log_mark(log)}" "{configuration}" {small}'


def environment(conf: Path) -> dict[str, str]:
    """What a process of Spark sees: it listens on loopback, and Python code runs in this venv."""
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "SPARK_HOME": str(spark_home()),
        "SPARK_CONF_DIR": str(conf),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
    }
