"""A home with a node in each of two data centres: both hold every row, and either one serves."""

import os
import shutil
import signal
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Timer

import pytest
from cassandra import AuthenticationFailed, ConsistencyLevel
from cassandra.query import SimpleStatement
from pydantic import SecretStr
from pyspark.sql import SparkSession

from ingestion.engine import engine
from ingestion.settings import Settings
from serving.cassandra.connect import ADMIN, CassandraUnavailable, connection, session
from serving.cassandra.publish import publish
from serving.cassandra.read import Reader
from serving.cassandra.tables import TABLES
from stack import cassandra
from stack.cassandra.datacenters import ACCOUNTS, BOTH, second_folder
from stack.cassandra.files import read_node_file
from stack.cassandra.roles import DEFAULT, READER, log_in
from tests.integration.serving_tables import BALANCES, Lake, balance, counts

HELD = ("publications", *(table.target for table in TABLES))
# enough that a node can be killed in the middle of writing them
MANY = 20_000


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home for one node, later for two."""
    settings = Settings(home=tmp_path_factory.mktemp("two_datacenters"))
    yield settings
    cassandra.stop(settings)


@pytest.fixture(scope="module")
def spark(settings: Settings) -> Iterator[SparkSession]:
    with engine(settings) as spark:
        yield spark


@pytest.fixture(scope="module")
def lake(spark: SparkSession, settings: Settings) -> Lake:
    """A home that published to its one node, and then got another data centre."""
    lake = Lake(spark, settings)
    lake.create(BALANCES, [balance(f"A{number}", str(number)) for number in (1, 2, 3)])
    lake.commit(1)
    cassandra.start(settings)
    lake.publish()
    cassandra.start(settings.model_copy(update={"cassandra_datacenters": 2}))
    return lake


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


def test_a_home_with_one_node_gets_a_second_that_holds_all_rows(lake: Lake) -> None:
    settings = lake.settings
    first, second = (checksums(settings, datacenter) for datacenter in BOTH)
    assert first == second
    assert first["account_balances"] != first["file_counts"]  # one has rows, the other none
    with session(connection(settings, ADMIN)) as opened:
        keyspaces = opened.cluster.metadata.keyspaces
        for name in (settings.cassandra_keyspace, ACCOUNTS):
            factors = keyspaces[name].replication_strategy.dc_replication_factors
            assert {place: str(count) for place, count in factors.items()} == {
                datacenter: "1" for datacenter in BOTH
            }
        [default] = opened.execute(
            f"select can_login from {ACCOUNTS}.roles where role = '{DEFAULT}'"
        )
        assert not default.can_login
    status = cassandra.status(settings)
    assert status.is_answering
    port = cassandra.start(settings).port  # remembered, without the setting
    assert status.address == f"127.0.0.1:{port}, 127.0.0.2:{port}"


def test_what_is_published_is_in_both(lake: Lake) -> None:
    before = checksums(lake.settings, "dc2")
    lake.run(2, balance("A1", "1.5", run_id=2), balance("A2", "0", run_id=2, is_deleted=True))
    assert counts(lake.publish()) == ("changes", 1, 1)
    after = checksums(lake.settings, "dc2")
    assert after == checksums(lake.settings, "dc1")
    assert after["account_balances"] != before["account_balances"]


def test_a_node_killed_during_a_publication_catches_up(lake: Lake) -> None:
    rows = [balance(f"B{number:05}", str(number), run_id=3) for number in range(MANY)]
    lake.spark.sql(f"insert into {BALANCES} values {', '.join(rows)}")
    lake.commit(3)
    killer = Timer(0.3, kill, (lake.settings, "dc2"))

    def on_progress(done: int, total: int) -> None:
        if not done:  # the balances come first
            killer.start()
        else:
            assert killer.finished.is_set(), "the rows were written before the node was killed"

    report = publish(lake.spark, lake.settings, on_progress=on_progress)
    assert counts(report) == ("changes", MANY, 0)
    status = cassandra.status(lake.settings)
    assert (status.is_running, status.is_answering) == (True, False)
    assert status.address.endswith("(stopped)") and "/dc2/" in str(status.log)
    cassandra.start(lake.settings)
    assert checksums(lake.settings, "dc2") == checksums(lake.settings, "dc1")


def test_a_data_centre_that_lost_its_data_is_filled_anew(lake: Lake) -> None:
    kill(lake.settings, "dc2")
    shutil.rmtree(second_folder(lake.settings))
    cassandra.start(lake.settings.model_copy(update={"cassandra_datacenters": 2}))
    assert checksums(lake.settings, "dc2") == checksums(lake.settings, "dc1")


def test_so_is_the_first_one(lake: Lake) -> None:
    before = checksums(lake.settings, "dc2")
    kill(lake.settings, "dc1")
    shutil.rmtree(lake.settings.cassandra_folder / "data")
    cassandra.start(lake.settings)
    assert cassandra.status(lake.settings).is_answering
    for datacenter in BOTH:
        assert checksums(lake.settings, datacenter) == before
        node = read_node_file(folder_of(lake.settings, datacenter))
        assert node is not None
        with pytest.raises(AuthenticationFailed):
            log_in(node, DEFAULT, SecretStr(DEFAULT))
    lake.run(4, balance("A3", "3.5", run_id=4))
    assert counts(lake.publish()) == ("changes", 1, 0)
    assert checksums(lake.settings, "dc1") == checksums(lake.settings, "dc2") != before


def test_dashboards_read_on_from_the_other_data_centre(lake: Lake) -> None:
    with Reader(lake.settings) as reader:
        before = reader.balances(["A1", "B00007"])
        kill(lake.settings, "dc1")
        assert reader.balances(["A1", "B00007"]) == before  # a session that was open
    with Reader(lake.settings) as reader:
        assert reader.balances(["A1", "B00007"]) == before  # and one that is opened now
    lake.run(5, balance("A1", "4", run_id=5), balance("B00007", "0", run_id=5, is_deleted=True))
    assert counts(lake.publish()) == ("changes", 1, 1)  # into the data centre that is left
    cassandra.start(lake.settings)
    assert checksums(lake.settings, "dc1") == checksums(lake.settings, "dc2")
    with Reader(lake.settings) as reader:
        assert [str(row.balance_amount) for row in reader.balances(["A1", "B00007"])] == [
            "4.000000"
        ]
    assert connection(lake.settings, READER).datacenter == "dc1"


def test_a_writer_does_not_leave_its_data_centre(lake: Lake) -> None:
    """What it wrote elsewhere would not at once be what its own data centre reads."""
    to = connection(lake.settings, ADMIN)
    with pytest.raises(CassandraUnavailable, match="no Cassandra answers"), session(to) as opened:
        kill(lake.settings, "dc1")
        for _ in range(3):
            opened.execute(f"select * from {lake.settings.cassandra_keyspace}.runs")
    assert cassandra.stop(lake.settings)
    assert cassandra.status(lake.settings).state == "stopped"
