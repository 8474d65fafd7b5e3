"""Rows of many small files stand in few after `ratelake optimize`, and files that only earlier
versions of tables need go by `ratelake vacuum`; rows, later runs and a run that was killed do not
notice."""

import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner

from ingestion.catalog import COMMITS_BEFORE_CHECKPOINT
from ingestion.lake import logs, tables
from ratelake import app
from tests.job.held_run import held_run
from tests.job.small_home import SmallHome, deliver_call
from tests.lake import differences, lake

RATED = "select count(*) from rated.usage_charges"
APPENDED, BY_MONTH, LEDGER = "raw.usage", "aggregates.usage_days", "operations.runs"
AT_ONCE = ("--retain-hours", "0")
MONTH_AND_MORE = 40 * 24 * 3600


@pytest.fixture(scope="module")
def ran_thrice(called_once: SmallHome, tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    home = called_once.copied(tmp_path_factory.mktemp("ran_thrice"))
    for name in ("second", "third"):
        deliver_call(home, name)
        home.run()
    return home


@pytest.fixture
def home(ran_thrice: SmallHome, tmp_path: Path) -> SmallHome:
    return ran_thrice.copied(tmp_path)


def said(home: SmallHome, command: str, *arguments: str) -> dict[str, Any]:
    root = str(home.settings.root)
    done = CliRunner().invoke(app, [command, "--home", root, "--format", "json", *arguments])
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def optimize(home: SmallHome) -> dict[str, tuple[int, int]]:
    """In how many files the rows of each table stood, and stand."""
    found = said(home, "optimize")["tables"]
    return {one["table"]: (one["files_before"], one["files_after"]) for one in found}


def vacuum(home: SmallHome, *arguments: str) -> dict[str, int]:
    """How many files of each table went, or would."""
    found = said(home, "vacuum", *arguments)
    assert found["is_dry_run"] == ("--dry-run" in arguments)
    return {one["table"]: one["files"] for one in found["tables"]}


def files(home: SmallHome) -> dict[str, int]:
    """The data files below each table's folder, read or not."""
    return {
        name: sum("_delta_log" not in path.parts for path in Path(place).rglob("*.parquet"))
        for name, place in tables(home.settings).items()
    }


def files_in_use(home: SmallHome, version: Mapping[str, int] | None = None) -> dict[str, int]:
    return {
        name: len(DeltaTable(place, version=(version or {}).get(name)).file_uris())
        for name, place in tables(home.settings).items()
    }


def versions(home: SmallHome) -> dict[str, int]:
    return {name: log.version for name, log in logs(home.settings).items()}


def test_rows_come_out_of_many_files_into_one_a_partition(home: SmallHome) -> None:
    rows, before, read = lake(home.settings), files_in_use(home), versions(home)
    packed = optimize(home)
    assert packed[APPENDED][0] == 3
    assert packed[LEDGER] == (3, 1)
    for name, (many, few) in packed.items():
        assert (many, few) == (before[name], files_in_use(home)[name])
        assert few < many
    assert differences(lake(home.settings), rows) == {}
    assert files_in_use(home, read) == before
    assert optimize(home) == {}


def test_what_files_say_of_their_columns_stays(home: SmallHome) -> None:
    optimize(home)
    added = DeltaTable(tables(home.settings)["rated.usage_outcomes"]).get_add_actions(flatten=True)
    assert {"min.record_id", "max.record_id"} <= {*added.schema.names}


def test_only_files_of_earlier_versions_go_and_no_row_with_them(home: SmallHome) -> None:
    rows, before = lake(home.settings), files(home)
    assert vacuum(home) == {}
    would = vacuum(home, *AT_ONCE, "--dry-run")
    assert would[BY_MONTH] > 0
    assert files(home) == before
    assert vacuum(home, *AT_ONCE) == would
    assert files(home) == files_in_use(home)
    assert differences(lake(home.settings), rows) == {}
    assert vacuum(home, *AT_ONCE) == {}


def test_packed_files_and_no_others_stay_once_a_run_has_taken_them(home: SmallHome) -> None:
    optimize(home)
    vacuum(home, *AT_ONCE)
    assert home.rows(RATED) == [(3,)]
    report = home.run()
    assert (report.changed, report.restored) == (False, [])
    deliver_call(home, "fourth")
    assert home.run().restored == []
    vacuum(home, *AT_ONCE)
    assert files(home)[APPENDED] == 2
    assert home.rows(RATED) == [(4,)]


def test_a_run_killed_between_both_is_put_back_and_not_packed(
    home: SmallHome, tmp_path: Path
) -> None:
    """While it works readers read what was committed, however long the log: no checkpoint is made
    of a version that no run committed, and Sail reads none before it."""
    deliver_call(home, "fourth")
    undisturbed = home.copied(tmp_path / "undisturbed")
    undisturbed.run()
    optimize(home)
    lengthen_log(home)
    with held_run(home.settings, "commit"):
        assert home.rows(RATED) == [(3,)]
    assert {APPENDED, BY_MONTH}.isdisjoint(optimize(home))
    assert home.rows(RATED) == [(3,)]
    vacuum(home, *AT_ONCE)
    assert home.rows(RATED) == [(3,)]
    report = home.run()
    assert report.run_id == 4
    assert {APPENDED, BY_MONTH} <= {*report.restored}
    assert differences(lake(home.settings), lake(undisturbed.settings)) == {}


def lengthen_log(home: SmallHome) -> None:
    """Bring back other rows and these ones, until a run would make a checkpoint."""
    place, last = tables(home.settings)[APPENDED], versions(home)[APPENDED]
    for _ in range(COMMITS_BEFORE_CHECKPOINT):
        DeltaTable(place).restore(0)
        DeltaTable(place).restore(last)


def test_what_a_killed_run_left_goes_once_it_is_old(home: SmallHome) -> None:
    left = Path(tables(home.settings)[BY_MONTH]) / "part-left.parquet"
    shutil.copy(next(left.parent.rglob("*.parquet")), left)
    assert vacuum(home) == {}
    make_old(left)
    assert vacuum(home) == {BY_MONTH: 1}
    assert not left.exists()


def test_entries_of_logs_go_after_a_month(home: SmallHome) -> None:
    rows, before = lake(home.settings), versions(home)
    log = Path(tables(home.settings)[BY_MONTH]) / "_delta_log"
    make_old(*log.iterdir())
    entries = len(list(log.glob("*.json")))
    vacuum(home)
    assert len(list(log.glob("*.json"))) < entries
    assert versions(home) == before
    assert differences(lake(home.settings), rows) == {}
    deliver_call(home, "fourth")
    assert home.run().restored == []
    assert home.rows(RATED) == [(4,)]


def make_old(*paths: Path) -> None:
    old = time.time() - MONTH_AND_MORE
    for path in paths:
        os.utime(path, (old, old))


def test_hours_below_none_are_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["vacuum", "--home", str(tmp_path), "--retain-hours", "-1"])
    assert done.exit_code == 2
    assert "'--retain-hours': Input should be greater than or equal to 0" in done.stderr
