"""Publishing to a real node: only what changed, exactly, never an older value over a newer."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from cassandra.cluster import Session

from ingestion.settings import Settings
from serving.cassandra.answers import Balance
from serving.cassandra.connect import WRITER, CassandraUnavailable, connection, session
from serving.cassandra.publish import publish
from serving.cassandra.read import Reader
from serving.cassandra.source import last_commit, live_rows
from serving.cassandra.tables import TABLES
from serving.cassandra.write import write
from tests.integration.serving_tables import BALANCES, RUNS, Lake, balance, counts, finished_at, of


def served(settings: Settings) -> dict[str, Decimal | None]:
    with Reader(settings) as reader:
        return {row.account_id: row.balance_amount for row in reader.balances()}


def write_times(admin: Session) -> dict[str, int]:
    rows = admin.execute("select account_id, writetime(balance_amount) as t from account_balances")
    return {row.account_id: row.t for row in rows}


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def test_the_tables_published_have_the_columns_of_the_schema(
    admin: Session, node_settings: Settings
) -> None:
    tables = dict(admin.cluster.metadata.keyspaces[node_settings.cassandra_keyspace].tables)
    tables.pop("publications")
    assert {table.target: sorted(table.columns) for table in TABLES} == {
        name: sorted(table.columns) for name, table in tables.items()
    }
    assert {table.target: (table.partition_keys, table.keys) for table in TABLES} == {
        name: (
            tuple(column.name for column in table.partition_key),
            tuple(column.name for column in table.primary_key),
        )
        for name, table in tables.items()
    }


def test_the_first_publication_brings_every_row_exactly(
    lake: Lake, node_settings: Settings
) -> None:
    widest = "12345678901234567890123456789012.123456"
    gone = balance("A3", "3", is_deleted=True)
    lake.create(BALANCES, [balance("A1", "-0.000001", "Zoë"), balance("A2", widest), gone])
    lake.commit(1)
    steps: list[tuple[int, int]] = []
    report = publish(lake.spark, node_settings, on_progress=lambda *step: steps.append(step))
    assert counts(report) == ("full", 2, 0)
    assert of(report).reason == "nothing was published yet"
    assert counts(report, RUNS) == ("full", 1, 0)
    assert of(report, "serving.file_counts").mode == "absent"
    assert report.rows == 3
    assert steps[-1] == (len(TABLES), len(TABLES))
    with Reader(node_settings) as reader:
        assert reader.balances(["A2", "A1", "unknown"])[1] == Balance(
            account_id="A1",
            parent_account_id=None,
            name="Zoë",
            currency="EUR",
            time_zone="Europe/Madrid",
            billed_amount=Decimal("-0.000001"),
            unbilled_amount=Decimal("0.5"),
            paid_amount=Decimal(0),
            balance_amount=Decimal("-0.000001"),
            credit_limit=None,
            as_of=datetime(2026, 11, 1, 0, 0, 0, 123000, UTC),
        )
        assert reader.find_account(" A2 ").balance_amount == Decimal(widest)  # type: ignore[union-attr]
        assert reader.find_account("A3") is None
        assert [row.account_id for row in reader.balances(limit=1)] != []


def test_before_the_first_run_there_is_nothing_to_publish(lake: Lake) -> None:
    lake.create(BALANCES, [balance("A1", "1")])
    assert {table.mode for table in lake.publish().tables} == {"absent"}


def test_only_changed_rows_are_written_again(lake: Lake, admin: Session) -> None:
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2")])
    lake.commit(1)
    lake.publish()
    before = write_times(admin)
    lake.run(2, balance("A2", "2.5", run_id=2), balance("A3", "3", run_id=2))
    assert counts(lake.publish()) == ("changes", 2, 0)
    after = write_times(admin)
    assert after["A1"] == before["A1"]
    assert after["A2"] == after["A3"] > before["A2"]
    assert served(lake.settings) == {"A1": Decimal(1), "A2": Decimal("2.5"), "A3": Decimal(3)}
    assert counts(lake.publish()) == ("unchanged", 0, 0)
    assert write_times(admin) == after


def test_a_run_that_changed_no_row_of_a_table_leaves_it_unchanged(lake: Lake) -> None:
    lake.create(BALANCES, [balance("A1", "1")])
    lake.commit(1)
    lake.publish()
    lake.commit(2)
    report = lake.publish()
    assert counts(report) == ("unchanged", 0, 0)
    assert of(report).run_id == 2
    assert counts(report, RUNS) == ("changes", 1, 0)


def test_several_runs_are_published_at_once(lake: Lake) -> None:
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2"), balance("A3", "3")])
    lake.commit(1)
    lake.publish()
    lake.run(2, balance("A2", "2.2", run_id=2), balance("A4", "4", run_id=2))
    lake.run(3, balance("A2", "2.3", run_id=3), balance("A3", "0", run_id=3, is_deleted=True))
    assert counts(lake.publish()) == ("changes", 2, 1)
    assert served(lake.settings) == {"A1": Decimal(1), "A2": Decimal("2.3"), "A4": Decimal(4)}


def test_a_row_that_goes_is_deleted_and_one_that_comes_back_is_there_again(lake: Lake) -> None:
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2")])
    lake.commit(1)
    lake.publish()
    lake.run(2, balance("A2", "2", run_id=2, is_deleted=True))
    assert counts(lake.publish()) == ("changes", 0, 1)
    assert served(lake.settings) == {"A1": Decimal(1)}
    lake.run(3, balance("A2", "2.2", run_id=3))
    assert counts(lake.publish()) == ("changes", 1, 0)
    assert served(lake.settings) == {"A1": Decimal(1), "A2": Decimal("2.2")}


def test_a_publication_that_was_cut_short_is_done_again_with_the_same_result(
    lake: Lake, admin: Session
) -> None:
    """Cut short: rows are written, and the ledger still names the run before."""
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2"), balance("A3", "3")])
    lake.commit(1)
    lake.publish()
    before = admin.execute(
        "select finished_micros, writetime(finished_micros) as t from publications "
        "where table_name = %s",
        (BALANCES,),
    ).one()
    lake.run(2, balance("A1", "9", run_id=2), balance("A2", "2", run_id=2, is_deleted=True))
    lake.publish()
    times = write_times(admin)
    admin.execute("truncate publications")
    admin.execute(
        "insert into publications (table_name, published_run_id, finished_micros) "
        "values (%s, 1, %s) using timestamp %s",
        (BALANCES, before.finished_micros, before.t),
    )
    assert counts(lake.publish()) == ("changes", 1, 1)
    assert write_times(admin) == times
    assert served(lake.settings) == {"A1": Decimal(9), "A3": Decimal(3)}


def test_a_late_writer_of_an_older_run_overwrites_nothing(lake: Lake, admin: Session) -> None:
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2"), balance("A3", "3")])
    lake.commit(1)
    old = last_commit(lake.spark)
    assert old is not None and old.write_time == micros(finished_at(1))
    late = live_rows(lake.spark, TABLES[0]).toArrow()
    lake.publish()
    lake.run(2, balance("A1", "9", run_id=2), balance("A2", "2", run_id=2, is_deleted=True))
    lake.publish()
    times = write_times(admin)
    to = connection(lake.settings, WRITER)
    with session(to) as opened:
        rows = lake.spark.createDataFrame(late)
        assert write(rows, TABLES[0], to, opened, old.write_time) == (3, 0)
    assert served(lake.settings) == {"A1": Decimal(9), "A3": Decimal(3)}
    assert write_times(admin) == times


def test_a_run_that_finished_earlier_by_the_clock_is_still_the_later_one(lake: Lake) -> None:
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2")])
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    lake.commit(1, at=tomorrow)
    lake.publish()
    lake.run(2, balance("A1", "9", run_id=2), at=tomorrow - timedelta(hours=1))
    commit = last_commit(lake.spark)
    assert commit is not None and commit.write_time == micros(tomorrow) + 1
    assert counts(lake.publish()) == ("changes", 1, 0)
    assert served(lake.settings) == {"A1": Decimal(9), "A2": Decimal(2)}


def test_a_table_made_anew_replaces_all_that_was_published(lake: Lake) -> None:
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2")])
    lake.commit(1)
    lake.publish()
    lake.create(BALANCES, [balance("A2", "2.2", run_id=2), balance("A3", "3", run_id=2)])
    lake.commit(2)
    report = lake.publish()
    assert counts(report) == ("full", 2, 1)
    assert of(report).reason == "no row is as old as run 1, published before"
    assert served(lake.settings) == {"A2": Decimal("2.2"), "A3": Decimal(3)}
    assert counts(lake.publish()) == ("unchanged", 0, 0)


def test_another_homes_data_is_replaced(lake: Lake) -> None:
    """Its runs have the same numbers; one of its values is later than this home's runs."""
    lake.create(BALANCES, [balance("A1", "100"), balance("B1", "200")])
    lake.commit(1, at=datetime.now(UTC))
    lake.publish()
    lake.drop_all()
    lake.create(BALANCES, [balance("A1", "1"), balance("A2", "2")])
    lake.commit(1)
    report = lake.publish()
    assert counts(report) == ("full", 2, 1)
    assert of(report).reason == "run 1, published before, is no run of this home as it is now"
    assert counts(report, RUNS) == ("full", 1, 0)
    assert served(lake.settings) == {"A1": Decimal(1), "A2": Decimal(2)}


def test_what_another_home_left_half_published_is_replaced(lake: Lake, admin: Session) -> None:
    lake.create(BALANCES, [balance("A1", "100"), balance("B1", "200")])
    lake.commit(1, at=datetime.now(UTC))
    lake.publish()
    admin.execute("truncate publications")
    lake.drop_all()
    lake.create(BALANCES, [balance("A1", "1")])
    lake.commit(1)
    assert counts(lake.publish()) == ("full", 1, 1)
    assert served(lake.settings) == {"A1": Decimal(1)}


def test_a_home_put_back_from_a_backup_replaces_what_it_published_since(lake: Lake) -> None:
    old = [balance("A1", "1"), balance("A2", "2")]
    lake.create(BALANCES, old)
    lake.commit(1)
    lake.run(2, balance("A1", "9", run_id=2), balance("A3", "3", run_id=2))
    lake.publish()
    lake.drop_all()
    lake.create(BALANCES, old)
    lake.commit(1)
    assert counts(lake.publish()) == ("full", 2, 1)
    assert served(lake.settings) == {"A1": Decimal(1), "A2": Decimal(2)}


def test_so_does_one_that_ran_again_before_it_was_published(lake: Lake) -> None:
    """Its second run has the number of the one published, and is another."""
    old = [balance("A1", "1"), balance("A2", "2")]
    lake.create(BALANCES, old)
    lake.commit(1)
    lake.run(2, balance("A1", "9", run_id=2), balance("A3", "3", run_id=2))
    lake.publish()
    lake.drop_all()
    lake.create(BALANCES, old)
    lake.commit(1)
    lake.run(2, balance("A4", "4", run_id=2), at=finished_at(5))
    lake.run(3, balance("A5", "5", run_id=3), at=finished_at(6))
    assert counts(lake.publish()) == ("full", 4, 1)
    assert served(lake.settings) == {
        "A1": Decimal(1),
        "A2": Decimal(2),
        "A4": Decimal(4),
        "A5": Decimal(5),
    }


def test_a_cassandra_that_was_emptied_gets_everything_again(lake: Lake, admin: Session) -> None:
    lake.create(BALANCES, [balance("A1", "1")])
    lake.commit(1)
    lake.publish()
    admin.execute(f"drop keyspace {lake.settings.cassandra_keyspace}")
    with pytest.raises(CassandraUnavailable, match="`ratelake run` publishes them"):
        served(lake.settings)
    assert counts(lake.publish()) == ("full", 1, 0)
    assert served(lake.settings) == {"A1": Decimal(1)}


@pytest.fixture
def few_is_100(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a few hundred rows are much, and the engine's tasks write them."""
    monkeypatch.setattr("serving.cassandra.write.FEW", 100)


@pytest.mark.usefixtures("few_is_100")
def test_many_rows_are_written_deleted_and_replaced_by_the_engines_tasks(lake: Lake) -> None:
    lake.create(BALANCES, [balance(f"A{n:04}", f"{n}.000001") for n in range(700)])
    lake.commit(1)
    assert counts(lake.publish()) == ("full", 700, 0)
    changed = [balance(f"A{n:04}", "-1", run_id=2, is_deleted=n % 2 == 0) for n in range(300)]
    lake.spark.sql(f"delete from {BALANCES} where account_id < 'A0300'")
    lake.spark.sql(f"insert into {BALANCES} values {', '.join(changed)}")
    lake.commit(2)
    assert counts(lake.publish()) == ("changes", 150, 150)
    with Reader(lake.settings) as reader:
        found = {row.account_id: row.balance_amount for row in reader.balances(limit=1000)}
    assert found == {
        f"A{n:04}": Decimal(-1) if n < 300 else Decimal(f"{n}.000001")
        for n in range(700)
        if n >= 300 or n % 2
    }
    lake.create(BALANCES, [balance(f"A{n:04}", "7", run_id=3) for n in range(600, 800)])
    lake.commit(3)
    assert counts(lake.publish()) == ("full", 200, 450)
    with Reader(lake.settings) as reader:
        assert len(reader.balances(limit=1000)) == 200


def test_many_pages_of_what_another_home_left_are_deleted(lake: Lake) -> None:
    """The driver reads 5,000 rows at a time."""
    lake.create(BALANCES, [balance("A1", "1")])
    lake.commit(1)
    others = ", ".join(lake.spark.table(BALANCES).columns[1:])
    lake.spark.sql(
        f"insert into {BALANCES} select concat('B', r.id), {others} "
        f"from {BALANCES} cross join range(11000) as r"
    )
    assert counts(lake.publish()) == ("full", 11_001, 0)
    lake.create(BALANCES, [balance("A1", "2", run_id=2)])
    lake.commit(2)
    assert counts(lake.publish()) == ("full", 1, 11_000)
    assert served(lake.settings) == {"A1": Decimal(2)}


def test_rows_of_any_width_fit_into_what_a_server_takes_at_once(lake: Lake) -> None:
    long_name = "ä" * 10_000
    lake.create(BALANCES, [balance(f"A{n}", "1", long_name) for n in range(70)])
    lake.commit(1)
    assert counts(lake.publish()) == ("full", 70, 0)


def test_a_server_that_is_gone_is_one_clear_sentence(lake: Lake) -> None:
    gone = Settings(cassandra_hosts="127.0.0.1", cassandra_port=1)
    with pytest.raises(CassandraUnavailable, match=r"^no Cassandra answers at 127\.0\.0\.1:1 "):
        publish(lake.spark, gone)
    unknown = Settings(cassandra_hosts="nowhere.invalid")
    with pytest.raises(CassandraUnavailable, match=r"^no Cassandra .* nowhere\.invalid:9042"):
        publish(lake.spark, unknown)


@pytest.mark.usefixtures("few_is_100")
def test_so_it_is_when_the_engines_tasks_find_it_gone(lake: Lake) -> None:
    lake.create(BALANCES, [balance(f"A{n}", "1") for n in range(101)])
    gone = connection(Settings(cassandra_hosts="127.0.0.1", cassandra_port=1), WRITER)
    to = connection(lake.settings, WRITER)
    rows = live_rows(lake.spark, TABLES[0])
    with (
        session(to) as opened,
        pytest.raises(CassandraUnavailable, match=r"^no Cassandra answers at 127\.0\.0\.1:1 ") as e,
    ):
        write(rows, TABLES[0], gone, opened, 1)
    assert "\n" not in str(e.value)
