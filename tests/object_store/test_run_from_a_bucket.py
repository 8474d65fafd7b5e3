"""A run rates what stands in a bucket."""

import json

import pytest

from tests.conftest import Ratelake
from tests.job.small_home import SmallHome, deliver_anna, deliver_call
from tests.object_store.bucket_home import BucketHome


def test_usage_in_a_bucket_is_rated(home: BucketHome) -> None:
    reference = home.settings.root / "tariffs"
    small = SmallHome(home.settings.model_copy(update={"reference": reference}))
    deliver_anna(small)
    deliver_call(small, "first")
    report = small.run()
    assert report.collected.bundles == 1
    assert small.rows("select count(*) from rated.usage_charges where charge_amount > 0") == [(1,)]
    deliver_call(small, "second", 5)
    assert small.run().loaded.feeds["usage"].records == 1
    assert home.keys() == ["bundle-000000001.parquet", "bundle-000000002.parquet"]


@pytest.mark.stack
def test_commands_start_show_and_stop_the_server(s3_home: BucketHome) -> None:
    ratelake = Ratelake(s3_home.settings, {"RATELAKE_S3_PORT": str(s3_home.settings.s3_port)})
    assert ratelake("down", "s3").stdout == "stopped s3\n"
    (stopped,) = json.loads(ratelake("status", "s3", "--format", "json", exit_code=1).stdout)
    assert (stopped["is_running"], stopped["is_answering"]) == (False, False)
    ratelake("up", "s3")
    (shown,) = json.loads(ratelake("status", "s3", "--format", "json").stdout)
    assert (shown["is_running"], shown["is_answering"]) == (True, True)
    assert shown["memory_bytes"] > 10**6
