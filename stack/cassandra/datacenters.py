"""A home's second data centre: one more node, on another address, that holds the same rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from cassandra import ConsistencyLevel, DriverException
from cassandra.cluster import NoHostAvailable, Session
from cassandra.protocol import ErrorMessage
from cassandra.query import SimpleStatement

from ingestion.settings import Settings
from stack.cassandra.files import (
    DATACENTER,
    SECOND_DATACENTER,
    SECOND_LOOPBACK,
    STORAGE_PORT,
    NodeFile,
    read_node_file,
    write_node_file,
)
from stack.cassandra.roles import ADMIN, NotReady, log_in, password_of

BOTH = (DATACENTER, SECOND_DATACENTER)
# the accounts: the only keyspace of the server's own whose rows exist once in a cluster
ACCOUNTS = "system_auth"
NETWORK = "org.apache.cassandra.locator.NetworkTopologyStrategy"
PAGE_ROWS = 2000


def second_folder(settings: Settings) -> Path:
    return settings.cassandra_folder / SECOND_DATACENTER


def has_second(settings: Settings) -> bool:
    """Whether the home has a second data centre, or is to have one."""
    return settings.cassandra_datacenters > 1 or read_node_file(second_folder(settings)) is not None


def note_second(folder: Path, first: NodeFile) -> None:
    """Write down the second node beside the first, before it is started. A node that did not end in
    order, like a new one, is out of step: it missed what nobody may have kept for it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    before = read_node_file(folder) or NodeFile(
        first.cluster_name,
        first.port,
        STORAGE_PORT,
        address=SECOND_LOOPBACK,
        datacenter=SECOND_DATACENTER,
        is_in_step=False,
    )
    is_in_step = before.is_in_step and before.pid is None
    write_node_file(folder, replace(before, port=first.port, is_in_step=is_in_step))


def note_out_of_step(folder: Path) -> None:
    """Have the second node, if there is one, compared with the first when both run."""
    if node := read_node_file(folder):
        write_node_file(folder, replace(node, is_in_step=False))


def prepare_first(folder: Path, first: NodeFile) -> tuple[str, ...]:
    """Have the first node expect the second; gives flags for a start of that.

    The accounts are bound to the first data centre before another node comes: Cassandra would give
    a new node half of them to answer for, of which it holds none, so that log-ins fail and the
    default superuser comes back. A node that lost its data takes the place that it had.
    """
    with admin(folder, first) as opened:
        if SECOND_DATACENTER not in replications(opened)[ACCOUNTS]:
            replicate(opened, ACCOUNTS, (DATACENTER,))
        known = opened.execute("select peer, peer_port, data_center from system.peers_v2").all()
    # a node that has its data ignores it; what it would miss by it, `join` reads
    return tuple(
        flag
        for peer in known
        if peer.data_center == SECOND_DATACENTER
        for flag in (
            f"-Dcassandra.replace_address_first_boot={peer.peer}:{peer.peer_port}",
            "-Dcassandra.allow_unsafe_replace=true",
        )
    )


def join(folder: Path, holder: NodeFile, joining: NodeFile) -> None:
    """See that both nodes see each other, and that each keyspace has a replica in both.

    What is out of step is compared row by row: Cassandra repairs what a read at ALL finds to
    differ, deleted rows too. Can be interrupted and done again. Raises NotReady.
    """
    try:
        with admin(folder, holder) as opened:
            keyspaces = replications(opened)
            for keyspace, found in keyspaces.items():
                if SECOND_DATACENTER not in found:
                    replicate(opened, keyspace, BOTH)
            for keyspace in (ACCOUNTS,) if joining.is_in_step else keyspaces:
                read_everywhere(opened, keyspace)
        with admin(folder, joining) as opened:
            read_everywhere(opened, ACCOUNTS)
    # the first also for a data centre that Cassandra has not heard of yet
    except (ErrorMessage, DriverException, NoHostAvailable) as failure:
        raise NotReady(str(failure)) from failure


@contextmanager
def admin(folder: Path, node: NodeFile) -> Iterator[Session]:
    """A session of the administrator with one node."""
    cluster, opened = log_in(node, ADMIN, password_of(folder, ADMIN))
    with cluster:
        yield opened


def replications(opened: Session) -> dict[str, dict[str, str]]:
    """How the accounts and every keyspace that people made are replicated."""
    rows = opened.execute("select keyspace_name, replication from system_schema.keyspaces")
    found = {row.keyspace_name: dict(row.replication) for row in rows}
    return {
        name: replication
        for name, replication in found.items()
        if name == ACCOUNTS or (not name.startswith("system") and replication["class"] == NETWORK)
    }


def replicate(opened: Session, keyspace: str, datacenters: tuple[str, ...]) -> None:
    replicas = ", ".join(f"'{datacenter}': 1" for datacenter in datacenters)
    opened.execute(
        f'alter keyspace "{keyspace}" with replication = '
        f"{{'class': 'NetworkTopologyStrategy', {replicas}}}"
    )


def read_everywhere(opened: Session, keyspace: str) -> None:
    """Read every row of a keyspace from every replica."""
    tables = opened.execute(
        "select table_name from system_schema.tables where keyspace_name = %s", (keyspace,)
    ).all()
    for table in tables:
        query = f'select * from "{keyspace}"."{table.table_name}"'
        whole = SimpleStatement(query, consistency_level=ConsistencyLevel.ALL, fetch_size=PAGE_ROWS)
        for _ in opened.execute(whole):
            pass
