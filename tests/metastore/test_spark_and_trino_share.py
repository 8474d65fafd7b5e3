"""What Spark makes known in the metastore Trino reads at once, and the other way round."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pyspark.sql import SparkSession

from stack.trino import OWNER, ROLES
from stack.trino.client import StatementRefused
from tests.conftest import Ratelake
from tests.trino.analyst_home import AnalystHome

pytestmark = pytest.mark.stack
TABLE = "create table {0}.{1} using delta location 's3://lake/tables/{0}/{1}' as select {2}"


@dataclass
class Both:
    """Each statement to Spark is in a session of its own."""

    trino: AnalystHome

    def spark(self, statement: str) -> list[list[object]]:
        access = json.loads(self.trino.settings.spark_access_file.read_text())
        address = f"{access['address']}/;token={access['token']}"
        session = SparkSession.builder.remote(address).create()
        try:
            return [list(row) for row in session.sql(statement).collect()]
        finally:
            session.stop()


@pytest.fixture(scope="module")
def both(metastore_home: Ratelake) -> Iterator[Both]:
    """Spark and Trino at one metastore, with a table that Spark made in the bucket."""
    metastore_home.variables["RATELAKE_LAKE_URL"] = "s3://lake/tables"
    try:
        metastore_home("up", "spark", "trino")
        made = Both(AnalystHome(metastore_home))
        for schema in ("rated", "vault"):
            made.spark(f"create schema {schema} location 's3://lake/tables/{schema}'")
        made.spark(TABLE.format("rated", "charges", "1 as charge_id, 'data' as service"))
        made.spark(TABLE.format("vault", "numbers", "'+255700000001' as number"))
        yield made
    finally:
        metastore_home("down", "trino", "spark", exit_code=None)


def test_what_spark_made_trino_reads_as_it_was_and_is(both: Both) -> None:
    both.spark("insert into rated.charges values (2, 'voice')")
    everything = "select charge_id, service from {}rated.charges{} order by charge_id"
    assert both.spark(everything.format("", "")) == [[1, "data"], [2, "voice"]]
    asked = everything.format("metastore.", "")
    assert both.trino.ask("engineer", asked) == [[1, "data"], [2, "voice"]]
    asked = everything.format("metastore.", " for version as of 0")
    assert both.trino.ask("engineer", asked) == [[1, "data"]]


def test_what_trino_made_known_spark_reads(both: Both) -> None:
    both.trino.ask(OWNER, "create schema metastore.raw with (location='s3://lake/tables/raw')")
    both.trino.ask(
        OWNER,
        "call metastore.system.register_table(schema_name => 'raw', table_name => 'usage', "
        "table_location => 's3://lake/tables/rated/charges')",
    )
    asked = "select service from {}raw.usage where charge_id = 1"
    assert both.spark(asked.format("")) == both.trino.ask("engineer", asked.format("metastore."))
    assert both.spark("show tables in raw") == [["raw", "usage", False]]


def test_a_restart_of_the_metastore_keeps_what_it_knew(both: Both) -> None:
    both.trino.ratelake("down", "metastore")
    both.trino.ratelake("up", "metastore")
    asked = "select service from {}rated.charges where charge_id = 1"
    assert both.spark(asked.format("")) == [["data"]]
    assert both.trino.ask("engineer", asked.format("metastore.")) == [["data"]]


@pytest.mark.parametrize("user", [OWNER, *ROLES])
def test_the_vault_is_not_seen_through_it(both: Both, user: str) -> None:
    with pytest.raises(StatementRefused, match=r"Access Denied|does not exist|not allowed"):
        both.trino.ask(user, "select * from metastore.vault.numbers")
