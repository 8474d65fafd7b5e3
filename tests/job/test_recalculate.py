"""`ratelake recalculate`: closed cycles computed anew on request, also only to see."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession
from typer.testing import CliRunner, Result

from ingestion import dbt_calls, runs, transform
from ingestion.recalculation import Request
from ingestion.run import try_once
from ingestion.settings import PROJECT, Settings
from ratelake import app
from tests.job.billed_home import GERMANY, JANUARY_CLOSED, january_closed
from tests.job.small_home import SmallHome, no_bar
from tests.job.small_tariffs import ANNA, USAGE_COLUMNS, call
from tests.lake import differences, lake

OLD_FEE = "models/billing/2_items/recurring_items.sql"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """January closed by older models that took 1 less of every fee.

    Anna: 8.99 and 0.25 are 9.24, with tax 11.00; Berta: 8.99, with tax 10.70.
    """
    old = tmp_path_factory.mktemp("old") / "project"
    for name in ("models", "macros", "tests/dbt"):
        shutil.copytree(PROJECT / name, old / name)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(PROJECT / name, old / name)
    text = (old / OLD_FEE).read_text()
    changed = text.replace(
        "        plans.recurring_fee,", "        plans.recurring_fee - 1 as recurring_fee,"
    )
    assert changed != text
    (old / OLD_FEE).write_text(changed)
    with pytest.MonkeyPatch.context() as patched:
        for module in (transform, dbt_calls):
            patched.setattr(module, "PROJECT", old)
        return january_closed(tmp_path_factory.mktemp("recalculated"))


def recalculate(home: SmallHome, *options: str) -> Result:
    settings = home.settings
    places = ["--home", str(settings.root), "--reference", str(settings.reference_folder)]
    at = ["--as-of", JANUARY_CLOSED.isoformat(), "--no-publish"]
    return CliRunner().invoke(app, ["recalculate", *places, *at, *options])


def recalculated(home: SmallHome, *options: str) -> dict[str, Any]:
    done = recalculate(home, *options, "--format", "json")
    assert done.exit_code == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def totals(home: SmallHome) -> list[tuple[Any, ...]]:
    return home.rows(
        "select statement_id, cast(total_amount as string) from aggregates.statements "
        "order by statement_id"
    )


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_no_closed_cycle_is_of_is_refused_before_anything_runs(home: SmallHome) -> None:
    before = content(home.settings.root)
    for options, said in (
        (("--account", "carla"), "by --account carla;"),
        (("--plan", "other"), "by --plan other;"),
        (("--account", "anna", "--from", "2026-02-01"), "by --account anna --from 2026-02-01;"),
    ):
        failed = recalculate(home, *options)
        assert failed.exit_code == 1
        assert f"no closed cycle is meant {said}" in failed.stderr
    assert content(home.settings.root) == before


def test_a_dry_run_shows_what_would_change_and_changes_nothing(home: SmallHome) -> None:
    root, said = home.settings.root, lake(home.settings)
    before = content(root / "views"), content(root / "landing")
    late = home.settings.inbox_folder / "usage" / "late.csv"
    late.write_text(USAGE_COLUMNS + call("late", ANNA, GERMANY, "2026-01-20T10:00:00Z", 60))
    found = recalculated(home, "--plan", "basic", "--dry-run")
    late.unlink()
    assert (found["is_dry_run"], found["run_id"], found["cycles"]) == (True, None, 2)
    assert {change["account_id"]: change["delta_amount"] for change in found["changes"]} == {
        "anna": "1.19",
        "berta": "1.19",
    }
    assert differences(lake(home.settings), said) == {}
    assert (content(root / "views"), content(root / "landing")) == before
    assert_as_left(home)


def test_a_dry_run_that_fails_puts_everything_back(home: SmallHome) -> None:
    seen = []

    def fail(spark: SparkSession, run_id: int) -> None:
        seen.append(spark.sql("select 1 from aggregates.statement_deltas").count())
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        try_once(
            home.settings,
            fail,
            as_of=JANUARY_CLOSED,
            bar=no_bar,
            recalculate=[Request(account_id="anna")],
        )
    assert seen == [1]
    assert_as_left(home)


def assert_as_left(home: SmallHome) -> None:
    versions = runs.last_run(home.settings).table_versions
    assert {*runs.as_left(home.settings)} == {*versions, runs.LEDGER}


def test_only_what_was_asked_for_gets_another_version(home: SmallHome) -> None:
    """9.99 and 0.25 are 10.24, with tax 12.19; the call's tax stays at 0.05."""
    found = recalculated(home, "--account", "anna")
    [change] = found["changes"]
    assert [change[f"{name}_amount"] for name in ("old", "new", "delta")] == [
        "10.70",
        "11.89",
        "1.19",
    ]
    assert (change["cause"], change["from_version"], change["to_version"]) == (
        "recalculation",
        1,
        2,
    )
    assert found["totals"] == [
        {"currency": "EUR", "statements": 1, "line_count": 1, "delta_amount": "1.19"}
    ]
    assert totals(home) == [
        ("anna/2026-01-01/1", "11.000000"),
        ("anna/2026-01-01/2", "12.190000"),
        ("berta/2026-01-01/1", "10.700000"),
    ]
    [(asked, run_id)] = home.rows("select account_id, run_id from operations.recalculations")
    assert (asked, run_id) == ("anna", found["run_id"])


def test_where_nothing_differs_there_is_no_other_version(home: SmallHome) -> None:
    before = totals(home)
    done = recalculate(home, "--account", "anna", "--from", "2026-01-31", "--to", "2026-02-01")
    assert done.exit_code == 0, done.stderr
    assert "1 closed cycles were computed anew: nothing differs" in done.stdout
    assert totals(home) == before


def test_what_other_models_made_does_not_come_out_the_same_and_that_is_said(
    home: SmallHome,
) -> None:
    place = ["--home", str(home.settings.root)]
    done = CliRunner().invoke(app, ["reproduce", "berta/2026-01-01/1", *place])
    assert done.exit_code == 1
    assert "a difference may be theirs" in done.stdout
    assert "8.990000" in done.stdout and "9.990000" in done.stdout


def test_a_home_of_other_models_does_not_come_out_the_same_when_it_is_made_again(
    home: SmallHome, tmp_path: Path
) -> None:
    """All three statements that those models made: Anna's second one is of the new ones."""
    place = ["--home", str(home.settings.root), "--into", str(tmp_path / "again")]
    done = CliRunner().invoke(app, ["rebuild", *place, "--format", "json"])
    assert done.exit_code == 1, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert found["is_equal"] is False
    differing = {
        table["name"]: (table["only_there"], table["only_here"]) for table in found["tables"]
    }
    assert differing["aggregates.statements"] == (3, 2)
    assert differing["aggregates.statement_deltas"] == (1, 0)


def test_a_home_without_runs_says_so(tmp_path: Path) -> None:
    failed = recalculate(SmallHome(Settings(home=tmp_path, reference=tmp_path)))
    assert failed.exit_code == 1
    assert "nothing has been rated" in failed.stderr
