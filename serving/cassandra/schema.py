"""Bring Cassandra's keyspace and tables to what schema.cql says."""

import re
from collections import Counter
from pathlib import Path
from string import Template

from cassandra.cluster import Session

from ingestion.settings import Settings
from serving.cassandra.connect import (
    ADMIN,
    READER,
    WRITER,
    CassandraUnavailable,
    Connection,
    connection,
    session,
)

SCHEMA = Path(__file__).resolve().parent / "schema.cql"
REPLICAS = 3


class InvalidKeyspace(CassandraUnavailable):
    """The name of the keyspace cannot stand in CQL."""


def apply(settings: Settings) -> list[str]:
    """Create what is missing of keyspace, tables and rights; returns what was created. Idempotent.

    A cluster where everything is there needs no right to create. Raises InvalidKeyspace and
    CassandraUnavailable.
    """
    to = connection(settings, ADMIN)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,47}", to.keyspace):
        raise InvalidKeyspace(
            f"RATELAKE_CASSANDRA_KEYSPACE is {to.keyspace!r}; allowed are up to 48 lower-case "
            "letters, digits and _, with a letter first"
        )
    with session(to) as opened:
        created = create_missing(opened, to)
        if not settings.cassandra_hosts:
            grant_missing(opened, to)
    return created


def grant_missing(opened: Session, to: Connection) -> None:
    """READER may select, WRITER also modify, in this keyspace only; no one else may do anything."""
    query = "select permissions from system_auth.role_permissions where role = %s and resource = %s"
    for role, rights in ((READER, {"SELECT"}), (WRITER, {"SELECT", "MODIFY"})):
        row = opened.execute(query, (role, f"data/{to.keyspace}")).one()
        for right in sorted(rights - set(row.permissions if row else ())):
            opened.execute(f"grant {right} on keyspace {to.keyspace} to {role}")


def create_missing(opened: Session, to: Connection) -> list[str]:
    keyspaces = opened.cluster.metadata.keyspaces
    present = set(keyspaces[to.keyspace].tables) if to.keyspace in keyspaces else set()
    created = []
    for name, statement in statements(to, replication(opened)):
        is_there = to.keyspace in keyspaces if name == to.keyspace else name in present
        if not is_there:
            opened.execute(re.sub(r"^create (keyspace|table) ", r"\g<0>if not exists ", statement))
            created.append(name)
    return created


def statements(to: Connection, replicas: str) -> list[tuple[str, str]]:
    """Name and text of each statement of schema.cql."""
    text = re.sub(r"^--.*$", "", SCHEMA.read_text(), flags=re.M)
    filled = Template(text).substitute(keyspace=to.keyspace, replication=replicas)
    parts = [part.strip() for part in filled.split(";") if part.strip()]
    return [(re.split(r"[\s(]+", part)[2].split(".")[-1], part) for part in parts]


def replication(opened: Session) -> str:
    """Up to three replicas in each data centre that the cluster has."""
    hosts = opened.cluster.metadata.all_hosts()
    # a host that was given and never answered is of no data centre yet
    found = Counter(host.datacenter for host in hosts if host.datacenter)
    replicas = ", ".join(
        "'{}': {}".format(name.replace("'", "''"), min(REPLICAS, hosts))
        for name, hosts in sorted(found.items())
    )
    return f"{{'class': 'NetworkTopologyStrategy', {replicas}}}"
