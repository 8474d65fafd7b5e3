"""Files that only earlier versions of tables need go; rows, later runs and a run that was killed do
not notice."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner

from ingestion.lake import logs, tables
from ratelake import app
from tests.job.held_run import held_run
from tests.job.small_home import SmallHome, called_each_run, deliver_call
from tests.lake import differences, lake

RATED = "select count(*) from rated.usage_charges"
REWRITTEN = "aggregates.usage_days"
MONTH_AND_MORE = 40 * 24 * 3600


@pytest.fixture(scope="module")
def ran_twice(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    return called_each_run(tmp_path_factory.mktemp("ran_twice"), "first", "second")


@pytest.fixture
def home(ran_twice: SmallHome, tmp_path: Path) -> SmallHome:
    return ran_twice.copied(tmp_path)


def vacuum(home: SmallHome, *arguments: str) -> dict[str, int]:
    """How many files of each table went, or would."""
    root = str(home.settings.root)
    done = CliRunner().invoke(app, ["vacuum", "--home", root, "--format", "json", *arguments])
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    assert said["is_dry_run"] == ("--dry-run" in arguments)
    return {one["table"]: one["files"] for one in said["tables"]}


def files(home: SmallHome) -> dict[str, int]:
    """The data files below each table's folder, read or not."""
    return {
        name: sum("_delta_log" not in path.parts for path in Path(place).rglob("*.parquet"))
        for name, place in tables(home.settings).items()
    }


def files_in_use(home: SmallHome) -> dict[str, int]:
    return {
        name: len(DeltaTable(place).file_uris()) for name, place in tables(home.settings).items()
    }


def test_only_files_of_earlier_versions_go_and_no_row_with_them(home: SmallHome) -> None:
    rows, before = lake(home.settings), files(home)
    assert vacuum(home) == {}
    would = vacuum(home, "--retain-hours", "0", "--dry-run")
    assert would[REWRITTEN] > 0
    assert files(home) == before
    assert vacuum(home, "--retain-hours", "0") == would
    assert files(home) == files_in_use(home)
    assert differences(lake(home.settings), rows) == {}
    assert vacuum(home, "--retain-hours", "0") == {}


def test_the_next_runs_go_on_as_if_nothing_had_been(home: SmallHome) -> None:
    vacuum(home, "--retain-hours", "0")
    report = home.run()
    assert (report.changed, report.restored) == (False, [])
    deliver_call(home, "third")
    assert home.run().restored == []
    assert home.rows(RATED) == [(3,)]


def test_a_run_that_was_killed_is_put_back_after_it(home: SmallHome, tmp_path: Path) -> None:
    deliver_call(home, "third")
    undisturbed = home.copied(tmp_path / "undisturbed")
    undisturbed.run()
    with held_run(home.settings, "commit"):
        pass
    vacuum(home, "--retain-hours", "0")
    assert home.rows(RATED) == [(2,)]
    assert REWRITTEN in home.run().restored
    assert differences(lake(home.settings), lake(undisturbed.settings)) == {}


def test_what_a_killed_run_left_goes_once_it_is_old(home: SmallHome) -> None:
    left = Path(tables(home.settings)[REWRITTEN]) / "part-left.parquet"
    shutil.copy(next(left.parent.rglob("*.parquet")), left)
    assert vacuum(home) == {}
    old = time.time() - MONTH_AND_MORE
    os.utime(left, (old, old))
    assert vacuum(home) == {REWRITTEN: 1}
    assert not left.exists()


def test_entries_of_logs_go_after_a_month(home: SmallHome) -> None:
    rows, before = lake(home.settings), logs(home.settings)
    place = Path(before[REWRITTEN].place) / "_delta_log"
    old = time.time() - MONTH_AND_MORE
    for path in place.iterdir():
        os.utime(path, (old, old))
    entries = len(list(place.glob("*.json")))
    vacuum(home)
    assert len(list(place.glob("*.json"))) < entries
    assert {name: log.version for name, log in logs(home.settings).items()} == {
        name: log.version for name, log in before.items()
    }
    assert differences(lake(home.settings), rows) == {}
    deliver_call(home, "third")
    assert home.run().restored == []
    assert home.rows(RATED) == [(3,)]


def test_hours_below_none_are_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["vacuum", "--home", str(tmp_path), "--retain-hours", "-1"])
    assert done.exit_code == 2
    assert "'--retain-hours': Input should be greater than or equal to 0" in done.stderr
