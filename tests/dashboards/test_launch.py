"""How the server is started: for this machine only, on the home that was asked for."""

from pathlib import Path

from pydantic import SecretStr

from dashboards import launch
from ingestion.settings import Settings


def test_the_server_listens_on_this_machine_only() -> None:
    command = launch.command(Settings(dashboards_port=8600), None)
    assert command[command.index("--server.address") + 1] == "127.0.0.1"
    assert command[command.index("--server.port") + 1] == "8600"


def test_the_server_reads_the_settings_that_it_was_given(tmp_path: Path) -> None:
    given = Settings(home=tmp_path, cassandra_hosts="10.0.0.1", cassandra_password=SecretStr("p"))
    seen = launch.environment(given, None)
    assert (seen["RATELAKE_HOME"], seen["RATELAKE_CASSANDRA_HOSTS"]) == (str(tmp_path), "10.0.0.1")
    assert seen["RATELAKE_CASSANDRA_PASSWORD"] == "p"
    assert seen["RATELAKE_CASSANDRA_TLS"] == "True"


def test_the_password_is_no_argument() -> None:
    given = Settings(cassandra_password=SecretStr("p4ssw0rd"))
    assert not [part for part in launch.command(given, None) if "p4ssw0rd" in part]
