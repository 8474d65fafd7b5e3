"""The node that the command line starts: found again, on ports of its own, clear when it fails."""

import os
import socket
from pathlib import Path

import psutil
import pytest
from cassandra import AuthenticationFailed
from cassandra.cluster import Session
from pydantic import SecretStr

from ingestion.settings import Settings
from serving.cassandra.connect import (
    ADMIN,
    READER,
    WRITER,
    CassandraUnavailable,
    connection,
    session,
)
from stack import cassandra
from stack.cassandra.files import read_node_file
from stack.cassandra.process import JARS
from stack.cassandra.roles import DEFAULT, log_in
from tests.integration.given_hosts import given_hosts


def test_starting_twice_gives_the_node_that_runs(node_settings: Settings) -> None:
    first = cassandra.start(node_settings)
    steps: list[tuple[int, int]] = []
    again = cassandra.start(node_settings, on_progress=lambda *step: steps.append(step))
    assert again == first
    assert steps[-1] == (3, 3)
    assert cassandra.status(node_settings).is_answering


def test_a_node_whose_process_was_not_noted_is_found(node_settings: Settings) -> None:
    """The starter may be killed between starting the node and writing down its process."""
    first = cassandra.start(node_settings)
    file = node_settings.cassandra_folder / "node.json"
    noted = file.read_text()
    file.write_text(noted.replace(f'"pid": {first.pid}', '"pid": null'))
    assert cassandra.start(node_settings) == first
    assert file.read_text() == noted


def test_a_second_home_has_ports_of_its_own_and_keeps_its_data(
    node_settings: Settings,
    second_home: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    first, node = cassandra.start(node_settings), cassandra.start(second_home)
    assert node.port != first.port
    # although the first log-ins of a new node are refused
    assert [record.getMessage() for record in caplog.records] == []
    assert capfd.readouterr() == ("", "")
    with session(connection(second_home, ADMIN)) as opened:
        opened.execute(
            "create keyspace kept with replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}"
        )
        opened.execute("create table kept.words (word text primary key)")
        opened.execute("insert into kept.words (word) values ('still here')")
    assert cassandra.stop(second_home)
    assert not cassandra.stop(second_home)
    assert not cassandra.status(second_home).is_running
    assert not psutil.pid_exists(node.pid or 0)
    with pytest.raises(CassandraUnavailable, match=r"no Cassandra node runs for .*second home"):
        connection(second_home, READER)
    with socket.socket() as other:  # the remembered port is taken by someone else meanwhile
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", node.port))
        other.listen()
        restarted = cassandra.start(second_home)
    assert restarted.port != node.port
    # a node that is stopped leaves its classes to the starts after it
    [archive] = JARS.glob("classes-*.jsa")
    assert f"-XX:SharedArchiveFile={archive}" in psutil.Process(restarted.pid).cmdline()
    with session(connection(second_home, ADMIN)) as opened:
        assert [row.word for row in opened.execute("select word from kept.words")] == ["still here"]


def test_the_default_superuser_is_retired(node_settings: Settings, admin: Session) -> None:
    node = read_node_file(node_settings.cassandra_folder)
    assert node is not None
    with pytest.raises(AuthenticationFailed):
        log_in(node, DEFAULT, SecretStr(DEFAULT))


def test_credentials_are_for_the_owner_only_and_never_shown(node_settings: Settings) -> None:
    file = node_settings.cassandra_folder / "credentials.json"
    assert file.stat().st_mode & 0o777 == 0o600
    to = connection(node_settings, WRITER)
    assert to.password.get_secret_value() not in repr(to)


@pytest.fixture(scope="module")
def apart(admin: Session) -> Session:
    """A keyspace of somebody else in the same cluster."""
    admin.execute(
        "create keyspace apart with replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}"
    )
    admin.execute("create table apart.words (word text primary key)")
    return admin


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (READER, "insert into {}.publications (table_name) values ('x')"),
        (READER, "truncate {}.runs"),
        (READER, "select role from system_auth.roles"),
        (WRITER, "drop table {}.runs"),
        (WRITER, "create table {}.more (id int primary key)"),
        (WRITER, "select role from system_auth.roles"),
        (WRITER, "create role more"),
        (WRITER, "alter role ratelake_writer with superuser = true"),
        (WRITER, "alter role ratelake_reader with password = 'mine'"),
        (WRITER, "grant select on all keyspaces to ratelake_writer"),
        (WRITER, "alter keyspace {} with durable_writes = false"),
        (WRITER, "select word from apart.words"),
        (WRITER, "insert into apart.words (word) values ('x')"),
        (READER, "delete from {}.publications where table_name = 'x'"),
        (READER, "update {}.runs set status = 'x' where bucket = 'x' and run_id = 1"),
        (READER, "create role more"),
        (READER, "alter role ratelake_reader with superuser = true"),
        (READER, "select word from apart.words"),
    ],
)
def test_a_role_may_not_do_what_it_is_not_for(
    node_settings: Settings, apart: Session, role: str, statement: str
) -> None:
    with (
        pytest.raises(CassandraUnavailable, match=f"does not let '{role}' do this"),
        session(connection(node_settings, role)) as opened,
    ):
        opened.execute(statement.format(node_settings.cassandra_keyspace))


def test_a_node_that_cannot_start_says_why_with_the_log(second_home: Settings) -> None:
    second_home.cassandra_folder.mkdir(parents=True)
    (second_home.cassandra_folder / "data").write_text("no folder")
    with pytest.raises(
        cassandra.NodeFailed, match=r"(?s)ended while starting; it said.*Not a directory"
    ):
        cassandra.start(second_home)


def test_another_java_is_refused_with_the_package_to_install(
    second_home: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"21.0.9\" 2026-01-01' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", f"{java.parent}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(
        cassandra.NodeFailed, match=r"needs Java 17, but .*java is 21\.0\.9: install"
    ):
        cassandra.start(second_home)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(cassandra.NodeFailed, match="no `java` on the PATH: install"):
        cassandra.start(second_home)


def test_a_given_cluster_is_never_started_nor_stopped(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, cassandra_hosts="one.example, two.example")
    assert cassandra.start(settings).hosts == ("one.example", "two.example")
    assert cassandra.stop(settings) is False
    assert not settings.cassandra_folder.exists()


def test_a_host_that_does_not_answer_is_one_clear_sentence(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, cassandra_hosts="127.0.0.1", cassandra_port=1)
    with (
        pytest.raises(
            CassandraUnavailable, match=r"^no Cassandra answers at 127\.0\.0\.1:1 .*RATEL"
        ),
        session(connection(settings, READER)),
    ):
        pass


def test_a_wrong_password_and_a_wrong_data_centre_are_named(node_settings: Settings) -> None:
    wrong = given_hosts(node_settings, cassandra_password=SecretStr("wrong"))
    refused = connection(wrong, READER)
    with (
        pytest.raises(CassandraUnavailable, match=f"refuses user '{READER}'"),
        session(refused),
    ):
        pass
    elsewhere = given_hosts(node_settings, cassandra_datacenter="dc9")
    with (
        pytest.raises(CassandraUnavailable, match=r"DATACENTER is 'dc9'.* has: dc1"),
        session(connection(elsewhere, READER)),
    ):
        pass
