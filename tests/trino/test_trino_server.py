"""The server as `ratelake up` starts it: found again, its passwords kept, clear when it fails."""

import json
import socket
import stat

import pytest

from ingestion.settings import Settings
from serving import trino as served
from stack import trino
from stack.process import ServerFailed
from stack.trino import OWNER, ROLES
from stack.trino.accounts import read_password
from tests.conftest import Ratelake
from tests.trino.analyst_home import AnalystHome

pytestmark = pytest.mark.stack


def test_status_asks_it_something(analysts: AnalystHome) -> None:
    [found] = json.loads(analysts.ratelake("status", "trino", "--format", "json").stdout)
    assert found["is_answering"] and found["version"] == "Trino 476"
    assert found["address"] == f"https://localhost:{analysts.settings.trino_port}"
    assert found["memory_bytes"] > 10**8


def test_starting_again_keeps_the_server_and_its_passwords(analysts: AnalystHome) -> None:
    process = trino.running(analysts.settings)
    before = {user: read_password(analysts.settings, user) for user in (OWNER, *ROLES)}
    steps: list[tuple[int, int]] = []
    served.start(analysts.settings, on_progress=lambda *step: steps.append(step))
    assert trino.running(analysts.settings) == process and steps[-1] == (2, 2)
    assert {user: read_password(analysts.settings, user) for user in before} == before


def test_passwords_are_in_files_for_their_owner_only(analysts: AnalystHome) -> None:
    folder = analysts.settings.trino_folder
    files = [path for path in (folder / "etc").rglob("*") if path.is_file()]
    files += (folder / "access").iterdir()
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    process = trino.running(analysts.settings)
    assert process is not None
    shown = (folder / "server.log").read_text() + " ".join(process.cmdline())
    secrets = [read_password(analysts.settings, user) or "" for user in (OWNER, *ROLES)]
    secrets.append(analysts.settings.cassandra_password.get_secret_value())
    assert all(len(secret) > 20 and secret not in shown for secret in secrets)


def test_a_port_in_use_is_one_sentence(ratelake: Ratelake) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        settings = Settings(home=ratelake.settings.home, trino_port=port)
        with pytest.raises(ServerFailed, match=f"127.0.0.1:{port}.*set RATELAKE_TRINO_PORT"):
            trino.start(settings)
    assert trino.running(settings) is None


def test_a_home_without_a_server_says_what_to_do(ratelake: Ratelake) -> None:
    failed = ratelake("query", "--engine", "trino", "select 1", exit_code=1)
    assert "`ratelake up trino` starts one" in failed.stderr
