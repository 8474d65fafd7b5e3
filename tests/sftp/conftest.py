from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.sftp.mediation import MediationServer, mediation_server
from tests.sftp.pulled_home import PulledHome


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MediationServer]:
    with mediation_server(tmp_path / "server") as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, server: MediationServer) -> PulledHome:
    return PulledHome(tmp_path / "home", server)
