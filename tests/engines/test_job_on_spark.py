"""The main job and the rating on Apache Spark: the same rows as on Sail, to the last digit."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import pytest
from deltalake import DeltaTable

from ingestion.dbt_calls import invoke
from ingestion.engine import SESSION, engine
from ingestion.lake import tables
from ingestion.optimize import optimize
from ingestion.run import run_once
from ingestion.runs import LEDGER
from ingestion.settings import Settings
from sample import generate
from tests.engines.spark_server import catalog_of_one_home
from tests.job.test_dbt_by_hand import check_build_by_hand
from tests.lake import differences, lake

KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)
# Spark works plans out as they are instead of writing Java for each: what a few rows need is sooner
# done, and both of its ways are held against Sail's rows, the other one by the main job
INTERPRETED = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


def rated(settings: Settings) -> Settings:
    run_once(settings, as_of=KNOWN_AT, publish=None, bar=lambda stage: lambda done, total: None)
    return settings


def test_the_main_job_leaves_the_rows_and_types_that_it_leaves_on_sail(
    spark_server: str, tmp_path: Path
) -> None:
    generate(tmp_path, subscribers=100, events=1_500, seed=3)
    inbox = tmp_path / "inbox"
    on_sail = rated(Settings(home=tmp_path / "sail", inbox=inbox, spark_remote=""))
    # tokens are a home's own: two homes with one key ring make the same ones
    copytree(tmp_path / "sail" / "keys", tmp_path / "spark" / "keys")
    with catalog_of_one_home(spark_server):
        on_spark = rated(Settings(home=tmp_path / "spark", inbox=inbox, spark_remote=spark_server))
        assert differences(lake(on_spark), lake(on_sail)) == {}
        assert schemas(on_spark) == schemas(on_sail)
        packed = {one.table for one in optimize(on_spark)}
        assert packed_by(on_spark, "Apache-Spark") == packed - {LEDGER} != set()
        assert differences(lake(on_spark), lake(on_sail)) == {}


def packed_by(settings: Settings, engine: str) -> set[str]:
    """The tables of which this engine packed the files last."""
    last = {name: DeltaTable(place).history(1)[0] for name, place in tables(settings).items()}
    return {
        name
        for name, commit in last.items()
        if commit["operation"] == "OPTIMIZE" and engine in commit.get("engineInfo", "")
    }


def schemas(settings: Settings) -> dict[str, dict[str, str]]:
    """The type of every column of every table, whatever their order."""
    return {
        name: {column.name: str(column.type) for column in DeltaTable(place).schema().fields}
        for name, place in tables(settings).items()
    }


def test_a_sum_that_does_not_fit_is_refused_in_dbt_too(spark_server: str, tmp_path: Path) -> None:
    """dbt-spark by itself turns ANSI mode off, and sums wrap around."""
    sql = "select sum(id + 9223372036854775800) as sum from range(10)"
    settings = Settings(home=tmp_path / "home", spark_remote=spark_server)
    with catalog_of_one_home(spark_server), engine(settings):
        shown = invoke(settings, ["show", "--quiet", "--inline", sql])
    assert "ARITHMETIC_OVERFLOW" in str(shown.exception or shown.result.results[0].message)


def test_dbt_by_hand_is_green_on_spark_and_leaves_what_the_oracle_has(
    spark_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every unit test, key and invariant as well, and what 40 random worlds come to."""
    for name, value in INTERPRETED.items():
        monkeypatch.setitem(SESSION, name, value)
    settings = Settings(
        home=tmp_path / "home",
        inbox=tmp_path / "inbox",
        reference=tmp_path / "reference",
        spark_remote=spark_server,
    )
    with catalog_of_one_home(spark_server):
        check_build_by_hand(settings, seed="spark", worlds=40)
