"""Faults of the stack: whatever is killed or stopped, a run after it ends in the tables of a home
that nothing happened to, and one more changes nothing."""

import json
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ingestion import lake as places
from stack import metastore, s3
from stack.spark.server import WORKERS, running
from stack.trino.client import TrinoUnavailable
from tests.conftest import AS_OF, Ratelake
from tests.job.held_run import held_run
from tests.lake import differences, lake
from tests.stack.stack_home import StackHome

pytestmark = pytest.mark.stack
RAW = "raw.usage"
COUNT = "select count(*) from lake.rated.usage_charges"
# how long an object store may be away (docs/operations.md)
AWAY_SECONDS = 30
NAMES = ["object store", "metastore"]


@pytest.fixture(scope="module")
def home(on_stack: StackHome) -> StackHome:
    """The home once it has run on the stack."""
    on_stack.run("--profile", "stack")
    return on_stack


def check_as_undisturbed(home: StackHome) -> None:
    """The tables are those of the home beside; a further run changes none of them."""
    assert differences(home.rows(), lake(home.beside.settings)) == {}
    report = json.loads(home.ratelake("run", "--format", "json", *AS_OF).stdout)
    assert (report["changed"], report["restored"]) == (False, [])


@contextmanager
def run_at_work(home: StackHome) -> Iterator[subprocess.Popen[str]]:
    """A run that has loaded what is new, and rates it."""
    before = version_of(home, RAW)
    process = subprocess.Popen(
        home.ratelake.command("run", *AS_OF),
        env=home.ratelake.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        while version_of(home, RAW) == before and process.poll() is None:
            time.sleep(0.2)
        assert process.poll() is None, process.communicate()[0]
        yield process
    finally:
        process.kill()


def version_of(home: StackHome, table: str) -> int:
    return places.logs(home.settings)[table].version


def ended(process: subprocess.Popen[str]) -> bool:
    """Whether a run went through. One that did not says so in a sentence of its own."""
    said = process.communicate(timeout=400)[0]
    assert process.returncode == 0 or "ratelake: " in said, said[-4000:]
    return process.returncode == 0


@pytest.mark.parametrize("point", ["collect:0", "load:0.5", "rate:0.4", "publish"])
def test_a_driver_killed_at_any_stage_is_done_again(home: StackHome, point: str) -> None:
    home.bring_call(f"killed_at_{point.partition(':')[0]}")
    with held_run(home.settings, point):
        pass
    home.run()
    assert differences(home.rows(), lake(home.beside.settings)) == {}


def test_a_spark_worker_killed_in_a_job_costs_no_run(home: StackHome) -> None:
    home.bring_call("worker_killed")
    with run_at_work(home) as process:
        worker = running(home.settings, WORKERS[0])
        assert worker is not None
        for one in (*worker.children(recursive=True), worker):
            one.send_signal(signal.SIGKILL)
        assert ended(process)
    status = home.ratelake("status", "spark", "--format", "json", exit_code=1)
    assert json.loads(status.stdout)[0]["is_answering"] is False
    home.ratelake("up", "spark")
    home.run()
    check_as_undisturbed(home)


@pytest.mark.parametrize(("server", "seconds"), [(s3, AWAY_SECONDS), (metastore, 0)], ids=NAMES)
def test_a_server_that_is_away_in_a_run(home: StackHome, server: Any, seconds: int) -> None:
    home.bring_call(f"away_{seconds}")
    with run_at_work(home) as process:
        server.stop(home.settings)
        time.sleep(seconds)
        server.start(home.settings)
        ended(process)
    home.run()
    check_as_undisturbed(home)


def test_trino_that_is_started_again_shows_the_same(home: StackHome) -> None:
    [[before]] = home.ask_as("analyst", COUNT)
    home.ratelake("down", "trino")
    with pytest.raises(TrinoUnavailable):
        home.ask_as("analyst", COUNT)
    home.ratelake("up", "trino")
    assert home.ask_as("analyst", COUNT) == [[before]]


def test_a_full_disk_is_named_and_the_run_is_done_again(home: StackHome, tmp_path: Path) -> None:
    """The disk of a home on the disk, which is what fills up there."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=5m", "tmpfs", str(disk)]
    subprocess.run(mount, check=True)
    try:
        small = Ratelake(home.beside.settings.model_copy(update={"home": disk / "home"}))
        small("generate", "--subscribers", "60", "--events", "1200", "--seed", "7")
        refused = small("run", "--no-publish", *AS_OF, exit_code=1)
        assert refused.stderr.startswith("ratelake: no space is left on the disk below ")
        assert refused.stderr.count("\n") == 1
        subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
        small("run", "--no-publish", *AS_OF)
        after = lake(small.settings)
        undisturbed = Ratelake(small.settings.model_copy(update={"home": tmp_path / "whole"}))
        for name in ("inbox", "keys"):
            shutil.copytree(small.settings.root / name, undisturbed.settings.root / name)
        undisturbed("run", "--no-publish", *AS_OF)
        assert differences(after, lake(undisturbed.settings)) == {}
    finally:
        subprocess.run(["umount", str(disk)], check=True)
