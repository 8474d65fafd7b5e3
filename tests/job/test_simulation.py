"""`ratelake simulate`: no difference by the current tariffs, and what others would charge."""

import json
import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from ingestion.committed import committed
from ingestion.run import run_once
from ingestion.runs import only_run
from ingestion.settings import PROJECT, Settings
from ratelake import app
from tariffs.comparison import Period
from tariffs.trial import usage_needed
from tests.job.small_home import SmallHome
from tests.job.test_tariff_commands import edit

SEEDS = PROJECT / "seeds"
OCTOBER = ("--from", "2026-10-10", "--to", "2026-10-20")
OUTCOMES = "select * from rated.usage_outcomes order by record_id"
MARCH = ("--from", "2026-03-16", "--to", "2026-03-17")


@pytest.fixture(scope="module")
def sample_home(tmp_path_factory: pytest.TempPathFactory, sampled_home: SmallHome) -> Settings:
    return sampled_home.copied(tmp_path_factory.mktemp("sample")).settings


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, explained_home: Settings) -> Settings:
    """The home of the explained charges, one of its own as simulations are added to it."""
    return SmallHome(explained_home).copied(tmp_path_factory.mktemp("simulated")).settings


@pytest.fixture
def tariffs(home: Settings, tmp_path: Path) -> Path:
    """A copy of the home's tariffs, to be changed."""
    return Path(shutil.copytree(home.reference_folder, tmp_path / "tariffs"))


def simulate(settings: Settings, reference: Path, *period: str) -> Result:
    arguments = ["--home", str(settings.root), "--reference", str(reference), *period]
    return CliRunner().invoke(app, ["simulate", *arguments, "--format", "json"])


def simulated(settings: Settings, reference: Path, *period: str) -> dict[str, Any]:
    done = simulate(settings, reference, *period)
    assert done.exit_code == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with committed(settings) as spark:
        return [tuple(row) for row in spark.sql(sql).collect()]


def charges(settings: Settings, result: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Billed and simulated amount of each event that differs, and why it has none."""
    found = rows(
        settings,
        "select event_id, billed_amount, simulated_amount, simulated_reason "
        "from simulation.usage_charges where difference != 0 and "
        f"simulation_id = {result['simulation_id']}",
    )
    return {event_id: amounts for event_id, *amounts in found}


def test_the_current_tariffs_make_no_difference_for_any_event(sample_home: Settings) -> None:
    """In a period that begins and ends inside of billing cycles."""
    result = simulated(sample_home, SEEDS, *OCTOBER)
    assert charges(sample_home, result) == {}
    assert [row for row in result["revenue"] if Decimal(row["difference"])] == []
    assert (result["losers"], result["winners"]) == ([], [])
    charged = rows(
        sample_home,
        "select currency, sum(charge_amount), count(*) from rated.usage_charges "
        "where usage_date >= date '2026-10-10' and usage_date < date '2026-10-20' "
        "group by currency order by currency",
    )
    assert charged == [
        (row["currency"], Decimal(row["simulated_amount"]), row["simulated_events"])
        for row in result["totals"]
    ]


def test_another_price_shows_where_and_for_whom(sample_home: Settings, tmp_path: Path) -> None:
    """A message of Essential in Austria for 0.08 instead of 0.07, flat."""
    tariffs = Path(shutil.copytree(SEEDS, tmp_path / "tariffs"))
    edit(tariffs / "tariff_steps.csv", "tariff_id", "essential_sms_austria", price="0.08")
    result = simulated(sample_home, tariffs, *OCTOBER)
    changed = [row for row in result["revenue"] if Decimal(row["difference"])]
    assert [(row["plan_id"], row["service"], row["destination_zone"]) for row in changed] == [
        ("eur_essential", "sms", "austria")
    ]
    [(messages,)] = rows(
        sample_home,
        "select sum(billable_units) from rated.usage_charges "
        "where tariff_id = 'essential_sms_austria' "
        "and usage_date >= date '2026-10-10' and usage_date < date '2026-10-20'",
    )
    assert Decimal(changed[0]["difference"]) == messages / 100 > 0
    assert result["winners"] == [] and result["losers"]
    differences = charges(sample_home, result).values()
    assert sum(tried - billed for billed, tried, _ in differences) == messages / 100


def test_corrections_and_partial_records_stand_as_they_were_decided(home: Settings) -> None:
    """A message that replaces another is one of its own, and two parts are one call."""
    result = simulated(home, home.reference_folder, *MARCH)
    assert charges(home, result) == {}
    events = {
        event_id
        for (event_id,) in rows(
            home,
            "select event_id from simulation.usage_charges "
            f"where simulation_id = {result['simulation_id']}",
        )
    }
    assert {"right", "part1"} <= events and not {"wrong", "part2", "steps"} & events


@pytest.fixture(scope="module")
def tried(home: Settings, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A simulation with all second steps at 0.50, and without a tariff for fax."""
    tariffs = Path(shutil.copytree(home.reference_folder, tmp_path_factory.mktemp("t") / "tariffs"))
    edit(tariffs / "tariff_steps.csv", "step_no", "2", price="0.50")
    edit(tariffs / "tariffs.csv", "tariff_id", "fax", service="telex")
    (home.root / "simulation-left-by-one-that-was-killed").mkdir()
    before = rows(home, OUTCOMES)
    return {**simulated(home, tariffs, *MARCH), "before": before}


def test_usage_around_the_period_moves_the_cycles_steps(
    home: Settings, tried: dict[str, Any]
) -> None:
    """60 units of data came a day before; 50 of the 110 messages come two days later."""
    differences = charges(home, tried)
    assert differences["text1"] == [Decimal(60), Decimal(30), None]
    assert differences["surf2"] == [Decimal(90), Decimal(85), None]
    assert not {"surf1", "text2"} & set(differences)


def test_what_only_one_side_can_rate_is_said(home: Settings, tried: dict[str, Any]) -> None:
    assert charges(home, tried)["pages"] == [Decimal("2.2"), None, "no_tariff"]
    [fax] = [row for row in tried["revenue"] if row["service"] == "fax"]
    assert (fax["billed_events"], fax["simulated_events"]) == (1, 0)
    assert (Decimal(fax["billed_amount"]), Decimal(fax["difference"])) == (
        Decimal("2.2"),
        -Decimal("2.2"),
    )


def test_the_accounts_that_would_pay_less_are_named(tried: dict[str, Any]) -> None:
    """30 for the messages, 5 for the data and 2.2 for the fax."""
    assert tried["losers"] == []
    [account] = tried["winners"]
    assert (account["account_id"], Decimal(account["difference"])) == ("a1", Decimal("-37.2"))


def test_nothing_that_was_charged_changes_and_the_trials_home_goes(
    home: Settings, tried: dict[str, Any]
) -> None:
    assert rows(home, OUTCOMES) == tried["before"]
    assert list(home.root.glob("simulation-*")) == []


def test_a_simulation_says_what_it_was_of(home: Settings, tried: dict[str, Any]) -> None:
    [(reference, first, end)] = rows(
        home,
        "select reference, from_day, to_day from simulation.simulations "
        f"where simulation_id = {tried['simulation_id']}",
    )
    assert reference.endswith("/tariffs")
    assert (first, end) == (date(2026, 3, 16), date(2026, 3, 17))


@pytest.mark.parametrize(
    ("removed", "needed"),
    [
        ((), (date.min, date.max)),
        (("text",), (date.min, date(2026, 3, 18))),
        (("text", "surf"), (date.min, date(2026, 3, 18))),
        (("text", "surf", "talk_10"), (date(2026, 3, 15), date(2026, 3, 18))),
    ],
    ids=("all", "without volume", "without period", "without bundles"),
)
def test_prices_that_depend_on_the_cycle_ask_for_the_usage_around_the_period(
    tariffs: Path, removed: tuple[str, ...], needed: tuple[date, date]
) -> None:
    """By the volume of the cycle: all. By its steps, or with bundles: all that came before."""
    for file in ("tariffs.csv", "bundles.csv"):
        lines = (tariffs / file).read_text().splitlines(keepends=True)
        kept = [line for line in lines if line.partition(",")[0] not in removed]
        (tariffs / file).write_text("".join(kept))
    found = usage_needed(tariffs, Period(date(2026, 3, 16), date(2026, 3, 17)))
    assert (found.since, found.until) == needed


def test_a_period_that_ends_before_it_begins_is_refused(home: Settings) -> None:
    failed = simulate(home, SEEDS, "--from", "2026-10-20", "--to", "2026-10-10")
    assert failed.exit_code == 1
    assert "--to 2026-10-10 is not after --from 2026-10-20" in failed.stderr


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2026-10-01T00:00:00Z"])
def test_what_is_no_day_is_refused(home: Settings, day: str) -> None:
    failed = simulate(home, SEEDS, "--from", day, "--to", "2026-10-10")
    assert failed.exit_code == 2
    assert f"'{day}' is no day, such as 2026-11-01" in failed.stderr


def test_wrong_tariffs_are_refused_before_anything_is_read(home: Settings, tariffs: Path) -> None:
    edit(tariffs / "tariff_steps.csv", "tariff_id", "film", price="thirty")
    failed = simulate(home, tariffs, *MARCH)
    assert failed.exit_code == 1
    assert "tariff_steps.csv, row 9: price is 'thirty'; allowed: a decimal" in failed.stderr


def test_a_home_in_which_nothing_was_rated_says_so(tmp_path: Path) -> None:
    failed = simulate(Settings(home=tmp_path / "none"), SEEDS, *OCTOBER)
    assert failed.exit_code == 1
    assert "nothing has been rated in this home yet: `ratelake run` does it" in failed.stderr


def test_a_home_at_work_is_left_alone(home: Settings) -> None:
    with only_run(home):
        failed = simulate(home, SEEDS, *MARCH)
    assert failed.exit_code == 1
    assert "wait for it to end" in failed.stderr


def test_a_simulation_outlives_the_runs_that_come_after_it(
    home: Settings, tried: dict[str, Any]
) -> None:
    """It is no part of a run, which puts back what it did not commit."""
    before = charges(home, tried)
    run_once(home, as_of=None, publish=None, bar=lambda stage: lambda done, total: None)
    assert charges(home, tried) == before
