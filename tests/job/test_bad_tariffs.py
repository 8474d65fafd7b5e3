"""Tariff files that contradict themselves stop a run before it takes or changes anything."""

from pathlib import Path

import pytest

from ingestion.lake import tables
from ingestion.reference.validate import InvalidReference
from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import ANNA, REFERENCE, STEPS, USAGE_COLUMNS, data

TWO_ROWS_AT_ONCE = REFERENCE["plans"] + "basic,Again,EUR,,false,,2026-01-01T00:00:00Z,\n"
UNKNOWN_PLAN = REFERENCE["tariffs"] + (
    "lost,no-such-plan,sms,out,*,*,*,0,,,event,graduated,last_price,4,half_up,,1,,\n"
)
HOLE_AND_TWO_STEPS_OF_ONE_NUMBER = STEPS + (
    "voice-de,1,0,,0.10,60,60,\n"
    "data,1,0,100,2,1,,\n"
    "data,2,150,,1,1,,\n"
    "lost,1,0,,1,1,,\n"
    "lost,1,0,,2,1,,\n"
)
NIGHTS_WITHOUT_BAND = "calendar_id,band,days,from_time,to_time,priority\nde,peak,*,08:00,20:00,1\n"
TOLD = (
    "plans.csv, rows 2, 3: plan_id 'basic' is valid twice from 2026-01-01T00:00:00Z; allowed: ",
    "tariffs.csv, row 4: plan_id is 'no-such-plan'; allowed: * or a plan_id of plans.csv (basic)",
    "tariff_steps.csv, rows 3, 4: tariff_id 'data': a hole: from_units of step_no 2 is 150; ",
    "tariff_steps.csv, rows 5, 6: tariff_id 'lost', step_no '1' stands in 2 rows; allowed: one row",
    "time_bands.csv, row 2: calendar_id 'de' has no band on mon 00:00-08:00, mon 20:00-24:00, ",
)


@pytest.fixture
def home(tmp_path: Path) -> SmallHome:
    home = small_home(tmp_path)
    home.deliver("usage/1.csv", USAGE_COLUMNS + data("one", ANNA, "2026-03-01T08:00:00Z", 1))
    home.price(
        {
            **REFERENCE,
            "plans": TWO_ROWS_AT_ONCE,
            "tariffs": UNKNOWN_PLAN,
            "tariff_steps": HOLE_AND_TWO_STEPS_OF_ONE_NUMBER,
            "time_bands": NIGHTS_WITHOUT_BAND,
        }
    )
    return home


def test_each_contradiction_is_named_with_its_file_and_rows(home: SmallHome) -> None:
    with pytest.raises(InvalidReference) as failure:
        home.run()
    title, *lines = str(failure.value).splitlines()
    assert title == f"the tariff files in {home.settings.reference_folder} have 5 problems:"
    assert [line.strip().startswith(told) for line, told in zip(lines, TOLD, strict=True)] == (
        [True] * len(TOLD)
    )


def test_a_refused_run_has_taken_nothing(home: SmallHome) -> None:
    with pytest.raises(InvalidReference):
        home.run()
    assert tables(home.settings) == {}
    assert not home.settings.bundles.exists()
