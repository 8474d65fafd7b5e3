"""What a run writes and decides grows with what its facts touch, not with the lake."""

import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from deltalake import DeltaTable

from ingestion.lake import tables
from ingestion.settings import PROJECT
from tests.conftest import KNOWN_AT
from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    BERTA,
    REFERENCE,
    USAGE_COLUMNS,
    account,
    activation,
    data,
)
from tests.lake import added_rows, lake, versions

# the first that was charged, of an account without bundles and steps over the cycle
FIRST_CALL = """
select charges.event_id, date_format(charges.started_at, "yyyy-MM-dd'T'HH:mm:ss'Z'")
from rated.usage_charges as charges
left anti join rated.running_usages as running on charges.account_id = running.account_id
where charges.service = 'voice' and charges.charge_amount > 0
order by charges.started_at, charges.event_id limit 1
"""
NOTHING_NEW = """
import sys
from datetime import datetime
from ingestion.run import run_once
from ingestion.settings import Settings
report = run_once(
    Settings(), as_of=datetime.fromisoformat(sys.argv[1]), publish=None,
    bar=lambda stage: lambda done, total: None,
)
assert not report.changed and report.reconciliation is not None
assert not [name for name in sys.modules if name.partition(".")[0] == "dbt"]
"""


@dataclass
class Cancelled:
    """A month of the sample operator, whose first charged call was then cancelled."""

    home: SmallHome
    event_id: str
    versions: dict[str, int]


@pytest.fixture(scope="module")
def cancelled(tmp_path_factory: pytest.TempPathFactory, sampled_home: SmallHome) -> Cancelled:
    home = sampled_home.copied(tmp_path_factory.mktemp("late"))
    [(event_id, started_at)] = home.rows(FIRST_CALL)
    found = Cancelled(home, event_id, versions(home.settings))
    columns = "event_id,service,subscriber,started_at,quantity,kind,target_event_id\n"
    line = f"late-cancel,voice,999000,{started_at},1,cancel,{event_id}\n"
    home.deliver("usage/late.csv", columns + line)
    home.run()
    return found


def test_the_charge_is_gone_and_the_records_say_why(cancelled: Cancelled) -> None:
    found = cancelled.home.rows(
        "select event_id, disposition from rated.usage_dispositions "
        f"where event_id in ('{cancelled.event_id}', 'late-cancel') order by disposition"
    )
    assert found == [(cancelled.event_id, "cancelled"), ("late-cancel", "not_chargeable")]


def test_one_late_event_writes_a_twentieth_of_the_lake_at_the_most(cancelled: Cancelled) -> None:
    """A file of which one row goes is written anew, and counts whole."""
    lakes_rows = sum(map(len, lake(cancelled.home.settings).values()))
    written = added_rows(cancelled.home.settings, cancelled.versions)
    assert lakes_rows > 10_000
    assert 2 < written < lakes_rows / 20


def test_one_late_event_decides_two_records_and_no_more(cancelled: Cancelled) -> None:
    """Its own, and that of the call that it cancels."""
    appended = DeltaTable(tables(cancelled.home.settings)["rated.usage_outcomes"]).history(1)
    assert appended[0]["operationMetrics"]["numOutputRows"] == 2


def test_a_run_with_nothing_new_changes_no_table_and_does_not_load_dbt(
    cancelled: Cancelled,
) -> None:
    before = versions(cancelled.home.settings)
    done = subprocess.run(
        [sys.executable, "-c", NOTHING_NEW, KNOWN_AT.isoformat()],
        cwd=PROJECT,
        env=cancelled.home.commands.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert versions(cancelled.home.settings) == before


@pytest.fixture
def by_volume(tmp_path: Path) -> SmallHome:
    """Two accounts with data at 2.00 up to 100 units in a cycle, and at 1.00 all beyond."""
    home = small_home(tmp_path)
    home.price(REFERENCE)
    home.deliver("account/a.csv", ACCOUNT_COLUMNS + account("a1") + account("a2"))
    home.deliver(
        "action/a.csv", ACTION_COLUMNS + activation(1, ANNA, "a1") + activation(2, BERTA, "a2")
    )
    home.deliver(
        "usage/1.csv",
        USAGE_COLUMNS
        + data("february", ANNA, "2026-02-03T08:00:00Z", 50)
        + data("sixty", ANNA, "2026-03-03T08:00:00Z", 60)
        + data("forty", ANNA, "2026-03-05T08:00:00Z", 40)
        + data("others", BERTA, "2026-03-03T08:00:00Z", 70),
    )
    home.run()
    return home


def charges(home: SmallHome) -> dict[str, Decimal]:
    return dict(home.rows("select event_id, charge_amount from rated.usage_charges"))


def test_a_late_event_of_a_cycle_priced_by_volume_rates_that_cycle_again_and_nothing_else(
    by_volume: SmallHome,
) -> None:
    before = charges(by_volume)
    assert before == {"february": 100, "sixty": 120, "forty": 80, "others": 140}
    by_volume.deliver("usage/2.csv", USAGE_COLUMNS + data("ten", ANNA, "2026-03-04T08:00:00Z", 10))
    by_volume.run()
    assert charges(by_volume) == {**before, "sixty": 60, "forty": 40, "ten": 10}
    appended = DeltaTable(tables(by_volume.settings)["rated.usage_outcomes"]).history(1)
    assert appended[0]["operationMetrics"]["numOutputRows"] == 3
    assert by_volume.rows(
        "select account_id, billed_amount, run_id from aggregates.account_balances order by 1"
    ) == [("a1", 210, 2), ("a2", 140, 1)]


def test_an_event_that_is_decided_anew_and_costs_what_it_did_is_not_written_again(
    by_volume: SmallHome,
) -> None:
    """55 units of February still cost 2.00 each, so only those of the late event are new."""
    before = charges(by_volume)
    by_volume.deliver("usage/2.csv", USAGE_COLUMNS + data("five", ANNA, "2026-02-04T08:00:00Z", 5))
    versions_before = versions(by_volume.settings)
    by_volume.run()
    assert charges(by_volume) == {**before, "five": 10}
    outcomes = DeltaTable(tables(by_volume.settings)["rated.usage_outcomes"])
    assert outcomes.version() == versions_before["rated.usage_outcomes"] + 1
    assert outcomes.history(1)[0]["operationMetrics"]["numOutputRows"] == 1
