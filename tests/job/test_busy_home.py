"""While a run works nobody else changes the home, and readers see what was committed before."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner, Result

from ingestion import runs
from ratelake import app
from tests.job.held_run import held_run
from tests.job.small_home import SmallHome, deliver_call
from tests.lake import versions


@dataclass(frozen=True)
class Busy:
    """A home on which a process works that has done all but commit."""

    home: SmallHome
    process_id: int


@pytest.fixture(scope="module")
def busy(called_once: SmallHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    home = called_once.copied(tmp_path_factory.mktemp("busy"))
    deliver_call(home, "second", 30)
    with held_run(home.settings, "commit") as process:
        yield Busy(home, process.pid)


def ratelake(busy: Busy, *arguments: str) -> Result:
    """A command in this process."""
    return CliRunner().invoke(app, [*arguments, "--home", str(busy.home.settings.root)])


def test_the_run_has_changed_the_tables_and_not_committed(busy: Busy) -> None:
    committed = runs.last_run(busy.home.settings)
    assert committed.run_id == 1
    now = versions(busy.home.settings)
    changed = {name for name, number in committed.table_versions.items() if now[name] != number}
    assert {"raw.usage", "rated.usage_outcomes", "aggregates.account_balances"} <= changed


def test_a_second_run_is_refused_in_one_sentence(busy: Busy) -> None:
    before = versions(busy.home.settings)
    refused = ratelake(busy, "run", "--no-publish")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"ratelake: process {busy.process_id} (since ")
    assert refused.stderr.endswith(f"works on {busy.home.settings.root}; wait for it to end\n")
    assert refused.stderr.count("\n") == 1
    assert versions(busy.home.settings) == before


def test_query_answers_from_what_the_last_run_committed(busy: Busy) -> None:
    sql = (
        "select charges.event_id, charges.charge_amount, balances.billed_amount "
        "from rated.usage_charges as charges "
        "inner join aggregates.account_balances as balances "
        "on charges.account_id = balances.account_id"
    )
    shown = ratelake(busy, "query", sql, "--format", "csv")
    # two started minutes at 0.10 and the fee of 0.05
    assert shown.stdout == (
        "event_id,charge_amount,billed_amount\nfirst,0.2500000000,0.2500000000\n"
    )


def test_query_counts_the_files_and_runs_that_were_committed(busy: Busy) -> None:
    sql = (
        "select (select count(*) from raw.source_files) as files, "
        "(select max(run_id) from operations.runs) as runs"
    )
    shown = ratelake(busy, "query", sql, "--format", "json")
    assert json.loads(shown.stdout) == [{"files": 3, "runs": 1}]


def test_explain_answers_from_what_the_last_run_committed(busy: Busy) -> None:
    shown = ratelake(busy, "explain", "first", "--format", "json")
    assert [row["disposition"] for row in json.loads(shown.stdout)["records"]] == ["rated"]
    unknown = ratelake(busy, "explain", "second")
    assert unknown.exit_code == 1
    assert "no usage record with event_id 'second' has come" in unknown.stderr
