"""Homes that are rated once for all tests that only read them, or copy them."""

import pytest

from ingestion.settings import Settings
from sample import generate
from tests.job.billed_home import january_closed
from tests.job.explained_home import rate_explained_home
from tests.job.small_home import SmallHome, deliver_anna, deliver_call, small_home


@pytest.fixture(scope="session")
def explained_home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return rate_explained_home(tmp_path_factory.mktemp("explained"))


@pytest.fixture(scope="session")
def billed_home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """January closed for two accounts."""
    return january_closed(tmp_path_factory.mktemp("billed"))


@pytest.fixture(scope="session")
def called_once(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """Anna and one call of hers."""
    home = small_home(tmp_path_factory.mktemp("called_once"))
    deliver_anna(home)
    deliver_call(home, "first")
    home.run()
    return home


@pytest.fixture(scope="session")
def sampled_home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """3,000 records of the sample operator."""
    home = SmallHome(Settings(home=tmp_path_factory.mktemp("sampled") / "home"))
    generate(home.settings.root, subscribers=150, events=3_000, seed=11)
    home.run()
    return home
