"""The small home, rated once for all tests that only read it."""

import pytest

from ingestion.settings import Settings
from tests.job.small_home import rate_small_home


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Tests with it carry `pytest.mark.xdist_group("small_home")`: they share it in one process."""
    return rate_small_home(tmp_path_factory.mktemp("small"))
