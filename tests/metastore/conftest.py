from collections.abc import Iterator

import pytest

from ingestion.settings import Settings
from stack.process import free_port
from tests.conftest import Ratelake

PORTS = ("s3_port", "metastore_port", "metastore_database_port")


@pytest.fixture(scope="session")
def metastore_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ratelake]:
    """The home whose metastore all tests here use, with the S3 server on which its tables are."""
    ports = {name: free_port() for name in PORTS}
    variables = {f"RATELAKE_{name.upper()}": str(port) for name, port in ports.items()}
    home = tmp_path_factory.mktemp("metastore") / "home"
    ratelake = Ratelake(Settings(home=home, **ports), variables)
    try:
        ratelake("up", "s3", "metastore")
        yield ratelake
    finally:
        ratelake("down", "metastore", "s3", exit_code=None)
