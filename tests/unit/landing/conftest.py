from pathlib import Path

import pytest

from tests.unit.landing.landing_home import Landing


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "home")
