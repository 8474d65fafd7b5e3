"""One Cassandra node and one engine for all integration tests; each test starts with no tables."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cassandra.cluster import Session
from pyspark.sql import SparkSession

from ingestion.engine import engine
from ingestion.settings import Settings
from serving.cassandra import schema
from serving.cassandra.connect import ADMIN, connection, session
from serving.cassandra.tables import TABLES
from stack import cassandra
from tests.integration.serving_tables import Lake


@pytest.fixture(scope="session")
def node_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home whose Cassandra node runs."""
    settings = Settings(home=tmp_path_factory.mktemp("cassandra_home"))
    cassandra.start(settings)
    yield settings
    cassandra.stop(settings)


@pytest.fixture
def second_home(tmp_path: Path) -> Iterator[Settings]:
    """Another home, whose node is stopped after the test."""
    settings = Settings(home=tmp_path / "second home")
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
def empty_keyspace(admin: Session) -> Session:
    """The keyspace with every table emptied."""
    for name in ("publications", *(table.target for table in TABLES)):
        admin.execute(f"truncate {name}")
    return admin


@pytest.fixture(scope="session")
def session_on_home(node_settings: Settings) -> Iterator[SparkSession]:
    with engine(node_settings) as spark:
        yield spark


@pytest.fixture
def lake(
    session_on_home: SparkSession, node_settings: Settings, empty_keyspace: Session
) -> Iterator[Lake]:
    """A home without runs and serving tables, beside an empty keyspace."""
    lake = Lake(session_on_home, node_settings)
    yield lake
    lake.drop_all()
