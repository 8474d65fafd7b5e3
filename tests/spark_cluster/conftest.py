"""One Spark cluster, and the S3 server that it works on, for all tests here."""

from collections.abc import Iterator

import pytest

from ingestion.settings import Settings
from stack.process import free_port
from tests.conftest import Ratelake

PORTS = ("s3_port", "spark_port", "spark_master_port")


@pytest.fixture(scope="session")
def spark_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ratelake]:
    """The command line on a home with `ratelake up s3 spark`."""
    ports = {name: free_port() for name in PORTS}
    home = tmp_path_factory.mktemp("spark_cluster") / "home"
    settings = Settings(home=home, spark_remote=f"sc://localhost:{ports['spark_port']}", **ports)
    variables = {f"RATELAKE_{name.upper()}": str(port) for name, port in ports.items()}
    ratelake = Ratelake(settings, variables)
    try:
        ratelake("up", "s3", "spark")
        yield ratelake
    finally:
        ratelake("down", "spark", "s3", exit_code=None)
