"""Kill -9 at any moment, start again: the same tables as an undisturbed run."""

import json
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from ingestion.settings import Settings
from tests.conftest import AS_OF, SAMPLE, CommandsOn, Ratelake, kill_group
from tests.lake import rows, tables

KILLS = 4
LONGEST_SECONDS = 60


@pytest.fixture(scope="module")
def killed(
    published: Ratelake, commands_on: CommandsOn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ratelake]:
    """A home with the files and keys of the published one, whose runs were killed, then ended."""
    ratelake = commands_on(tmp_path_factory.mktemp("killed_home"))
    ratelake("generate", *SAMPLE)
    share_keys(published.settings, ratelake.settings)
    moments = random.Random(7)
    for _ in range(KILLS):
        run = ratelake.start("run", *AS_OF)
        time.sleep(moments.uniform(2, LONGEST_SECONDS))
        kill_group(run)
    ratelake("run", *AS_OF)
    yield ratelake
    ratelake("down", exit_code=None)


def test_a_run_killed_at_random_moments_ends_in_the_same_tables(
    spark: SparkSession, published_home: Settings, killed: Ratelake
) -> None:
    assert sorted(tables(killed.settings)) == sorted(tables(published_home))
    different = [
        name
        for name in tables(published_home)
        if rows(spark, killed.settings, name) != rows(spark, published_home, name)
    ]
    assert different == []


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [("late", "expected_after_late"), ("redelivered", "expected_after_redelivery")],
)
def test_later_deliveries_are_counted_to_the_record(
    killed: Ratelake, delivery: str, expected: str
) -> None:
    """In this order: late accounts and corrections, then the file that was cut off, whole."""
    root = killed.settings.root
    manifest = json.loads((root / "generated" / "manifest.json").read_text())
    shutil.copytree(root / "generated" / delivery, root / "inbox", dirs_exist_ok=True)
    report = json.loads(killed("run", "--no-publish", "--format", "json").stdout)
    found = {
        (row["disposition"], row["reason"] or None): row["records"]
        for row in report["reconciliation"]["dispositions"]
    }
    planted = {
        (row["disposition"], row["reason"]): row["records"]
        for row in manifest[expected]["dispositions"]
    }
    assert found == planted


def share_keys(source: Settings, target: Settings) -> None:
    """The same keys give the same tokens, so that tables can be compared."""
    target.keyring_file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
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
