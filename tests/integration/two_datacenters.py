"""A home with a node in each of two data centres, and what each of them holds by itself."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from cassandra import ConsistencyLevel
from cassandra.query import SimpleStatement

from ingestion.engine import engine
from ingestion.settings import Settings
from serving.cassandra.connect import ADMIN
from serving.cassandra.tables import TABLES
from stack import cassandra
from stack.cassandra.datacenters import second_folder
from stack.cassandra.files import read_node_file
from stack.cassandra.roles import log_in
from tests.integration.serving_tables import BALANCES, Lake, balance

HELD = ("publications", *(table.target for table in TABLES))


@contextmanager
def two_datacenters(folder: Path) -> Iterator[Lake]:
    """A home that published to its one node, and then got another data centre."""
    settings = Settings(home=folder)
    try:
        with engine(settings) as spark:
            lake = Lake(spark, settings)
            lake.create(BALANCES, [balance(f"A{number}", str(number)) for number in (1, 2, 3)])
            lake.commit(1)
            cassandra.start(settings)
            lake.publish()
            cassandra.start(settings.model_copy(update={"cassandra_datacenters": 2}))
            yield lake
    finally:
        cassandra.stop(settings)


def folder_of(settings: Settings, datacenter: str) -> Path:
    return second_folder(settings) if datacenter == "dc2" else settings.cassandra_folder


def kill(settings: Settings, datacenter: str) -> None:
    node = read_node_file(folder_of(settings, datacenter))
    assert node is not None and node.pid is not None
    os.kill(node.pid, signal.SIGKILL)


def checksums(settings: Settings, datacenter: str) -> dict[str, str]:
    """Of every row with its write time, table by table, as the one data centre by itself has it."""
    node = read_node_file(folder_of(settings, datacenter))
    assert node is not None
    password = cassandra.password_of(settings.cassandra_folder, ADMIN)
    cluster, opened = log_in(node, ADMIN, password)
    with cluster:
        found = {}
        for table in HELD:
            stamp = "published_run_id" if table == "publications" else "as_of"
            query = f"select json * from {settings.cassandra_keyspace}.{table}"
            times = f"select writetime({stamp}) from {settings.cassandra_keyspace}.{table}"
            digest = sha256()
            for text in (query, times):
                one = SimpleStatement(text, consistency_level=ConsistencyLevel.LOCAL_ONE)
                rows = opened.execute(one)
                for row in sorted(str(row) for row in rows):
                    digest.update(row.encode())
            found[table] = digest.hexdigest()
        return found
