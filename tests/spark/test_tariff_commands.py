"""`ratelake tariff` and `ratelake simulate`: the sample operator's examples, and other prices."""

import csv
import json
import re
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import PROJECT
from tests.conftest import CommandsOn, Ratelake

SEEDS = PROJECT / "seeds"
PERIOD = ("--from", "2026-10-10", "--to", "2026-10-20")


@pytest.fixture
def ratelake(commands_on: CommandsOn, tmp_path: Path) -> Ratelake:
    return commands_on(tmp_path / "home")


@pytest.fixture
def tariffs(tmp_path: Path) -> Path:
    """A copy of the sample operator's tariffs, to be changed."""
    return Path(shutil.copytree(SEEDS, tmp_path / "tariffs"))


def edit(path: Path, key: str, value: str, **changes: str) -> None:
    """Change columns of the rows in which `key` is `value`."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row[key] == value:
            row.update(changes)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_sample_operators_examples_are_as_expected(ratelake: Ratelake) -> None:
    shown = json.loads(ratelake("tariff", "test", "--format", "json").stdout)
    assert shown["differences"] == []
    assert shown["examples"] >= 14


def test_the_documented_examples_are_as_expected_and_a_wrong_one_is_shown(
    ratelake: Ratelake, tmp_path: Path
) -> None:
    folder = tmp_path / "documented"
    page = (PROJECT / "docs" / "tariffs.md").read_text("utf-8")
    for name, text in re.findall(r"^```csv (\S+)\n(.*?)^```", page, re.M | re.S):
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with (folder / "examples" / "talk.csv").open("a") as examples:
        examples.write("too dear,talk,sms,4930,,2026-03-03T10:00:00Z,1,,EUR,UTC,0.10,,\n")
    shown = ratelake("tariff", "test", "--reference", str(folder), exit_code=1).stdout
    assert "1 are not as expected" in shown and "6 examples with 7 events" in shown
    row = next(line for line in shown.splitlines() if "too dear" in line)
    assert "examples/talk.csv:8" in row and "0.1 " in row and "0.09" in row


def test_wrong_examples_are_named_by_row(ratelake: Ratelake, tariffs: Path) -> None:
    examples = tariffs / "examples" / "sample_operator.csv"
    name = "a low night call"
    edit(examples, "example", name, time_zone="New York", expected_charge="five")
    shown = ratelake("tariff", "check", str(tariffs), exit_code=1).stderr
    assert "row 11: time_zone is 'New York'; allowed: a time zone of the IANA" in shown
    assert "row 11: expected_charge is 'five'; allowed: a decimal" in shown


def simulated(ratelake: Ratelake, tariffs: Path) -> dict[str, Any]:
    return json.loads(
        ratelake("simulate", "--reference", str(tariffs), *PERIOD, "--format", "json").stdout
    )


def test_the_current_tariffs_make_no_difference(published: Ratelake) -> None:
    result = simulated(published, SEEDS)
    assert [row for row in result["revenue"] if Decimal(row["difference"])] == []
    assert (result["losers"], result["winners"]) == ([], [])
    sql = (
        "select currency, cast(sum(charge_amount) as string) as amount from rated.usage_charges "
        "where usage_date >= date '2026-10-10' and usage_date < date '2026-10-20' "
        "group by currency order by currency"
    )
    charged = json.loads(published("query", sql, "--format", "json").stdout)
    assert [(row["currency"], Decimal(row["amount"])) for row in charged] == [
        (row["currency"], Decimal(row["simulated_amount"])) for row in result["totals"]
    ]


def test_another_price_shows_where_and_for_whom(published: Ratelake, tariffs: Path) -> None:
    """A message of Essential in Austria for 0.08 instead of 0.07, flat."""
    edit(tariffs / "tariff_steps.csv", "tariff_id", "essential_sms_austria", price="0.08")
    result = simulated(published, tariffs)
    changed = [row for row in result["revenue"] if Decimal(row["difference"])]
    assert [(row["plan_id"], row["service"], row["destination_zone"]) for row in changed] == [
        ("eur_essential", "sms", "austria")
    ]
    sql = (
        "select cast(sum(quantity) as string) as messages from rated.usage_charges "
        "where tariff_id = 'essential_sms_austria' "
        "and usage_date >= date '2026-10-10' and usage_date < date '2026-10-20'"
    )
    [counted] = json.loads(published("query", sql, "--format", "json").stdout)
    assert Decimal(changed[0]["difference"]) == Decimal(counted["messages"]) / 100
    assert result["winners"] == [] and result["losers"]
    again = (
        f"select * from simulation.usage_charges where simulation_id = {result['simulation_id']}"
    )
    kept = json.loads(published("query", again, "--format", "json").stdout)
    assert sum(Decimal(row["difference"]) for row in kept) == Decimal(changed[0]["difference"])


def test_a_period_that_ends_before_it_begins_is_refused(published: Ratelake) -> None:
    failed = published(
        "simulate", "--reference", str(SEEDS), "--from", "2026-10-20", "--to", "2026-10-10",
        exit_code=1,
    )  # fmt: skip
    assert "--to 2026-10-10 is not after --from 2026-10-20" in failed.stderr
