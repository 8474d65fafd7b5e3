"""How a session is made and what it knows, on the engine inside the process."""

import os
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from ingestion import engine as engines
from ingestion.catalog import HomeRefused
from ingestion.engine import EngineUnavailable, TableDamaged, engine, keep_views, version
from ingestion.failures import Failure
from ingestion.lake import tables
from ingestion.settings import Settings
from stack.process import free_port


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", spark_remote="")


def make_table(settings: Settings, name: str = "rated.outcomes", commits: int = 1) -> Path:
    """A table of 3 rows, and one more of each commit after the first."""
    with engine(settings) as spark:
        properties = f"tblproperties ({engines.OWN_CHECKPOINTS})"
        spark.sql(f"create table {name} using delta {properties} as select id from range(3)")
        for _ in range(commits - 1):
            spark.sql(f"insert into {name} select 7L")
    return Path(tables(settings)[name])


def rows(spark: SparkSession, name: str = "rated.outcomes") -> int:
    return spark.table(name).count()


def test_a_later_session_knows_the_tables_and_views(settings: Settings) -> None:
    make_table(settings)
    keep_views(
        settings,
        {
            "aggregates.first": "select count(*) n from rated.outcomes",
            "serving.second": "select n + 1 n from aggregates.first",
        },
    )
    with engine(settings) as spark:
        assert spark.table("serving.second").collect()[0].n == 4


def test_two_engines_one_after_the_other_leave_nothing_behind(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SPARK_REMOTE", raising=False)
    make_table(settings)
    with engine(settings) as spark:
        assert SparkSession.builder.getOrCreate() is spark, "dbt's session is this one"
        assert os.environ["SPARK_REMOTE"].startswith("sc://127.0.0.1:")
    with engine(Settings(home=tmp_path / "other", spark_remote="")) as other:
        assert SparkSession.builder.getOrCreate() is other
        assert not other.catalog.tableExists("rated.outcomes")
    assert "SPARK_REMOTE" not in os.environ


def test_dbt_works_in_the_engine_opened_last(settings: Settings, tmp_path: Path) -> None:
    with engine(settings) as outer:
        with engine(Settings(home=tmp_path / "other", spark_remote="")) as inner:
            with ThreadPoolExecutor(1) as threads:
                assert threads.submit(SparkSession.builder.getOrCreate).result() is inner
            assert SparkSession.builder.getOrCreate() is inner
        assert SparkSession.builder.getOrCreate() is outer


def test_a_reader_sees_what_was_committed_while_a_run_works(settings: Settings) -> None:
    place = make_table(settings, commits=60)
    engines.checkpoint(settings, {})
    committed = {"rated.outcomes": version(place)}
    with engine(settings) as run:
        for _ in range(15):
            run.sql("insert into rated.outcomes select 8L")
        run.sql("create table rated.unfinished using delta as select 1 a")
        with engine(settings, committed) as reader:
            assert rows(reader) == 62
            assert not reader.catalog.tableExists("rated.unfinished")
        assert rows(run) == 77


def test_a_checkpoint_is_made_of_a_long_log_only(settings: Settings) -> None:
    long = make_table(settings, "rated.long", commits=51)
    short = make_table(settings, "rated.short", commits=12)
    engines.checkpoint(settings, {})
    assert [file.name for file in long.glob("_delta_log/*.checkpoint.parquet")] == [
        f"{50:020d}.checkpoint.parquet"
    ]
    assert list(short.glob("_delta_log/*.checkpoint.parquet")) == []


def test_a_table_whose_creation_was_killed_is_none(settings: Settings) -> None:
    (settings.lake / "rated" / "unborn" / "_delta_log").mkdir(parents=True)
    with engine(settings) as spark:
        assert tables(settings) == {}
        spark.sql("create table rated.unborn using delta as select 1 a")
    assert version(settings.lake / "rated" / "unborn") == 0


def test_a_removed_table_is_named_with_what_to_do(settings: Settings) -> None:
    place = make_table(settings)
    shutil.rmtree(place)
    with pytest.raises(TableDamaged) as failure, engine(settings, {"rated.outcomes": 0}):
        pass
    assert str(failure.value) == (
        f"table rated.outcomes at {place} cannot be read (its folder or its _delta_log is gone); "
        "put the folder back from a backup, or remove the whole home and load its files again"
    )


@pytest.mark.parametrize("text", ["{nonsense", '{"add":{"pa', ""])
def test_a_damaged_log_is_named_with_what_to_do(settings: Settings, text: str) -> None:
    place = make_table(settings)
    (place / "_delta_log" / f"{0:020d}.json").write_text(text)
    with (
        pytest.raises(TableDamaged, match=r"table rated.outcomes at .*put the folder back"),
        engine(settings) as spark,
    ):
        spark.table("rated.outcomes").collect()


def test_the_version_of_a_damaged_table_is_none_to_go_by(settings: Settings) -> None:
    place = make_table(settings)
    (place / "_delta_log" / f"{0:020d}.json").write_text("{nonsense")
    with pytest.raises(TableDamaged, match=r"table rated.outcomes at .*put the folder back"):
        version(place)


def test_a_removed_data_file_is_named_with_its_table_when_it_is_read(settings: Settings) -> None:
    place = make_table(settings)
    file = next(place.glob("*.parquet"))
    file.unlink()
    with (
        pytest.raises(TableDamaged, match=f"table rated.outcomes at .*{file.name} is gone"),
        engine(settings) as spark,
    ):
        spark.table("rated.outcomes").collect()


def test_another_error_stays_what_it_is(settings: Settings) -> None:
    make_table(settings)
    with pytest.raises(Exception, match="nothing_there") as failure, engine(settings) as spark:
        spark.sql("select * from rated.nothing_there").collect()
    assert not isinstance(failure.value, Failure)


@pytest.mark.parametrize("old", ["metastore/catalog", "lake/rated.db"])
def test_a_home_of_the_first_version_is_refused(settings: Settings, old: str) -> None:
    (settings.root / old).mkdir(parents=True)
    with pytest.raises(HomeRefused) as failure, engine(settings):
        pass
    assert str(failure.value) == (
        f"home {settings.root} was written by the first version of Ratelake ({old} is "
        "there) and cannot be continued: name an empty folder as home and load the files again"
    )


@pytest.mark.parametrize(("name", "wrong"), [("a home", "' '"), ("umläut", "'ä'"), ("50%", "'%'")])
def test_a_home_whose_path_sail_writes_otherwise_is_refused(
    tmp_path: Path, name: str, wrong: str
) -> None:
    with pytest.raises(HomeRefused) as failure, engine(Settings(home=tmp_path / name)):
        pass
    assert f"home {tmp_path}/{name} has {wrong} in its path; allowed: " in str(failure.value)


def test_an_address_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    address = f"sc://127.0.0.1:{free_port()}"
    assert unavailable(tmp_path, address).startswith(
        f"no Spark Connect server answers at {address}"
    )


def test_an_address_that_is_another_server_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"sc://127.0.0.1:{other.getsockname()[1]}"
        said = unavailable(tmp_path, address)
    assert said.startswith(f"no Spark Connect server answers at {address}")


def test_an_address_of_another_kind_is_one_sentence(tmp_path: Path) -> None:
    assert "no Spark Connect server answers at http://x" in unavailable(tmp_path, "http://x")


def unavailable(home: Path, address: str) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "ANSWER_SECONDS", 0.5)
        with (
            pytest.raises(EngineUnavailable) as failure,
            engine(Settings(home=home, spark_remote=address)),
        ):
            pass
    assert "empty RATELAKE_SPARK_REMOTE" in str(failure.value)
    assert "\n" not in str(failure.value)
    return str(failure.value)


def test_a_server_of_another_spark_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "SPARK", "3.5")
    with (
        pytest.raises(EngineUnavailable, match=r"is Spark 4\.2\.\d+; allowed: Spark 3\.5"),
        engine(settings),
    ):
        pass
