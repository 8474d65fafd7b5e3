"""The home of the explained charges, rated once for all tests that only read it."""

import pytest

from ingestion.settings import Settings
from tests.job.explained_home import rate_explained_home


@pytest.fixture(scope="session")
def explained_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return rate_explained_home(tmp_path_factory.mktemp("explained"))
