"""A Spark server's catalog outlives the session: it serves one home, and is brought up to date."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.catalog import CatalogTaken
from ingestion.engine import EngineFailed, engine, keep_views, version
from ingestion.lake import tables
from ingestion.settings import Settings
from tests.engines.spark_server import catalog_of_one_home

pytestmark = pytest.mark.xdist_group("spark")


@pytest.fixture
def settings(spark_server: str, tmp_path: Path) -> Iterator[Settings]:
    with catalog_of_one_home(spark_server):
        yield Settings(home=tmp_path / "home", spark_remote=spark_server)


def test_a_second_session_finds_what_the_home_holds_now(settings: Settings) -> None:
    with engine(settings) as first:
        first.sql("create table rated.kept using delta as select 1 a")
        first.sql("create table rated.removed using delta as select 1 a")
        first.sql("create table scratch.left using parquet as select 1 a")
        first.sql("create view rated.old_view as select a from rated.kept")
    shutil.rmtree(tables(settings)["rated.removed"])
    on_sail = Settings(home=settings.home, spark_remote="")
    with engine(on_sail) as sail:
        sail.sql("create table rated.added using delta as select 2 a")
        sail.sql("insert into rated.kept select 3")
    keep_views(settings, {"rated.new_view": "select a from rated.kept"})
    with engine(settings) as second:
        named = {table.name for table in second.catalog.listTables("rated")}
        assert named == {"kept", "added", "new_view"}
        assert second.catalog.listTables("scratch") == []
        rows = second.sql("select a from rated.new_view union all select a from rated.added")
        assert sorted(row.a for row in rows.collect()) == [1, 2, 3]


def test_a_statement_that_fails_on_a_server_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(EngineFailed) as failure, engine(settings) as session:
        session.sql("select raise_error('the metastore is gone')").collect()
    assert f"the Spark server at {settings.spark_remote} could not do its part" in str(
        failure.value
    )
    assert "the metastore is gone" in str(failure.value)
    assert "\n" not in str(failure.value)


def test_another_home_is_refused_with_both_places(settings: Settings, tmp_path: Path) -> None:
    with engine(settings) as first:
        first.sql("create table rated.kept using delta as select 1 a")
    other = Settings(home=tmp_path / "other", spark_remote=settings.spark_remote)
    with pytest.raises(CatalogTaken) as failure, engine(other):
        pass
    said = str(failure.value)
    assert f"{settings.lake}/" in said and f"{other.lake}/" in said
    assert "one catalog serves one home" in said
    assert version(tables(settings)["rated.kept"]) == 0


def test_a_reader_of_versions_leaves_the_catalog_alone(settings: Settings) -> None:
    with engine(settings) as run:
        run.sql("create table rated.kept using delta as select 1 a")
        run.sql("insert into rated.kept select 2")
        with engine(settings, {"rated.kept": 0}) as reader:
            assert reader.table("rated.kept").count() == 1
        assert run.table("rated.kept").count() == 2
