"""The only place where a Spark session is made."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

from ingestion.failures import Failure
from ingestion.settings import PROJECT, Settings

JARS = PROJECT / ".jars" / "spark"
# a run is mostly plans that are made once: four times the default before code is optimized fully
TIER_4 = (
    "-XX:Tier4InvocationThreshold=20000",
    "-XX:Tier4MinInvocationThreshold=2400",
    "-XX:Tier4CompileThreshold=60000",
    "-XX:Tier4BackEdgeThreshold=160000",
)


class MissingJars(Failure):
    """The JARs that Maven copies are not there."""


@contextmanager
def spark_session(settings: Settings) -> Iterator[SparkSession]:
    """Give this process's session, its catalog and tables under the home; stop it at the end.

    Every setting that is the same everywhere stands in spark_conf/spark-defaults.conf; here are
    only the paths of this home and the size of this machine.
    """
    session = start(settings)
    try:
        yield session
    finally:
        session.stop()


def start(settings: Settings) -> SparkSession:
    if not any(JARS.glob("delta-spark*.jar")):
        raise MissingJars(f"no Delta JAR in {JARS}: run `make setup` (it needs Maven)")
    for folder in (settings.lake, settings.metastore, settings.logs):
        folder.mkdir(parents=True, exist_ok=True)
    # what Spark refuses is raised; pyspark would print it as JSON besides
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    os.environ.setdefault("SPARK_CONF_DIR", str(PROJECT / "spark_conf"))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    java = " ".join(
        (
            f"-Dderby.system.home={settings.metastore}",
            f"-Dratelake.logs={settings.logs}",
            f"-Dlog4j2.configurationFile=file:{PROJECT}/spark_conf/log4j2.properties",
            "-XX:+UseParallelGC",
            *TIER_4,
        )
    )
    return (
        SparkSession.builder.master(settings.spark_master)
        .appName("ratelake")
        .config("spark.driver.memory", settings.spark_driver_memory)
        .config("spark.driver.extraJavaOptions", java)
        .config("spark.driver.extraClassPath", f"{JARS}/*")
        .config("spark.sql.warehouse.dir", str(settings.lake))
        .config(
            "spark.hadoop.javax.jdo.option.ConnectionURL",
            f"jdbc:derby:;databaseName={settings.metastore}/catalog;create=true",
        )
        .enableHiveSupport()
        .getOrCreate()
    )


def create_table(spark: SparkSession, name: str, definition: str) -> None:
    """Create an empty Delta table (schema.table) that is not there yet.

    What a killed attempt left at its place is removed first: at most the commit that creates it,
    which the catalog does not know of. Delta refuses a managed table where there are files.
    """
    if spark.catalog.tableExists(name):
        return
    schema, _, table = name.partition(".")
    place = f"{spark.catalog.getDatabase(schema).locationUri}/{table}"
    jvm = spark._jvm
    assert jvm is not None  # a session that runs has one
    path = jvm.org.apache.hadoop.fs.Path(place)
    files = path.getFileSystem(spark._jsparkSession.sessionState().newHadoopConf())
    commits = jvm.org.apache.hadoop.fs.Path(path, "_delta_log/*.json")
    if files.exists(path) and len(files.globStatus(commits) or ()) <= 1:
        files.delete(path, True)
    spark.sql(f"create table {name} {definition}")
