from collections.abc import Iterator

import pytest

from tests.conftest import Ratelake
from tests.trino.analyst_home import AnalystHome, analyst_home


@pytest.fixture(scope="session")
def analysts(
    published: Ratelake, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AnalystHome]:
    """The home whose Trino server all tests here use."""
    with analyst_home(published, tmp_path_factory.mktemp("analysts") / "home") as home:
        yield home
