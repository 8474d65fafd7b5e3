"""Publishing to a real node: only what changed, exactly, never an older value over a newer."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from cassandra.cluster import Session
from pyspark.sql import SparkSession

from ingestion.settings import Settings
from serving.cassandra.answers import Balance
from serving.cassandra.connect import WRITER, CassandraUnavailable, connection
from serving.cassandra.publish import PublishReport, TablePublication, publish
from serving.cassandra.read import Reader
from serving.cassandra.source import last_commit, whole_table
from serving.cassandra.tables import TABLES
from serving.cassandra.write import upsert
from tests.integration.serving_tables import balance, create, drop_all

BALANCES = "serving.account_balances"


@pytest.fixture
def lake(spark: SparkSession, empty_keyspace: Session) -> Iterator[SparkSession]:
    """A lake without serving tables, beside an empty keyspace."""
    drop_all(spark)
    yield spark
    drop_all(spark)


def of(report: PublishReport, name: str = BALANCES) -> TablePublication:
    return next(table for table in report.tables if table.table == name)


def counts(report: PublishReport, name: str = BALANCES) -> tuple[str, int, int]:
    table = of(report, name)
    return table.mode, table.upserts, table.deletes


def served(settings: Settings) -> dict[str, Decimal | None]:
    with Reader(settings) as reader:
        return {row.account_id: row.balance_amount for row in reader.balances()}


def write_times(admin: Session) -> dict[str, int]:
    rows = admin.execute("select account_id, writetime(balance_amount) as t from account_balances")
    return {row.account_id: row.t for row in rows}


def test_the_tables_published_have_the_columns_of_the_schema(
    admin: Session, node_settings: Settings
) -> None:
    tables = admin.cluster.metadata.keyspaces[node_settings.cassandra_keyspace].tables
    assert {table.target: sorted(table.columns) for table in TABLES} == {
        name: sorted(table.columns) for name, table in tables.items() if name != "publications"
    }
    assert {table.target: list(table.keys) for table in TABLES} == {
        name: [column.name for column in table.primary_key]
        for name, table in tables.items()
        if name != "publications"
    }


def test_the_first_publication_brings_every_row_exactly(
    lake: SparkSession, node_settings: Settings
) -> None:
    widest = "12345678901234567890123456789012.123456"
    create(lake, BALANCES, [balance("A1", "-0.000001", "Zoë"), balance("A2", widest)])
    steps: list[tuple[int, int]] = []
    report = publish(lake, node_settings, on_progress=lambda *step: steps.append(step))
    assert counts(report) == ("full", 2, 0)
    assert of(report, "operations.runs").mode == "absent"
    assert report.rows == 2
    assert steps[-1] == (len(TABLES), len(TABLES))
    with Reader(node_settings) as reader:
        assert reader.balances(["A2", "A1", "unknown"])[1] == Balance(
            account_id="A1",
            parent_account_id=None,
            name="Zoë",
            currency="EUR",
            time_zone="Europe/Madrid",
            billed_amount=Decimal(0),
            unbilled_amount=Decimal("-0.000001"),
            paid_amount=Decimal(0),
            balance_amount=Decimal("-0.000001"),
            credit_limit=None,
            as_of=datetime(2026, 11, 1, 0, 0, 0, 123000, UTC),
        )
        assert reader.find_account(" A2 ").balance_amount == Decimal(widest)  # type: ignore[union-attr]
        assert reader.find_account("unknown") is None
        assert [row.account_id for row in reader.balances(limit=1)] != []


def test_only_changed_rows_are_written_again(
    lake: SparkSession, node_settings: Settings, admin: Session
) -> None:
    create(lake, BALANCES, [balance("A1", "1"), balance("A2", "2")])
    publish(lake, node_settings)
    before = write_times(admin)
    lake.sql(f"update {BALANCES} set balance_amount = 2.5 where account_id = 'A2'")
    lake.sql(f"insert into {BALANCES} values {balance('A3', '3')}")
    assert counts(publish(lake, node_settings)) == ("changes", 2, 0)
    after = write_times(admin)
    assert after["A1"] == before["A1"]
    assert after["A2"] > before["A2"]
    assert served(node_settings) == {"A1": Decimal(1), "A2": Decimal("2.5"), "A3": Decimal(3)}
    assert counts(publish(lake, node_settings)) == ("unchanged", 0, 0)
    assert write_times(admin) == after


def test_a_row_that_goes_and_comes_back_stays_and_one_that_goes_is_deleted(
    lake: SparkSession, node_settings: Settings
) -> None:
    create(lake, BALANCES, [balance("A1", "1"), balance("A2", "2"), balance("A3", "3")])
    publish(lake, node_settings)
    lake.sql(f"delete from {BALANCES} where account_id in ('A1', 'A2')")
    lake.sql(f"insert into {BALANCES} values {balance('A1', '1.1')}, {balance('A4', '4')}")
    lake.sql(f"delete from {BALANCES} where account_id = 'A4'")
    assert counts(publish(lake, node_settings)) == ("changes", 1, 2)
    assert served(node_settings) == {"A1": Decimal("1.1"), "A3": Decimal(3)}
    lake.sql(f"insert overwrite {BALANCES} values {balance('A2', '2.2')}, {balance('A3', '3')}")
    assert counts(publish(lake, node_settings)) == ("changes", 2, 1)
    assert served(node_settings) == {"A2": Decimal("2.2"), "A3": Decimal(3)}


def test_a_publication_that_was_cut_short_is_done_again_with_the_same_result(
    lake: SparkSession, node_settings: Settings, admin: Session
) -> None:
    """Cut short: rows are written, the version is not. So it is before the first and the second."""
    create(lake, BALANCES, [balance("A1", "1"), balance("A2", "2")])
    first = publish(lake, node_settings)
    admin.execute("truncate publications")
    times = write_times(admin)
    assert counts(publish(lake, node_settings)) == ("full", 2, 0)
    assert write_times(admin) == times
    before = admin.execute("select * from publications").one()
    assert before.published_version == of(first).version
    lake.sql(f"update {BALANCES} set balance_amount = 9 where account_id = 'A1'")
    lake.sql(f"delete from {BALANCES} where account_id = 'A2'")
    publish(lake, node_settings)
    times = write_times(admin)
    admin.execute("truncate publications")
    admin.execute(
        "insert into publications (table_name, published_version, table_id) values (%s, %s, %s)",
        (BALANCES, before.published_version, before.table_id),
    )
    assert counts(publish(lake, node_settings)) == ("changes", 1, 1)
    assert write_times(admin) == times
    assert served(node_settings) == {"A1": Decimal(9)}


def test_a_late_writer_of_an_older_version_overwrites_nothing(
    lake: SparkSession, node_settings: Settings, admin: Session
) -> None:
    table = TABLES[0]
    create(lake, BALANCES, [balance("A1", "1"), balance("A2", "2"), balance("A3", "3")])
    old = last_commit(lake, table)
    lake.sql(f"update {BALANCES} set balance_amount = 9 where account_id = 'A1'")
    lake.sql(f"delete from {BALANCES} where account_id = 'A2'")
    publish(lake, node_settings)
    lake.sql(f"delete from {BALANCES} where account_id = 'A3'")
    publish(lake, node_settings)
    times = write_times(admin)
    late = whole_table(lake, table, old.version).where("account_id != 'A2'")
    upsert(late, table, connection(node_settings, WRITER), old.write_time)
    assert served(node_settings) == {"A1": Decimal(9)}
    assert write_times(admin) == times


def test_a_table_made_anew_replaces_all_that_was_published(
    lake: SparkSession, node_settings: Settings
) -> None:
    create(lake, BALANCES, [balance("A1", "1"), balance("A2", "2")])
    lake.sql(f"update {BALANCES} set balance_amount = 5")
    publish(lake, node_settings)
    create(lake, BALANCES, [balance("A2", "2.2"), balance("A3", "3")])
    report = publish(lake, node_settings)
    assert counts(report) == ("full", 2, 1)
    assert of(report).reason == "the table was made anew"
    assert served(node_settings) == {"A2": Decimal("2.2"), "A3": Decimal(3)}
    assert counts(publish(lake, node_settings)) == ("unchanged", 0, 0)


def test_a_table_put_back_by_restore_is_published_by_its_changes(
    lake: SparkSession, node_settings: Settings
) -> None:
    create(lake, BALANCES, [balance("A1", "1")])
    good = last_commit(lake, TABLES[0]).version
    lake.sql(f"insert into {BALANCES} values {balance('A2', '2')}")
    lake.sql(f"update {BALANCES} set balance_amount = 5 where account_id = 'A1'")
    publish(lake, node_settings)
    lake.sql(f"restore table {BALANCES} to version as of {good}")
    assert counts(publish(lake, node_settings)) == ("changes", 1, 1)
    assert served(node_settings) == {"A1": Decimal(1)}


def test_a_change_feed_with_a_gap_leads_to_a_full_publication(
    lake: SparkSession, node_settings: Settings
) -> None:
    create(lake, BALANCES, [balance("A1", "1"), balance("A2", "2")])
    publish(lake, node_settings)
    for turned in ("false", "true"):
        lake.sql(
            f"alter table {BALANCES} set tblproperties ('delta.enableChangeDataFeed' = '{turned}')"
        )
        lake.sql(f"delete from {BALANCES} where account_id = 'A2'")
    report = publish(lake, node_settings)
    assert counts(report) == ("full", 1, 1)
    assert of(report).reason.startswith("no change feed since version 1: ")
    assert served(node_settings) == {"A1": Decimal(1)}


def test_change_files_that_were_vacuumed_lead_to_a_full_publication(
    lake: SparkSession, node_settings: Settings
) -> None:
    create(lake, BALANCES, [balance("A1", "1"), balance("A2", "2")])
    publish(lake, node_settings)
    lake.sql(f"update {BALANCES} set balance_amount = 7 where account_id = 'A2'")
    lake.conf.set("spark.databricks.delta.retentionDurationCheck.enabled", "false")
    lake.sql(f"vacuum {BALANCES} retain 0 hours")
    lake.conf.unset("spark.databricks.delta.retentionDurationCheck.enabled")
    assert counts(publish(lake, node_settings))[0] == "full"
    assert served(node_settings) == {"A1": Decimal(1), "A2": Decimal(7)}


def test_a_cassandra_that_was_emptied_gets_everything_again(
    lake: SparkSession, node_settings: Settings, admin: Session
) -> None:
    create(lake, BALANCES, [balance("A1", "1")])
    publish(lake, node_settings)
    admin.execute(f"drop keyspace {node_settings.cassandra_keyspace}")
    with pytest.raises(CassandraUnavailable, match="`ratelake run` publishes them"):
        served(node_settings)
    assert counts(publish(lake, node_settings)) == ("full", 1, 0)
    assert served(node_settings) == {"A1": Decimal(1)}


def test_a_server_that_is_gone_is_one_clear_sentence(lake: SparkSession) -> None:
    settings = Settings(cassandra_hosts="127.0.0.1", cassandra_port=1)
    with pytest.raises(CassandraUnavailable, match=r"^no Cassandra answers at 127\.0\.0\.1:1 "):
        publish(lake, settings)
    create(lake, BALANCES, [balance("A1", "1")])
    rows = whole_table(lake, TABLES[0], 1)
    with pytest.raises(
        CassandraUnavailable, match=r"^writing account_balances to Cassandra at "
    ) as e:
        upsert(rows, TABLES[0], connection(settings, WRITER), 1)
    assert "\n" not in str(e.value)
