"""Tariffs change in a run that is killed: the old ones hold until the next run comes through."""

import shutil
from pathlib import Path

from ingestion import runs
from tests.job.held_run import held_run
from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    REFERENCE,
    USAGE_COLUMNS,
    account,
    activation,
    call,
)
from tests.lake import differences, lake

DEARER = {"tariff_steps": REFERENCE["tariff_steps"].replace("0.10", "0.20")}
CHARGE = "select charge_amount from rated.usage_charges"


def copied(home: SmallHome, folder: Path) -> SmallHome:
    shutil.copytree(home.settings.root, folder)
    return SmallHome(home.settings.model_copy(update={"home": folder}))


def test_a_killed_run_with_other_tariffs_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    home = small_home(tmp_path)
    home.price(REFERENCE)
    home.deliver("account/a.csv", ACCOUNT_COLUMNS + account("a1"))
    home.deliver("action/a.csv", ACTION_COLUMNS + activation(1, ANNA, "a1"))
    at = "2026-03-01T08:00:00Z"
    home.deliver("usage/1.csv", USAGE_COLUMNS + call("only", ANNA, "4930123456", at, 60))
    home.run()
    undisturbed = copied(home, tmp_path / "undisturbed")
    home.price(DEARER)
    undisturbed.run()
    with held_run(home.settings, "commit"):
        assert [f"{amount:.2f}" for (amount,) in home.rows(CHARGE)] == ["0.15"]
    assert runs.last_run(home.settings).run_id == 1
    report = home.run()
    assert {"reference.tariff_steps", "reference.step_rates"} <= set(report.restored)
    assert [f"{amount:.2f}" for (amount,) in home.rows(CHARGE)] == ["0.25"]
    assert differences(lake(home.settings), lake(undisturbed.settings)) == {}
