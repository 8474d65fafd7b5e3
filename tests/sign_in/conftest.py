"""One Keycloak for all tests here, in a home that shows the published home's balances."""

import json
from collections.abc import Iterator

import pytest

from ingestion.settings import Settings
from stack import keycloak
from tests.conftest import Ratelake
from tests.sftp.sshd import free_port


@pytest.fixture(scope="session")
def keycloak_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home whose Keycloak runs, with a realm of its own."""
    ports = {name: free_port() for name in ("keycloak_port", "trino_port", "dashboards_port")}
    settings = Settings(home=tmp_path_factory.mktemp("keycloak") / "home", **ports)
    keycloak.start(settings)
    yield settings
    keycloak.stop(settings)


@pytest.fixture(scope="session")
def commands(keycloak_home: Settings) -> Ratelake:
    """The command line on that home."""
    ports = ("keycloak_port", "trino_port", "dashboards_port")
    variables = {f"RATELAKE_{name.upper()}": str(getattr(keycloak_home, name)) for name in ports}
    return Ratelake(keycloak_home, variables)


def password(settings: Settings, name: str) -> str:
    """The first password of a user."""
    return str(json.loads(settings.keycloak_access_file(name).read_text())["password"])
