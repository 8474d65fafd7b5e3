"""The metastore and its database as `ratelake up` starts them: real answers, closed to others."""

import json
import socket
import stat

import psutil
import pytest

from ingestion.settings import Settings
from stack import metastore
from stack.metastore import postgres, server
from stack.metastore.files import password
from stack.process import ServerFailed, free_port
from tests.conftest import Ratelake


def processes(settings: Settings) -> tuple[psutil.Process, psutil.Process]:
    """The metastore's, and its database's."""
    java, database = server.running(settings), postgres.running_database(settings)
    assert java is not None and database is not None
    return java, database


def test_status_asks_it_something(metastore_home: Ratelake) -> None:
    [found] = json.loads(metastore_home("status", "metastore", "--format", "json").stdout)
    port = metastore_home.settings.metastore_port
    assert found["is_answering"] and found["address"] == f"localhost:{port}"
    assert found["version"] == "Hive 2.3.10, PostgreSQL 17.10"
    assert found["memory_bytes"] > 10**8
    assert metastore.uri(metastore_home.settings) == f"thrift://localhost:{port}"


def test_starting_again_keeps_both_servers(metastore_home: Ratelake) -> None:
    before = processes(metastore_home.settings)
    metastore_home("up", "metastore")
    assert processes(metastore_home.settings) == before


def test_passwords_are_in_files_for_their_owner_only(metastore_home: Ratelake) -> None:
    settings, folder = metastore_home.settings, metastore_home.settings.metastore_folder
    files = [folder / "password", *(folder / "conf").iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    shown = "".join(path.read_text() for path in folder.glob("*.log"))
    shown += "".join(" ".join(process.cmdline()) for process in processes(settings))
    pipeline = json.loads(settings.s3_access_file("pipeline").read_text())
    for secret in (password(settings), pipeline["secret_key"]):
        assert len(secret) > 20 and secret not in shown


def test_the_database_lets_nobody_in_but_the_metastore(metastore_home: Ratelake) -> None:
    settings = metastore_home.settings
    assert postgres.asks_for_password(settings)
    for user, database in (("owner", "postgres"), ("owner", "metastore"), ("root", "metastore")):
        assert not postgres.asks_for_password(settings, user, database)


def test_only_this_machine_reaches_the_metastore(metastore_home: Ratelake) -> None:
    port = metastore_home.settings.metastore_port
    # another address, though of this machine, is as far away as one of another machine
    with socket.create_connection(("127.0.0.1", port), 10, ("127.0.0.2", 0)) as stranger:
        assert stranger.recv(1) == b""
    assert metastore.uri(metastore_home.settings)


@pytest.mark.parametrize("killed", [(0,), (1,), (0, 1)], ids=["metastore", "database", "both"])
def test_one_that_was_killed_starts_again(metastore_home: Ratelake, killed: tuple[int]) -> None:
    before = processes(metastore_home.settings)
    for one in killed:
        before[one].kill()
    [said] = json.loads(
        metastore_home("status", "metastore", "--format", "json", exit_code=1).stdout
    )
    assert not said["is_answering"]
    metastore_home("up", "metastore")
    after = processes(metastore_home.settings)
    assert metastore.uri(metastore_home.settings)
    assert [after[one] == before[one] for one in (0, 1)] == [one not in killed for one in (0, 1)]


@pytest.mark.parametrize("taken", ["metastore_port", "metastore_database_port"])
def test_a_port_in_use_is_one_sentence(ratelake: Ratelake, taken: str) -> None:
    ports = {name: free_port() for name in ("metastore_port", "metastore_database_port")}
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        ports[taken] = listener.getsockname()[1]
        settings = Settings(home=ratelake.settings.home, **ports)
        says = f"127.0.0.1:{ports[taken]}.*set RATELAKE_{taken.upper()} to a free port"
        with pytest.raises(ServerFailed, match=says):
            metastore.start(settings)
    assert server.running(settings) is None and postgres.running_database(settings) is None


def test_a_metastore_that_the_settings_name_is_asked_and_not_started(
    metastore_home: Ratelake, ratelake: Ratelake
) -> None:
    theirs = metastore_home.settings
    given = {
        "metastore_uri": f"thrift://localhost:{theirs.metastore_port}",
        "metastore_ca_file": theirs.tls_folder / "ca.pem",
    }
    ours = Settings(home=ratelake.settings.home, **given)
    metastore.start(ours)
    assert metastore.status(ours).is_answering and not ours.metastore_folder.exists()
    in_clear = Settings(home=ratelake.settings.home, metastore_uri=given["metastore_uri"])
    assert metastore.uri(in_clear) is None
