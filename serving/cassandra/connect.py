"""Sessions with Cassandra, by what the one who asks may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cassandra import (
    AuthenticationFailed,
    DriverException,
    OperationTimedOut,
    Unauthorized,
    UnresolvableContactPoints,
)
from cassandra.cluster import Cluster, NoHostAvailable, Session
from pydantic import SecretStr

from ingestion.failures import Failure
from ingestion.settings import Settings
from stack import cassandra as stack
from stack.cassandra import ADMIN, READER, WRITER
from stack.cassandra.driver import Trust, new_cluster

__all__ = [
    "ADMIN",
    "READER",
    "WRITER",
    "CassandraUnavailable",
    "Connection",
    "connection",
    "session",
]


class CassandraUnavailable(Failure):
    """Cassandra cannot be reached, refuses the user, or cannot be used as it is set up."""


@dataclass(frozen=True)
class Connection:
    """Where Cassandra is and as whom to use it. The password never shows in a repr.

    `trust`: None where Cassandra speaks plain text. `may_leave`: to another data centre, when no
    node of this one answers.
    """

    hosts: tuple[str, ...]
    port: int
    datacenter: str
    keyspace: str
    username: str
    password: SecretStr
    trust: Trust | None = None
    may_leave: bool = False

    @property
    def where(self) -> str:
        return ", ".join(f"{host}:{self.port}" for host in self.hosts)


def connection(settings: Settings, role: str) -> Connection:
    """How to reach Cassandra as ADMIN (schema), WRITER (publish) or READER (dashboards).

    With RATELAKE_CASSANDRA_HOSTS the given user does all. Who reads may leave the data centre; who
    writes may not, as what is written there is not at once what is read here. Raises
    CassandraUnavailable when no node of the home runs.
    """
    node = stack.running_node(settings)
    if node is None:
        raise CassandraUnavailable(
            f"no Cassandra node runs for {settings.root}; `ratelake run` starts it"
        )
    username, password = settings.cassandra_username, settings.cassandra_password
    if not settings.cassandra_hosts:
        username, password = role, stack.password_of(settings.cassandra_folder, role)
    return Connection(
        node.hosts,
        node.port,
        node.datacenter,
        settings.cassandra_keyspace,
        username,
        password,
        node.trust,
        may_leave=role == READER,
    )


@contextmanager
def session(to: Connection) -> Iterator[Session]:
    """Give a session at LOCAL_QUORUM that sends each statement to a replica in its data centre.

    Of another one only if that is down and the connection may leave.

    Raises CassandraUnavailable, also for what no node answers or may be done in the block.
    """
    cluster = new_client(to)
    try:
        opened = cluster.connect()
        check_datacenter(cluster, to)
        yield opened
    except NoHostAvailable as unavailable:
        check_datacenter(cluster, to)
        raise CassandraUnavailable(reason_of(unavailable, to)) from unavailable
    except OperationTimedOut as late:
        raise CassandraUnavailable(f"Cassandra at {to.where} does not answer in time") from late
    except Unauthorized as refused:
        raise CassandraUnavailable(
            f"Cassandra at {to.where} does not let {to.username!r} do this: {refused}"
        ) from refused
    except DriverException as failure:
        first_line = str(failure).strip().splitlines()[0][:300]
        raise CassandraUnavailable(f"Cassandra at {to.where} failed: {first_line}") from failure
    finally:
        cluster.shutdown()


def new_client(to: Connection) -> Cluster:
    try:
        return new_cluster(
            to.hosts,
            to.port,
            to.datacenter,
            to.username,
            to.password,
            to.trust,
            may_leave=to.may_leave,
        )
    except UnresolvableContactPoints as unknown:
        raise CassandraUnavailable(
            f"no Cassandra can be looked for at {to.where}: no such host is known; check "
            "RATELAKE_CASSANDRA_HOSTS"
        ) from unknown


def check_datacenter(cluster: Cluster, to: Connection) -> None:
    """The driver uses no host of a data centre with a wrong name, and does not say why."""
    found = sorted({host.datacenter for host in cluster.metadata.all_hosts()} - {None})
    if found and to.datacenter not in found:
        raise CassandraUnavailable(
            f"RATELAKE_CASSANDRA_DATACENTER is {to.datacenter!r}; Cassandra at {to.where} has: "
            + ", ".join(found)
        )


def reason_of(unavailable: NoHostAvailable, to: Connection) -> str:
    """One sentence: who refused whom, or why nobody answers."""
    reasons = list(unavailable.errors.values()) if isinstance(unavailable.errors, dict) else []
    if any(isinstance(reason, AuthenticationFailed) for reason in reasons):
        return (
            f"Cassandra at {to.where} refuses user {to.username!r}; check "
            "RATELAKE_CASSANDRA_USERNAME and RATELAKE_CASSANDRA_PASSWORD"
        )
    last = f" ({reasons[-1]})" if reasons else ""
    if "[SSL" in last:
        return (
            f"there is no TLS with Cassandra at {to.where}{last}; check RATELAKE_CASSANDRA_CA_FILE,"
            " or RATELAKE_CASSANDRA_TLS if it speaks plain text"
        )
    check = "RATELAKE_CASSANDRA_HOSTS" + ("" if to.trust else " and RATELAKE_CASSANDRA_TLS")
    return f"no Cassandra answers at {to.where}{last}; check {check} or start it"
