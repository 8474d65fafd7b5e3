"""RULES 20: a version of a statement comes out the same from what was known when it was made."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ingestion.settings import Settings
from ratelake import app
from tests.job.billed_home import BILLED, FEBRUARY_CLOSED, GERMANY
from tests.job.small_home import SmallHome
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    BERTA,
    CARLA,
    account,
    activation,
)

CORRECTIONS = "event_id,service,subscriber,counterparty,started_at,quantity,kind,target_event_id\n"
AT = "2026-01-20T10:00:00Z"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, billed_home: SmallHome) -> SmallHome:
    """January closed; then a price changed since January, and a call came late and went again.

    The record that cancels Anna's first call carries Carla's number, and her own number is
    Berta's in February. Her late call is of four minutes, one of them replaced away by Carla's.
    """
    folder = tmp_path_factory.mktemp("reproduced")
    shutil.copytree(billed_home.settings.reference_folder, folder / "reference")
    copied = billed_home.copied(folder).settings
    home = SmallHome(copied.model_copy(update={"reference": folder / "reference"}))
    home.price(BILLED | {"tariff_steps": BILLED["tariff_steps"].replace("0.10,60", "0.12,60")})
    home.deliver("account/carla.csv", ACCOUNT_COLUMNS + account("carla"))
    home.deliver(
        "action/later.csv",
        ACTION_COLUMNS
        + activation(3, CARLA, "carla")
        + f"n4,2026-02-02T00:00:00Z,change_plan,s1,anna,{BERTA},basic\n"
        + f"n5,2026-02-02T00:00:00Z,change_plan,s2,berta,{ANNA},basic\n",
    )
    home.deliver(
        "usage/later.csv",
        CORRECTIONS
        + f"x1,voice,{CARLA},{GERMANY},2026-01-10T10:00:00Z,120,cancel,c1\n"
        + f"c2,voice,{ANNA},{GERMANY},{AT},240,,\n"
        + f"x2,voice,{ANNA},{GERMANY},{AT},180,replace,c2\n"
        + f"c3,voice,{CARLA},{GERMANY},{AT},60,,\n",
    )
    home.run(known_at=FEBRUARY_CLOSED)
    return home


def reproduce(settings: Settings, statement_id: str, *options: str) -> Result:
    arguments = ["reproduce", statement_id, "--home", str(settings.root), *options]
    return CliRunner().invoke(app, arguments)


def reproduced(home: SmallHome, statement_id: str) -> dict[str, Any]:
    done = reproduce(home.settings, statement_id, "--format", "json")
    assert done.exit_code == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def totals(home: SmallHome) -> list[tuple[Any, ...]]:
    return home.rows(
        "select statement_id, cast(total_amount as string) from aggregates.statements "
        "where account_id = 'anna' order by statement_id"
    )


def test_the_first_version_comes_out_of_what_was_known_then(home: SmallHome) -> None:
    """Of one account record, the actions of its number and the one call, and no later price."""
    before = totals(home)
    found = reproduced(home, "anna/2026-01-01/1")
    assert (found["is_equal"], found["differences"], found["line_count"]) == (True, [], 2)
    assert found["closed_at"] == "2026-02-05T00:00:00Z"
    assert found["code_version"] == found["models"]
    rows = found["rows_read"]
    assert (rows["accounts"], rows["actions"], rows["usage"]) == (1, 1, 1)
    assert totals(home) == before and len(before) == 3
    assert list(home.settings.root.glob("reproduction-*")) == []


def test_a_later_version_comes_out_of_what_came_until_then(home: SmallHome) -> None:
    """9.99 and 0.05 + 3 x 0.12 are 10.40 net, 12.38 with tax.

    Read are both numbers that the subscription had with the subscriptions that held them, and
    what cancels its call, though that has another number; nothing else of Carla.
    """
    assert ("anna/2026-01-01/2", "12.380000") in totals(home)
    found = reproduced(home, "anna/2026-01-01/2")
    assert found["is_equal"] is True
    rows = found["rows_read"]
    assert (rows["accounts"], rows["actions"], rows["usage"]) == (1, 4, 4)


def test_the_one_who_has_the_number_now_is_no_less_right(home: SmallHome) -> None:
    done = reproduce(home.settings, "berta/2026-02-01/1")
    assert done.exit_code == 0, done.stdout + done.stderr
    assert "berta/2026-02-01/1 comes out the same to the last digit: 1 lines" in done.stdout


def test_the_whole_home_comes_out_the_same_run_by_run(home: SmallHome, tmp_path: Path) -> None:
    """And the new home is one that can go on: it has nothing new to do."""
    place = ["--home", str(home.settings.root), "--into", str(tmp_path / "again")]
    done = CliRunner().invoke(app, ["rebuild", *place, "--format", "json"])
    assert done.exit_code == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert (found["runs"], found["is_equal"]) == (2, True)
    rows = {table["name"]: table["rows"] for table in found["tables"]}
    # three of Anna, two each of Berta and Carla
    assert rows["aggregates.statements"] == 7
    assert rows["aggregates.statement_deltas"] == 1
    # the inbox moves with it: below a home, files are known by their place in it
    shutil.copytree(home.settings.inbox_folder, tmp_path / "again" / "inbox")
    again = home.settings.model_copy(update={"home": tmp_path / "again"})
    assert not SmallHome(again).run(known_at=FEBRUARY_CLOSED).changed
    refused = CliRunner().invoke(app, ["rebuild", *place])
    assert refused.exit_code == 1
    assert "is not empty" in refused.stderr


def test_what_is_not_there_is_told(home: SmallHome) -> None:
    failed = reproduce(home.settings, "anna/2030-01-01/1")
    assert failed.exit_code == 1
    assert "statements list --account anna" in failed.stderr


def test_a_home_without_runs_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    failed = reproduce(Settings(home=tmp_path_factory.mktemp("none")), "a/2026-01-01/1")
    assert failed.exit_code == 1
    assert "nothing has been rated" in failed.stderr
