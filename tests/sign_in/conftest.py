"""The home with a Keycloak, and the command line on it."""

import json

import pytest

from ingestion.settings import Settings
from tests.conftest import PORTS, Ratelake


@pytest.fixture(scope="session")
def variables(keycloak_home: Settings) -> dict[str, str]:
    """The settings of that home as the command line reads them."""
    names = (*PORTS, "cassandra_hosts", "cassandra_port", "cassandra_username")
    names += ("cassandra_ca_file",)
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
