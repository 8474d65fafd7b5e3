"""A data centre that goes: the other one serves, and it catches up when it is back."""

import shutil
from collections.abc import Iterator
from threading import Timer

import pytest
from cassandra import AuthenticationFailed
from pydantic import SecretStr

from serving.cassandra.connect import ADMIN, READER, CassandraUnavailable, connection, session
from serving.cassandra.publish import publish
from serving.cassandra.read import Reader
from stack import cassandra
from stack.cassandra.datacenters import BOTH, second_folder
from stack.cassandra.files import read_node_file
from stack.cassandra.roles import DEFAULT, log_in
from tests.integration.serving_tables import BALANCES, Lake, balance, counts
from tests.integration.two_datacenters import checksums, folder_of, kill, two_datacenters

pytestmark = pytest.mark.stack
# enough that a node can be killed in the middle of writing them
MANY = 20_000


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with two_datacenters(tmp_path_factory.mktemp("two_datacenters")) as lake:
        yield lake


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
