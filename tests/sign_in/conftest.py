"""One Keycloak for all tests here, in a home that shows the balances of the published home."""

import json
from collections.abc import Iterator

import pytest

from ingestion.settings import Settings
from serving.cassandra.connect import READER, connection
from stack import keycloak
from stack.process import free_port
from tests.conftest import Ratelake

PORTS = ("keycloak_port", "trino_port", "dashboards_port")


@pytest.fixture(scope="session")
def keycloak_home(
    tmp_path_factory: pytest.TempPathFactory, published_home: Settings
) -> Iterator[Settings]:
    """A home whose Keycloak runs, with a realm of its own."""
    node = connection(published_home, READER)
    settings = Settings(
        home=tmp_path_factory.mktemp("keycloak") / "home",
        cassandra_hosts=",".join(node.hosts),
        cassandra_port=node.port,
        cassandra_username=node.username,
        cassandra_password=node.password,
        **{name: free_port() for name in PORTS},
    )
    keycloak.start(settings)
    yield settings
    keycloak.stop(settings)


@pytest.fixture(scope="session")
def variables(keycloak_home: Settings) -> dict[str, str]:
    """The settings of that home as the command line reads them."""
    names = (*PORTS, "cassandra_hosts", "cassandra_port", "cassandra_username")
    found = {f"RATELAKE_{name.upper()}": str(getattr(keycloak_home, name)) for name in names}
    secret = keycloak_home.cassandra_password.get_secret_value()
    return found | {"RATELAKE_CASSANDRA_PASSWORD": secret}


@pytest.fixture(scope="session")
def commands(keycloak_home: Settings, variables: dict[str, str]) -> Ratelake:
    """The command line on that home."""
    return Ratelake(keycloak_home, variables)


def password(settings: Settings, name: str) -> str:
    """The first password of a user."""
    return str(json.loads(settings.keycloak_access_file(name).read_text())["password"])
