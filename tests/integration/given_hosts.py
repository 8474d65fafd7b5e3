"""A home's node as one that somebody else runs."""

from typing import Any

from ingestion.settings import Settings
from serving.cassandra.connect import READER, connection
from stack.tls import authority_file


def given_hosts(settings: Settings, **others: Any) -> Settings:
    """The settings of who is told where it is, and whom to believe."""
    to = connection(settings, READER)
    given: dict[str, Any] = {
        "home": settings.home,
        "cassandra_hosts": ",".join(to.hosts),
        "cassandra_port": to.port,
        "cassandra_username": READER,
        "cassandra_password": to.password,
        "cassandra_ca_file": authority_file(settings.tls_folder),
    }
    return Settings(**given | others)
