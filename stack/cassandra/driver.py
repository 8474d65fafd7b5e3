"""How the Cassandra driver is opened, whatever for: its settings, and that it keeps silent."""

import logging
import ssl
from dataclasses import dataclass

from cassandra import ConsistencyLevel
from cassandra.auth import PlainTextAuthProvider
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import DCAwareRoundRobinPolicy, TokenAwarePolicy
from pydantic import SecretStr

# the machine's authorities, where it has them in one file
MACHINE_AUTHORITIES = ssl.get_default_verify_paths().cafile
# of each other data centre; the second is for when the first is down too
HOSTS_ELSEWHERE = 2


@dataclass(frozen=True)
class Trust:
    """Whose certificates a server may show: those by these authorities (PEM), or without any those
    that this machine trusts. It is text, so that tasks on other machines have it too."""

    authorities: str = ""

    def context(self) -> ssl.SSLContext:
        """A client's, which checks that the certificate names the address that is asked."""
        context = ssl.create_default_context(cadata=self.authorities or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def new_cluster(
    hosts: tuple[str, ...],
    port: int,
    datacenter: str,
    username: str,
    password: SecretStr,
    trust: Trust | None,
    *,
    may_leave: bool = False,
) -> Cluster:
    """A driver that is not connected yet; an empty username logs nobody in.

    Without `trust` it speaks plain text.
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
        ssl_context=trust.context() if trust else None,
    )
