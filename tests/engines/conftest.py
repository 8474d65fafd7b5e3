"""The two engines that every probe is asked of, each with a lake of its own."""

from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from ingestion.engine import engine
from ingestion.settings import Settings
from tests.engines.probes import Engines
from tests.engines.spark_server import spark_server

__all__ = ["spark_server"]


@pytest.fixture(scope="session")
def engines(spark_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Sessions of Sail and of Spark, each with an empty schema `probes` of its own."""
    places = {name: tmp_path_factory.mktemp(name) for name in ("sail", "spark")}
    on_spark = SparkSession.builder.remote(spark_server).create()
    with engine(Settings(home=places["sail"] / "home", spark_remote="")) as on_sail:
        for session, place in ((on_sail, places["sail"]), (on_spark, places["spark"])):
            session.sql(f"create schema probes location '{place / 'probes'}'")
        yield Engines(on_sail, places["sail"], on_spark, places["spark"])
    on_spark.stop()
