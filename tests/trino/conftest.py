from collections.abc import Iterator

import pytest

from ingestion.settings import Settings
from tests.trino.analyst_home import AnalystHome, analyst_home


@pytest.fixture(scope="session")
def analysts(
    published_home: Settings, keycloak_home: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AnalystHome]:
    """The home whose Trino server all tests here use."""
    folder = tmp_path_factory.mktemp("analysts") / "home"
    with analyst_home(published_home, keycloak_home, folder) as home:
        yield home
