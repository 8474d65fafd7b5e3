"""Start, stop and look at the Cassandra node of a home."""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cassandra import DriverException
from cassandra.cluster import NoHostAvailable
from filelock import FileLock

from ingestion.settings import Settings
from stack.cassandra.driver import new_cluster
from stack.cassandra.files import (
    DATACENTER,
    LOOPBACK,
    NodeFile,
    prepare,
    read_node_file,
    write_node_file,
)
from stack.cassandra.process import NodeFailed, end, failure, find_process, launch, running_process
from stack.cassandra.roles import (
    READER,
    NotReady,
    create_credentials,
    ensure_roles,
    password_of,
)
from stack.part import PartStatus

START_SECONDS = 180
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Node:
    """Where Cassandra answers. `pid` is None for a cluster that Ratelake did not start."""

    hosts: tuple[str, ...]
    port: int
    datacenter: str
    pid: int | None = None

    @property
    def host(self) -> str:
        return self.hosts[0]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> Node:
    """Start the home's node and wait until it answers and its roles are there; 3 steps of progress.

    Idempotent: a node that runs is returned. With RATELAKE_CASSANDRA_HOSTS nothing is started.
    The node is a process of its own that outlives this one until `stop`. Raises NodeFailed.
    """
    if settings.cassandra_hosts:
        return given_node(settings)
    folder = settings.cassandra_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "node.lock"):
        on_progress(0, 3)
        node_file = known_node(folder) or launch_node(folder)
        on_progress(1, 3)
        wait_until_ready(folder, node_file)
        on_progress(3, 3)
    return home_node(node_file)


def launch_node(folder: Path) -> NodeFile:
    create_credentials(folder)
    node_file = prepare(folder)
    node_file = replace(node_file, pid=launch(folder))
    write_node_file(folder, node_file)
    return node_file


def known_node(folder: Path) -> NodeFile | None:
    """The node that runs on the folder, even if its starter was killed before it noted the process.

    Two servers on one folder would ruin its data.
    """
    node_file = read_node_file(folder)
    if node_file is None or running_process(folder, node_file):
        return node_file
    pid = find_process(folder)
    if pid is None:
        return None
    node_file = replace(node_file, pid=pid)
    write_node_file(folder, node_file)
    return node_file


def wait_until_ready(folder: Path, node_file: NodeFile) -> None:
    """Wait until the node logs its roles in; what failed to start is ended: nothing lingers."""
    deadline = time.monotonic() + START_SECONDS
    reason = "it does not listen"
    while time.monotonic() < deadline:
        process = running_process(folder, node_file)
        if process is None:
            raise failure(folder, node_file, "ended while starting")
        if is_listening(node_file.port):
            try:
                return ensure_roles(folder, node_file.port)
            except NotReady as why:
                reason = str(why)
        time.sleep(0.2)
    if process is not None:
        end(process)
    raise failure(folder, node_file, f"did not answer within {START_SECONDS} s ({reason})")


def stop(settings: Settings) -> bool:
    """Stop the home's node and wait for its end; False when none ran. Its data stays."""
    folder = settings.cassandra_folder
    if settings.cassandra_hosts or not folder.exists():
        return False
    with FileLock(folder / "node.lock"):
        process = running_process(folder, known_node(folder))
        if process is None:
            return False
        end(process)
    return True


def status(settings: Settings) -> PartStatus:
    """What runs now, without starting anything, and the version that it tells a reader."""
    node, folder = running_node(settings), settings.cassandra_folder
    version = None if node is None else version_of(settings, node)
    process = None
    if not settings.cassandra_hosts:
        process = running_process(folder, read_node_file(folder))
    return PartStatus(
        "cassandra",
        is_running=node is not None,
        is_answering=version is not None,
        version=version or "",
        address="" if node is None else ", ".join(f"{host}:{node.port}" for host in node.hosts),
        memory_bytes=process.memory_info().rss if process else 0,
        log=folder / "log" / "system.log",
    )


def version_of(settings: Settings, node: Node) -> str | None:
    """The release that the node names; None when it answers no reader."""
    username, password = settings.cassandra_username, settings.cassandra_password
    if not settings.cassandra_hosts:
        username, password = READER, password_of(settings.cassandra_folder, READER)
    cluster = new_cluster(node.hosts, node.port, node.datacenter, username, password)
    try:
        with cluster:
            row = cluster.connect().execute("select release_version from system.local").one()
    except (DriverException, NoHostAvailable, OSError):
        return None
    return str(row.release_version)


def running_node(settings: Settings) -> Node | None:
    """Where the home's node runs, or the given cluster; None when the home's node does not run."""
    if settings.cassandra_hosts:
        return given_node(settings)
    folder = settings.cassandra_folder
    node_file = read_node_file(folder)
    if node_file is None or running_process(folder, node_file) is None:
        return None
    return home_node(node_file)


def home_node(node_file: NodeFile) -> Node:
    return Node((LOOPBACK,), node_file.port, DATACENTER, node_file.pid)


def given_node(settings: Settings) -> Node:
    hosts = tuple(host.strip() for host in settings.cassandra_hosts.split(",") if host.strip())
    if not hosts:
        raise NodeFailed(
            f"RATELAKE_CASSANDRA_HOSTS is {settings.cassandra_hosts!r}; "
            "give host names or addresses, with commas between them, or leave it empty"
        )
    return Node(hosts, settings.cassandra_port, settings.cassandra_datacenter)


def is_listening(port: int, host: str = LOOPBACK) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True
