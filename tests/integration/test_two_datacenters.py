"""A home with a node in each of two data centres: both hold every row."""

from collections.abc import Iterator

import pytest

from serving.cassandra.connect import ADMIN, connection, session
from stack import cassandra
from stack.cassandra.datacenters import ACCOUNTS, BOTH
from stack.cassandra.roles import DEFAULT
from tests.integration.serving_tables import Lake, balance, counts
from tests.integration.two_datacenters import checksums, two_datacenters


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    with two_datacenters(tmp_path_factory.mktemp("two_datacenters")) as lake:
        yield lake


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
