"""The rows of many small files stand in few; rows, later runs and a run that was killed do not
notice."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable
from typer.testing import CliRunner

from ingestion.catalog import COMMITS_BEFORE_CHECKPOINT
from ingestion.lake import logs, tables
from ingestion.vacuum import vacuum
from ratelake import app
from tests.job.held_run import held_run
from tests.job.small_home import SmallHome, called_each_run, deliver_call
from tests.lake import differences, lake

RATED = "select count(*) from rated.usage_charges"
APPENDED, BY_MONTH, LEDGER = "raw.usage", "aggregates.usage_days", "operations.runs"


@pytest.fixture(scope="module")
def ran_thrice(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    return called_each_run(tmp_path_factory.mktemp("ran_thrice"), "first", "second", "third")


@pytest.fixture
def home(ran_thrice: SmallHome, tmp_path: Path) -> SmallHome:
    return ran_thrice.copied(tmp_path)


def optimize(home: SmallHome) -> dict[str, tuple[int, int]]:
    """In how many files the rows of each table stood, and stand."""
    root = str(home.settings.root)
    done = CliRunner().invoke(app, ["optimize", "--home", root, "--format", "json"])
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = json.loads(done.stdout)
    return {one["table"]: (one["files_before"], one["files_after"]) for one in said["tables"]}


def files(home: SmallHome, version: Mapping[str, int] | None = None) -> dict[str, int]:
    return {
        name: len(DeltaTable(place, version=(version or {}).get(name)).file_uris())
        for name, place in tables(home.settings).items()
    }


def versions(home: SmallHome) -> dict[str, int]:
    return {name: log.version for name, log in logs(home.settings).items()}


def test_rows_come_out_of_many_files_into_one_a_partition(home: SmallHome) -> None:
    rows, before, read = lake(home.settings), files(home), versions(home)
    packed = optimize(home)
    assert packed[APPENDED][0] == 3
    assert packed[LEDGER] == (3, 1)
    for name, (many, few) in packed.items():
        assert (many, few) == (before[name], files(home)[name])
        assert few < many
    assert differences(lake(home.settings), rows) == {}
    assert files(home, read) == before
    assert optimize(home) == {}


def test_what_files_say_of_their_columns_stays(home: SmallHome) -> None:
    optimize(home)
    added = DeltaTable(tables(home.settings)["rated.usage_outcomes"]).get_add_actions(flatten=True)
    assert {"min.record_id", "max.record_id"} <= {*added.schema.names}


def test_a_run_killed_after_it_is_put_back_and_not_packed(home: SmallHome, tmp_path: Path) -> None:
    deliver_call(home, "fourth")
    undisturbed = home.copied(tmp_path / "undisturbed")
    undisturbed.run()
    optimize(home)
    with held_run(home.settings, "commit"):
        pass
    assert {APPENDED, BY_MONTH}.isdisjoint(optimize(home))
    assert home.rows(RATED) == [(3,)]
    report = home.run()
    assert report.run_id == 4
    assert {APPENDED, BY_MONTH} <= {*report.restored}
    assert differences(lake(home.settings), lake(undisturbed.settings)) == {}


def test_files_go_once_a_run_has_taken_the_packed_ones(home: SmallHome) -> None:
    optimize(home)
    vacuum(home.settings, retained_hours=0, is_dry_run=False)
    assert home.rows(RATED) == [(3,)]
    deliver_call(home, "fourth")
    assert home.run().restored == []
    vacuum(home.settings, retained_hours=0, is_dry_run=False)
    place = Path(tables(home.settings)[APPENDED])
    assert len(list(place.glob("*.parquet"))) == 2
    assert home.rows(RATED) == [(4,)]


def test_readers_read_what_was_committed_however_long_the_log(home: SmallHome) -> None:
    """No checkpoint is made of a version that no run committed: Sail reads none before it."""
    place = tables(home.settings)[APPENDED]
    for _ in range(COMMITS_BEFORE_CHECKPOINT):
        DeltaTable(place).restore(0)
        DeltaTable(place).restore(versions(home)[APPENDED] - 1)
    deliver_call(home, "fourth")
    with held_run(home.settings, "commit"):
        assert home.rows(RATED) == [(3,)]
