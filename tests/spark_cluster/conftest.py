from collections.abc import Iterator

import pytest

from ingestion.settings import Settings
from stack import s3, spark
from stack.process import free_port
from tests.conftest import Ratelake

PORTS = ("s3_port", "spark_port", "spark_master_port")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ratelake]:
    """A home with an object store and a Spark cluster, which all tests here use."""
    ports = {name: free_port() for name in PORTS}
    settings = Settings(home=tmp_path_factory.mktemp("cluster") / "home", **ports)
    variables = {f"RATELAKE_{name.upper()}": str(port) for name, port in ports.items()}
    try:
        ratelake = Ratelake(settings, variables)
        ratelake("up", "s3", "spark")
        yield ratelake
    finally:
        spark.stop(settings)
        s3.stop(settings)
