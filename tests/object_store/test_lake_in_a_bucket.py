"""A home whose tables are in a bucket has the rows of one on the disk; only runs write there."""

import shutil
from pathlib import Path

import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from pyspark.sql import SparkSession

from ingestion import lake as places
from ingestion.keys import load_keyring
from ingestion.landing.collect import collect
from ingestion.residence import LivesElsewhere
from ingestion.run import try_once
from ingestion.settings import Settings
from ingestion.vacuum import vacuum
from tests.conftest import KNOWN_AT
from tests.job.small_home import SmallHome, deliver_anna, deliver_call, no_bar
from tests.job.small_tariffs import USAGE_COLUMNS, call
from tests.lake import differences, lake
from tests.object_store.bucket_home import BucketHome

MARCH_1 = "2026-03-01T08:00:00Z"
RATED = "select count(*) from rated.usage_charges"


def operator(settings: Settings) -> SmallHome:
    """An operator with one subscriber, and her first call, not rated yet."""
    home = SmallHome(settings.model_copy(update={"reference": settings.root / "tariffs"}))
    deliver_anna(home)
    deliver_call(home, "first")
    return home


def on_disk(folder: Path) -> SmallHome:
    folder.mkdir()
    return operator(Settings(home=folder))


def test_a_lake_that_was_brought_to_a_bucket_has_the_rows_of_one_on_the_disk(
    home: BucketHome, tmp_path: Path
) -> None:
    begun = operator(home.settings.model_copy(update={"landing_url": ""}))
    beside = on_disk(tmp_path / "beside")
    # with the same keys numbers have the same tokens
    shutil.copytree(begun.settings.root / "keys", beside.settings.root / "keys")
    for one in (beside, begun):
        one.run()
        deliver_call(one, "second")

    in_bucket = SmallHome(
        begun.settings.model_copy(
            update={
                "lake_url": f"s3://lake/{home.prefix}",
                "landing_url": home.settings.landing_url,
            }
        )
    )
    with pytest.raises(LivesElsewhere, match="are on the disk yet: `ratelake run`"):
        in_bucket.rows(RATED)
    for one in (beside, in_bucket):
        assert one.run().loaded.feeds["usage"].records == 1

    with places.reachable(in_bucket.settings):
        assert differences(lake(in_bucket.settings), lake(beside.settings)) == {}
    assert in_bucket.rows(RATED) == [(2,)]
    assert not in_bucket.settings.lake.exists()
    assert list(in_bucket.settings.bundles.iterdir()) == []
    assert home.keys() == ["bundle-000000001.parquet", "bundle-000000002.parquet"]
    assert in_bucket.run().changed is False


@pytest.mark.stack
def test_a_home_remembers_its_bucket_and_refuses_another_place(home: BucketHome) -> None:
    url = f"s3://lake/{home.prefix}"
    operator(home.settings.model_copy(update={"lake_url": url})).run()
    remembered = Settings(home=home.settings.root, s3_port=home.settings.s3_port)
    assert (remembered.lake_url, remembered.landing_url) == (url, home.settings.landing_url)
    assert SmallHome(remembered).rows(RATED) == [(1,)]
    elsewhere = SmallHome(remembered.model_copy(update={"lake_url": f"{url}-other"}))
    with pytest.raises(LivesElsewhere, match=f"are at {url}, and RATELAKE_LAKE_URL is"):
        elsewhere.rows(RATED)
    with pytest.raises(LivesElsewhere, match=f"are at {url}, and RATELAKE_LAKE_URL is"):
        elsewhere.run()


@pytest.mark.stack
def test_what_a_run_wrote_that_did_not_commit_is_put_back(home: BucketHome) -> None:
    one = operator(home.settings.model_copy(update={"lake_url": f"s3://lake/{home.prefix}"}))
    one.run()
    with places.reachable(one.settings):
        place = places.tables(one.settings)["rated.usage_outcomes"]
        rows = DeltaTable(place).to_pyarrow_table()
        write_deltalake(place, rows, mode="append")
    assert one.rows(RATED) == [(1,)]
    assert one.run().restored == ["rated.usage_outcomes"]
    with places.reachable(one.settings):
        assert DeltaTable(place).count() == 1


@pytest.mark.stack
def test_who_only_reads_tables_cannot_write_them(home: BucketHome) -> None:
    one = operator(home.settings.model_copy(update={"lake_url": f"s3://lake/{home.prefix}"}))
    one.run()
    reader = one.settings.model_copy(update={"lake_account": "reader"})
    with places.reachable(reader):
        place = places.tables(reader)["raw.usage"]
        assert DeltaTable(place).count() == 1
        with pytest.raises(DeltaError, match="Access Denied"):
            write_deltalake(place, DeltaTable(place).to_pyarrow_table(), mode="append")
        refused = pytest.raises(OSError, match=r"(?i)access ?denied")
        with refused, places.lake(reader).write("file") as file:
            file.write(b"text")
        assert DeltaTable(place).count() == 1


@pytest.mark.stack
def test_records_are_conserved_when_tasks_write_beside_their_rows(home: BucketHome) -> None:
    one = operator(home.settings.model_copy(update={"lake_url": f"s3://lake/{home.prefix}"}))
    one.deliver("usage/bad.csv", USAGE_COLUMNS + call("bad", "no number", "4930", MARCH_1, 5))
    one.run()
    reasons = one.rows("select reason, count(*) from raw.rejected_records group by reason")
    assert reasons == [("bad_number", 1)]
    assert one.rows("select count(*) from raw.source_files where feed = 'usage'") == [(2,)]


@pytest.mark.stack
def test_a_dry_run_leaves_the_tables_in_the_bucket_as_they_were(home: BucketHome) -> None:
    one = operator(home.settings.model_copy(update={"lake_url": f"s3://lake/{home.prefix}"}))
    one.run()
    rated = []

    def look(spark: SparkSession, run_id: int) -> None:
        rated.append((run_id, spark.sql(RATED).collect()[0][0]))

    deliver_call(one, "second")
    collect(one.settings, load_keyring(one.settings.keyring_file), known_at=KNOWN_AT)
    try_once(one.settings, look, as_of=KNOWN_AT, bar=no_bar, recalculate=[])
    assert rated == [(2, 2)]
    assert one.rows(RATED) == [(1,)]
    report = one.run()
    assert (report.run_id, report.restored) == (2, [])
    assert one.rows(RATED) == [(2,)]


@pytest.mark.stack
def test_objects_that_only_earlier_versions_need_are_removed(home: BucketHome) -> None:
    one = operator(home.settings.model_copy(update={"lake_url": f"s3://lake/{home.prefix}"}))
    one.run()
    deliver_call(one, "second")
    one.run()
    before = places.lake(one.settings).sizes()
    removed = vacuum(one.settings, retained_hours=0, is_dry_run=False)
    gone = before.keys() - places.lake(one.settings).sizes().keys()
    assert len(gone) == sum(table.files for table in removed) > 0
    assert sum(before[path] for path in gone) == sum(table.bytes for table in removed)
    assert one.rows(RATED) == [(2,)]
    report = one.run()
    assert (report.changed, report.restored) == (False, [])
