"""Kill -9 at any moment, start again: the same tables as an undisturbed run."""

import random
import shutil
import time
from pathlib import Path

from pyspark.sql import SparkSession

from ingestion.settings import Settings
from tests.conftest import AS_OF, SAMPLE, Ratelake, kill_group
from tests.lake import rows, tables

KILLS = 4


def test_a_run_killed_at_random_moments_ends_in_the_same_tables(
    spark: SparkSession, published: Ratelake, ratelake: Ratelake
) -> None:
    undisturbed = published.settings
    ratelake("generate", *SAMPLE)
    share_keys(undisturbed, ratelake.settings)
    moments = random.Random(7)
    for _ in range(KILLS):
        run = ratelake.start("run", *AS_OF)
        time.sleep(moments.uniform(2, 60))
        kill_group(run)

    ratelake("run", *AS_OF)

    assert sorted(tables(ratelake.settings)) == sorted(tables(undisturbed))
    different = [
        name
        for name in tables(undisturbed)
        if rows(spark, ratelake.settings, name) != rows(spark, undisturbed, name)
    ]
    assert different == []


def share_keys(source: Settings, target: Settings) -> None:
    """The same keys give the same tokens, so that tables can be compared."""
    target.keyring_file.parent.mkdir(parents=True, mode=0o700)
    shutil.copy2(source.keyring_file, target.keyring_file)


def test_a_second_run_while_one_works_is_refused(ratelake: Ratelake) -> None:
    first = ratelake.start("run", "--no-publish")
    wait_for(ratelake.settings.root / "run.lock.holder")
    refused = ratelake("run", "--no-publish", exit_code=1)
    kill_group(first)
    assert f"process {first.pid} " in refused.stderr
    assert f"works on {ratelake.settings.root}" in refused.stderr


def wait_for(path: Path) -> None:
    for _ in range(600):
        if path.exists():
            return
        time.sleep(0.1)
    raise AssertionError(f"{path} did not appear")
