"""What a run writes and decides grows with what its facts touch, not with the lake."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from ingestion.settings import Settings
from sample import generate
from tests.job.small_home import SmallHome
from tests.lake import added_rows, versions

pytestmark = pytest.mark.xdist_group("late_event")

FIRST_CALL = """
select event_id, date_format(started_at, "yyyy-MM-dd'T'HH:mm:ss'Z'") as started_at
from rated.usage_charges where service = 'voice' and charge_amount > 0
order by started_at, event_id limit 1
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
    records: int
    versions: Mapping[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def cancelled(tmp_path_factory: pytest.TempPathFactory) -> Cancelled:
    home = SmallHome(Settings(home=tmp_path_factory.mktemp("late")))
    generate(home.settings.root, subscribers=150, events=3_000, seed=11)
    home.run()
    [(event_id, started_at)] = home.rows(FIRST_CALL)
    [(records,)] = home.rows("select count(*) from raw.usage")
    found = Cancelled(home, event_id, records, versions(home.settings))
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
    written = added_rows(cancelled.home.settings, cancelled.versions)
    assert cancelled.records > 2_500
    assert 2 < written < cancelled.records / 20
