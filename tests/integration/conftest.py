"""One Cassandra node for all integration tests; each test starts with empty tables."""

from collections.abc import Iterator

import pytest
from cassandra.cluster import Session

from ingestion.settings import Settings
from serving.cassandra import schema
from serving.cassandra.connect import ADMIN, connection, session
from stack import cassandra


@pytest.fixture(scope="session")
def node_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home whose Cassandra node runs."""
    settings = Settings(home=tmp_path_factory.mktemp("cassandra_home"))
    cassandra.start(settings)
    yield settings
    cassandra.stop(settings)


@pytest.fixture(scope="session")
def admin(node_settings: Settings) -> Iterator[Session]:
    """A session of the role that owns the schema, in the keyspace."""
    schema.apply(node_settings)
    with session(connection(node_settings, ADMIN)) as opened:
        opened.set_keyspace(node_settings.cassandra_keyspace)
        yield opened


@pytest.fixture
def empty_keyspace(admin: Session, node_settings: Settings) -> Session:
    """The keyspace with every table emptied."""
    for table in admin.cluster.metadata.keyspaces[node_settings.cassandra_keyspace].tables:
        admin.execute(f"truncate {table}")
    return admin
