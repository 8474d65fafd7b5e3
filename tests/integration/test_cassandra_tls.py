"""Nobody speaks to a home's Cassandra but over TLS, and only servers of that home are believed."""

import re
import socket
import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from ingestion.settings import Settings
from serving.cassandra.connect import ADMIN, READER, CassandraUnavailable, connection, session
from stack import cassandra
from stack.cassandra.files import NodeFile, read_node_file, write_node_file
from stack.cassandra.launch import wait_until_ready
from stack.cassandra.process import launch
from stack.cassandra.roles import ensure_roles
from stack.tls import authority_file, server_files
from tests.integration.given_hosts import given_hosts


def cluster_name(settings: Settings) -> str:
    with session(connection(settings, READER)) as opened:
        return str(opened.execute("select cluster_name from system.local").one().cluster_name)


def test_plain_text_and_a_certificate_of_somebody_else_are_refused(
    node_settings: Settings, tmp_path: Path
) -> None:
    assert cluster_name(given_hosts(node_settings)) == cluster_name(node_settings)
    with pytest.raises(CassandraUnavailable, match=r"^no Cassandra answers .*RATELAKE_CASSANDRA_T"):
        cluster_name(given_hosts(node_settings, cassandra_tls=False))
    with pytest.raises(CassandraUnavailable, match=r"no TLS .*CERTIFICATE_VERIFY.*CASSANDRA_CA_"):
        cluster_name(given_hosts(node_settings, cassandra_ca_file=None))  # not the machine's
    server_files(tmp_path, "stranger")
    with pytest.raises(CassandraUnavailable, match=r"no TLS .*CERTIFICATE_VERIFY.*CASSANDRA_CA_"):
        cluster_name(given_hosts(node_settings, cassandra_ca_file=authority_file(tmp_path)))
    for path in (tmp_path / "nowhere.pem", Path(__file__)):
        with pytest.raises(cassandra.NodeFailed, match=f"CA_FILE {path} cannot be read"):
            cluster_name(given_hosts(node_settings, cassandra_ca_file=path))


def test_a_node_talks_only_to_one_of_its_home(node_settings: Settings) -> None:
    """A server of the home that is no node has a certificate by the same authority."""
    node = read_node_file(node_settings.cassandra_folder)
    assert node is not None
    assert handshake(node, server_files(node_settings.tls_folder, "cassandra"))
    assert not handshake(node, server_files(node_settings.tls_folder, "other"))
    assert not handshake(node, None)


def handshake(node: NodeFile, shown: tuple[Path, Path] | None) -> bool:
    """Whether the node lets in who speaks to it as another node, by what he shows."""
    assert node.trust is not None
    context = node.trust.context()
    # so that a refusal comes with the handshake
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    if shown:
        context.load_cert_chain(*shown)
    with socket.create_connection((node.address, node.storage_port), timeout=30) as opened:
        try:
            context.wrap_socket(opened, server_hostname=node.address).close()
        except (ssl.SSLError, ConnectionResetError):
            return False
    return True


def test_a_node_from_before_tls_is_started_again_with_it(second_home: Settings) -> None:
    cassandra.start(second_home)
    with session(connection(second_home, ADMIN)) as opened:
        opened.execute(
            "create keyspace kept with replication = {'class': 'NetworkTopologyStrategy', 'dc1': 1}"
        )
    cassandra.stop(second_home)
    folder = second_home.cassandra_folder
    older = read_node_file(folder)
    assert older is not None
    yaml = folder / "conf" / "cassandra.yaml"
    plain, count = re.subn(r"(?m)^\w+_encryption_options:\n(?:  .*\n)+", "", yaml.read_text())
    assert count == 2
    yaml.write_text(plain)
    older = replace(older, authority=None, pid=launch(folder))
    write_node_file(folder, older)
    wait_until_ready(folder, older, lambda: ensure_roles(folder, older))  # in plain text
    with session(connection(second_home, ADMIN)) as opened:
        assert opened.cluster.ssl_context is None
    node = cassandra.start(second_home)
    assert node.pid != older.pid
    with session(connection(second_home, ADMIN)) as opened:
        assert "kept" in opened.cluster.metadata.keyspaces
        assert opened.cluster.ssl_context is not None
