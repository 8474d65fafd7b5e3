"""What of Cassandra runs now and answers, without starting anything."""

from dataclasses import replace
from pathlib import Path

from cassandra import DriverException
from cassandra.cluster import NoHostAvailable

from ingestion.settings import Settings
from stack.cassandra.datacenters import second_folder
from stack.cassandra.driver import new_cluster
from stack.cassandra.files import read_node_file
from stack.cassandra.node import Node, home_node, running_node
from stack.cassandra.process import running_process
from stack.cassandra.roles import READER, password_of
from stack.part import PartStatus


def status(settings: Settings) -> PartStatus:
    """What runs now, and the version that it tells a reader. Two data centres answer if both do;
    the address says which does not, and the log is that one's."""
    if settings.cassandra_hosts:
        return status_of_given(settings)
    home = settings.cassandra_folder
    first, second = (status_of(settings, folder) for folder in (home, second_folder(settings)))
    if read_node_file(second_folder(settings)) is None:
        return first if first.is_running else replace(first, address="")
    telling = second if first.is_answering else first
    return replace(
        telling,
        is_running=first.is_running or second.is_running,
        is_answering=first.is_answering and second.is_answering,
        version=first.version or second.version,
        address=", ".join(
            one.address if one.is_answering else f"{one.address} ({one.state})"
            for one in (first, second)
        ),
        memory_bytes=first.memory_bytes + second.memory_bytes,
        log=first.log if second.is_answering else telling.log,
    )


def status_of(settings: Settings, folder: Path) -> PartStatus:
    """Of one of the home's nodes."""
    node_file = read_node_file(folder)
    process = running_process(folder, node_file)
    node = home_node([node_file]) if node_file else None
    version = version_of(settings, node) if node and process else None
    return PartStatus(
        "cassandra",
        is_running=process is not None,
        is_answering=version is not None,
        version=version or "",
        address=f"{node.host}:{node.port}" if node else "",
        memory_bytes=process.memory_info().rss if process else 0,
        log=folder / "log" / "system.log",
    )


def status_of_given(settings: Settings) -> PartStatus:
    node = running_node(settings)
    assert node is not None
    version = version_of(settings, node)
    return PartStatus(
        "cassandra",
        is_running=True,
        is_answering=version is not None,
        version=version or "",
        address=", ".join(f"{host}:{node.port}" for host in node.hosts),
        memory_bytes=0,
        log=settings.cassandra_folder / "log" / "system.log",
    )


def version_of(settings: Settings, node: Node) -> str | None:
    """The release that the node names; None when it answers no reader."""
    username, password = settings.cassandra_username, settings.cassandra_password
    if not settings.cassandra_hosts:
        username, password = READER, password_of(settings.cassandra_folder, READER)
    cluster = new_cluster(node.hosts, node.port, node.datacenter, username, password, node.trust)
    try:
        with cluster:
            row = cluster.connect().execute("select release_version from system.local").one()
    except (DriverException, NoHostAvailable, OSError):
        return None
    return str(row.release_version)
