"""`ratelake query`: what comes out, what is refused, and that a run at work is not seen."""

import io
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from ingestion.committed import StatementFailed, committed
from ingestion.lake import tables
from ingestion.query import NotAQuery, answer, write_csv, write_json, write_table
from ingestion.runs import only_run
from ingestion.settings import Settings
from ratelake import app


@pytest.fixture(scope="module")
def home(explained_home: Settings) -> Iterator[SparkSession]:
    with committed(explained_home) as spark:
        yield spark


@pytest.fixture
def own_home(explained_home: Settings, tmp_path: Path) -> Settings:
    """A copy of the home that a test may change."""
    folder = shutil.copytree(explained_home.root, tmp_path / "home")
    return explained_home.model_copy(update={"home": Path(folder)})


def ratelake(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["query", *arguments, "--home", str(settings.root)])


def as_json(spark: SparkSession, sql: str) -> list[dict[str, object]]:
    out = io.StringIO()
    write_json(answer(spark.sql(sql)), out)
    found: list[dict[str, object]] = json.loads(out.getvalue())
    return found


def test_csv_has_only_data_with_every_digit(explained_home: Settings) -> None:
    sql = (
        "select event_id, charge_amount, started_at, null as nothing from rated.usage_charges "
        "where event_id in ('steps', 'bands') order by event_id"
    )
    shown = ratelake(explained_home, sql, "--format", "csv")
    assert shown.exit_code == 0
    assert shown.stdout == (
        "event_id,charge_amount,started_at,nothing\n"
        "bands,0.2300000000,2026-03-17T18:59:30Z,\n"
        "steps,0.1900000000,2026-03-17T09:00:00Z,\n"
    )


def test_json_has_a_value_of_every_type(home: SparkSession) -> None:
    sql = r"""
    select
        cast(1.50 as decimal(5, 2)) as amount, 7L as number, true as is_so, 'it\'s, "so"' as text,
        timestamp '2026-10-25 01:30:00.25' as moment, date '2026-10-25' as day, null as nothing,
        array(cast(0.10 as decimal(3, 2))) as list, map('a', 1) as pairs,
        struct(timestamp '2026-01-01 00:00:00' as at) as row, cast('ab' as binary) as bytes,
        cast('nan' as double) as no_number, interval '1' day as length"""
    assert as_json(home, sql) == [
        {
            "amount": "1.50",
            "number": 7,
            "is_so": True,
            "text": 'it\'s, "so"',
            "moment": "2026-10-25T01:30:00.250000Z",
            "day": "2026-10-25",
            "nothing": None,
            "list": ["0.10"],
            "pairs": {"a": 1},
            "row": {"at": "2026-01-01T00:00:00Z"},
            "bytes": "6162",
            "no_number": "nan",
            "length": "1 day, 0:00:00",
        }
    ]
    assert as_json(home, "select 1 as a where false") == []


def test_moments_are_utc_whatever_the_time_zone_of_the_process(
    explained_home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both moments are 02:30 in Berlin, where the clock goes back between them."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    moments = "timestamp '2026-10-25 00:30:00' as a, timestamp '2026-10-25 01:30:00' as b"
    with committed(explained_home) as spark:
        found = as_json(spark, f"select {moments}")
    assert found == [{"a": "2026-10-25T00:30:00Z", "b": "2026-10-25T01:30:00Z"}]
    assert os.environ["TZ"] == "Europe/Berlin" and time.tzname[0] == "CET"
    monkeypatch.undo()
    time.tzset()


def test_a_table_shows_the_first_thousand_rows_as_wide_as_they_are(home: SparkSession) -> None:
    out = io.StringIO()
    found = home.sql("select id, repeat('wide ', 60) as text from range(1002)")
    write_table(answer(found, is_table=True), out)
    shown = out.getvalue().splitlines()
    assert len([line for line in shown if line.startswith("│")]) == 1000
    assert "wide " * 60 in shown[3]
    assert shown[-1] == "(the first 1,000 rows; --format csv gives all)"


def test_more_rows_than_one_batch_holds_all_come(home: SparkSession) -> None:
    out = io.StringIO()
    write_csv(answer(home.sql("select id from range(100000) order by id")), out)
    assert [int(line) for line in out.getvalue().splitlines()[1:]] == list(range(100_000))


def test_the_ledger_of_runs_is_read_as_well(home: SparkSession) -> None:
    [run] = as_json(home, "select run_id, rated_count, status from operations.runs")
    assert run == {"run_id": 1, "rated_count": 14, "status": "completed"}


def test_a_run_at_work_is_neither_waited_for_nor_seen(own_home: Settings) -> None:
    """It holds the lock, and has written rows that it did not commit yet."""
    count = "select count(*) as records from rated.usage_outcomes"
    place = tables(own_home)["rated.usage_outcomes"]
    before = ratelake(own_home, count, "--format", "json").stdout
    with only_run(own_home):
        rows = DeltaTable(place).to_pyarrow_table()
        write_deltalake(place, rows, mode="append")
        shown = ratelake(own_home, count, "--format", "json")
    assert json.loads(shown.stdout) == json.loads(before) == [{"records": 17}]
    assert DeltaTable(place).count() == 34


def test_what_would_change_a_table_is_refused(own_home: Settings) -> None:
    refused = ratelake(own_home, "delete from raw.usage where true")
    assert refused.exit_code == 1 and refused.stdout == ""
    assert refused.stderr.startswith("ratelake: only statements that read are run here")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select nothing from rated.usage_charges", "there is no column nothing"),
        ("select c.none from rated.usage_charges as c", "there is no column c.none"),
        ("select * from nowhere", "the statement cannot be run: Table or view not found: nowhere"),
        ("select 1 / 0", "the statement cannot be run: divide by zero"),
        (
            "show create table raw.usage",
            "the statement cannot be run: SHOW CREATE TABLE is not supported",
        ),
    ],
)
def test_what_the_engine_refuses_is_one_sentence(
    explained_home: Settings, sql: str, said: str
) -> None:
    with pytest.raises(StatementFailed) as failed, committed(explained_home) as spark:
        spark.sql(sql).collect()
    assert str(failed.value) == said


def test_columns_that_json_cannot_tell_apart_are_refused(home: SparkSession) -> None:
    with pytest.raises(NotAQuery, match="several columns are named 'a'"):
        as_json(home, "select 1 as a, 2 as a")


def test_a_type_that_cannot_be_shown_says_what_to_do(home: SparkSession) -> None:
    with pytest.raises(NotAQuery, match="cast it to string"):
        as_json(home, "select interval '1' month as length")


def test_a_home_in_which_nothing_was_rated_says_so_and_stays_as_it_is(tmp_path: Path) -> None:
    failed = ratelake(Settings(home=tmp_path / "none"), "select 1")
    assert failed.exit_code == 1
    assert "nothing has been rated in" in failed.stderr and "`ratelake run`" in failed.stderr
    assert not (tmp_path / "none").exists()


def test_a_damaged_table_is_named(own_home: Settings) -> None:
    place = Path(tables(own_home)["rated.usage_outcomes"])
    for file in place.rglob("*.parquet"):
        file.unlink()
    failed = ratelake(own_home, "select count(event_id) from rated.usage_outcomes")
    assert failed.exit_code == 1
    assert f"table rated.usage_outcomes at {place} cannot be read" in failed.stderr
