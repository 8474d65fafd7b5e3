"""How the Cassandra driver is opened, whatever for: its settings, and that it keeps silent."""

import logging

from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import DCAwareRoundRobinPolicy, TokenAwarePolicy
from pydantic import SecretStr

# of each other data centre; the second is for when the first is down too
HOSTS_ELSEWHERE = 2


def new_cluster(
    hosts: tuple[str, ...],
    port: int,
    datacenter: str,
    username: str,
    password: SecretStr,
    *,
    may_leave: bool = False,
) -> Cluster:
    """A driver that is not connected yet; an empty username logs nobody in.

    LOCAL_QUORUM, each statement sent to a replica in the data centre; `connect` raises all errors.
    `may_leave`: to another data centre, and its quorum, when no node of this one answers.
    """
    # whatever it logs, with traceback, it also raises; a refused first log-in is even expected
    logging.getLogger("cassandra").setLevel(logging.CRITICAL)
    elsewhere = HOSTS_ELSEWHERE if may_leave else 0
    profile = ExecutionProfile(
        TokenAwarePolicy(DCAwareRoundRobinPolicy(datacenter, elsewhere)),
        consistency_level=ConsistencyLevel.LOCAL_QUORUM,
        request_timeout=30,
    )
    login = PlainTextAuthProvider(username, password.get_secret_value()) if username else None
    return Cluster(
        list(hosts),
        port=port,
        protocol_version=5,
        auth_provider=login,
        execution_profiles={EXEC_PROFILE_DEFAULT: profile},
        connect_timeout=15,
        compression=False,
    )
