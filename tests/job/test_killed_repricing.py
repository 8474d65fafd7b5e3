"""Tariffs change in a run that is killed: the old ones hold until the next run comes through."""

from pathlib import Path
from shutil import copytree

from ingestion import runs
from tests.job.held_run import held_run
from tests.job.small_home import SmallHome
from tests.job.small_tariffs import REFERENCE
from tests.lake import differences, lake

DEARER = {"tariff_steps": REFERENCE["tariff_steps"].replace("0.10", "0.20")}
CHARGE = "select charge_amount from rated.usage_charges"


def test_a_killed_run_with_other_tariffs_ends_as_if_it_had_not_been(
    called_once: SmallHome, tmp_path: Path
) -> None:
    tariffs = Path(copytree(called_once.settings.reference_folder, tmp_path / "reference"))
    copied = called_once.copied(tmp_path).settings
    home = SmallHome(copied.model_copy(update={"reference": tariffs}))
    undisturbed = home.copied(tmp_path / "undisturbed")
    home.price(DEARER)
    undisturbed.run()
    with held_run(home.settings, "commit"):
        assert [f"{amount:.2f}" for (amount,) in home.rows(CHARGE)] == ["0.25"]
    assert runs.last_run(home.settings).run_id == 1
    report = home.run()
    assert {"reference.tariff_steps", "reference.step_rates"} <= set(report.restored)
    assert [f"{amount:.2f}" for (amount,) in home.rows(CHARGE)] == ["0.45"]
    assert differences(lake(home.settings), lake(undisturbed.settings)) == {}
