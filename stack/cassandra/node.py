"""Start and stop the Cassandra node of a home, or its two in two data centres."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from filelock import FileLock

from ingestion.settings import Settings
from stack.cassandra.datacenters import (
    has_second,
    join,
    note_out_of_step,
    note_second,
    prepare_first,
    second_folder,
)
from stack.cassandra.driver import Trust
from stack.cassandra.files import (
    SECOND_LOOPBACK,
    NodeFile,
    bound_port,
    read_node_file,
    write_node_file,
)
from stack.cassandra.launch import (
    end_node,
    known_node,
    launch_node,
    running_nodes,
    wait_until_ready,
)
from stack.cassandra.process import NodeFailed
from stack.cassandra.restore import is_lost, restore_first
from stack.cassandra.roles import create_credentials, ensure_roles

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Node:
    """Where Cassandra answers. `pid` is None for a cluster that Ratelake did not start, `trust` for
    one that speaks plain text."""

    hosts: tuple[str, ...]
    port: int
    datacenter: str
    pid: int | None = None
    trust: Trust | None = None

    @property
    def host(self) -> str:
        return self.hosts[0]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> Node:
    """Start the home's node and wait until it answers and its roles are there; 3 steps of progress.

    In a home with a second data centre, its node too, until both hold the same rows. Idempotent: a
    node that runs is returned. With RATELAKE_CASSANDRA_HOSTS nothing is started. Each node is a
    process of its own that outlives this one until `stop`. Raises NodeFailed.
    """
    if settings.cassandra_hosts:
        return given_node(settings)
    folder = settings.cassandra_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "node.lock"):
        on_progress(0, 3)
        end_plain_text(settings)
        first = known_node(folder)
        if first is None:
            first = (restore_first if is_lost(settings) else launch_first)(settings)
        on_progress(1, 3)
        wait_until_ready(folder, first, lambda: ensure_roles(folder, first))
        on_progress(2, 3)
        if has_second(settings):
            start_second(settings, first)
        on_progress(3, 3)
    return home_node([node for _, node in running_nodes(settings)] or [first])


def end_plain_text(settings: Settings) -> None:
    """End nodes that an older Ratelake started; they are started again, and speak TLS."""
    running = running_nodes(settings)
    if any(node.authority is None for _, node in running):
        for folder, _ in running:
            end_node(folder)


def launch_first(settings: Settings) -> NodeFile:
    folder, others = settings.cassandra_folder, second_folder(settings)
    create_credentials(folder)
    before, second = read_node_file(folder), read_node_file(others)
    if before is not None and before.pid is not None:
        note_out_of_step(others)
    if before is not None and known_node(others) is not None:
        if bound_port(before.address, before.port):
            return launch_node(settings, folder, (second,) if second else ())
        # both have one port, and a node that runs cannot take another
        end_node(others)
    beside = (SECOND_LOOPBACK,) if has_second(settings) else ()
    return launch_node(settings, folder, (second,) if second else (), beside)


def start_second(settings: Settings, first: NodeFile) -> None:
    """Start the node of the second data centre, and wait until both hold the same rows."""
    folder, home = second_folder(settings), settings.cassandra_folder
    second = known_node(folder)
    if second is None:
        check_port(SECOND_LOOPBACK, first.port)
        flags = prepare_first(home, first)
        note_second(folder, first)
        second = launch_node(settings, folder, (first,), flags=flags)
    wait_until_ready(folder, second, lambda: join(home, first, second))
    write_node_file(folder, replace(second, is_in_step=True))


def check_port(address: str, port: int) -> None:
    """All nodes of a cluster have one port here: the driver is told of one."""
    if bound_port(address, port) is None:
        raise NodeFailed(
            f"port {port} is taken on {address}, where the second data centre is to "
            "answer; `ratelake down cassandra` and `ratelake up cassandra` find one that is free"
        )


def stop(settings: Settings) -> bool:
    """Stop the home's nodes and wait for their end; False when none ran. Their data stays."""
    folder = settings.cassandra_folder
    if settings.cassandra_hosts or not folder.exists():
        return False
    with FileLock(folder / "node.lock"):
        # the first one first: it is the one that is written to
        return any([end_node(folder), end_node(second_folder(settings))])


def running_node(settings: Settings) -> Node | None:
    """Where the home's nodes run, or the given cluster; None when none of the home's runs."""
    if settings.cassandra_hosts:
        return given_node(settings)
    nodes = [node for _, node in running_nodes(settings)]
    return home_node(nodes) if nodes else None


def home_node(nodes: list[NodeFile]) -> Node:
    """The first of these is asked, and after it the others."""
    first = nodes[0]
    hosts = tuple(node.address for node in nodes)
    return Node(hosts, first.port, first.datacenter, first.pid, first.trust)


def given_node(settings: Settings) -> Node:
    hosts = tuple(host.strip() for host in settings.cassandra_hosts.split(",") if host.strip())
    if not hosts:
        raise NodeFailed(
            f"RATELAKE_CASSANDRA_HOSTS is {settings.cassandra_hosts!r}; "
            "give host names or addresses, with commas between them, or leave it empty"
        )
    trust = given_trust(settings) if settings.cassandra_tls else None
    return Node(hosts, settings.cassandra_port, settings.cassandra_datacenter, trust=trust)


def given_trust(settings: Settings) -> Trust:
    path = settings.cassandra_ca_file
    try:
        trust = Trust(path.expanduser().read_text() if path else "")
        trust.context()
    except (OSError, UnicodeDecodeError) as failure:
        raise NodeFailed(
            f"RATELAKE_CASSANDRA_CA_FILE {path} cannot be read ({failure}); "
            "name the PEM file of the authority of Cassandra's certificates"
        ) from failure
    return trust
